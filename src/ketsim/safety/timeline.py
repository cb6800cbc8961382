"""What stands on the clock of a visit? Doses, published and simulated effects, checks and rules, each with its time.

The rules and the published times are data, see `session_book`. When somebody may leave is the business of `session`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ketsim.dosing import DoseEvent
from ketsim.errors import InputError
from ketsim.result import Output, Result, central, ends
from ketsim.safety.answer import Statement, statement
from ketsim.safety.session_book import Published, Simulated, book, time_of
from ketsim.safety.visit import Visit, end_of
from ketsim.wording import hours, hours_span, number

Kind = Literal["dose", "effect", "check", "rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the timeline, at `time` [h] after the start of the first dose, with its range.

    sources, certainty: of a simulated line; others have those of their facts.
    """

    time: float
    what: str
    kind: Kind
    facts: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    sources: tuple[str, ...] = ()
    certainty: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        spread, said = {"low_h": self.low, "high_h": self.high}, self.said()
        return {
            "time_h": self.time,
            "what": self.what,
            "kind": self.kind,
            "certainty": said.certainty,
            "sources": list(said.sources),
            "facts": list(self.facts),
            **{name: end for name, end in spread.items() if end is not None},
        }

    def said(self) -> Statement:
        """The line as a sentence."""
        there = hours(self.time) if self.time > 0.0 else "Start"
        known = self.low is not None and self.high is not None and self.low < self.high
        spread = f" ({hours_span(self.low, self.high)})" if known else ""
        text = f"{there}{spread}: {self.what}"
        if self.certainty is not None:
            return Statement(text=text, certainty=self.certainty, sources=self.sources)
        return statement(text, *self.facts)


def doses(visit: Visit) -> Iterator[Row]:
    """Every dose, from its start to its end."""
    for event in visit.events:
        over = f" over {hours(event.duration)}" if event.duration > 0.0 else ""
        amount = f"{number(event.amount, digits=4)} {'mg/kg' if event.per_kg else 'mg'}"
        start = event.time + event.lag
        yield Row(
            time=start, what=f"{amount} {event.drug} {event.route}{over}.", kind="dose", low=start, high=end_of(event)
        )


def published(visit: Visit) -> Iterator[tuple[Row, bool]]:
    """What sources say happens, and whether nobody leaves before it is over."""
    for entry in book().published:
        told = [event for event in visit.events if entry.holds_for(event)]
        if told:
            yield _published_row(entry, max(told, key=end_of)), entry.leaves


def _published_row(entry: Published, event: DoseEvent) -> Row:
    low, middle, high = time_of(entry.fact)
    base = end_of(event) if entry.counts_from == "end" else event.time + event.lag
    counts = "the end" if entry.counts_from == "end" else "the start"
    # what must be over is over at the late end of a range
    at = high if entry.leaves else middle
    what = f"{entry.what} (published, counted from {counts} of the last dose)."
    return Row(time=base + at, what=what, kind="effect", facts=(entry.fact,), low=base + low, high=base + high)


def simulated(result: Result | None) -> Iterator[tuple[Row, bool]]:
    """Peak and end of the simulated effects, and whether nobody leaves before it."""
    if result is None:
        return
    for entry in book().simulated:
        output = output_of(result, entry)
        if output is not None and _moves(output):
            yield _peak(entry, output), False
            yield _over(entry, output, result), entry.leaves


def output_of(result: Result, entry: Simulated) -> Output | None:
    """The output that an entry speaks of; None where the simulation does not give it."""
    try:
        return result.output(entry.output)
    except InputError:
        return None


def _moves(output: Output) -> bool:
    """The effect reaches the level that counts, so that it has a peak and an end worth a line."""
    needed = ("time_of_peak", "change_at_peak", "duration")
    if not all(name in output.measures and isfinite(central(output.measures[name])) for name in needed):
        return False
    return central(output.measures["duration"]) > 0.0


