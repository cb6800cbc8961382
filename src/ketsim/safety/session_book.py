"""Which rules make the timeline of a visit? Published times, checks and the discharge list, read from ``session.yaml``.

The numbers are those of the facts named there; how they become a timeline is the business of `session`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, Literal

from ketsim.dosing import DoseEvent, Drug, Route
from ketsim.errors import InputError
from ketsim.evidence import fact
from ketsim.evidence.field import Frozen, Identifier, Name, Text
from ketsim.rule_file import read_rules
from ketsim.units import to_canonical

_FILE: Final = Path(__file__).with_name("session.yaml")


class Told(Frozen):
    """A sentence and the facts that it rests on."""

    text: Text
    facts: tuple[Identifier, ...]


class Check(Told):
    """A check at the time of a fact."""

    fact: Identifier


class _Way(Frozen):
    route: Route
    drug: Drug


class Observation(Frozen):
    """How long somebody stays at least: the time of a fact, where it was measured, what holds elsewhere."""

    fact: Identifier
    facts: tuple[Identifier, ...]
    measured: _Way
    elsewhere: Text


class Published(Frozen):
    """What sources say happens at the time of a fact. leaves: nobody leaves before it is over."""

    what: Text
    fact: Identifier
    counts_from: Literal["start", "end"]
    routes: tuple[Route, ...] = ()
    drugs: tuple[Drug, ...] = ()
    infused: bool = False
    leaves: bool = False

    def holds_for(self, event: DoseEvent) -> bool:
        """It was measured for doses such as this one."""
        by_way = not self.routes or event.route in self.routes
        of_form = not self.drugs or event.drug in self.drugs
        return by_way and of_form and (event.duration > 0.0 or not self.infused)


class Simulated(Frozen):
    """An output of the simulation and how its peak and its end are told. leaves: as in `Published`."""

    output: Name
    peak: Text
    over: Text
    leaves: bool


class Book(Frozen):
    """Everything in ``session.yaml``."""

    observation: Observation
    together: Identifier
    anaesthesia_driving: Identifier
    published: tuple[Published, ...]
    simulated: tuple[Simulated, ...]
    before: Told
    during: tuple[Told, ...]
    pressure: Check
    end_of_infusion: Told
    last: Told
    discharge: tuple[Told, ...]
    driving: Told
    driving_injection: Told
    under: Told

    @property
    def facts(self) -> frozenset[str]:
        """Ids of all facts that are named."""
        told = (
            *self.during,
            *self.discharge,
            self.before,
            self.pressure,
            self.end_of_infusion,
            self.last,
            self.driving,
        )
        groups = [*(t.facts for t in (*told, self.driving_injection, self.under)), self.observation.facts]
        single = [self.observation.fact, self.together, self.anaesthesia_driving, self.pressure.fact]
        return frozenset([*(f for g in groups for f in g), *single, *(p.fact for p in self.published)])


def time_of(name: str) -> tuple[float, float, float]:
    """[h] The time that a fact states, as (lowest, middle, highest); its one number three times."""
    stated = fact(name)
    known = [
        to_canonical(end, "time", default_unit=stated.unit, field=name)
        for end in (stated.low, stated.number, stated.high)
        if end is not None
    ]
    if not known:
        raise InputError(f"the fact {name} states no time, and the timeline needs one.")
    return known[0], sum(known) / len(known), known[-1]


@cache
def book() -> Book:
    """The rules that come with ketsim."""
    return Book.model_validate(read_rules(_FILE))
