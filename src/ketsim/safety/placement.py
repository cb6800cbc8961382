"""Where does what is taken within an hour lie among the doses of medical use? The worst place counts.

Every ambiguity is settled towards the worse: weights that were not said, forms without uses of their own, several ways
in at once. It never says that a dose does no harm; the sentences are the business of `context`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from math import inf
from typing import Final

from ketsim.dosing import Basis, DoseEvent, Drug, Regimen, Route
from ketsim.dosing.instruction import MOST_EVENTS
from ketsim.safety.medical_use import DEEP, PURPOSES, MedicalUse, as_base, medical_uses, strength
from ketsim.safety.worst_hour import HOUR, Load, Portion, worst_hours

_SLACK: Final = 1e-6
"""Relative: how far a computed amount may miss the end of a range that it was meant to be."""
_FOLLOWED: Final = 4 * 7 * 24.0
"""[h] A regimen without an end is followed for four weeks after its last start: weekly and daily doses meet within."""


class Level(IntEnum):
    """How far up a dose lies; a larger dose is never lower."""

    BELOW = 0
    """Below every medical use by that route."""
    AWAKE = 1
    """Among uses that leave a person awake."""
    SEDATION = 2
    """From the lowest dose that sedates for a procedure on."""
    ANAESTHESIA = 3
    """From the lowest anaesthetic dose on."""
    BEYOND = 4
    """Beyond every medical use by that route, or by a route that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyWeight:
    """[kg] The weight said; None counts a dose in mg for a light adult, and one per kilogram for a heavy adult."""

    said: float | None

    def per_kg(self, event: DoseEvent, mg: float) -> float:
        """[mg/kg] of an amount [mg, or mg/kg where the event is per kilogram]."""
        if event.per_kg:
            return mg
        return mg / (light_adult() if self.said is None else self.said)

    def for_adult(self, event: DoseEvent, mg: float) -> float:
        """[mg] that an adult would have to take for as much per kilogram; the amount itself for nobody lighter."""
        if self.said is None:
            return mg * heavy_adult() if event.per_kg else mg
        light = max(1.0, light_adult() / self.said)
        return (mg * self.said if event.per_kg else mg) * light


@cache
def light_adult() -> float:
    """[kg] The light end of adults: the 5th percentile of women."""
    return _adult("weight_female_p05")


@cache
def heavy_adult() -> float:
    """[kg] The heavy end of adults: the 95th percentile of men."""
    return _adult("weight_male_p95")


