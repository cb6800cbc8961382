"""Which part of a long course does a figure open on? As far as the effects drawn need to come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ketsim.report.grades import short_label
from ketsim.result import central
from ketsim.wording import hours, listed

if TYPE_CHECKING:
    from ketsim.report.panel import Panel
    from ketsim.result import Output, Result

# Ends that a time axis is read easily at [h], how much is left after the last return, and the longest share of the
# course that is worth a picture of its own beside the whole.
_ROUND = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 18.0, 24.0, 36.0, 48.0, 72.0, 96.0)
_ROOM, _LONGEST = 1.15, 0.5


#: What is looked at closely where somebody may stop [h]: before the last dose and after it, and how long a course must
#: go on before and after for that to be a part of its own.
_BEFORE_STOP, _AFTER_STOP = 24.0, 14 * 24.0
_LONG_BEFORE, _LONG_AFTER = 48.0, 48.0
#: The first part of a course of weeks in which nothing says where to end [h].
_A_DAY = 24.0


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a course, from `begin` to `end` [h]: the first one, or the days around the last dose, at `zero` [h].

    lasting: labels of effects that have not come back by the end of it. weeks: of a course that goes on for weeks, so
    that this part has a time unit of its own.
    """

    end: float
    whole: float
    lasting: tuple[str, ...]
    begin: float = 0.0
    zero: float = 0.0
    weeks: bool = False

    @property
    def key(self) -> str:
        """What names it in a page: first or stop."""
        return "first" if self.begin == 0.0 else "stop"

    @property
    def words(self) -> str:
        """Its name on a button."""
        return f"First {hours(self.end)}" if self.begin == 0.0 else "Around the last dose"

    @property
    def sentence(self) -> str:
        """Why it ends there, and that there is more."""
        if self.weeks:
            return ""
        but = f", except \u201c{listed(list(self.lasting))}\u201d" if self.lasting else ""
        return (
            f"The first {hours(self.end)} are shown: by then every line of an effect is back near its baseline{but}. "
            f"The whole course is {hours(self.whole)}."
        )


def first_window(result: Result, panels: Sequence[Panel]) -> Window | None:
    """The part to show first; None where that is most of the course, or where no effect is drawn."""
    effects = [line.output for panel in panels for line in panel.lines if line.output.kind == "effect"]
    if not effects:
        return None
    returns = {output: _return(output, result) for output in effects}
    last = max((dose.time + dose.duration for dose in result.doses), default=0.0)
    needed = max([last, *(time for time in returns.values() if time is not None)]) * _ROOM
    end = next((edge for edge in _ROUND if edge >= needed), None)
    whole = float(result.times[-1])
    if end is None or end > whole * _LONGEST:
        return None
    lasting = dict.fromkeys(short_label(output.label) for output, time in returns.items() if time is None)
    return Window(end=end, whole=whole, lasting=tuple(lasting))


def _return(output: Output, result: Result) -> float | None:
    """When the line is last as far from baseline as counts [h]; None where it still is at the end."""
    far = np.abs(output.median - central(output.measures["baseline"])) >= (output.level or 0.0)
    if not far.any():
        return 0.0
    last = int(np.flatnonzero(far)[-1])
    return None if last + 1 >= len(far) else float(result.times[last + 1])


def close_looks(result: Result, panels: Sequence[Panel]) -> tuple[Window, ...]:
    """The parts of a course of weeks that are worth a closer look: its first hours, and the days around the last dose.

    Of a result without a course over weeks: `first_window`, where there is one.
    """
    first = first_window(result, panels)
    whole = float(result.times[-1])
    if not any(panel.kind == "course" for panel in panels):
        return () if first is None else (first,)
    end = first.end if first is not None else _A_DAY
    found = [Window(end, whole, first.lasting if first is not None else (), weeks=True)]
    stop = max((dose.time + dose.duration for dose in result.doses), default=0.0)
    if stop > _LONG_BEFORE and whole - stop > _LONG_AFTER:
        found.append(Window(min(stop + _AFTER_STOP, whole), whole, (), stop - _BEFORE_STOP, stop, weeks=True))
    return tuple(found)
