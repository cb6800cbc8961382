"""How soon, how strong, how long? Measures of a quantity that leaves its baseline and comes back.

Arrays are (subject, time). A peak is where the curve is farthest from its baseline, whichever way it goes; between
points the curve is taken as straight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Course:
    """All (subject,): baseline, peak and change_at_peak in the unit of the curve; time_of_peak, onset and duration [h];
    area in unit times h. onset: the first time at which the change reaches the level, NaN where it never does;
    duration: the time spent at or beyond it.
    """

    baseline: Array
    onset: Array
    peak: Array
    change_at_peak: Array
    time_of_peak: Array
    duration: Array
    area: Array


def course(times: Array, values: Array, baseline: Array, *, level: float) -> Course:
    """The measures of curves (subject, time). baseline: (subject, 1). level: size of the change that counts."""
    change = values - baseline
    size = np.abs(change)
    at = size.argmax(axis=1)
    rows = np.arange(len(values))
    step = np.diff(times)
    return Course(
        baseline=np.broadcast_to(baseline, (len(values), 1))[:, 0].copy(),
        onset=np.fmin(_onset(times, change, level), _onset(times, -change, level)),
        peak=values[rows, at],
        change_at_peak=change[rows, at],
        time_of_peak=np.where(size[rows, at] > 0.0, times[at], np.nan),
        duration=time_at_least(times, change, level) + time_at_least(times, -change, level),
        area=((change[:, 1:] + change[:, :-1]) * step).sum(axis=1) / 2.0,
    )


def _onset(times: Array, change: Array, level: float) -> Array:
    """The first time [h] at which a change, taken in one direction, reaches the level; NaN where it never does."""
    reached = change >= level
    first = reached.argmax(axis=1)
    rows = np.arange(len(change))
    before = np.maximum(first - 1, 0)
    low, high = change[rows, before], change[rows, first]
    rise = np.where(high > low, high - low, 1.0)
    share = np.where(first > 0, (level - low) / rise, 0.0)
    return np.where(reached.any(axis=1), times[before] + share * (times[first] - times[before]), np.nan)


def time_at_least(times: Array, curves: Array, level: ArrayLike) -> Array:
    """How long [h] each curve (subject, time) lies at or above its level: one number, or (subject, 1)."""
    over = curves - np.asarray(level)
    one, two = over[:, :-1], over[:, 1:]
    high, low = np.maximum(one, two), np.minimum(one, two)
    spread = np.where(high > low, high - low, 1.0)
    share = np.where(low >= 0.0, 1.0, np.where(high >= 0.0, high / spread, 0.0))
    return np.asarray((share * np.diff(times)).sum(axis=1))


def rises_to(times: Array, curves: Array, level: ArrayLike) -> Array:
    """When [h] each curve first reaches its level; NaN where it never does."""
    over = curves - np.asarray(level)
    reached = over >= 0.0
    first = reached.argmax(axis=1)
    rows = np.arange(len(over))
    before = np.maximum(first - 1, 0)
    low, high = over[rows, before], over[rows, first]
    rise = np.where(high > low, high - low, 1.0)
    share = np.where(first > 0, -low / rise, 0.0)
    return np.where(reached.any(axis=1), times[before] + share * (times[first] - times[before]), np.nan)


def falls_below(times: Array, curves: Array, level: ArrayLike) -> Array:
    """When [h] each curve falls below its level for the last time; NaN where it never was above, or still is."""
    over = curves - np.asarray(level)
    crossing = (over[:, :-1] >= 0.0) & (over[:, 1:] < 0.0)
    last = crossing.shape[1] - 1 - np.argmax(crossing[:, ::-1], axis=1)
    rows = np.arange(len(over))
    before, after = over[rows, last], over[rows, last + 1]
    drop = np.where(before > after, before - after, 1.0)
    found = times[last] + (times[last + 1] - times[last]) * before / drop
    return np.where(crossing.any(axis=1) & (over[:, -1] < 0.0), found, np.nan)
