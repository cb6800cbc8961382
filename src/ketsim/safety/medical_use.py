"""At which doses is ketamine used in medicine, by purpose and route?

Which uses count is data (``medical_use.yaml``); the numbers are those of the facts named there. What it does not know:
where somebody's dose lies among them (`placement`), and any use without a sourced dose.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import Field

from ketsim.dosing import Drug, Route
from ketsim.errors import InputError
from ketsim.evidence import Certainty, Fact, constant, fact
from ketsim.evidence.field import Frozen, Identifier
from ketsim.rule_file import read_rules
from ketsim.safety.told import Blank, Told
from ketsim.units import to_canonical
from ketsim.wording import number, span

_FILE: Final = Path(__file__).with_name("medical_use.yaml")
_KINDS: Final = {"mg/kg": "amount_per_weight", "mg": "amount", "mg/kg/h": "amount_rate_per_weight"}

#: From the mildest to the strongest.
Purpose = Literal["analgesic", "antidepressant", "procedural sedation", "anaesthetic"]
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
DEEP: Final[frozenset[Purpose]] = frozenset({"procedural sedation", "anaesthetic"})
"""Purposes at which somebody is put under, so that staff must watch the breathing."""
ROUTE_WORDS: Final = {
    Route.iv: "by vein",
    Route.im: "into a muscle",
    Route.sc: "under the skin",
    Route.nasal: "by nose",
    Route.oral: "by mouth",
    Route.sublingual: "under the tongue",
    Route.buccal: "in the cheek",
    Route.rectal: "by rectum",
    Route.inhaled: "by inhaling",
    Route.smoked: "by smoking",
}


class _Use(Frozen):
    purpose: Purpose
    drug: Drug
    route: Route
    hourly: bool = False
    facts: Annotated[tuple[Identifier, ...], Field(min_length=1)]


class Beside(Frozen):
    """Facts told beside a dose by this route: always, only for a push, or only where doses are repeated or infused."""

    route: Route
    push: bool = False
    repeated: bool = False
    facts: tuple[Identifier, ...]


class Rules(Frozen):
    """What ``medical_use.yaml`` holds."""

    uses: tuple[_Use, ...]
    strength: dict[Drug, Identifier]
    beside: tuple[Beside, ...]
    overdose: tuple[Told, ...]
    concentrations: tuple[Identifier, ...]
    not_known: tuple[Blank, ...]

    @property
    def facts(self) -> frozenset[str]:
        """Ids of all facts that are named."""
        groups: list[tuple[str, ...]] = [self.concentrations, tuple(self.strength.values())]
        groups += [entry.facts for entry in self.uses]
        groups += [entry.facts for entry in self.beside]
        groups += [entry.facts for entry in self.overdose]
        groups += [entry.facts for entry in self.not_known]
        return frozenset(name for group in groups for name in group)


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicalUse:
    """A range of doses in medical use, as base.

    low, high: [mg/kg] where `per_kg` (in an hour, where `hourly`), else [mg] for an adult. facts: ids of its facts.
    """

    purpose: Purpose
    drug: Drug
    route: Route
    low: float
    high: float
    per_kg: bool
    hourly: bool
    facts: tuple[str, ...]

    @property
    def unit(self) -> str:
        """The unit of its ends."""
        return ("mg/kg/h" if self.hourly else "mg/kg") if self.per_kg else "mg"

    @property
    def words(self) -> str:
        """The range as a sentence says it: "1 to 4.5 mg/kg"."""
        ends = number(self.low) if self.low == self.high else span(self.low, self.high)
        return f"{ends} {self.unit}"

    @property
    def certainty(self) -> str:
        """GRADE word, the weakest of its facts."""
        return str(Certainty.weakest(fact(name).certainty for name in self.facts))

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of the sources behind it."""
        return tuple(dict.fromkeys(fact(name).source for name in self.facts))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "purpose": self.purpose,
            "drug": str(self.drug),
            "route": str(self.route),
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
            "certainty": self.certainty,
            "sources": list(self.sources),
            "facts": list(self.facts),
        }


@cache
def rules() -> Rules:
    """The rules of ``medical_use.yaml``, checked."""
    return Rules.model_validate(read_rules(_FILE))


@cache
def medical_uses(drug: Drug, route: Route) -> tuple[MedicalUse, ...]:
    """The uses that a dose of this form by this route is placed among; empty where none has a sourced dose.

    A form without uses of its own by a route is placed among those of the racemate.
    """
    here = [use for use in rules().uses if use.route is route]
    own = [use for use in here if use.drug is drug]
    return tuple(part for use in own or [u for u in here if u.drug is Drug.ketamine] for part in _read(use))


@cache
def strength(drug: Drug) -> float:
    """[mg/mg] Milligrams of the racemate that a milligram of this form counts as; 1 where no fact says otherwise."""
    name = rules().strength.get(drug)
    return 1.0 if name is None else _ends(fact(name))[1]


def as_base() -> float:
    """[mg/mg] Milligrams of base in a milligram of the hydrochloride."""
    return constant("salt_to_base")


def _read(use: _Use) -> list[MedicalUse]:
    """One range for each unit that the facts of a use are stated in."""
    found: dict[str, list[str]] = {}
    for name in use.facts:
        found.setdefault(str(fact(name).unit), []).append(name)
    return [_range(use, unit, tuple(names)) for unit, names in found.items()]


def _range(use: _Use, unit: str, names: tuple[str, ...]) -> MedicalUse:
    ends = [to_canonical(end, _KINDS[unit], default_unit=unit, field=n) for n in names for end in _ends(fact(n))]
    return MedicalUse(
        purpose=use.purpose,
        drug=use.drug,
        route=use.route,
        low=min(ends),
        high=max(ends),
        per_kg=unit != "mg",
        hourly=use.hourly,
        facts=names,
    )


def _ends(stated: Fact) -> tuple[float, float]:
    """The range that a fact states, or its one number twice."""
    ends = [end for end in (stated.low, stated.high, stated.number) if end is not None]
    if not ends:
        raise InputError(f"the fact {stated.id} states no number, so it cannot say how much is in medical use.")
    return ends[0], ends[-1] if stated.high is None else stated.high
