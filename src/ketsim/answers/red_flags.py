"""Does a question come from danger, or ask for what is not given? Words against phrases that are data.

What was found leads the answer: an alarm of `ketsim.safety`, or a refusal. In doubt an alarm is given, never withheld.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from ketsim.evidence.field import Frozen, Identifier, Text
from ketsim.observables import Observable
from ketsim.rule_file import read_rules
from ketsim.safety.alarm import Alarm, alarm
from ketsim.safety.combinations import alarms_for
from ketsim.safety.reading import Owner, Phrase, Vocabulary
from ketsim.safety.triage import triage

_FILE: Final = Path(__file__).with_name("red_flags.yaml")


class _Met(Frozen):
    """about: the observable that answers where the question names none; with leads, unless it is asked word by word."""

    id: Identifier
    about: Text
    leads: bool = False
    phrases: tuple[Text, ...]


class _Flag(_Met):
    """A symptom or a danger. symptom: the words for the triage."""

    symptom: Text


class _Combination(_Met):
    """What is taken with ketamine, by its names in the rules of combinations. A mixture is answered as a mixture."""

    leads: bool = True
    names: Annotated[tuple[Text, ...], Field(validation_alias="with")]


class _Refusal(Frozen):
    """observable: whose answer is the refusal."""

    observable: Text
    phrases: tuple[Text, ...]


class _Flags(Frozen):
    groups: Mapping[str, tuple[Text, ...]]
    neutral: Text
    flags: tuple[_Flag, ...]
    combinations: tuple[_Combination, ...]
    refusals: tuple[_Refusal, ...]
    because: Mapping[str, Text]
    unsure: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlags:
    """alarms: what must come first. refused: name of the observable whose refusal is the answer, or None.

    about: name of the observable of the first flag that was met, or None. leads: it answers, unless another observable
    was asked for word by word.
    """

    alarms: tuple[Alarm, ...] = ()
    refused: str | None = None
    about: str | None = None
    leads: bool = False


def red_flags(question: str) -> RedFlags:
    """What in a question calls for help, or is refused."""
    said = _flags()
    met = _vocabulary().read(question).met
    flags = [flag for flag in said.flags if flag.id in met]
    mixtures = [both for both in said.combinations if both.id in met]
    alarms = [found for flag in flags for found in triage(flag.symptom).alarms]
    if mixtures:
        alarms += alarms_for([name for both in mixtures for name in both.names])
    entries: list[_Met] = sorted([*flags, *mixtures], key=lambda one: not one.leads)
    return RedFlags(
        alarms=_each_once(alarms),
        refused=next((r.observable for r in said.refusals if r.observable in met), None),
        about=entries[0].about if entries else None,
        leads=any(one.leads for one in entries),
    )


def alarms_of(one: Observable) -> tuple[Alarm, ...]:
    """What must come first in the answer of an observable, whoever asks."""
    return () if one.alarm is None else (alarm(one.alarm, _flags().because[one.alarm]),)


def unsure() -> str:
    """What is said where nothing was understood."""
    return _flags().unsure


def _each_once(alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    return tuple({found.because: found for found in alarms}.values())


@cache
def _vocabulary() -> Vocabulary:
    said = _flags()
    entries: list[_Met] = [*said.flags, *said.combinations]
    pairs = [(one.id, one.phrases) for one in entries]
    pairs += [(r.observable, r.phrases) for r in said.refusals]
    owners = (Owner(name=name, phrases=tuple(Phrase.of(p, said.groups) for p in phrases)) for name, phrases in pairs)
    return Vocabulary(owners, neutral=(*said.neutral.split(), *said.groups["ket"]), complaints=())


@cache
def _flags() -> _Flags:
    return _Flags.model_validate(read_rules(_FILE))
