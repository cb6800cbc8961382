"""What goes on over weeks, for people to read: a small table for each group of readings, rivals beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ketsim.cli import terminal
from ketsim.course_shown import (
    Group,
    counting,
    course_outputs,
    grouped,
    look_of,
    quiet_sentence,
    rows,
    scale_words,
    sheets,
    short,
    structure_sentences,
    whose_numbers,
    width_sentence,
)
from ketsim.wording import hours, listed, sentence_case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ketsim.result import Output, Result

_TIMES: Final = 3  # times asked for that still fit beside a row


def show_course(result: Result) -> None:
    """Print the course: one part a group, and how sure it is."""
    outputs = course_outputs(result)
    if not outputs:
        return
    terminal.paragraph()
    terminal.heading("Over weeks: a model, not a measurement")
    terminal.paragraph(_whose(result, outputs))
    for group, members in grouped(outputs).items():
        _show_group(result, group, members)
    terminal.points("Structures that stand side by side", structure_sentences(outputs))


def _whose(result: Result, outputs: Sequence[Output]) -> str:
    grades = list(dict.fromkeys(output.certainty for output in outputs))
    sure = f"Certainty: {listed(grades)}."
    band = whose_numbers(result)
    return f"{band} People differ. {sure} What is measured of this, and what is assumed, stands under Assumed."


def _show_group(result: Result, group: Group, outputs: Sequence[Output]) -> None:
    moving, still = counting(outputs)
    grades = list(dict.fromkeys(output.certainty for output in outputs))
    terminal.paragraph()
    units = f" [{units}]" if (units := scale_words(outputs)) else ""
    terminal.heading(f"{group.heading}{units}, certainty {listed(grades)}")
    if moving:
        look = look_of(result)
        for sheet in sheets(group, rows(group, moving, look), look):
            terminal.table(sheet.heads, sheet.lines)
        _at_times(result, group, moving)
        if said := width_sentence(group, moving, result.widths):
            terminal.paragraph(said)
    if still:
        terminal.paragraph(quiet_sentence(group, still))


def _at_times(result: Result, group: Group, outputs: Sequence[Output]) -> None:
    """The values at the times asked for, where somebody asked."""
    if not result.scenario.at or len(result.at) > _TIMES:
        return
    for output in outputs:
        said = []
        for cell in result.values_at(output):
            middle = cell.get("value", cell.get("median", 0.0))
            spread = f" ({cell['low']:.2g} to {cell['high']:.2g})" if "low" in cell else ""
            said.append(f"{hours(cell['time_h'])}: {middle:.2g}{spread}")
        terminal.paragraph(f"{sentence_case(short(output, group))}, {output.model}, at {'; '.join(said)}.")
