"""What do the rule files of this room share? A sentence with the facts it rests on, and what nobody knows."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ketsim.evidence import fact
from ketsim.evidence.field import Frozen, Identifier, Text
from ketsim.safety.answer import Statement, Unknown, statement


class Told(Frozen):
    """A sentence and the facts (ids) it rests on; without a sentence the first fact speaks for itself."""

    say: Text | None = None
    facts: Annotated[tuple[Identifier, ...], Field(min_length=1)]

    def said(self) -> Statement:
        """The sentence as an answer gives it."""
        return statement(self.say or fact(self.facts[0]).text, *self.facts)


class Blank(Frozen):
    """Something that is not known, what was looked for, and the facts (ids) that show where."""

    what: Text
    looked_for: Text
    facts: tuple[Identifier, ...] = ()

    def said(self) -> Unknown:
        """The gap as an answer gives it."""
        read = ", ".join(dict.fromkeys(fact(name).source for name in self.facts))
        return Unknown(what=self.what, looked_for=f"{self.looked_for} ({read})" if read else self.looked_for)
