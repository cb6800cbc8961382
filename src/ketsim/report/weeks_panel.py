"""Which readings of a course share a plot? One plot a reading, its rivals in it, with the same look in every plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ketsim.course_shown import counting, course_outputs, grouped, short
from ketsim.report.panel import MOST_LINES, Line, Panel, look_of
from ketsim.wording import sentence_case

if TYPE_CHECKING:
    from ketsim.course_shown import Group
    from ketsim.result import Output, Result


def weeks_panels(result: Result) -> tuple[Panel, ...]:
    """The panels of the course, in the order of their groups; at most six rivals each."""
    outputs = course_outputs(result)
    models = list(dict.fromkeys(output.model for output in outputs))
    found: list[Panel] = []
    for group, members in grouped(outputs).items():
        for name in dict.fromkeys(output.name for output in members):
            rivals = [output for output in members if output.name == name][:MOST_LINES]
            lines = tuple(Line(o, _name(o, len(rivals)), look_of(models.index(o.model))) for o in rivals)
            loud, _ = counting(rivals)
            found.append(Panel(title=_title(group, rivals[0]), unit=rivals[0].unit, lines=lines, quiet=not loud))
    return tuple(found)


def _title(group: Group, output: Output) -> str:
    """What is read, in words, with its group where the label alone does not say it."""
    if output.label.startswith(f"{group.key}, "):
        return sentence_case(f"{group.key}: {short(output, group)}")
    return sentence_case(output.label)


def _name(output: Output, rivals: int) -> str:
    """The structure in words, since a key says nothing to most readers; of one alone the reading."""
    if rivals == 1:
        return sentence_case(output.label.partition(":")[0])
    return f"{sentence_case(output.model_label.partition(':')[0])} ({output.model})"
