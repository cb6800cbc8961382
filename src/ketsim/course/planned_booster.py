"""Boosters by a rule, ready to run: what a booster is, when the rule is looked at, and what was given to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from ketsim.course.booster import Booster
from ketsim.course.booster_policy import BoosterPolicy
from ketsim.course.booster_rule import BoosterRule
from ketsim.course.composition import Composition
from ketsim.course.draws import Lanes
from ketsim.course.parts import Parts
from ketsim.course.planned_use import THINNED
from ketsim.dosing import DoseEvent
from ketsim.engine.policy import Policy
from ketsim.engine.system import IntArray
from ketsim.errors import InputError
from ketsim.evidence import Value
from ketsim.wording import hours

Array = NDArray[np.float64]

_MOST_LOOKS: Final = 20_000


@dataclass(frozen=True)
class PlannedBooster:
    """rule: what was said. dose: a booster. given: the doses of the sentence. looks: when the rule is looked at [h]."""

    rule: BoosterRule
    dose: DoseEvent
    given: tuple[DoseEvent, ...]
    looks: Array
    stop: float
    thinned: bool = False

    #: Readings that are kept for the record beside those that are shown.
    recorded: ClassVar[tuple[str, ...]] = ("boosters", "booster_finding")
    by_chance: ClassVar = False

    @classmethod
    def of(cls, rule: BoosterRule, events: Sequence[DoseEvent], until: float) -> PlannedBooster:
        """Raises `InputError` where there is nothing to boost, or too much to look at."""
        doses = [event for event in events if event.amount > 0.0]
        last = doses[-1]
        dose = replace(last if rule.event is None else rule.event, time=0.0)
        if dose.drug is not last.drug:
            raise InputError(f"booster.dose is {dose.drug} and the course {last.drug}; boost with the same drug.")
        if last.time + rule.least_interval >= until:
            raise InputError(f"until {until:g} h leaves no time for a booster; look further, such as until: 26wk.")
        if until / rule.check_every > _MOST_LOOKS:
            raise InputError(f"booster.check_every is {rule.check_every:g} h; at most {_MOST_LOOKS:,} looks are run.")
        looks = np.arange(0.0, until, rule.check_every)
        stop = max(event.time + event.lag + event.duration for event in doses)
        return cls(rule, dose, tuple(events), looks, stop)

    @property
    def follows(self) -> str:
        """The reading whose structure what is decided belongs to."""
        return self.rule.reading

    @property
    def looked_at(self) -> tuple[str, ...]:
        """What a decision looks at."""
        return (self.rule.reading,)

    @property
    def process(self) -> Booster:
        """What is remembered."""
        return Booster()

    @property
    def values(self) -> dict[str, Value]:
        """A rule rests on no number of the library."""
        return {}

    def parameters(self, lanes: Lanes) -> dict[str, Array]:
        """None of its own."""
        return {}

    def policy(
        self, composition: Composition, p: Mapping[str, Array], rows: IntArray, *, lanes: Lanes, parts: Parts
    ) -> Policy:
        """The decisions for rows of a march, each of which is a lane of the ensemble. parts: of a booster."""
        last = max(event.time for event in self.given if event.amount > 0.0)
        return Policy(self.looks, BoosterPolicy(self.rule, composition, p, parts.rows(rows), last).decide)

    @property
    def times(self) -> Array:
        """Moments [h] at which it must be read off who got one: the looks, the end of a booster and an hour on."""
        return np.concatenate([self.looks, self.looks + self.dose.duration, self.looks + self.dose.duration + 1.0])

    @property
    def sentences(self) -> tuple[str, ...]:
        """What must be said with every result."""
        rule = self.rule
        return (
            f"Boosters: given when {rule.when}, looked at every {hours(rule.check_every)}, never within "
            f"{hours(rule.least_interval)} of the dose before, {rule.most} at most. The rule is the asker's; no trial "
            "that compares such rules was found.",
            "Each person's boosters follow from that person's course, so the band is over people who got different "
            "ones. A model of very low certainty, for research, not advice; people differ.",
            *([THINNED] if self.thinned else []),
        )