def _adult(name: str) -> float:
    from ketsim.evidence import load_source

    return load_source("Fryar2025").values[name].required()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where the worst hour of a regimen lies.

    route, drug: the way in that decides. mg_per_kg: the amount in that hour, as base and in mg of `drug`; counted: the
    same in the form of the uses it is placed among; for_adult: [mg] the same for an adult. times: how many times the
    highest use it is, None where there is no use. load: the hour. uses: all uses by that route.
    """

    level: Level
    route: Route
    drug: Drug
    mg_per_kg: float
    counted: float
    for_adult: float
    times: float | None
    load: Load
    uses: tuple[MedicalUse, ...]

    @property
    def rank(self) -> tuple[int, float]:
        """What the worst is chosen by; never smaller for a larger dose."""
        return self.level, inf if self.times is None else self.times

    @property
    def borrowed(self) -> bool:
        """The uses are those of the racemate, since the form has none of its own by this route."""
        return any(use.drug is not self.drug for use in self.uses)

    @property
    def place(self) -> str:
        """Where it lies, in the words of the JSON."""
        if self.level is Level.BEYOND:
            return "beyond every medical use" if self.uses else "no medical use by this route is known"
        inside = [use for use in self.uses if self.contains(use)]
        if inside:
            return max(inside, key=_depth).purpose
        below = [use for use in self.uses if self.amount(use) > use.high]
        above = [use for use in self.uses if self.amount(use) < use.low]
        if not below:
            return "below medical use"
        lower = max(below, key=_depth).purpose
        upper = min(above, key=_depth).purpose
        return lower if lower == upper else f"between {lower} and {upper}"

    @property
    def highest(self) -> MedicalUse | None:
        """The use that reaches highest."""
        return min(self.uses, key=lambda use: self.amount(use) / use.high, default=None)

    def amount(self, use: MedicalUse) -> float:
        """The amount in the unit of a use."""
        return self.counted if use.per_kg else self.for_adult

    def contains(self, use: MedicalUse) -> bool:
        """It lies within the range of that use."""
        amount = self.amount(use)
        return use.low * (1 - _SLACK) <= amount <= use.high * (1 + _SLACK)


def placements(regimen: Regimen, *, weight: float | None, until: float | None = None) -> tuple[Placement, ...]:
    """The worst hour of each way in, the worst first. weight [kg]; until [h], else the whole regimen."""
    body = BodyWeight(said=weight)
    events = _events(regimen, until)
    # What is infused over an hour or more may reach the rates of infusions; what is given faster may not.
    fast = tuple(event for event in events if event.duration < HOUR)
    found = [*_placed(events, body, hourly=True), *_placed(fast, body, hourly=False)]
    return tuple(sorted(found, key=lambda one: one.rank, reverse=True))


def _placed(events: tuple[DoseEvent, ...], body: BodyWeight, *, hourly: bool) -> Iterable[Placement]:
    if not events:
        return
    per_kg = worst_hours([Portion(event, body.per_kg(event, _racemate(event))) for event in events])
    adult = worst_hours([Portion(event, body.for_adult(event, _racemate(event))) for event in events])
    for by_weight, whole in zip(per_kg, adult, strict=True):
        route, drug = by_weight.way
        uses = tuple(use for use in medical_uses(drug, route) if hourly or not use.hourly)
        counted_as = strength(drug) if any(use.drug is drug for use in uses) else 1.0
        shares = {use: (by_weight if use.per_kg else whole).amount / counted_as / use.high for use in uses}
        yield Placement(
            level=_level(uses, by_weight.amount / counted_as, whole.amount / counted_as),
            route=route,
            drug=drug,
            mg_per_kg=by_weight.amount / strength(drug),
            counted=by_weight.amount / counted_as,
            for_adult=whole.amount / counted_as,
            times=min(shares.values(), default=None),
            load=by_weight,
            uses=uses,
        )


def _level(uses: tuple[MedicalUse, ...], per_kg: float, adult: float) -> Level:
    amounts = {use: per_kg if use.per_kg else adult for use in uses}
    if all(amount > use.high * (1 + _SLACK) for use, amount in amounts.items()):
        return Level.BEYOND
    reached = [use.purpose for use, amount in amounts.items() if amount >= use.low * (1 - _SLACK)]
    if "anaesthetic" in reached:
        return Level.ANAESTHESIA
    if DEEP.intersection(reached):
        return Level.SEDATION
    return Level.AWAKE if reached else Level.BELOW


def _depth(use: MedicalUse) -> tuple[int, float]:
    return PURPOSES.index(use.purpose), use.high


def _racemate(event: DoseEvent) -> float:
    """[mg, or mg/kg] An event as base of the racemate; at a steady state, what its interval gives in an hour."""
    often = max(1.0, HOUR / event.steady_interval) if event.steady_interval > 0.0 else 1.0
    return event.amount * often * (as_base() if event.basis is Basis.salt else 1.0) * strength(event.drug)


def _events(regimen: Regimen, until: float | None) -> tuple[DoseEvent, ...]:
    end = _follow(regimen) if until is None and regimen.open_ended else until
    return tuple(event for event in regimen.events(end) if event.amount > 0.0)


def _follow(regimen: Regimen) -> float:
    """[h] How long a regimen without an end is followed: until its rhythms have met, or as far as can be expanded."""
    last = max(i.start for i in regimen.instructions)
    span = _FOLLOWED
    while span > 2 * HOUR and sum(i.number_before(last + span) for i in regimen.instructions) > MOST_EVENTS:
        span /= 2
    return last + span
