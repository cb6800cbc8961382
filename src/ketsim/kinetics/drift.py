"""How a model whose numbers drift with time is solved by one that holds them: in epochs, laid twice and blended.

Within an epoch the numbers are those of its middle, so a fast state is ahead of the truth before the middle and behind
it after. A second set of epochs, shifted by half a length, errs the other way at the same moment; the two are weighted
so that the first-order parts cancel. What is left is told by doing the same with epochs twice as long. Knows no rates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_LONGEST = 1.0  # [h] of the epochs that the estimate is made with; the answer has half of it
_MOST = 2_000  # epochs in one run; beyond, they get longer


@dataclass(frozen=True, slots=True)
class Epoch:
    """A span from `start` [h] on in which numbers are held at their values of `middle` [h]."""

    start: float
    middle: float


#: Outputs (output, subject, time) and their numerical error (subject,) under these epochs.
Solve = Callable[[Sequence[Epoch]], tuple[Array, Array]]


def drifting(solve: Solve, times: Array) -> tuple[Array, Array]:
    """Outputs (output, subject, time) at `times` [h], and their error (subject,) relative to each output's peak."""
    longest = max(_LONGEST, float(times.max()) / _MOST)
    coarse, _ = _blended(solve, times, longest)
    values, error = _blended(solve, times, longest / 2)
    apart, peak = np.abs(values - coarse).max(axis=2), np.abs(values).max(axis=2)
    share = np.where(peak > 0.0, apart / np.where(peak > 0.0, peak, 1.0), 0.0)
    return values, error + share.max(axis=0)


def _blended(solve: Solve, times: Array, length: float) -> tuple[Array, Array]:
    starts = np.arange(0.0, max(float(times.max()), length), length)
    late = [Epoch(s, s + length / 2) for s in starts.tolist()]
    early = [Epoch(0.0, length / (2 * 2)), *(Epoch(e.middle, e.middle + length / 2) for e in late)]
    (one, error), (two, other) = solve(late), solve(early)
    behind, ahead = _offsets(late, times), _offsets(early, times)
    apart = np.abs(behind) + np.abs(ahead)
    share = np.where(apart > 0.0, np.abs(ahead) / np.where(apart > 0.0, apart, 1.0), 1.0)
    same_side = behind * ahead > 0.0  # in the first half epoch: the nearer middle
    share = np.where(same_side, np.abs(behind) <= np.abs(ahead), share)
    return share * one + (1.0 - share) * two, np.maximum(error, other)


def _offsets(epochs: Sequence[Epoch], times: Array) -> Array:
    """How long after the middle of its epoch each time lies [h]."""
    number = np.searchsorted([epoch.start for epoch in epochs], times, side="right") - 1
    return np.asarray(times - np.array([epoch.middle for epoch in epochs])[number], dtype=np.float64)
