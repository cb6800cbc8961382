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


@dataclass(frozen=True, slots=True)
class Window:
    """The first part of a course, to `end` [h]. lasting: labels of effects that have not come back by the end of it."""

    end: float
    whole: float
    lasting: tuple[str, ...]

    @property
    def words(self) -> str:
        """Its name on a button."""
        return f"First {hours(self.end)}"

    @property
    def sentence(self) -> str:
        """Why it ends there, and that there is more."""
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
