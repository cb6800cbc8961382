"""Which structures stand side by side, and which number is which parameter? Read from ``structures.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

from ketsim.errors import InputError, did_you_mean
from ketsim.evidence import Value, load_source
from ketsim.evidence.field import Frozen, Key, Name, Text
from ketsim.rule_file import read_rules

_FILE: Final = Path(__file__).with_name("structures.yaml")

Part = Literal["dependence", "mood", "synapses", "harm"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)


class Shared(Frozen):
    """What all rivals of one part have in common."""

    processes: tuple[Name, ...]
    numbers: Mapping[Name, str]
    chances: Mapping[Name, str] = {}


class Structure(Frozen):
    """One structure. numbers: the parameters in which it differs, by name -> Source.value."""

    key: Key
    part: Part
    label: Text
    because: Text
    numbers: Mapping[Name, str] = {}

    @property
    def processes(self) -> tuple[str, ...]:
        """Names of its processes."""
        return _book().shared[self.part].processes

    @property
    def values(self) -> dict[str, Value]:
        """Parameter -> number."""
        return _values({**_book().shared[self.part].numbers, **self.numbers})

    @property
    def chances(self) -> dict[str, Value]:
        """Parameter that is yes (1) or no (0) for a person -> share of people for whom it is yes."""
        return _values(_book().shared[self.part].chances)


class _Book(Frozen):
    shared: Mapping[Part, Shared]
    structures: tuple[Structure, ...]


@cache
def _book() -> _Book:
    return _Book.model_validate(read_rules(_FILE))


def structures(part: Part | None = None) -> tuple[Structure, ...]:
    """Every structure, or the rivals of one part."""
    return tuple(s for s in _book().structures if part in (None, s.part))


def structure(key: str) -> Structure:
    """The structure of that key. Raises `InputError` with the nearest keys if there is none."""
    found = {s.key: s for s in structures()}
    if key not in found:
        hint = did_you_mean(key, found, otherwise=f"there are {', '.join(found)}.")
        raise InputError(f"there is no structure {key[:60]!r}; {hint}")
    return found[key]


def value_named(place: str) -> Value:
    """The value written as Source.name."""
    source, _, name = place.partition(".")
    return load_source(source).values[name]


def _values(places: Mapping[str, str]) -> dict[str, Value]:
    return {parameter: value_named(place) for parameter, place in places.items()}
