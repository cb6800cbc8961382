"""An answer about safety for people to read, as JSON, or as a page: the alarm comes first in each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from ketsim.cli import terminal
from ketsim.cli.delivery import Delivery
from ketsim.cli.jsonout import print_json
from ketsim.notice import NOTICE, public_help

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ketsim.safety.alarm import Alarm
    from ketsim.safety.answer import SafetyAnswer, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """How the answer is given."""

    json: Annotated[bool, Parameter(help="Print one JSON object instead of text.")] = False
    report: Annotated[Path | None, Parameter(help="File for a self-contained HTML page.")] = None


def give(answer: SafetyAnswer, faces: Faces) -> int:
    """Print the answer, and write its page where one is asked for."""
    with Delivery() as delivery:
        if faces.report is not None:
            from ketsim.report.safety_page import answer_page

            delivery.text(faces.report, answer_page(answer))
    if faces.json:
        print_json(answer.to_dict())
    else:
        _show(answer)
    return 0


def list_questions(questions: Iterable[tuple[str, str]], *, json: bool) -> int:
    """Print the questions of a checklist with their names."""
    if json:
        print_json({"items": [{"id": name, "question": asks} for name, asks in questions]})
    else:
        terminal.facts(questions)
    return 0


def show_alarms(alarms: Iterable[Alarm]) -> None:
    """Print alarms, before anything else."""
    for alarm in alarms:
        first, *rest = alarm.sentences
        terminal.heading(first)
        for sentence in rest:
            terminal.paragraph(sentence)
        terminal.paragraph()


def _show(answer: SafetyAnswer) -> None:
    show_alarms(answer.alarms)
    terminal.heading(answer.title)
    terminal.paragraph(answer.headline)
    for section in answer.sections:
        terminal.points(section.heading, map(_line, section.statements))
    terminal.points("Not known", (unknown.sentence for unknown in answer.not_known))
    terminal.points("Assumed", answer.assumptions)
    if not answer.alarms:
        help_ = public_help()
        terminal.points("Help, now and free", (line.sentence for line in help_.lines))
        terminal.paragraph(help_.elsewhere)
    terminal.points("Where every statement comes from", (f"ketsim sources {key}" for key in answer.sources))
    terminal.paragraph()
    terminal.paragraph(NOTICE)


def _line(said: Statement) -> str:
    if said.certainty is None:
        return said.text
    return f"{said.text} [{', '.join(said.sources)}; certainty {said.certainty}]"
