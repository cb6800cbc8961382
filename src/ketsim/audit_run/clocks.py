"""A time that a page states about a course: which time constants would make it true, and what else would follow?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from ketsim.audit import Judgement
from ketsim.audit.interval import stated
from ketsim.audit_run.beside import Ends, PageRun, Row, ends_text
from ketsim.audit_run.book import Clock, Shown, book
from ketsim.audit_run.stretch import Bench, Stretch, published_stretch, solve
from ketsim.course.structure import Structure
from ketsim.evidence import Value
from ketsim.observables import convert, reference_of, registry
from ketsim.plan import make_plan
from ketsim.scenario import Scenario
from ketsim.wording import number

_SCALE: Final = "of "  # how the unit of a score begins, which needs no conversion
_AS_THEY_STAND: Final = 1.0
_LONGEST: Final = 24.0 * 365.0  # [h] a year is looked at, at most


def clock_of(one: Judgement) -> Clock | None:
    """The clock that a claim is about; None where it is about none, or states no time."""
    quantity = one.claim.quantity
    if quantity is None or not quantity.is_time or one.claim.polarity == "deny":
        return None
    groups = one.claim.sentence
    for clock in book().clocks:
        fits = groups.issuperset(clock.notions) and groups.isdisjoint(clock.without)
        if one.claim.observable in clock.observables and fits:
            return clock
    return None


def said(one: Judgement, clock: Clock) -> Ends:
    """What a claim states, in the unit of the clock."""
    low, high, unit = stated(one.claim.quantity, clock.unit)
    return (low, high) if unit == clock.unit else (None, None)


def clock_runs(clock: Clock, ends: Ends, claims: tuple[int, ...], observable: str) -> Iterator[PageRun]:
    """The course under each rival, as it stands and with its clocks stretched."""
    low, high = (None if end is None else convert(end, clock.unit, "h") for end in ends)
    scenario = _scenario(clock, 0.0 if high is None else high, low or 0.0)
    bench = _bench(scenario, tuple(dict.fromkeys(shown.output for shown in book().lists[clock.implied])))
    wanted = (clock.output, clock.measure)
    for structure in _rivals(bench, clock):
        found = solve(bench, structure, clock.stretched, wanted, low or 0.0, float("inf") if high is None else high)
        rows = tuple(_row(shown, found, structure.key) for shown in book().lists[clock.implied])
        yield PageRun(
            kind="clock",
            claims=claims,
            observable=observable,
            said=ends,
            unit=clock.unit,
            reference=_reference(clock),
            request=scenario.dose,
            page_request=scenario.dose,
            model=structure.key,
            stretch=found.factor,
            reached=found.factor is not None,
            finding=_finding(clock, structure, found),
            rows=rows,
            certainty=bench.certainty(structure, clock.output),
            alarms=bench.plan.alarms,
        )


def _scenario(clock: Clock, high: float, low: float) -> Scenario:
    """The request of the observable, with the readings of the clock, looked at for long enough."""
    (asked, *_) = registry()[clock.scenario_of].simulated
    fields: dict[str, Any] = dict(asked.scenario)
    fields["course"] = sorted({shown.output for shown in book().lists[clock.implied]} | {clock.output})
    scenario = Scenario(**fields)
    return Scenario(**{**fields, "until": min((scenario.until or 0.0) + 2.0 * max(high, low), _LONGEST)})


@lru_cache(maxsize=8)
def _bench(scenario: Scenario, outputs: tuple[str, ...]) -> Bench:
    return Bench(make_plan(scenario), outputs)


def _rivals(bench: Bench, clock: Clock) -> Iterator[Structure]:
    """Structures of the part that the output belongs to."""
    for variant in bench.course.variants:
        yield variant.of_reading(clock.output)


def _row(shown: Shown, found: Stretch, model: str) -> Row:
    def ends(measures: Mapping[tuple[str, str], float]) -> Ends:
        value = measures[shown.output, shown.measure]
        told = None if value != value else value if shown.unit.startswith(_SCALE) else convert(value, "h", shown.unit)
        return told, told

    page = None if found.stretched is None else ends(found.stretched)
    return Row(shown.label, shown.unit, ends(found.plain), page, model)


def _finding(clock: Clock, structure: Structure, found: Stretch) -> str:
    numbers = ", ".join(_named(structure.values[name]) for name in clock.stretched)
    if found.factor is None:
        reach = "nothing" if found.first != found.first else _reach(clock, found)
        low, high = published_stretch(structure, clock.stretched)
        return (
            f"Within the ranges that are given for {numbers} (times {number(low)} to {number(high)}) nothing reaches "
            f"the page's number: they reach {reach}."
        )
    if found.factor == _AS_THEY_STAND:
        return "The simulation with the reference numbers lies within what the page says; nothing is stretched."
    return (
        f"The page's number needs {numbers}, times {number(found.factor)}: within the ranges that are given for them."
    )


def _reach(clock: Clock, found: Stretch) -> str:
    return ends_text((convert(found.first, "h", clock.unit), convert(found.last, "h", clock.unit)), clock.unit)


def _named(value: Value) -> str:
    return f"{value.label} ({number(value.number)} {value.unit})"


def _reference(clock: Clock) -> str:
    one = registry()[clock.scenario_of]
    interval = reference_of(one)
    if interval is None:
        return "nothing"
    told = ends_text((interval.low, interval.high), interval.unit)
    return told if one.established or one.missing is None else f"{told} ({one.missing.rstrip('.')})"
