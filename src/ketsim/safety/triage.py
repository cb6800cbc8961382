"""How urgent is what somebody describes, and whom to call first? The worst rule wins; what is not understood is urgent.

Rules and their words are data, in ``triage.yaml``. It gives no diagnosis, no probability, and never says that somebody
is out of danger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final, Literal

from ketsim.errors import InputError
from ketsim.evidence.field import Frozen, Identifier, Name, Text
from ketsim.notice import HelpLine, public_help
from ketsim.rule_file import read_rules
from ketsim.safety.alarm import Alarm, alarm
from ketsim.safety.answer import SafetyAnswer, Section, Statement, statement
from ketsim.safety.reading import Owner, Phrase, Reading, Vocabulary
from ketsim.wording import sentence_case

Level = Literal["emergency", "urgent", "soon", "self-care"]
#: From the calmest to the worst.
LEVELS: Final[tuple[Level, ...]] = ("self-care", "soon", "urgent", "emergency")

_SEEK_CARE_NOW: Final = ("urgent", "emergency")
_FILE: Final = Path(__file__).with_name("triage.yaml")
_LONGEST: Final = 20_000  # characters
_SHOWN: Final = 12  # words that were not understood, repeated in the answer


class Rule(Frozen):
    """id, level; says: the symptom in plain words. phrases: how people write it. do: most urgent first. call: a line.

    spare: met only by words that no other rule has used.
    """

    id: Identifier
    level: Level
    says: Text
    phrases: tuple[Text, ...]
    reason: Text
    do: tuple[Text, ...]
    call: Text
    facts: tuple[Identifier, ...]
    spare: bool = False


class _Rules(Frozen):
    levels: Mapping[Level, Text]
    red_flags: Text
    groups: Mapping[Name, tuple[Text, ...]]
    neutral: Text
    rules: tuple[Rule, ...]


def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the file."""
    return _rules().rules


def triage(text: str) -> SafetyAnswer:
    """How urgent the symptoms in a text are. Raises `InputError` for no text at all.

    >>> triage("runny nose, and blood in my pee").data["level"]
    'urgent'
    """
    if not text.strip():
        raise InputError('there is nothing to read; describe the symptoms, such as "blood in urine and belly pain".')
    if len(text) > _LONGEST:
        raise InputError(f"the text has {len(text):,} characters; describe the symptoms in at most {_LONGEST:,}.")
    read = _vocabulary().read(text)
    met = sorted((r for r in rules() if r.id in read.met), key=lambda r: -LEVELS.index(r.level))
    understood = bool(met) and not read.not_understood
    level = max([r.level for r in met] + ([] if understood else ["urgent"]), key=LEVELS.index)
    first = _first_line([r for r in met if r.level == level], level)
    return SafetyAnswer(
        question="triage",
        title="Symptoms and how urgent they are",
        headline=_headline(level, met, read, first),
        alarms=_alarms(level, met, first),
        sections=tuple(_sections(met, read)),
        assumptions=(
            "English is read, with small slips of spelling; no other language.",
            "Ketamine or a similar drug was taken, is taken, or was stopped.",
            "A denial counts only where it cannot be read otherwise; in doubt the worse reading holds.",
        ),
        data={
            "level": level,
            "understood": understood,
            "call_first": first.to_dict(),
            "matched": [{"id": r.id, "level": r.level, "says": r.says, "facts": list(r.facts)} for r in met],
            "denied": [r.id for r in rules() if r.id in read.denied],
            "not_understood": list(read.not_understood),
            "red_flags": _rules().red_flags.split("; "),
        },
    )


def _headline(level: Level, met: Sequence[Rule], read: Reading, first: HelpLine) -> str:
    parts = [_rules().levels[level]]
    if not met:
        parts = ["What was typed could not be read as a symptom, so nothing here says that it is harmless.", *parts]
    elif read.not_understood:
        parts.append("Part of what was typed was not understood and is taken seriously for that reason.")
    return " ".join([*parts, _call(level, first)])


def _call(level: Level, first: HelpLine) -> str:
    if level == "urgent" and first is public_help().lines[0]:
        return f"If no doctor can see you now, call first: {first.who}, {first.number}."
    return f"Call first: {first.who}, {first.number}."


def _alarms(level: Level, met: Sequence[Rule], first: HelpLine) -> tuple[Alarm, ...]:
    if level not in _SEEK_CARE_NOW:
        return ()
    worst = [r for r in met if r.level == level]
    if worst:
        named = f"{sentence_case('; '.join(r.says for r in worst))}."
    else:
        named = "This could not be understood, and nobody should wait because of that."
    why = f"{named} {_rules().levels[level]} {_call(level, first)}"
    general = alarm("symptom", why)
    doing = [step for r in worst for step in r.do]
    return (replace(general, do=(*doing, *general.do), facts=_facts(worst, general.facts)),)


def _facts(met: Iterable[Rule], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(name for r in met for name in r.facts), *more]))


def _sections(met: Sequence[Rule], read: Reading) -> Iterable[Section]:
    for level in reversed(LEVELS):
        here = [r for r in met if r.level == level]
        if here:
            said = tuple(statement(f"{sentence_case(r.says)}: {r.reason} {' '.join(r.do)}", *r.facts) for r in here)
            yield Section(heading=_rules().levels[level], statements=said)
    if read.denied:
        names = ", ".join(r.says for r in rules() if r.id in read.denied)
        yield _plain("Said not to be there", f"Read as not there: {names}. If one of them is there, take it as there.")
    if read.not_understood:
        words = ", ".join(read.not_understood[:_SHOWN])
        yield _plain(
            "Not understood", f"These words say nothing to ketsim, which does not make them harmless: {words}."
        )
    flags = f"Is any of these there? {_rules().red_flags}. Each of them means: seek care now."
    yield Section(
        heading="Warning signs to look for now",
        statements=(statement(sentence_case(" ".join(flags.split())), "MedlinePlus-signs", "PD163"),),
    )


def _plain(heading: str, text: str) -> Section:
    return Section(heading=heading, statements=(Statement(text=text),))


def _first_line(worst: Sequence[Rule], level: Level) -> HelpLine:
    """The line to ring first: of the lines that the worst rules name the most urgent one."""
    lines = public_help().lines
    named = {r.call for r in worst}
    return next((line for line in lines if line.who in named), lines[0])


@cache
def _vocabulary() -> Vocabulary:
    said = _rules()
    owners = (
        Owner(
            name=r.id,
            phrases=tuple(Phrase.of(written, said.groups) for written in r.phrases),
            calm=r.level not in _SEEK_CARE_NOW,
            spare=r.spare,
        )
        for r in said.rules
    )
    return Vocabulary(owners, neutral=said.neutral.split(), complaints=said.groups["hard"] + said.groups["worst"])


@cache
def _rules() -> _Rules:
    return _Rules.model_validate(read_rules(_FILE))
