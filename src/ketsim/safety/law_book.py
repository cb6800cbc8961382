"""Which rules of law come with ketsim? Countries, products, uses and rules with their dates, read from ``law.yaml``.

A day is kept as far as its source gives it (a year, a month, a day), so that nobody reads more out of it. What a rule
means for a question is the business of `law`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from ketsim.evidence.field import Frozen, Identifier, Text
from ketsim.rule_file import read_rules
from ketsim.safety.names import plain

#: Stands for every country listed.
EVERYWHERE: Final = "*"

_FILE: Final = Path(__file__).with_name("law.yaml")
_MOMENT: Final = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day as far as a source gives it: from its first to its last possible day."""

    text: str
    first: date
    last: date


def _moment(given: object) -> object:
    """A moment from "1970", "2019-12" or "1999-08-12"; anything else is left for pydantic to refuse."""
    found = _MOMENT.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        return given
    year, month, day = (int(part or 0) for part in found.groups())
    first = date(year, month or 1, day or 1)
    last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    return Moment(found[0], first, last)


When = Annotated[Moment, BeforeValidator(_moment)]


class Standing(Enum):
    """How a rule stands on a day."""

    IN_FORCE = "in force"
    NOT_YET = "not yet"
    OVER = "over"
    UNSURE = "unsure"  # the source does not name the day closely enough


class Rule(Frozen):
    """One rule; its sentences are those of its facts.

    since, until: first and last day; None where there is none. attested: the source shows the rule on the first day,
    and when it began was not read.
    """

    id: Identifier
    country: Text
    part: tuple[Text, ...] = ()
    product: tuple[Text, ...] = Field(min_length=1)
    use: tuple[Text, ...] = Field(min_length=1)
    status: Text
    since: When | None = Field(default=None, validation_alias="from")
    until: When | None = None
    attested: bool = False
    facts: tuple[Identifier, ...] = Field(min_length=1)
    checked: date

    def standing(self, day: date) -> Standing:
        """How the rule stands on that day."""
        if self.since is not None and day < self.since.last:
            return Standing.NOT_YET if day < self.since.first else Standing.UNSURE
        if self.until is not None and day > self.until.first:
            return Standing.OVER if day > self.until.last else Standing.UNSURE
        return Standing.IN_FORCE

    @property
    def dates(self) -> str:
        """When it holds, in words."""
        since, until = self.since, self.until
        opening = "" if since is None else f"{'seen in force' if self.attested else 'from'} {since.text}"
        return " ".join(filter(None, (opening, "" if until is None else f"until {until.text}"))) or "no date named"


class Country(Frozen):
    """A country, its other names, its parts with theirs, and the union that it belongs to."""

    key: Text
    name: Text
    also: tuple[Text, ...] = ()
    parts: Mapping[str, tuple[Text, ...]] = {}
    within: Text | None = None

    def names(self) -> Iterator[tuple[str, str | None]]:
        """Every name as it is compared, with the part that it means."""
        for name in (self.key, self.name, *self.also):
            yield plain(name), None
        for part, others in self.parts.items():
            for name in (part, *others):
                yield plain(name), part


class LawBook(Frozen):
    """The whole file."""

    checked: date
    looked_for: Text
    countries: tuple[Country, ...]
    products: Mapping[str, tuple[Text, ...]]
    uses: Mapping[str, tuple[Text, ...]]
    rules: tuple[Rule, ...]

    def country(self, name: str) -> tuple[Country, str | None] | None:
        """The country of that name, and the part of it that was meant; None where it is not listed."""
        known = {found: (country, part) for country in self.countries for found, part in country.names()}
        return known.get(plain(name))


@cache
def law_book() -> LawBook:
    """The rules as they come with ketsim."""
    return LawBook.model_validate(read_rules(_FILE))
