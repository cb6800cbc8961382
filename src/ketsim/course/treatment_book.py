"""Which treatments can a scenario name, what does each act on, and what must be said with it? Read from
``treatments.yaml``; every size is a number of a source.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

from ketsim.course.structure import value_named
from ketsim.errors import InputError, did_you_mean
from ketsim.evidence import Value
from ketsim.evidence.field import Frozen, Name, Text
from ketsim.rule_file import read_rules

_FILE: Final = Path(__file__).with_name("treatments.yaml")

Target = Literal["relief_somatic", "relief_anxiety", "relief_mood", "relief_sleep", "relief_craving", "hazard_ratio"]


class TreatmentEntry(Frozen):
    """One treatment. sizes: what it acts on -> Source.value. after, fades, longest: Source.value of a time, where it
    has one. facts: Source.fact. say: sentences that go with every result under it.
    """

    key: Name
    kind: Literal["medicine", "psychosocial"]
    label: Text
    names: tuple[Text, ...] = ()
    sizes: Mapping[Target, str]
    after: str | None = None
    fades: str | None = None
    longest: str | None = None
    facts: tuple[str, ...]
    because: Text
    say: tuple[Text, ...]

    @property
    def values(self) -> dict[str, Value]:
        """Parameter of the march -> size."""
        return {f"{self.key}_{target}": value_named(place) for target, place in self.sizes.items()}

    @property
    def delay(self) -> float:
        """[h] from its start until it acts."""
        return _hours(self.after) or 0.0

    @property
    def fading(self) -> float:
        """[h] from its end until nothing of it is left."""
        return _hours(self.fades) or 0.0

    @property
    def most(self) -> float | None:
        """[h] the longest course that is run; None where there is no limit."""
        return _hours(self.longest)

    @property
    def times(self) -> tuple[Value, ...]:
        """The times that it has."""
        return tuple(value_named(place) for place in (self.after, self.fades, self.longest) if place is not None)


class _Book(Frozen):
    treatments: tuple[TreatmentEntry, ...]


@cache
def treatment_entries() -> tuple[TreatmentEntry, ...]:
    """Every treatment, in the order of the file."""
    return _Book.model_validate(read_rules(_FILE)).treatments


def treatment_entry(name: str) -> TreatmentEntry:
    """The treatment of that key, label or other name, in any case. Raises `InputError` with the nearest names."""
    known = {spelt: entry for entry in treatment_entries() for spelt in _spellings(entry)}
    asked = " ".join(name.lower().replace("_", " ").split())
    if asked not in known:
        keys = ", ".join(entry.key.replace("_", " ") for entry in treatment_entries())
        hint = did_you_mean(asked, known, otherwise=f"there are {keys}.")
        raise InputError(f"treatments {name[:60]!r} is no treatment that is known here; {hint}", field="treatments")
    return known[asked]


def _spellings(entry: TreatmentEntry) -> tuple[str, ...]:
    return tuple(text.lower().replace("_", " ") for text in (entry.key, entry.label, *entry.names))


def _hours(place: str | None) -> float | None:
    return None if place is None else value_named(place).required()
