"""Where is help near a place? Listings by distance, then name, then id; who pays for what is no input to the order.

Every answer says how old it is, where each listing was read, how sure the distance is, and whom to call now for free.
What it does not know: whether a place is open, has room, or has treated ketamine use; only a call tells.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

from ketsim.care.codes import GROUPS, caveat, ketamine_use, read_codes
from ketsim.care.geo import RADIUS, ZIP_ERROR
from ketsim.care.model import Band, Listing, SourceRecord
from ketsim.care.place import Place, read_place
from ketsim.care.refusal import Refusal
from ketsim.care.store import Hit, Store
from ketsim.notice import HelpLine, public_help

LEAST: Final = 1.0
MOST: Final = 250.0  # miles
USUAL: Final = 25.0
STALE_AFTER: Final = 400  # days; a licence file lost a tenth of its licences in three months
LOCATOR: Final = "https://findtreatment.gov"

_Item = TypeVar("_Item")
_NEAREST: Final = 3
_MOST_ASKED: Final = 40  # codes or words of one group
_LONGEST_NAME: Final = 80
_MILES: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*(?:mi|mile|miles)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for. Within one group any of the codes will do; between groups all are asked for, of one service.

    near: ZIP, "City, ST" or "lat,lon". within: straight-line distance [mi], 1 to 250. offers, setting, payment, people,
    language: codes such as MD or words such as medicaid. name: words in the name. limit, offset: which of the results;
    a limit of None gives all.
    """

    near: str
    within: float = USUAL
    offers: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    payment: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    name: str = ""
    limit: int | None = 25
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be said beside the results. code: a fixed word for it, such as straight_lines."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found, how old it is, and whom to call now.

    place: None where a ZIP has listings but no table knows its centre. asked: group -> codes. total: listings within
    the distance, of which `results` are those of the page. possibly_within: listings beyond the line by
    less than the error of their ZIP centre. beyond: the nearest three, where nothing lies within. as_of: the oldest day
    among what is shown. lines: public lines of help.
    """

    query: Query
    place: Place | None
    asked: Mapping[str, tuple[str, ...]]
    today: date
    total: int
    results: tuple[Listing, ...]
    possibly_within: tuple[Listing, ...]
    beyond: tuple[Listing, ...]
    as_of: str
    sources: tuple[SourceRecord, ...]
    notes: tuple[Note, ...]
    lines: tuple[HelpLine, ...]

    @property
    def age_days(self) -> int | None:
        """Age of the oldest listing shown [days]; None where the directory is empty."""
        return age_days(self.as_of, self.today)

    @property
    def stale(self) -> bool:
        """Whether it is too old to lead with: then the public lines and FindTreatment.gov come first."""
        age = self.age_days
        return age is None or age > STALE_AFTER


def find(store: Store, query: Query, *, today: date) -> Answer:
    """Listings of the store for a query.

    Raises `Refusal`: ``radius_range``, ``page_range``, ``code_unknown``, ``code_group``, ``name_format`` and what
    `read_place` raises.
    """
    _check(query)
    asked = {group: read_codes(words, group) for group in GROUPS if (words := getattr(query, group))}
    try:
        place = read_place(query.near, town=store.town)
    except Refusal as refusal:
        zip5 = query.near.strip()[:5]
        if refusal.code != "place_unknown" or not zip5.isdigit():
            raise
        unlocated = store.unlocated(zip5)
        if not unlocated:
            raise
        kept = _fitting(store, [Hit(math.inf, "", "", n, "none") for n in unlocated], query, asked)
        found = [replace(listing, within="possible") for listing in store.listings([hit.n for hit in kept])]
        return _answer(store, query, None, asked, today, _Found(_page(found, query), len(found), (), ()))
    return _answer(store, query, place, asked, today, _around(store, query, place, asked))


def read_miles(text: str) -> float:
    """A distance [mi] from "25" or "25mi". Raises `Refusal` with the code ``radius_range``."""
    found = _MILES.fullmatch(text.strip()) if text.isascii() else None
    if found is None:
        raise _radius(f"{text[:20]!r} is no distance in miles")
    return float(found[1])


def age_days(day: str, today: date) -> int | None:
    """Days from `day` (ISO 8601, empty for none) to today; a day ahead of a slow clock counts as today."""
    return max((today - date.fromisoformat(day)).days, 0) if day else None


@dataclass(frozen=True, slots=True)
class _Found:
    results: tuple[Listing, ...]
    total: int
    possibly: tuple[Listing, ...]
    beyond: tuple[Listing, ...]


def _around(store: Store, query: Query, place: Place, asked: Mapping[str, tuple[str, ...]]) -> _Found:
    reach = query.within + ZIP_ERROR
    hits = _fitting(store, store.within(place.lat, place.lon, reach), query, asked)
    inside = [hit for hit in hits if hit.miles <= query.within]
    possibly = [hit for hit in hits if hit.miles > query.within and hit.precision == "zip_centroid"]
    beyond: list[Hit] = []
    radius = reach
    while not inside and len(beyond) < _NEAREST and radius < math.pi * RADIUS:
        radius = min(radius * 4, math.pi * RADIUS)
        hits = _fitting(store, store.within(place.lat, place.lon, radius), query, asked)
        beyond = [hit for hit in hits if hit.miles > query.within]
    return _Found(
        _shown(store, _page(inside, query), query.within),
        len(inside),
        _shown(store, _page(possibly, replace(query, offset=0)), query.within),
        _shown(store, beyond[:_NEAREST], query.within),
    )


def _fitting(store: Store, hits: list[Hit], query: Query, asked: Mapping[str, tuple[str, ...]]) -> list[Hit]:
    """The hits that offer what is asked and bear the name, in their order."""
    if asked:
        offering = store.offering([hit.n for hit in hits], tuple(asked.values()))
        hits = [hit for hit in hits if hit.n in offering]
    if query.name.strip():
        named = store.named(query.name.strip())
        hits = [hit for hit in hits if hit.n in named]
    return hits


def _page(items: Sequence[_Item], query: Query) -> tuple[_Item, ...]:
    end = None if query.limit is None else query.offset + query.limit
    return tuple(items[query.offset : end])


def _shown(store: Store, hits: Sequence[Hit], within: float) -> tuple[Listing, ...]:
    listings = store.listings([hit.n for hit in hits])
    return tuple(
        replace(listing, miles=hit.miles, within=_band(hit, within))
        for hit, listing in zip(hits, listings, strict=True)
    )


def _band(hit: Hit, within: float) -> Band:
    """Possible where the door may lie on the other side of the line, given what a ZIP centre is worth."""
    if hit.precision == "rooftop":
        return "certain" if hit.miles <= within else "beyond"
    if hit.miles > within + ZIP_ERROR:
        return "beyond"
    return "certain" if hit.miles <= within - ZIP_ERROR else "possible"


def _answer(
    store: Store,
    query: Query,
    place: Place | None,
    asked: Mapping[str, tuple[str, ...]],
    today: date,
    found: _Found,
) -> Answer:
    shown = (*found.results, *found.possibly, *found.beyond)
    sources = store.sources()
    days = [service.assured_on for listing in shown for service in listing.services] or [s.as_of for s in sources]
    answer = Answer(
        query=query, place=place, asked=asked, today=today, total=found.total, results=found.results,
        possibly_within=found.possibly, beyond=found.beyond, as_of=min(days, default=""), sources=sources, notes=(),
        lines=public_help().lines,
    )  # fmt: skip
    return replace(answer, notes=tuple(_notes(answer, shown)))


def _notes(answer: Answer, shown: Sequence[Listing]) -> list[Note]:
    query, place = answer.query, answer.place
    notes = []
    if not answer.sources:
        notes.append(Note("no_data", f"The directory is empty: import a file, or ask {LOCATOR}."))
    elif answer.stale:
        notes.append(
            Note(
                "stale",
                f"The oldest of these listings is of {answer.as_of}, {answer.age_days:,} days ago: places move, close "
                f"and change numbers. Ask {LOCATOR} or the lines above first, and call before you go.",
            )
        )
    if not answer.total:
        where = place.label if place is not None else query.near
        what = " that fits all that is asked" if answer.asked or query.name.strip() else ""
        further = "; the nearest beyond are shown" if answer.beyond else ""
        notes.append(Note("empty", f"No listing{what} lies within {query.within:g} miles of {where}{further}."))
    if place is None:
        notes.append(Note("no_point", f"No table knows where ZIP {query.near} lies: its listings have no distance."))
    else:
        notes.append(Note("straight_lines", "Distances are straight lines; roads are longer."))
        if place.kind != "point":
            notes.append(Note("from_centre", f"Distances are measured from the middle of {place.label}."))
    if any(listing.location.precision == "zip_centroid" for listing in shown):
        notes.append(
            Note(
                "zip_centre",
                f"Where it says ZIP centre, the door may lie some miles off (within {ZIP_ERROR:g} for nine in ten).",
            )
        )
    if any(listing.location.flags for listing in shown):
        notes.append(
            Note("doubtful_place", "Where a doubt about a ZIP code or point is marked, ask for the address by phone.")
        )
    if any(expired(service.expires_on, answer.today) for listing in shown for service in listing.services):
        notes.append(
            Note(
                "licence",
                "A licence marked as run out had ended by its date in the file; it may have been renewed since.",
            )
        )
    notes.append(Note("ketamine_use", ketamine_use()[1]))
    codes = {code for group in answer.asked.values() for code in group}
    notes.extend(Note(f"caveat_{code}", said) for code in sorted(codes) if (said := caveat(code)))
    return notes


def expired(expires_on: str | None, today: date) -> bool:
    """Whether a licence had run out by today, by its date in the file."""
    return expires_on is not None and date.fromisoformat(expires_on) < today


def _check(query: Query) -> None:
    if not (LEAST <= query.within <= MOST):  # also false for NaN
        raise _radius(f"{query.within:g} miles is out of range")
    if query.offset < 0 or (query.limit is not None and not 1 <= query.limit <= 1_000):
        raise Refusal("a page has 1 to 1,000 results and begins at 0 or later.", code="page_range", field="limit")
    if len(query.name) > _LONGEST_NAME:
        raise Refusal(f"a name to look for has at most {_LONGEST_NAME} letters.", code="name_format", field="name")
    for group in GROUPS:
        if len(getattr(query, group)) > _MOST_ASKED:
            raise Refusal(
                f"at most {_MOST_ASKED} codes of one group can be asked for.", code="code_unknown", field=group
            )


def _radius(what: str) -> Refusal:
    return Refusal(f"{what}; give {LEAST:g} to {MOST:g} miles, such as 25mi.", code="radius_range", field="within")
