"""The shape of every answer of this room: what to do first, then statements with their certainty and sources.

One shape means that text, JSON and HTML are written once, and that an alarm comes first in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ketsim.evidence import Certainty, fact
from ketsim.notice import NOTICE, public_help
from ketsim.safety.alarm import Alarm
from ketsim.version import __version__


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence, how sure it is, and the facts (ids) and sources (keys) that it rests on.

    certainty: GRADE word, the weakest of the facts; None for a sentence that follows from the question itself.
    """

    text: str
    certainty: str | None = None
    sources: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "text": self.text,
            "certainty": self.certainty,
            "sources": list(self.sources),
            "facts": list(self.facts),
        }


def statement(text: str, *facts: str) -> Statement:
    """A sentence that rests on these facts (ids): as certain as the weakest of them."""
    found = [fact(name) for name in facts]
    return Statement(
        text=text,
        certainty=str(Certainty.weakest(f.certainty for f in found)) if found else None,
        sources=tuple(dict.fromkeys(f.source for f in found)),
        facts=facts,
    )


def quoted(name: str) -> Statement:
    """A fact in its own words."""
    return statement(fact(name).text, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Statements under one heading."""

    heading: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Something that is not known: what was asked, and what was looked for."""

    what: str
    looked_for: str

    @property
    def sentence(self) -> str:
        """Both in words."""
        return f"{self.what}: not known. Looked for: {self.looked_for}."


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyAnswer:
    """question: the verb ("context"). title: what was asked, in words. headline: the answer in one sentence.

    alarms: what must come first. data: for machines, plain. sections, not_known, assumptions: for people.
    """

    question: str
    title: str
    headline: str
    alarms: tuple[Alarm, ...] = ()
    sections: tuple[Section, ...] = ()
    not_known: tuple[Unknown, ...] = ()
    assumptions: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def certainty(self) -> str | None:
        """The weakest certainty of all statements; None where none has one."""
        known = [s.certainty for section in self.sections for s in section.statements if s.certainty is not None]
        return str(Certainty.weakest(map(Certainty, known))) if known else None

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of every source behind the answer and its alarms, sorted."""
        said = (s.sources for section in self.sections for s in section.statements)
        return tuple(sorted({key for keys in (*said, *(a.sources for a in self.alarms)) for key in keys}))

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``ketsim safety ... --json``: alarms stand first."""
        return {
            "schema": "ketsim.safety/1",
            "alarms": [alarm.to_dict() for alarm in self.alarms],
            "question": self.question,
            "title": self.title,
            "headline": self.headline,
            **self.data,
            "sections": [
                {"heading": section.heading, "statements": [s.to_dict() for s in section.statements]}
                for section in self.sections
            ],
            "not_known": [{"what": u.what, "looked_for": u.looked_for} for u in self.not_known],
            "assumptions": list(self.assumptions),
            "certainty": self.certainty,
            "sources": list(self.sources),
            "public_lines": [line.to_dict() for line in public_help().lines],
            "notice": NOTICE,
            "version": __version__,
        }
