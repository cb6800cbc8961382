"""What is answered? Alarms first, then two or three sentences, the numbers behind them, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ketsim.answers.ranking import Candidate
from ketsim.answers.sentence import filled, span, spread
from ketsim.notice import NOTICE, public_help
from ketsim.observables import (
    Evidence,
    Interval,
    Observable,
    Series,
    against,
    certainty_of,
    evidence,
    evidence_of,
    reference_of,
)
from ketsim.observables.in_words import short
from ketsim.observables.simulated import Beside
from ketsim.safety.alarm import Alarm
from ketsim.safety.answer import Statement, Unknown
from ketsim.version import __version__

SCHEMA: Final = "ketsim.answer/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """question: as it was asked. observable: what was understood, None where nothing was. text: the answer.

    refused: the answer is a refusal, and shows no numbers. nearest: other observables that may have been meant.
    simulated: what the program computes, beside the evidence and never in its place. rules: what rules of law say.
    """

    question: str
    observable: Observable | None
    text: str
    alarms: tuple[Alarm, ...] = ()
    refused: bool = False
    simulated: tuple[Beside, ...] = ()
    rules: tuple[Statement, ...] = ()
    nearest: tuple[Candidate, ...] = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the answer rests on; empty for a refusal, whose numbers would be what was refused."""
        return () if self.observable is None or self.refused else evidence_of(self.observable)

    @property
    def against(self) -> tuple[Evidence, ...]:
        """What contradicts it."""
        return () if self.observable is None or self.refused else against(self.observable)

    @property
    def reference(self) -> Interval | None:
        """From the lowest to the highest number of the evidence."""
        return None if self.observable is None or self.refused else reference_of(self.observable)

    @property
    def series(self) -> tuple[Series, ...]:
        """Dated numbers."""
        return () if self.observable is None else self.observable.series

    @property
    def certainty(self) -> str | None:
        """The weakest of what it rests on; None where nothing was understood."""
        return None if self.observable is None else certainty_of(self.observable)

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of every source behind answer, contradiction and alarms, sorted."""
        found = {key for alarm in self.alarms for key in alarm.sources}
        if self.observable is not None:
            found |= {e.source for e in (*evidence_of(self.observable), *against(self.observable))}
        return tuple(sorted(found))

    @property
    def not_known(self) -> tuple[Unknown, ...]:
        """What is open, and what was looked for."""
        one = self.observable
        return () if one is None else tuple(Unknown(what=u.what, looked_for=u.looked_for) for u in one.not_known)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Each piece of evidence with its number, in words, for people."""
        said = ((spread(e), e) for e in self.evidence)
        return tuple(f"{f'{number}: ' if number else ''}{e.text} [{e.source}; {e.certainty}]" for number, e in said)

    @property
    def range_in_words(self) -> str:
        """The reference interval; empty where there is none."""
        found = self.reference
        if found is None:
            return ""
        low, high = (None if x is None else float(short(x)) for x in (found.low, found.high))
        return span(Interval(low, high, found.unit))

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``ketsim answer --json``."""
        one = self.observable
        return {
            "schema": SCHEMA,
            "question": self.question,
            "observable": None if one is None else one.name,
            "also": [] if one is None else list(one.also),
            "alarms": [alarm.to_dict() for alarm in self.alarms],
            "answer": self.text,
            "refused": self.refused,
            "definition": None if one is None else one.definition,
            "kind": None if one is None else one.kind,
            "unit": None if one is None else one.unit,
            "truth": None if one is None else one.truth,
            "missing": None if one is None else one.missing,
            "reference": None if self.reference is None else self.reference.to_dict(),
            "evidence": [e.to_dict() for e in self.evidence],
            "against": [e.to_dict() for e in self.against],
            "items": [] if one is None else [_item(one, place) for place in range(len(one.items))],
            "series": [_series(one) for one in self.series],
            "rules": [rule.to_dict() for rule in self.rules],
            "simulated": [beside.to_dict() for beside in self.simulated],
            "certainty": self.certainty,
            "sources": list(self.sources),
            "not_known": [{"what": u.what, "looked_for": u.looked_for} for u in self.not_known],
            "nearest": [
                {"observable": c.name, "question": c.wording, "score": round(c.score, 3)} for c in self.nearest
            ],
            "public_lines": [line.to_dict() for line in public_help().lines],
            "notice": NOTICE,
            "version": __version__,
        }


def text_of(one: Observable) -> str:
    """The sentences of an observable with the numbers of its evidence."""
    interval = reference_of(one)
    return " ".join(filled(sentence, interval) for sentence in one.says)


def _near(found: Candidate) -> Mapping[str, Any]:
    return {"observable": found.name, "question": found.wording, "score": round(found.score, 3)}


def _item(one: Observable, place: int) -> Mapping[str, Any]:
    item = one.items[place]
    return {"words": item.words, "also": list(item.also), "evidence": list(item.evidence)}


def _series(one: Series) -> Mapping[str, Any]:
    points = [{"date": p.date, "number": evidence(p.evidence).number, "evidence": p.evidence} for p in one.points]
    return {
        "what": one.what,
        "population": one.population,
        "survey": one.survey,
        "trend": one.is_trend,
        "points": points,
    }
