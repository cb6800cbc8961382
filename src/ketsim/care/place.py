"""Where is a person looking? A ZIP code, a city with its state, or coordinates; never a guess.

ZIP centres are the Census's; ZIPs without an area of their own (post-office boxes) and cities are those of GeoNames. A
person's ZIP is known to a few miles only, and the answer says so.
"""

from __future__ import annotations

import csv
import gzip
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from ketsim.care.codes import DATA
from ketsim.care.geo import in_united_states, miles
from ketsim.care.refusal import Refusal
from ketsim.care.states import state_code

FORMS: Final = 'a ZIP code such as 90210, a city with its state such as "Fresno, CA", or "lat,lon"'

_LONGEST: Final = 80
_ZIP: Final = re.compile(r"([0-9]{5})(?:-[0-9]{4})?")
_PAIR: Final = re.compile(r"([-+]?[0-9]{1,3}(?:\.[0-9]{0,12})?)[ ]*,[ ]*([-+]?[0-9]{1,3}(?:\.[0-9]{0,12})?)")
_WORDS: Final = re.compile(r"[A-Za-z][A-Za-z .'\-/()]*")
_APART: Final = 15.0  # [mi] two places of one name and state that are nearer than this are one to a person
_OUTGROWN: Final = 20  # a place this many times as large as its namesakes in the state is the one that is meant
_SHORT_FORMS: Final = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}

Town = Callable[[str, str], tuple[float, float] | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a search stands [degrees], what to call it, and what was typed: its point may be a centre only."""

    lat: float
    lon: float
    label: str
    kind: Literal["zip", "city", "point"]


def read_place(text: str, *, town: Town | None = None) -> Place:
    """The place that was typed.

    town: a further look-up (city, state) -> point, such as that of the listings of a store.

    Raises `Refusal`: ``place_format`` for what is no place, ``place_unknown`` (404), ``place_ambiguous`` (300, with
    choices), ``place_range`` for coordinates off the globe, ``place_swapped`` where the pair was turned round.
    """
    said = text.strip()
    if not said or len(said) > _LONGEST or any(c.isdigit() and not c.isascii() for c in said) or not said.isprintable():
        raise _no_place("this is no place that can be read")
    folded = "".join(c for c in unicodedata.normalize("NFKD", said) if not unicodedata.combining(c))
    if not folded.isascii():
        raise _no_place("the place holds letters that are not read")
    if found := _ZIP.fullmatch(folded):
        return _zip(found[1])
    if found := _PAIR.fullmatch(folded):
        return _pair(float(found[1]), float(found[2]))
    city, _, state = folded.partition(",")
    if re.search(r"[0-9]", folded) or not _WORDS.fullmatch(city.strip()) or "," in state:
        raise _no_place("this is no place that can be read")
    return _city(city.strip(), state.strip(), town)


def zip_point(zip5: str) -> tuple[float, float] | None:
    """The centre of a ZIP code [degrees]; None where no table knows it."""
    return _zips().get(zip5)


@cache
def _zips() -> Mapping[str, tuple[float, float]]:
    with gzip.open(DATA / "zip_points.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        return MappingProxyType({zip5: (float(lat), float(lon)) for zip5, lat, lon, _ in rows})


@cache
def _cities() -> Mapping[str, Mapping[str, tuple[tuple[float, float, int], ...]]]:
    """City -> state -> points with population, the largest first."""
    found: dict[str, dict[str, tuple[tuple[float, float, int], ...]]] = {}
    with gzip.open(DATA / "places.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        for city, state, lat, lon, population in rows:
            of_city = found.setdefault(city_key(city), {})
            of_city[state] = (*of_city.get(state, ()), (float(lat), float(lon), int(population)))
    return found


def city_key(city: str) -> str:
    """A city's name for comparison: no accents, no points, St. as Saint."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", city) if not unicodedata.combining(c)).casefold()
    words = re.sub(r"[^a-z ]+", " ", folded.replace("'", "")).split()
    return " ".join(_SHORT_FORMS.get(word, word) for word in words)


def _zip(zip5: str) -> Place:
    point = zip_point(zip5)
    if point is None:
        raise Refusal(
            f"no ZIP code {zip5} is known; check it, or give {FORMS}.", code="place_unknown", status=404, field="near"
        )
    return Place(*point, f"ZIP {zip5}", "zip")


def _pair(lat: float, lon: float) -> Place:
    swapped = abs(lon) <= 90 and abs(lat) <= 180 and in_united_states(lon, lat)
    hint = f"; in this order {lon:g},{lat:g} lies in the United States" if swapped else ""
    choices = (f"{lon:g},{lat:g}",) if swapped else ()
    if abs(lat) > 90 or abs(lon) > 180:
        what = (
            f"latitude {lat:g} is not between -90 and 90"
            if abs(lat) > 90
            else f"longitude {lon:g} is not between -180 and 180"
        )
        code = "place_swapped" if swapped else "place_range"
        raise Refusal(f"{what}; give lat,lon{hint}.", code=code, field="near", choices=choices)
    if swapped and not in_united_states(lat, lon):
        raise Refusal(
            f"{lat:g},{lon:g} lies far outside the United States; latitude comes first{hint}.",
            code="place_swapped",
            field="near",
            choices=choices,
        )
    return Place(lat, lon, f"{lat:g},{lon:g}", "point")


def _city(city: str, state: str, town: Town | None) -> Place:
    by_state = _cities().get(city_key(city), {})
    if not state:
        return _only_state(city, by_state)
    code = state_code(state)
    if code is None:
        raise _no_place(f"{state!r} is no state")
    named_city = _cities().get(f"{city_key(city)} city", {})  # New York is New York City
    points = by_state.get(code) or named_city.get(code, ())
    if not points:
        point = town(city, code) if town is not None else None
        if point is None:
            raise Refusal(
                f"no city {city} in {code} is known; give a ZIP code of it.",
                code="place_unknown",
                status=404,
                field="near",
            )
        return Place(*point, f"{city}, {code}", "city")
    lat, lon, population = points[0]
    rivals = [p for p in points[1:] if miles(lat, lon, p[0], p[1]) > _APART and p[2] * _OUTGROWN > population]
    if rivals:
        choices = tuple(_nearest_zip(p[0], p[1]) for p in (points[0], *rivals))
        raise Refusal(
            f"{code} has several places named {city}; give a ZIP code, such as {' or '.join(choices)}.",
            code="place_ambiguous",
            status=300,
            field="near",
            choices=choices,
        )
    return Place(lat, lon, f"{city}, {code}", "city")


def _only_state(city: str, by_state: Mapping[str, object]) -> Place:
    if not by_state:
        raise _no_place(f"{city!r} alone is no place that is known")
    if len(by_state) == 1:
        return _city(city, next(iter(by_state)), None)
    choices = tuple(f"{city}, {state}" for state in sorted(by_state))
    raise Refusal(
        f"{city} is in {len(choices)} states; say which: {'; '.join(choices)}.",
        code="place_ambiguous",
        status=300,
        field="near",
        choices=choices,
    )


def _nearest_zip(lat: float, lon: float) -> str:
    return min(_zips(), key=lambda zip5: miles(lat, lon, *_zips()[zip5]))


def _no_place(what: str) -> Refusal:
    return Refusal(f"{what}; give {FORMS}.", code="place_format", field="near")
