"""``ketsim answer``: a question in plain English, answered from the evidence; and the list of what can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ketsim.cli import terminal
from ketsim.cli.jsonout import envelope, print_json
from ketsim.cli.safety.show import show_alarms
from ketsim.errors import InputError
from ketsim.notice import NOTICE, public_help
from ketsim.wording import number, sentence_case

_TRUTHS: Final = {
    "affirm": "By the evidence that holds.",
    "deny": "By the evidence that does not hold.",
    "mixed": "By the evidence that holds in part.",
    "unknown": "No evidence for or against it was found.",
    "uncheckable": "That cannot be checked from outside.",
}

if TYPE_CHECKING:
    from ketsim.answers import Answer
    from ketsim.observables.simulated import Beside


def answer(question: str | None = None, /, *, list: bool = False, json: bool = False) -> int:  # noqa: A002
    """Answer a question, with numbers, sources and certainty; what may be an emergency leads to help first.

    Parameters
    ----------
    question:
        A question in quotes, such as "when does withdrawal peak?".
    list:
        Print every question that can be answered, by topic.
    json:
        Print one JSON object instead of text.
    """
    if list:
        return _list(json)
    if question is None:
        raise InputError(
            'question is missing; ask one in quotes, such as ketsim answer "how long does ketamine stay in urine?", '
            "or give --list."
        )
    from ketsim.answers import answer as find

    found = find(question)
    if json:
        print_json(found.to_dict())
    else:
        _show(found)
    return 0


def _list(json: bool) -> int:
    from ketsim.observables import registry

    every = registry().values()
    if json:
        rows = [
            {
                "observable": one.name,
                "also": [*one.also],
                "topic": one.topic,
                "kind": one.kind,
                "unit": one.unit,
                "definition": one.definition,
                "asks": [*one.asks],
            }
            for one in every
        ]
        print_json(envelope("answer", observables=rows))
        return 0
    for topic in dict.fromkeys(one.topic for one in every):
        rows_here = [f"{one.asks[0]}  ({one.name})" for one in every if one.topic == topic]
        terminal.points(sentence_case(topic), rows_here)
    return 0


def _show(found: Answer) -> None:
    show_alarms(found.alarms)
    terminal.heading(found.question)
    terminal.paragraph(found.text)
    if found.observable is None:
        _nearest(found, "Nearest questions that can be answered")
    else:
        _evidence(found)
    if not found.alarms:
        help_ = public_help()
        terminal.points("Help, now and free", (line.sentence for line in help_.lines))
        terminal.paragraph(help_.elsewhere)
    terminal.points("Where every statement comes from", (f"ketsim sources {key}" for key in found.sources))
    terminal.paragraph()
    terminal.paragraph(NOTICE)


def _evidence(found: Answer) -> None:
    from ketsim.answers.sentence import plain

    one = found.observable
    assert one is not None  # it was understood
    if found.range_in_words:
        solid = "" if one.established else "; no primary source in people stands behind it"
        terminal.paragraph(f"By the evidence: {found.range_in_words}{solid}.")
    held = "" if one.truth is None else f" {_TRUTHS[one.truth]}"
    terminal.paragraph(f'Certainty: {found.certainty}. Understood as: "{one.definition}"{held}')
    if one.missing:
        terminal.paragraph(f"What a short sentence leaves out: {one.missing}")
    terminal.points("Numbers and statements behind it", found.numbers)
    for series in found.to_dict()["series"]:
        trend = "" if series["trend"] else " (too few points for a trend)"
        terminal.points(
            f"{sentence_case(series['what'])}: {series['population']}; {series['survey']}{trend}",
            [f"{point['date']}: {plain(point['number'])}" for point in series["points"]],
        )
    terminal.points("What contradicts it", (f"{e.text} [{e.source}; {e.certainty}]" for e in found.against))
    terminal.points("Law", (rule.text for rule in found.rules))
    terminal.points("Simulated, beside the evidence and never in its place", map(_simulated, found.simulated))
    terminal.points("Not known", (unknown.sentence for unknown in found.not_known))
    _nearest(found, "If something else was meant")


def _simulated(row: Beside) -> str:
    if row.value is None:
        value = "not reached"
    elif row.low is not None and row.high is not None and row.low != row.high:
        value = f"{number(row.value)} {row.unit} ({number(row.low)} to {number(row.high)})"
    else:
        value = f"{number(row.value)} {row.unit}"
    apart = f" It lies apart from the evidence: {row.because or 'not explained'}." if row.apart else ""
    what = f"{row.output.replace('_', ' ')}, {row.measure.replace('_', ' ')}"
    return f"{what} after {row.dose}, by {row.model}: {value} [certainty {row.certainty}].{apart}"


def _nearest(found: Answer, title: str) -> None:
    terminal.points(title, (candidate.wording for candidate in found.nearest))
