"""How is what goes on over weeks shown? In groups that a person asks about, rival structures beside each other, and for
each the number that it is known by: how strong, when, how long.

Terminal and page are both made from the rows here; nothing is computed but which numbers are told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ketsim.course.process import reading_of
from ketsim.result import central, ends
from ketsim.wording import DAYS, HOURS, MINUTES, hours, listed, measure_words, number, sentence_case, unit_text

if TYPE_CHECKING:
    from ketsim.course.ensemble import Width
    from ketsim.result import Output, Result

_NOTHING: Final = 0.005  # of 10, of 100, fold: nobody could tell it from nothing
_WHOLE: Final = 0.98  # of the time looked at is all of it
#: Below these times [h] a time is said in minutes, and in hours.
MINUTES_UNTIL, HOURS_UNTIL = 2.0, 48.0
#: The measure of a reading that is counted from the last dose on.
_AFTER: Final = "peak_after_last_dose"
#: Measures that every reading has; what else one has is told by its name.
_EVERY: Final = frozenset(
    {
        *("baseline", "onset", "peak", "change_at_peak", "time_of_peak", "duration", "area", "at_end"),
        *("peak_after_last_dose", "time_of_peak_after_last_dose"),
        *("onset_after_last_dose", "duration_after_last_dose"),
    }
)


@dataclass(frozen=True, slots=True)
class Group:
    """Readings that answer one question. begins: how their names begin. after: counted from the last dose on."""

    key: str
    name: str
    begins: tuple[str, ...]
    after: bool = False

    @property
    def heading(self) -> str:
        """Its name, and from when on it is told."""
        return f"{self.name} after the last dose" if self.after else self.name


GROUPS: Final = (
    Group("mood", "Mood", ("madrs", "still_well", "in_treatment", "synaptic_signal")),
    Group("use", "Doses decided on the way", ("amount_per", "sessions_per", "loop_gain", "boosters")),
    Group("tolerance", "Tolerance and long-run load", ("tolerance", "long_run_load")),
    Group("withdrawal", "Withdrawal", ("withdrawal",), after=True),
    Group("craving", "Craving", ("craving",), after=True),
    Group("dependence", "Dependence", ("physical_dependence", "psychological_dependence")),
    Group("relapse", "Relapse", ("relapse",)),
    Group("harm", "Harm", ("urinary",)),
)
_OTHER: Final = Group("other", "Also", ("",))


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


def course_outputs(result: Result) -> list[Output]:
    """Every reading of the course, in its order."""
    return [output for output in result.outputs if output.kind == "course"]


def grouped(outputs: Iterable[Output]) -> dict[Group, list[Output]]:
    """The readings by group, in the order in which the groups are read."""
    found: dict[Group, list[Output]] = {}
    for output in outputs:
        group = next((g for g in GROUPS if output.name.startswith(g.begins)), _OTHER)
        found.setdefault(group, []).append(output)
    return {_as_told(group, found[group]): found[group] for group in (*GROUPS, _OTHER) if group in found}


def _as_told(group: Group, outputs: Sequence[Output]) -> Group:
    """Where doses are decided on the way nobody knows which is the last one."""
    return replace(group, after=group.after and any(_AFTER in output.measures for output in outputs))


def counting(outputs: Sequence[Output]) -> tuple[list[Output], list[Output]]:
    """Readings of which the change counts in somebody, under any of their rivals, and those of which it does not."""
    loud = {output.name for output in outputs if reach(output) >= (output.level or 0.0)}
    return (
        [output for output in outputs if output.name in loud],
        [output for output in outputs if output.name not in loud],
    )


def reach(output: Output) -> float:
    """The largest change from where it began, over the range; in its unit."""
    if "change_at_peak" not in output.measures:
        return math.inf
    sizes = (central(output.measures["change_at_peak"]), *_range(output, "change_at_peak"))
    return max((abs(size) for size in sizes if math.isfinite(size)), default=0.0)


def quiet_sentence(group: Group, outputs: Sequence[Output]) -> str:
    """Which readings never change by as much as counts, and how far they go; empty where there are none."""
    if not outputs:
        return ""
    names: dict[str, list[Output]] = {}
    for output in outputs:
        names.setdefault(short(output, group), []).append(output)
    said = [f"{name} (at most {_plain(max(map(reach, same)))})" for name, same in names.items()]
    levels = {f"{number(output.level)} {unit_text(output.unit)}".removesuffix(" 1") for output in outputs}
    counts = levels.pop() if len(levels) == 1 else "what counts"
    return f"In 95 % of people these move by less than {counts}: {listed(said)}."


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


def short(output: Output, group: Group) -> str:
    """The label of a reading, without what the heading of its group has said and what explains it.

    A reading "withdrawal, low mood" of the group of withdrawal is "low mood".
    """
    label = output.label.removeprefix(f"{group.key}, ")
    return label.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of texts: its headings and its lines, each as long as they are."""

    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def sheets(group: Group, told: Sequence[Row], look: Look) -> tuple[Sheet, ...]:
    """The rows of a group as tables: those known by their peak, those known by their end, and what else they measure.

    A column that nothing stands in is left out.
    """
    rivals = len({key for row in told for key in row.structures})
    peaks = [row for row in told if not row.at_end]
    ends_of = [row for row in told if row.at_end]
    since = "last" if group.after else "first"
    levels = {row.output.level for row in peaks}
    counts = f"{number(next(iter(levels)))} or more" if len(levels) == 1 else "counts"
    found = [
        _sheet(
            {
                "": [row.reading for row in peaks],
                "structure": [_structures(row, rivals) for row in peaks],
                "at its peak": [row.size for row in peaks],
                f"after the {since} dose": [row.when for row in peaks],
                f"{counts} from": [row.onset for row in peaks],
                "and for" if group.after else f"{counts} for": [row.lasts for row in peaks],
            }
        ),
        _sheet(
            {
                "": [row.reading for row in ends_of],
                "structure": [_structures(row, rivals) for row in ends_of],
                f"at the end, after {hours(look.end, digits=2)}": [row.size for row in ends_of],
            }
        ),
        *_more(told, rivals),
    ]
    return tuple(sheet for sheet in found if sheet.lines)


