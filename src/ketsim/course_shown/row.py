"""The rows of a group: for each reading, under each rival structure, how strong, when and how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ketsim.course.process import reading_of
from ketsim.course_shown.cell import lasts, onset, size, time
from ketsim.course_shown.group import AFTER, Group, short
from ketsim.wording import sentence_case

if TYPE_CHECKING:
    from ketsim.result import Output, Result

#: Measures that every reading has; what else one has is told by its name.
_EVERY: Final = frozenset(
    {
        *("baseline", "onset", "peak", "change_at_peak", "time_of_peak", "duration", "area", "at_end"),
        *("peak_after_last_dose", "time_of_peak_after_last_dose"),
        *("onset_after_last_dose", "duration_after_last_dose"),
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """One reading under one structure, or under several that print the same. Texts; empty where there is none.

    reading: short label. structures: keys. at_end: whether it is known by what it is at the end, or by its peak. size:
    that number, with its range. when, onset, lasts: times in words. more: other measures as name -> text.
    """

    output: Output
    reading: str
    structures: tuple[str, ...]
    at_end: bool
    size: str
    when: str
    onset: str
    lasts: str
    more: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """How long is looked at, from the first dose and from the last one on [h]."""

    end: float
    rest: float


def look_of(result: Result) -> Look:
    """How long a result looks."""
    end = float(result.times[-1])
    stop = max((dose.time + dose.duration for dose in result.doses), default=0.0)
    return Look(end=end, rest=max(end - stop, 0.0))


def rows(group: Group, outputs: Sequence[Output], look: Look) -> list[Row]:
    """The rows of a group; rivals that print the same stand in one."""
    found: dict[tuple[str, ...], Row] = {}
    for output in outputs:
        row = _row(group, output, look)
        key = (output.name, row.size, row.when, row.onset, row.lasts, *row.more.values())
        if key in found:
            row = replace(found[key], structures=(*found[key].structures, output.model))
        found[key] = row
    return list(found.values())


def _row(group: Group, output: Output, look: Look) -> Row:
    after = group.after and AFTER in output.measures
    suffix, span = ("_after_last_dose", look.rest) if after else ("", look.end)
    reading = reading_of(output.name)
    at_end = reading is not None and reading.known_of(output.measures) == ("at_end",)
    return Row(
        output=output,
        reading=sentence_case(short(output, group)),
        structures=(output.model,),
        at_end=at_end,
        size=size(output, "at_end" if at_end else f"peak{suffix}"),
        when="" if at_end else time(output, f"time_of_peak{suffix}"),
        onset=onset(output, f"onset{suffix}", lasts=f"duration{suffix}") if after else "",
        lasts="" if at_end else lasts(output, f"duration{suffix}", span),
        more={name: size(output, name) for name in output.measures if name not in _EVERY},
    )
