"""How wide is a result, and where does its width come from? Structures, parameters and people, by the law of total
variance.

Sums are kept a structure and a parameter set, so that populations of any size can be added up in blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketsim.course.draws import TYPICAL, Lanes

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one measure under one structure: number, sum and sum of squares of people in each parameter set, (set,)."""

    number: Array
    total: Array
    squares: Array

    @classmethod
    def of(cls, values: Array, lanes: Lanes) -> Sums:
        """Of lanes (lane,); the typical one and undefined values are left out."""
        there = np.isfinite(values) & (lanes.sets != TYPICAL)
        which, kept = lanes.sets[there], values[there]
        return cls(
            np.bincount(which, minlength=lanes.count).astype(np.float64),
            np.bincount(which, kept, minlength=lanes.count).astype(np.float64),
            np.bincount(which, kept * kept, minlength=lanes.count).astype(np.float64),
        )

    @property
    def mean_in_percent(self) -> float:
        """Of a measure that is 0 or 1 for a person: the share of people, in %; NaN for nobody."""
        people = float(self.number.sum())
        return 100.0 * float(self.total.sum()) / people if people else np.nan

    def plus(self, other: Sums) -> Sums:
        """Of the people of both."""
        return Sums(self.number + other.number, self.total + other.total, self.squares + other.squares)


@dataclass(frozen=True, slots=True)
class Width:
    """Which share of the variance of a measure comes from where; the three add up to 1 (all 0 without variance)."""

    output: str
    measure: str
    structures: float
    parameters: float
    people: float


def width_of(output: str, measure: str, rivals: Sequence[Sums]) -> Width:
    """The shares over rival structures. Each structure, and each parameter set, counts the same."""
    means, between, within = [], [], []
    for sums in rivals:
        there = sums.number > 0.0
        if not there.any():
            continue
        number, total, squares = sums.number[there], sums.total[there], sums.squares[there]
        mean = total / number
        spread = np.maximum(squares / number - mean * mean, 0.0)
        inside = float(np.mean(spread * number / np.maximum(number - 1.0, 1.0)))
        means.append(float(mean.mean()))
        # part of what the means of sets differ by is chance, since each has few people
        between.append(max(float(mean.var()) - float(np.mean(spread / np.maximum(number, 1.0))), 0.0))
        within.append(inside)
    if not means:
        return Width(output, measure, 0.0, 0.0, 0.0)
    parts = np.array([float(np.var(means)), float(np.mean(between)), float(np.mean(within))])
    whole = float(parts.sum())
    shares = parts / whole if whole > 0.0 else np.zeros(len(parts))
    return Width(output, measure, *(float(share) for share in shares))