def _structures(row: Row, rivals: int) -> str:
    return "all" if len(row.structures) == rivals > 1 else listed(list(row.structures))


def _sheet(columns: Mapping[str, Sequence[str]]) -> Sheet:
    filled = {head: cells for head, cells in columns.items() if any(cells)}
    return Sheet(tuple(filled), tuple(zip(*filled.values(), strict=True)))


def _more(told: Sequence[Row], rivals: int) -> Iterator[Sheet]:
    """What else is measured: of one reading a line a measure, of several a line a reading."""
    having = [row for row in told if row.more]
    names = list(dict.fromkeys(name for row in having for name in row.more))
    names = [name for name in names if any(row.more.get(name) for row in having)]
    if not names:
        return
    words = [_measure(having, name) for name in names]
    if len({row.reading for row in having}) == 1:
        yield _sheet(
            {
                having[0].reading: words,
                **{_structures(row, rivals): [row.more.get(name, "") for name in names] for row in having},
            }
        )
        return
    yield _sheet(
        {
            "": [row.reading for row in having],
            "structure": [_structures(row, rivals) for row in having],
            **{said: [row.more.get(name, "") for row in having] for name, said in zip(names, words, strict=True)},
        }
    )


def _measure(having: Sequence[Row], name: str) -> str:
    """A measure in words, with its unit where it is not that of the reading."""
    units = {(row.output.measure_units.get(name), row.output.unit) for row in having if name in row.more}
    own = {unit for unit, of_reading in units if unit not in (None, of_reading, "h")}
    return measure_words(name, short=True) + (f" [{unit_text(own.pop() or '')}]" if len(own) == 1 else "")


def scale_words(outputs: Sequence[Output]) -> str:
    """The units of a group: "of 10", or each where they differ."""
    return listed(list(dict.fromkeys(unit_text(output.unit) for output in outputs if output.unit != "1")))


def width_sentence(group: Group, outputs: Sequence[Output], widths: Iterable[Width]) -> str:
    """Where the width of the group comes from, the largest part first; empty where there is no width."""
    names = {output.name for output in outputs}
    told = [width for width in widths if width.output in names]
    parts = {
        "how people differ": [width.people for width in told],
        "numbers that nobody knows well (parameters)": [width.parameters for width in told],
        "which structure is right": [width.structures for width in told],
    }
    if not any(share > 0.0 for shares in parts.values() for share in shares):
        return ""
    ranked = sorted(parts.items(), key=lambda part: -max(part[1]))
    said = [f"{words} {_percent(shares)}" for words, shares in ranked]
    return f"Width of these ranges, by where it comes from: {'; '.join(said)}."


