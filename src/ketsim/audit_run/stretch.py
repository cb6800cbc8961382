"""By how much must time constants of a course be stretched until it shows what a page says? One variable, one root.

Every trial stretch is a lane of one march, so a search costs two marches. Only the typical lane is run, and only
stretches that leave each time constant within its published range are tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ketsim.course.draws import Lanes, parameters_of
from ketsim.course.drive import spread_over
from ketsim.course.march import march
from ketsim.course.planned import PlannedCourse, Variant
from ketsim.course.structure import Structure
from ketsim.engine.slow_march import LinearDrive
from ketsim.errors import InputError
from ketsim.evidence import Certainty
from ketsim.kinetics.parameters import Variation
from ketsim.people import Cohort, Subject
from ketsim.plan import Plan

Array = NDArray[np.float64]
#: (output, measure) -> one number a lane.
Measured = dict[tuple[str, str], Array]

_TRIALS: Final = (
    33  # lanes of a search: a grid that leaves steps of a few per cent, which the second march divides anew
)
_HOURLY: Final = 14 * 24  # [h] after the last dose with a point every half hour, so that peaks are placed that exactly
_CLOSE: Final = 0.02  # share by which the result may miss the page's number, besides one step of the points
_STEP: Final = 0.5  # [h]


@dataclass(frozen=True)
class Bench:
    """The typical lane of a planned course, to be run again and again with other time constants."""

    plan: Plan
    wanted: tuple[str, ...]

    @cached_property
    def course(self) -> PlannedCourse:
        """The course of the plan."""
        if self.plan.course is None:
            raise InputError("this scenario runs no course, so there is no clock in it to stretch.")
        return self.plan.course

    @cached_property
    def _drive(self) -> LinearDrive:
        person = self.plan.people
        assert isinstance(person, Subject)
        factors = {} if self.plan.course_model is None else self.plan.course_model.factors
        alone = Variation(self.plan.scenario.seed, between_people=False)
        return self.course.driver.linear_drive(
            self.plan.events, Cohort.of(person), alone, factors=factors, options=self.plan.options
        )

    @cached_property
    def times(self) -> Array:
        """(time,) [h]: those of the plan, and closer ones after the last dose."""
        until, stop = float(self.course.times[-1]), self.course.stop
        close = np.arange(stop, min(until, stop + _HOURLY), _STEP)
        return np.unique(np.concatenate([self.course.times, close]))

    def variant(self, structure: Structure) -> Variant:
        """The variant in which a structure runs."""
        return next(v for v in self.course.variants if structure in v.structures)

    def run(self, structure: Structure, stretched: Sequence[str], factors: Array) -> Measured:
        """Measures after the last dose, one lane a factor (lane,) that the time constants are multiplied by."""
        lanes = Lanes.typical(self.plan.scenario.seed)
        variant = self.variant(structure)
        drawn: dict[str, Array] = {}
        for each in variant.structures:
            drawn |= parameters_of(each.values, each.chances, lanes)
        drawn |= self.course.treatment_sizes(lanes)
        drawn |= {} if self.course.mood is None else self.course.mood.parameters(lanes)
        spread = {name: np.repeat(value, len(factors)) for name, value in drawn.items()}
        for name in stretched:
            spread[name] = spread[name] * factors
        found = march(
            [variant.composition],
            [spread],
            spread_over(self._drive, np.zeros(len(factors), dtype=np.int64)),
            self.times,
            wanted=self.wanted,
            stop=self.course.stop,
            subjects=np.arange(len(factors)),
        )[0]
        return {(name, key): of for name, lane in found.readings.items() for key, of in lane.measures.items()}

    def certainty(self, structure: Structure, output: str) -> str:
        """The weakest of the numbers behind an output."""
        behind = self.course.behind(self.variant(structure), output)
        return str(Certainty.weakest(v.certainty for name, v in structure.values.items() if name in behind))


def published_stretch(structure: Structure, stretched: Sequence[str]) -> tuple[float, float]:
    """The least and the largest factor that leave every time constant within its published range."""
    low, high = 0.0, np.inf
    for name in stretched:
        value = structure.values[name]
        ends = value.range or value.ci
        if ends is None or not value.number:
            return 1.0, 1.0
        low, high = max(low, ends.low / value.number), min(high, ends.high / value.number)
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Stretch:
    """factor: None where none within the ranges reaches the target. first, last: what the ranges reach [as the
    measure]. plain, stretched: measures with the numbers as they stand, and with the factor (None without one).
    """

    factor: float | None
    first: float
    last: float
    plain: dict[tuple[str, str], float]
    stretched: dict[tuple[str, str], float] | None


def solve(
    bench: Bench,
    structure: Structure,
    stretched: Sequence[str],
    wanted: tuple[str, str],
    low: float,
    high: float,
) -> Stretch:
    """The factor nearest to 1 that brings a measure to low, or high [h], whichever it lies nearer to."""
    least, most = published_stretch(structure, stretched)
    factors = np.unique(np.append(np.geomspace(least, most, _TRIALS) if most > least else 1.0, 1.0))
    found = bench.run(structure, stretched, factors)
    at_one = int(np.flatnonzero(factors == 1.0)[0])
    plain = {name: float(values[at_one]) for name, values in found.items()}
    reached = found[wanted][np.isfinite(found[wanted])]
    ends = (float(reached.min()), float(reached.max())) if reached.size else (np.nan, np.nan)
    now = plain[wanted]
    if low <= now <= high:
        return Stretch(1.0, *ends, plain, plain)
    target = low if not now >= low else high
    bracket = _bracket(factors, found[wanted] - target)
    if bracket is None:
        return Stretch(None, *ends, plain, None)
    closer = np.geomspace(*bracket, _TRIALS)
    again = bench.run(structure, stretched, closer)
    miss = np.abs(again[wanted] - target)
    best = int(np.nanargmin(miss))
    if miss[best] > max(_STEP, _CLOSE * target):
        return Stretch(None, *ends, plain, None)  # it jumps over the target
    return Stretch(float(closer[best]), *ends, plain, {name: float(values[best]) for name, values in again.items()})


def _bracket(factors: Array, off: Array) -> tuple[float, float] | None:
    """The neighbouring factors between which the miss changes its sign, nearest to 1."""
    there = np.isfinite(off[:-1]) & np.isfinite(off[1:]) & (off[:-1] * off[1:] <= 0.0)
    places = np.flatnonzero(there)
    if not places.size:
        return None
    nearest = int(places[np.argmin(np.abs(np.log(factors[places]) + np.log(factors[places + 1])))])
    return float(factors[nearest]), float(factors[nearest + 1])
