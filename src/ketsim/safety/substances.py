"""What else do people take with ketamine, and which of it is dangerous? Names, their synonyms, and the rules for each.

Rules are data (``substances.yaml``) that rest on facts. What it does not know: sizes, and any substance that is
not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from ketsim.errors import InputError
from ketsim.evidence.field import Frozen, Identifier, Text
from ketsim.rule_file import read_rules
from ketsim.safety.names import letters
from ketsim.safety.told import Blank, Told

_FILE: Final = Path(__file__).with_name("substances.yaml")
_LONGEST: Final = 80
"""A longer name [characters] is no name of a substance."""

GroupName = Literal["depressants", "stimulants", "kinetics"]


class Group(Frozen):
    """What holds for several substances: why, what is known, what to do."""

    because: Text
    known: tuple[Identifier, ...]
    do: tuple[Text, ...]


class Substance(Frozen):
    """One substance, or one kind of them.

    dangerous: the alarm comes first. because: goes on behind "Ketamine with NAME:"; the group's unless it has its own.
    known: ids of facts. warned: facts that need a sentence around them. factors: rows of `interactions` in the sources.
    """

    name: Text
    synonyms: tuple[Text, ...]
    dangerous: bool
    group: GroupName | None = None
    because: Text | None = None
    known: tuple[Identifier, ...] = ()
    warned: tuple[Told, ...] = ()
    factors: tuple[Text, ...] = ()
    do: tuple[Text, ...] = ()
    not_known: Annotated[tuple[Blank, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if (self.group is None) == (self.because is None):
            raise InputError(f"{self.name} needs either a group or a reason of its own (because).")
        return self

    @property
    def why(self) -> str:
        """The reason, as it goes on behind a colon."""
        return self.because or rules().groups[self._group].because

    @property
    def all_known(self) -> tuple[str, ...]:
        """Ids of what is known, the group's first."""
        return (*(() if self.group is None else rules().groups[self.group].known), *self.known)

    @property
    def all_do(self) -> tuple[str, ...]:
        """What to do, the group's first."""
        return (*(() if self.group is None else rules().groups[self.group].do), *self.do)

    @property
    def facts(self) -> tuple[str, ...]:
        """Ids of all facts behind it."""
        return (*self.all_known, *(name for told in self.warned for name in told.facts))

    @property
    def _group(self) -> GroupName:
        assert self.group is not None  # or it has a reason of its own
        return self.group


class Rules(Frozen):
    """What ``substances.yaml`` holds."""

    groups: dict[GroupName, Group]
    substances: tuple[Substance, ...]
    deaths: tuple[Identifier, ...]
    not_known: tuple[Blank, ...]
    itself: tuple[Text, ...]


@cache
def rules() -> Rules:
    """The rules, checked."""
    return Rules.model_validate(read_rules(_FILE))


def recognised(name: str) -> str | None:
    """The substance that this name means, by its name or a synonym; None if it is not in the list.

    >>> recognised("Heroin"), recognised("MAOIs"), recognised("paint")
    ('opioids', 'MAO inhibitors', None)
    """
    found = _by_word().get(letters(name))
    return None if found is None else found.name


def substance(name: str) -> Substance:
    """The substance of that name, as `recognised` gives it."""
    return next(one for one in rules().substances if one.name == name)


def is_ketamine(name: str) -> bool:
    """The name means ketamine itself."""
    return letters(name) in map(letters, rules().itself)


def checked_name(name: str) -> str:
    """A name with its spaces put in order. Raises `InputError` for what can be no name of a substance."""
    said = " ".join(name.split())
    if not re.search(r"[^\W\d_]", said):
        raise InputError(f"{name!r} names no substance; write a word such as alcohol or methadone.")
    if len(said) > _LONGEST or not said.isprintable():
        raise InputError(
            f"a substance has a name of at most {_LONGEST} printable characters, such as alcohol, unlike {said[:30]!r}."
        )
    return said


@cache
def _by_word() -> Mapping[str, Substance]:
    return {letters(word): one for one in rules().substances for word in (one.name, *one.synonyms)}