def _peak(entry: Simulated, output: Output) -> Row:
    time, change = output.measures["time_of_peak"], output.measures["change_at_peak"]
    low, high = ends(change)
    amount = f"{number(central(change))} {output.unit} from baseline"
    people = f", {number(low)} to {number(high)} over people" if low < high else ""
    return _row(output, f"{entry.peak} (simulated: {amount}{people}).", central(time), *ends(time))


def _over(entry: Simulated, output: Output, result: Result) -> Row:
    level = abs(output.level or 0.0)
    what = f"{entry.over} {number(level)} {output.unit} from baseline (simulated)."
    low, middle, high = sorted(_last_above(result, curve, output) for curve in (output.low, output.median, output.high))
    duration = ends(output.measures["duration"])[1]
    onset = ends(output.measures["onset"])[1]
    late = max(high, onset + duration) if isfinite(onset + duration) else high
    return _row(output, what, middle, low, late)


def _last_above(result: Result, curve: NDArray[np.float64], output: Output) -> float:
    """[h] The last time at which a curve is further from its baseline than the level that counts."""
    change = np.abs(curve - central(output.measures["baseline"]))
    above = np.flatnonzero(change >= abs(output.level or 0.0))
    if above.size == 0:
        return 0.0
    # the next time that was looked at is the first at which it is surely over
    return float(result.times[min(int(above[-1]) + 1, result.times.size - 1)])


def _row(output: Output, what: str, time: float, low: float, high: float) -> Row:
    return Row(
        time=time, what=what, kind="effect", low=low, high=high, sources=output.sources, certainty=output.certainty
    )


def checks_before(visit: Visit, leave: float) -> Iterator[Row]:
    """What is checked before the dose, the doses, and what holds the whole time."""
    told = book()
    yield Row(time=0.0, what=told.before.text, kind="check", facts=told.before.facts)
    yield from doses(visit)
    for entry in told.during:
        yield Row(time=0.0, what=entry.text, kind="rule", facts=entry.facts, low=0.0, high=leave)


def checks_after(visit: Visit, leave: float) -> Iterator[Row]:
    """What is checked after the dose, and once more at the time of leaving."""
    told = book()
    for event in visit.events:
        if event.duration > 0.0:
            yield Row(
                time=end_of(event), what=told.end_of_infusion.text, kind="check", facts=told.end_of_infusion.facts
            )
    first = visit.last.time + visit.last.lag + time_of(told.pressure.fact)[1]
    yield Row(time=first, what=told.pressure.text, kind="check", facts=told.pressure.facts, low=first, high=leave)
    yield Row(time=leave, what=told.last.text, kind="check", facts=told.last.facts)


def minimum_words(minimum: float, visit: Visit) -> str:
    """That the minimum observation is over, and what that does not mean."""
    after = hours(minimum - visit.end)
    if all(map(as_measured, visit.events)):
        return f"The minimum observation of {after} after the last dose ends; it is no permission to leave."
    return f"The minimum observation of {after} after the last dose, assumed here, ends; it is no permission to leave."


def as_measured(event: DoseEvent) -> bool:
    """The minimum observation was stated for doses such as this one."""
    way = book().observation.measured
    return event.route is way.route and event.drug is way.drug


def driving(visit: Visit) -> Row:
    """When somebody may drive again."""
    text, facts = driving_told(visit)
    return Row(time=not_before(visit), what=text, kind="rule", facts=facts)


def driving_told(visit: Visit) -> tuple[str, tuple[str, ...]]:
    """The sentence about driving, and its facts."""
    told = book().driving if all(map(as_measured, visit.events)) else book().driving_injection
    return told.text, told.facts


def not_before(visit: Visit) -> float:
    """[h] Before this nobody drives, whatever the night was like: the label of ketamine after anaesthesia."""
    return visit.end + time_of(book().anaesthesia_driving)[1]
