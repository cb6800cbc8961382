"""The questions about a use disorder as data, read from ``use_disorder.yaml``: signs, bands, what to do next."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from ketsim.evidence import fact
from ketsim.evidence.field import Frozen, Identifier, Text
from ketsim.rule_file import read_rules
from ketsim.safety.names import plain
from ketsim.safety.told import Blank

_FILE: Final = Path(__file__).with_name("use_disorder.yaml")

BandName = Literal["none", "mild", "moderate", "severe"]
Feature = Literal["control", "priority", "body"]
Facts = Annotated[tuple[Identifier, ...], Field(min_length=1)]


class Sign(Frozen):
    """One of the signs. icd11: the feature of ICD-11 that it belongs to."""

    id: Identifier
    asks: Text
    icd11: Feature | None = None
    words: tuple[Text, ...] = ()


class Aside(Frozen):
    """A question that changes how signs count. signs: those that it takes away."""

    id: Identifier
    asks: Text
    signs: tuple[Identifier, ...] = ()
    facts: Facts


class RedFlag(Frozen):
    """A question whose yes is an emergency. symptom: how the triage knows it."""

    id: Identifier
    asks: Text
    symptom: Text


class Band(Frozen):
    """A band of severity. fact: where its lowest number of signs is stated; none for the lowest band."""

    id: BandName
    fact: Identifier | None = None
    means: Text
    facts: Facts
    do: tuple[Text, ...]

    @property
    def least(self) -> int:
        """The fewest signs of this band."""
        if self.fact is None:
            return 0
        stated = fact(self.fact)
        number = stated.low if stated.number is None else stated.number
        assert number is not None
        return int(number)


class UseDisorder(Frozen):
    """All questions and bands."""

    signs: tuple[Sign, ...]
    supervised: Aside
    long: Aside
    red_flags: tuple[RedFlag, ...]
    bands: tuple[Band, ...]
    not_known: tuple[Blank, ...]

    @property
    def questions(self) -> tuple[tuple[str, str], ...]:
        """Every question as (id, question), in the order in which it is asked: what cannot wait comes first."""
        asked: tuple[RedFlag | Sign | Aside, ...] = (*self.red_flags, *self.signs, self.long, self.supervised)
        return tuple((question.id, question.asks) for question in asked)

    def names(self) -> dict[str, str]:
        """Every name of a question, in the form in which names are compared -> its id."""
        known = {plain(name): name for name, _ in self.questions}
        return known | {plain(word): sign.id for sign in self.signs for word in sign.words}

    def band(self, count: int) -> Band:
        """The band of so many signs."""
        return max((band for band in self.bands if band.least <= count), key=lambda band: band.least)


@cache
def use_disorder_book() -> UseDisorder:
    """The questions that come with ketsim."""
    return UseDisorder.model_validate(read_rules(_FILE))