def whose_numbers(result: Result) -> str:
    """What a number of the course stands for, and its range."""
    if result.subjects > 1:
        return "A number is the median; in brackets 90 % of people."
    if result.by_chance:
        return "A number is the median of possible courses of one person; in brackets 90 % of them."
    return "A number is the typical person; in brackets 90 % of parameter sets and people of such a body."


def structure_sentences(outputs: Iterable[Output]) -> Iterator[str]:
    """Each structure that is shown, in words."""
    for key, label in dict.fromkeys((output.model, output.model_label) for output in outputs):
        yield f"{key}: {label}"


def _percent(shares: Sequence[float]) -> str:
    low, high = (f"{100.0 * share:.0f}" for share in (min(shares), max(shares)))
    return f"{low} %" if low == high else f"{low} to {high} %"


def _row(group: Group, output: Output, look: Look) -> Row:
    after = group.after and _AFTER in output.measures
    suffix, span = ("_after_last_dose", look.rest) if after else ("", look.end)
    reading = reading_of(output.name)
    at_end = reading is not None and reading.known_by == "at_end" and "at_end" in output.measures
    return Row(
        output=output,
        reading=sentence_case(short(output, group)),
        structures=(output.model,),
        at_end=at_end,
        size=_size(output, "at_end" if at_end else f"peak{suffix}"),
        when="" if at_end else _time(output, f"time_of_peak{suffix}"),
        onset=_onset(output, f"onset{suffix}") if after else "",
        lasts="" if at_end else _lasts(output, f"duration{suffix}", span),
        more={name: _size(output, name) for name in output.measures if name not in _EVERY},
    )


def _range(output: Output, measure: str) -> tuple[float, float]:
    return ends(output.ranges.get(measure, output.measures[measure]))


def _size(output: Output, measure: str) -> str:
    """A number with its range; to two digits, since nothing of a course is known better."""
    if measure not in output.measures:
        return ""
    if output.measure_units.get(measure, output.unit) == "h":
        return _time(output, measure)
    middle, both = central(output.measures[measure]), _range(output, measure)
    said = _plain(middle)
    return _with_range(said, _plain(both[0]), _plain(both[1])) if math.isfinite(both[0]) else said


def _plain(value: float) -> str:
    return "0" if abs(value) < _NOTHING else number(value, digits=2)


def _with_range(middle: str, low: str, high: str, unit: str = "") -> str:
    said = f"{middle} {unit}".strip()
    if low == high == middle:
        return said
    return f"{said} ({low} to {high})" if low.startswith("-") else f"{said} ({low}\u2013{high})"


def _time(output: Output, measure: str) -> str:
    """A time with its range, both in the unit in which the time is said; empty where it does not exist."""
    if measure not in output.measures:
        return ""
    middle, (low, high) = central(output.measures[measure]), _range(output, measure)
    if not math.isfinite(middle):
        return ""
    unit, size = _unit_of(high if math.isfinite(high) else middle)
    if not math.isfinite(low):
        return f"{number(middle / size, digits=2)} {unit}"
    first, least, most = (number(value / size, digits=2) for value in (middle, low, high))
    return _with_range(first, least, most, unit)


def _unit_of(time: float) -> tuple[str, float]:
    """The unit in which a time [h] is said, and its length [h]."""
    if time < MINUTES_UNTIL:
        return "min", MINUTES.hours
    return ("h", HOURS.hours) if time < HOURS_UNTIL else ("days", DAYS.hours)


def _onset(output: Output, measure: str) -> str:
    if measure not in output.measures:
        return ""
    first, (low, high) = central(output.measures[measure]), _range(output, measure)
    if first == 0.0:
        return "already there"
    if not math.isfinite(first):
        return "not reached"
    # The range is that of those in whom it comes at all, and says nothing where the one shown is none of them.
    return _time(output, measure) if low <= first <= high else hours(first, digits=2)


def _lasts(output: Output, measure: str, span: float) -> str:
    """How long it counts; span: how long it could [h]."""
    if measure not in output.measures:
        return ""
    if _range(output, measure)[1] == 0.0 and central(output.measures[measure]) == 0.0:
        return "not at all"
    whole = central(output.measures[measure]) >= _WHOLE * span
    return f"{'all ' if whole else ''}{_time(output, measure)}"
