"""Somebody may have been given ketamine without knowing: what to do now, which test in which window, whom to call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from ketsim.evidence.field import Frozen, Text
from ketsim.rule_file import read_rules
from ketsim.safety.alarm import Alarm, alarm
from ketsim.safety.answer import SafetyAnswer, Section, Statement
from ketsim.safety.names import plain
from ketsim.safety.told import Blank, Told

_FILE: Final = Path(__file__).with_name("spiked_drink.yaml")


class Line(Frozen):
    """A public line: who answers, the number, what for, and the pages on which that was read."""

    who: Text
    number: Text
    say: Text
    read: tuple[Text, ...]


class Rules(Frozen):
    """What ``spiked_drink.yaml`` holds."""

    synonyms: tuple[Text, ...]
    headline: Text
    now: tuple[Told, ...]
    tests: tuple[Told, ...]
    lines: tuple[Line, ...]
    elsewhere: Text
    not_known: tuple[Blank, ...]


@cache
def rules() -> Rules:
    """The rules, checked."""
    return Rules.model_validate(read_rules(_FILE))


def is_spiked_drink(name: str) -> bool:
    """The words ask what to do after being drugged."""
    return plain(name) in rules().synonyms


def spiked_drink(*, alarms: Sequence[Alarm] = ()) -> SafetyAnswer:
    """What to do now; `alarms` of what else was taken stand behind its own."""
    said = rules()
    lines = tuple(Statement(text=f"{line.who}, {line.number}: {line.say}.") for line in said.lines)
    return SafetyAnswer(
        question="combine",
        title="Given ketamine without knowing it: a spiked drink",
        headline=said.headline,
        alarms=(alarm("spiked", "A drink may have been spiked, with ketamine or with more than that."), *alarms),
        sections=(
            Section(heading="Now", statements=tuple(told.said() for told in said.now)),
            Section(heading="Whom to call", statements=(*lines, Statement(text=said.elsewhere))),
            Section(heading="Which test, in which window", statements=tuple(told.said() for told in said.tests)),
        ),
        not_known=tuple(blank.said() for blank in said.not_known),
        data={
            "spiked": True,
            "lines": [
                {"who": line.who, "number": line.number, "purpose": line.say, "read": list(line.read)}
                for line in said.lines
            ],
        },
    )
