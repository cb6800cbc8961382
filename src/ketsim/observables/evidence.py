"""What does a piece of evidence say, and how sure is it? A fact, a value, a measured row or an interaction, alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ketsim.errors import InputError
from ketsim.evidence import Certainty, fact, load_source
from ketsim.units import KINDS, fits, from_canonical, to_canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """id as the registry names it; low, high: its ends [unit], None where it has none; number: its centre."""

    id: str
    text: str
    source: str
    certainty: str
    provenance: str
    where: str
    number: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None

    @property
    def has_number(self) -> bool:
        """It holds a number or at least one end."""
        return any(x is not None for x in (self.number, self.low, self.high))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "id": self.id,
            "text": self.text,
            "number": self.number,
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
            "certainty": self.certainty,
            "provenance": self.provenance,
            "source": self.source,
            "where": self.where,
        }


@dataclass(frozen=True, slots=True)
class Interval:
    """What is true by evidence: from low to high [unit]; an end is None where nothing bounds it."""

    low: float | None
    high: float | None
    unit: str

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"low": self.low, "high": self.high, "unit": self.unit}


@lru_cache(maxsize=4096)
def evidence(name: str) -> Evidence:
    """The piece of evidence of that id. Raises `InputError` if there is none."""
    bare, _, end = name.rpartition(".") if name.endswith((".low", ".high")) else (name, "", "")
    found = _of_source(bare) if "/" in bare else _of_fact(bare)
    if not end:
        return found
    only = getattr(found, end)
    if only is None:
        raise InputError(f"{bare} states no {end} end.")
    return Evidence(
        id=name, text=found.text, source=found.source, certainty=found.certainty, provenance=found.provenance,
        where=found.where, number=only, unit=found.unit,
    )  # fmt: skip


def weakest(found: Iterable[Evidence]) -> str | None:
    """The certainty of a statement that rests on all of these; None for none."""
    grades = [Certainty(one.certainty) for one in found]
    return str(Certainty.weakest(grades)) if grades else None


def interval(found: Iterable[Evidence], unit: str) -> Interval:
    """From the lowest to the highest number of the evidence, in `unit`.

    A fact that names only an upper end (up to, at most) bounds from above alone. Raises `InputError` for evidence
    without a number, or in a unit that cannot be converted.
    """
    lows: list[float | None] = []
    highs: list[float | None] = []
    for one in found:
        if not one.has_number:
            raise InputError(f"{one.id} states no number, so it cannot be part of a reference interval.")
        spread = (one.low is not None, one.high is not None)
        ends = {(True, True): (one.low, one.high), (False, False): (one.number, one.number)}.get(
            spread, (one.low if spread[0] else one.number, one.high if spread[1] else one.number)
        )
        lows.append(None if ends[0] is None else convert(ends[0], one.unit or "1", unit))
        highs.append(None if ends[1] is None else convert(ends[1], one.unit or "1", unit))
    known_lows = [x for x in lows if x is not None]
    known_highs = [x for x in highs if x is not None]
    low = None if not known_lows or None in lows else min(known_lows)
    high = None if not known_highs or None in highs else max(known_highs)
    return Interval(low, high, unit)


def convert(number: float, unit: str, to: str) -> float:
    """The number in another unit. Raises `InputError` where there is no way from one to the other."""
    if unit == to:
        return number
    for kind in KINDS:
        try:
            if fits(unit, kind) and fits(to, kind):
                return round(from_canonical(to_canonical(number, kind, default_unit=unit), to, kind), 9)
        except InputError:
            continue
    raise InputError(f"{unit!r} cannot be converted to {to!r}.")


def _of_fact(name: str) -> Evidence:
    said = fact(name)
    return Evidence(
        id=name,
        text=said.text,
        source=said.source,
        certainty=str(said.certainty),
        provenance=str(said.provenance),
        where=said.where.at,
        number=said.number,
        low=said.low,
        high=said.high,
        unit=said.unit,
    )


def _of_source(name: str) -> Evidence:
    key, _, entry = name.partition("/")
    source = load_source(key)
    if entry in source.values:
        value = source.values[entry]
        return Evidence(
            id=name,
            text=f"{entry} in {key}",
            source=key,
            certainty=str(value.certainty),
            provenance=str(value.provenance),
            where=value.where.at,
            number=value.number,
            unit=value.unit,
        )
    for row in source.observed:
        if row.id == entry:
            return Evidence(
                id=name,
                text=f"{row.metric} of {row.analyte} after {row.dose or row.dose_text}: {row.population.text}",
                source=key,
                certainty=str(row.certainty),
                provenance=str(row.provenance),
                where=row.where.at,
                number=row.number,
                low=row.spread.low if row.spread is not None else None,
                high=row.spread.high if row.spread is not None else None,
                unit=row.unit,
            )
    for found in source.interactions:
        if found.id == entry:
            return Evidence(
                id=name,
                text=f"{found.factor}: {found.metric} of {found.analyte} {found.route}, as a ratio to without it",
                source=key,
                certainty=str(found.certainty),
                provenance=str(found.provenance),
                where=found.where.at,
                number=found.ratio,
                low=found.ci.low if found.ci is not None else None,
                high=found.ci.high if found.ci is not None else None,
                unit="1",
            )
    raise InputError(f"{key} has no value, no measured row and no interaction {entry[:60]!r}.")
