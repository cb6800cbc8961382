"""Which code stands for what a person asks for, and what does a code mean? The list of 2022 and the words for it.

A code is a word of SAMHSA's list of services: MC is Medicare, MD is Medicaid, SF is cash or self-payment. Names are not
unique: "Young adults" is TAY as a programme and YAD as an age, so a name is read within its category.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from ketsim.care.model import Code
from ketsim.care.refusal import Refusal
from ketsim.rule_file import read_rules

DATA: Final = Path(__file__).with_name("data")
GROUPS: Final = ("offers", "setting", "payment", "people", "language")

_SCHEME: Final = "2022"
_LONGEST: Final = 80  # characters of a code or word that someone types
_SPACES: Final = re.compile(r"[\s\xa0]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One question of a search. categories: those whose codes answer it, None for all. words: word -> codes."""

    name: str
    label: str
    categories: tuple[str, ...] | None
    words: Mapping[str, tuple[str, ...]]

    def holds(self, code: Code) -> bool:
        """Whether the code answers this question."""
        return self.categories is None or code.category in self.categories


@cache
def codes() -> Mapping[str, Code]:
    """Every code of the list that comes with ketsim."""
    with (DATA / "service_codes_2022.csv").open(encoding="utf-8", newline="") as lines:
        rows = [
            Code(row["code"], row["category_code"], row["category"].strip(), row["name"].strip(), _SCHEME)
            for row in csv.DictReader(lines)
        ]
    return MappingProxyType({code.code: code for code in rows})


@cache
def groups() -> Mapping[str, Group]:
    """The questions of a search, by name."""
    return MappingProxyType(
        {
            name: Group(
                name=name,
                label=said["label"],
                categories=None if said["categories"] is None else tuple(said["categories"]),
                words={word: tuple(found) for word, found in said["words"].items()},
            )
            for name, said in _book()["groups"].items()
        }
    )


def caveat(code: str) -> str | None:
    """What has to be said where this code is shown."""
    said = _book()["caveats"].get(code)
    return None if said is None else str(said)


def ketamine_use() -> tuple[tuple[str, ...], str]:
    """The codes to ask for where ketamine use is the trouble, and why there is none for it."""
    said = _book()["ketamine_use"]
    return tuple(said["codes"]), str(said["note"])


def read_codes(words: Iterable[str], group: str) -> tuple[str, ...]:
    """The codes for what was typed, each a code such as MD or a word such as medicaid; any of them will do.

    Raises `Refusal` with the code ``code_unknown`` and the nearest codes, or ``code_group`` where a code answers
    another question.
    """
    asked = groups()[group]
    return tuple(dict.fromkeys(code for word in words for code in _read(word, asked)))


def named(name: str, category: str | None) -> tuple[Code, ...]:
    """The codes with this name, within a category where one is given; several where the name alone is ambiguous."""
    found = _by_name().get(plain_name(name), ())
    return tuple(code for code in found if category is None or code.category == category)


def plain_name(name: str) -> str:
    """A name for comparison: case and spaces carry nothing (files differ in both)."""
    return _SPACES.sub(" ", name).strip().casefold()


@cache
def _by_name() -> Mapping[str, tuple[Code, ...]]:
    found: dict[str, tuple[Code, ...]] = {}
    for code in codes().values():
        key = plain_name(code.name)
        found[key] = (*found.get(key, ()), code)
    return found


@cache
def _book() -> Mapping[str, Any]:
    said: Mapping[str, Any] = read_rules(DATA / "code_groups.yaml")
    return said


def _read(word: str, group: Group) -> tuple[str, ...]:
    said = _SPACES.sub(" ", word).strip()
    known = codes()
    if said.casefold() in group.words:
        return group.words[said.casefold()]
    code = known.get(said.upper()) if said.isascii() else None
    if code is None:
        named_so = [found for found in named(said, None) if group.holds(found)] if len(said) <= _LONGEST else []
        if not named_so:
            raise _unknown(said, group)
        return tuple(found.code for found in named_so)
    if not group.holds(code):
        home = next((other.name for other in groups().values() if other.categories and other.holds(code)), "offers")
        raise Refusal(
            f"{code.code} ({code.name}) does not answer {group.name}; give it as {home}.",
            code="code_group",
            field=group.name,
            choices=(code.code,),
        )
    return (code.code,)


def _unknown(said: str, group: Group) -> Refusal:
    shown = said[:_LONGEST].encode("ascii", "replace").decode()
    fitting = {code.code: code for code in codes().values() if group.holds(code)}
    names = {plain_name(code.name): key for key, code in fitting.items()}
    near = [
        *get_close_matches(said.upper()[:_LONGEST], fitting, n=3),
        *(names[name] for name in get_close_matches(said.casefold()[:_LONGEST], names, n=3)),
        *(
            code
            for word in get_close_matches(said.casefold()[:_LONGEST], group.words, n=2)
            for code in group.words[word]
        ),
    ]
    choices = tuple(dict.fromkeys(near))[:5]
    nearest = ", ".join(f"{key} ({fitting[key].name})" for key in choices if key in fitting)
    hint = f"nearest are {nearest}." if nearest else f"use a code such as {', '.join(list(fitting)[:3])}."
    return Refusal(
        f"{shown!r} is no code or word for {group.name} ({group.label}); {hint}",
        code="code_unknown",
        field=group.name,
        choices=choices,
    )
