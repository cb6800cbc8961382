"""Is a booster due today? The rule, carried out for every person at every look; nothing is left to chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ketsim.course.booster import Booster
from ketsim.course.booster_rule import BoosterRule
from ketsim.course.composition import Composition
from ketsim.course.parts import Parts
from ketsim.engine.policy import Decision, Moment

Array = NDArray[np.float64]

#: Times closer than this are the same [h].
_SAME = 1e-6


@dataclass(frozen=True)
class BoosterPolicy:
    """p: parameter -> (lane,). parts: what enters the linear system of each lane with a booster. last: when the last
    planned dose began [h]. The march names its lanes 0, 1, ...
    """

    rule: BoosterRule
    composition: Composition
    p: Mapping[str, Array]
    parts: Parts
    last: float

    @cached_property
    def _where(self) -> dict[str, int]:
        """State of `Booster` -> its place among all states."""
        return {name: self.composition.states.index(name) for name in Booster.states}

    def decide(self, moment: Moment) -> Decision:
        """Who gets one now."""
        rows = moment.subjects
        p = {name: values[rows] for name, values in self.p.items()}
        see = self.composition.at_moment(moment.time, moment.states, moment.concentrations, p)
        before = {name: moment.states[:, place] for name, place in self._where.items()}
        finding = np.broadcast_to(np.asarray(see[self.rule.reading], dtype=np.float64), (len(rows),))
        first = finding if moment.number == 0 else before["found_at_first"]
        responded = np.where(finding <= first / 2.0, 1.0, before["has_responded"])
        if self.rule.bound is None:
            wanted = (responded > 0.0) & (finding > first / 2.0)
        else:
            side, level = self.rule.bound
            wanted = finding > level if side == "above" else finding < level
        given = before["boosters_given"]
        since = moment.time - np.where(given > 0.0, before["last_booster"], self.last)
        # before the last planned dose has acted there is nothing to boost
        due = wanted & (given < self.rule.most) & (since >= self.rule.least_interval - _SAME)
        after = {
            "boosters_given": given + due,
            "last_booster": np.where(due, moment.time, before["last_booster"]),
            "found_at_booster": np.where(due, finding, before["found_at_booster"]),
            "found_at_first": first,
            "has_responded": responded,
        }
        jump = np.zeros_like(moment.states)
        for name, place in self._where.items():
            jump[:, place] = after[name] - before[name]
        for name, value in self.composition.renewed.items():
            place = self.composition.states.index(name)
            jump[:, place] = np.where(due, value - moment.states[:, place], 0.0)
        return Decision(self.parts.orders(rows, np.where(due, self.parts.given[rows], 0.0)), jump)
