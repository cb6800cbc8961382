"""Questions that people ask, answered from the registry of observables: `answer` is the one way in.

Deterministic: patterns and a comparison of words, no language model. What is not understood is said to be so.
"""

from __future__ import annotations

from typing import Final

from ketsim.answers.answer import Answer, text_of
from ketsim.answers.ranking import CERTAIN, SURE, Candidate, ranking
from ketsim.answers.reading import LONGEST
from ketsim.answers.red_flags import RedFlags, alarms_of, red_flags, unsure
from ketsim.answers.rules import rules_of
from ketsim.errors import InputError
from ketsim.observables import Observable, observable, registry
from ketsim.observables.simulated import beside

__all__ = ["Answer", "answer", "answer_of"]

_OFFERED: Final = 5
_NONE: Final = RedFlags()


def answer(question: str) -> Answer:
    """Answer a question in plain English, with sources and certainty.

    Raises `InputError` for no question at all, or for a text too long to be one.

    >>> answer("is ketamine addictive?").observable.name
    'dependence.possible'
    """
    if not any(c.isalnum() for c in question):
        raise InputError('there is no question; ask one such as "how long does ketamine withdrawal last?".')
    if len(question) > LONGEST:
        raise InputError(f"the question has {len(question):,} characters; ask in at most {LONGEST:,}.")
    asked = " ".join(question.split())
    flags = red_flags(question)
    found = ranking().rank(question, most=_OFFERED + 1)
    if flags.refused is not None:
        near = ranking().understood(found)
        refusing = None if near is None or registry()[near.name].refuse is None else registry()[near.name]
        return answer_of(refusing or observable(flags.refused), asked, flags=flags)
    meant = ranking().understood(found, least=CERTAIN if flags.leads else SURE)
    if meant is not None and (meant.score >= CERTAIN or _near(meant.name, flags.about)):
        return answer_of(registry()[meant.name], asked, flags=flags, nearest=found[1:])
    if flags.about is not None:
        return answer_of(observable(flags.about), asked, flags=flags, nearest=found[:_OFFERED])
    return Answer(question=asked, observable=None, text=unsure(), nearest=found[:_OFFERED])


def answer_of(
    one: Observable, question: str, *, flags: RedFlags = _NONE, nearest: tuple[Candidate, ...] = ()
) -> Answer:
    """The answer that the registry holds for an observable, to a question that asks for it."""
    refused = one.refuse is not None
    return Answer(
        question=question,
        observable=one,
        text=text_of(one),
        alarms=flags.alarms or alarms_of(one),
        refused=refused,
        simulated=() if refused else beside(one),
        rules=rules_of(one),
        nearest=nearest,
    )


def _near(name: str, about: str | None) -> bool:
    """The observable is of the topic that a red flag is about, if there is one: danger is not answered with trivia."""
    return about is None or observable(name).topic == observable(about).topic
