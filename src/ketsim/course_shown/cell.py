"""A number of a course in words, with its range: to two digits, since nothing of a course is known better."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from ketsim.result import central, ends
from ketsim.wording import DAYS, HOURS, MINUTES, hours, number

if TYPE_CHECKING:
    from ketsim.result import Output

_NOTHING: Final = 0.005  # of 10, of 100, fold: nobody could tell it from nothing
_WHOLE: Final = 0.98  # of the time looked at is all of it
#: Below these times [h] a time is said in minutes, and in hours.
_MINUTES_UNTIL, _HOURS_UNTIL = 2.0, 48.0


def range_of(output: Output, measure: str) -> tuple[float, float]:
    """The ends of the range of a measure; the number itself where it has none."""
    return ends(output.ranges.get(measure, output.measures[measure]))


def size(output: Output, measure: str) -> str:
    """A number with its range; to two digits, since nothing of a course is known better."""
    if measure not in output.measures:
        return ""
    if output.measure_units.get(measure, output.unit) == "h":
        return time(output, measure)
    middle, both = central(output.measures[measure]), range_of(output, measure)
    said = plain(middle)
    return _with_range(said, plain(both[0]), plain(both[1])) if math.isfinite(both[0]) else said


def plain(value: float) -> str:
    """A number to two digits."""
    return "0" if abs(value) < _NOTHING else number(value, digits=2)


def _with_range(middle: str, low: str, high: str, unit: str = "") -> str:
    said = f"{middle} {unit}".strip()
    if low == high == middle:
        return said
    return f"{said} ({low} to {high})" if low.startswith("-") else f"{said} ({low}\u2013{high})"


def time(output: Output, measure: str) -> str:
    """A time with its range, both in the unit in which the time is said; empty where it does not exist."""
    if measure not in output.measures:
        return ""
    middle, (low, high) = central(output.measures[measure]), range_of(output, measure)
    if not math.isfinite(middle):
        return ""
    unit, length = _unit_of(high if math.isfinite(high) else middle)
    if not math.isfinite(low):
        return hours(middle, digits=2)
    first, least, most = (number(value / length, digits=2) for value in (middle, low, high))
    unit = "day" if (first, unit) == ("1", "days") else unit
    return _with_range(first, least, most, unit)


def _unit_of(span: float) -> tuple[str, float]:
    """The unit in which a time [h] is said, and its length [h]."""
    if span < _MINUTES_UNTIL:
        return "min", MINUTES.hours
    return ("h", HOURS.hours) if span < _HOURS_UNTIL else ("days", DAYS.hours)


def onset(output: Output, measure: str, *, lasts: str) -> str:
    """From when on it counts; empty where the output does not say. lasts: the measure of how long it counts."""
    if measure not in output.measures:
        return ""
    first, (low, high) = central(output.measures[measure]), range_of(output, measure)
    # The middle of times is that of those in whom it comes at all, which may be a few of many.
    if not math.isfinite(first) or central(output.measures[lasts]) == 0.0:
        return "not reached"
    if first == 0.0:
        return "already there"
    # The range is that of those in whom it comes at all, and says nothing where the one shown is none of them.
    return time(output, measure) if low <= first <= high else hours(first, digits=2)


def lasts(output: Output, measure: str, span: float) -> str:
    """How long it counts; span: how long it could [h]."""
    if measure not in output.measures:
        return ""
    if range_of(output, measure)[1] == 0.0 and central(output.measures[measure]) == 0.0:
        return "not at all"
    whole = central(output.measures[measure]) >= _WHOLE * span
    return f"{'all ' if whole else ''}{time(output, measure)}"
