"""The rows of a group as tables of texts, for the terminal and the page alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ketsim.course_shown.group import Group
from ketsim.course_shown.row import Look, Row
from ketsim.wording import hours, listed, measure_words, number, unit_text


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
    several = len({row.output.unit for row in told}) > 1  # then the heading of the group does not say which is whose
    counts = f"{number(next(iter(levels)))} or more" if len(levels) == 1 else "counts"
    found = [
        _sheet(
            {
                "": [row.reading for row in peaks],
                "structure": [_structures(row, rivals) for row in peaks],
                "at its peak": [_with_unit(row, several) for row in peaks],
                f"after the {since} dose": [row.when for row in peaks],
                f"{counts} from": [row.onset for row in peaks],
                "and for" if group.after else f"{counts} for": [row.lasts for row in peaks],
            }
        ),
        _sheet(
            {
                "": [row.reading for row in ends_of],
                "structure": [_structures(row, rivals) for row in ends_of],
                f"at the end, after {hours(look.end, digits=2)}": [_with_unit(row, several) for row in ends_of],
            }
        ),
        *_more(told, rivals),
    ]
    return tuple(sheet for sheet in found if sheet.lines)


def _with_unit(row: Row, needed: bool) -> str:
    return f"{row.size} {unit_text(row.output.unit)}".removesuffix(" 1") if needed and row.size else row.size


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
