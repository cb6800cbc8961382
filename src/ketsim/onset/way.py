"""One way of giving: what was measured and stated, what is simulated for the same doses, and what nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ketsim.dosing import parse_sentence
from ketsim.errors import InputError
from ketsim.evidence import Fact, Gap, Response, fact, gaps, load_source, responses
from ketsim.onset.simulated import Simulated, effects_named, share_of_peak, times_of, typical
from ketsim.units import to_canonical

_COURSE = ("onset", "time_of_peak", "duration")


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured onset, time of peak or duration with what is simulated for that very dose. ends: [h], or shares.

    reason: why nothing is simulated beside it.
    """

    row: Response
    ends: tuple[float, float]
    simulated: tuple[Simulated, ...]
    reason: str | None

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; times in hours."""
        row, suffix = self.row, "" if self.row.metric == "share_of_peak" else "_h"
        return {
            "id": row.id,
            "effect": row.effect,
            "metric": row.metric,
            "time_h": row.time.canonical if row.time is not None else None,
            f"low{suffix}": self.ends[0],
            f"high{suffix}": self.ends[1],
            "dose": row.dose or row.dose_text,
            "source": row.source,
            "where": row.where.at,
            "data_type": row.data_type,
            "certainty": str(row.certainty),
            "misfit": row.misfit,
            "simulated": [s.to_dict() for s in self.simulated],
            "not_known": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Way:
    """One way of giving. not_known: what cannot be said, in sentences; looked_for: what the sources leave open."""

    name: str
    route: str | None
    measured: tuple[Measured, ...]
    stated: tuple[Fact, ...]
    simulated: tuple[Simulated, ...]
    not_known: tuple[str, ...]
    looked_for: tuple[Gap, ...]

    @property
    def doses(self) -> tuple[str, ...]:
        """Every dose that stands in it."""
        measured = (found.row.dose for found in self.measured if found.row.dose is not None)
        return tuple(dict.fromkeys((*measured, *(found.dose for found in self.simulated))))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "name": self.name,
            "route": self.route,
            "measured": [m.to_dict() for m in self.measured],
            "stated": [stated(f) for f in self.stated],
            "simulated": [s.to_dict() for s in self.simulated],
            "not_known": list(self.not_known),
            "looked_for": [{"id": g.id, "source": g.source, "text": g.text} for g in self.looked_for],
        }


def way_of(rules: Mapping[str, Any], way: Mapping[str, Any]) -> Way:
    """The way that a part of ``onset.yaml`` describes; rules: the whole of it."""
    rows = [row for row in responses() if row.metric in rules["metrics"] and _belongs(row, way, rules["push_at_most"])]
    simulated: list[Simulated] = []
    unknown: list[str] = []
    for wanted in way["doses"]:
        try:
            result = typical(wanted["dose"])
        except InputError as error:
            unknown.append(error.sentence)
            continue
        for name in wanted["effects"]:
            simulated += [times_of(wanted["dose"], output, _COURSE) for output in effects_named(result, name)]
            unknown += [n.because for n in result.not_known if n.name == name]
    if not rows and not way["facts"]:
        unknown.insert(0, "no onset, time of peak or duration was published where it could be read.")
    known = {gap.id: gap for gap in gaps()}
    return Way(
        name=way["name"],
        route=way.get("route"),
        measured=tuple(_measured(row) for row in rows),
        stated=tuple(fact(name) for name in way["facts"]),
        simulated=tuple(simulated),
        not_known=tuple(dict.fromkeys(unknown)),
        looked_for=tuple(known[name] for name in way.get("gaps", ())),
    )


def stated(found: Fact) -> dict[str, Any]:
    """A fact as plain data."""
    return {
        "id": found.id,
        "text": found.text,
        "source": found.source,
        "where": found.where.at,
        "certainty": str(found.certainty),
        "link": load_source(found.source).reference.link,
    }


def _belongs(row: Response, way: Mapping[str, Any], longest_push: str) -> bool:
    if row.dose is None:
        return row.id in way.get("rows", ())
    dose = next(e for e in parse_sentence(row.dose).events(None) if e.amount > 0.0)
    if dose.route.value != way.get("route"):
        return False
    push = dose.duration <= to_canonical(longest_push, "time", field="push_at_most")
    return "push" not in way or bool(way["push"]) is push


def _measured(row: Response) -> Measured:
    kind = "fraction" if row.metric == "share_of_peak" else "time"
    low, high = (to_canonical(end, kind, default_unit=row.unit, field=row.id) for end in row.ends)
    if row.dose is None:
        return Measured(row, (low, high), (), "the amount is not stated, so nothing can be simulated beside it.")
    try:
        result = typical(row.dose)
    except InputError as error:
        return Measured(row, (low, high), (), error.sentence)
    found = effects_named(result, row.effect)
    if not found:
        reasons = [n.because for n in result.not_known if n.name == row.effect]
        return Measured(row, (low, high), (), next(iter(reasons), f"{row.effect} is not shown unasked."))
    simulated = (
        [times_of(row.dose, output, (row.metric,)) for output in found]
        if row.time is None
        else [share_of_peak(row.dose, result, output, row.time.canonical) for output in found]
    )
    return Measured(row, (low, high), tuple(simulated), None)
