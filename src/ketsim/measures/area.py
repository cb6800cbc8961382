"""How large is the area under a sampled curve, and under its first moment?

Linear-up/log-down: where the concentration rises or stays, and where it falls to zero, it is taken as a straight line
between samples; where it falls and stays above zero, as an exponential.

What it does not know: what lies before the first sample or after the last one (see `ketsim.measures.nca` for the
part to infinity), and an intravenous bolus's concentration at time zero when it was not sampled.
"""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketsim.errors import InputError

__all__ = ["areas", "auc", "aumc", "curves", "last_positive"]

Array = NDArray[np.float64]

# A concentration below zero by less than this part of the curve's peak is rounding of an exact solution, not a slip.
_ROUNDING = 1e-12
# Below this drop in ln C across one interval the closed form of the moment cancels, and its power series is exact.
_SERIES_BELOW = 0.05
_SERIES = tuple((-1.0) ** n / (factorial(n) * (n + 2)) for n in range(9))
_DEEPEST = 1e-300


def auc(time: ArrayLike, concentration: ArrayLike, *, start: float | None = None, until: float | None = None) -> Array:
    """The area under the concentration-time curve [mg h/L] (subject,).

    time: [h] (time,) or (subject, time), never going back. concentration: [mg/L] (subject, time) or (time,).
    start: where the area begins [h], the first sample unless given. until: where it ends [h], the last positive
    concentration unless given ("AUClast"). Between two samples the curve is interpolated by the rule of its interval:

        C2 >= C1 or C2 = 0:  A = (t2 - t1) (C1 + C2) / 2
        0 < C2 < C1:         A = (t2 - t1) (C1 - C2) / ln(C1 / C2)

    Raises `InputError` for a start or an end outside the samples, and for samples that are not usable (see `curves`).
    A curve that never leaves zero has area 0.

    >>> float(auc([0.0, 1.0, 2.0], [0.0, 4.0, 2.0]).round(6))
    4.88539
    """
    return _integral(time, concentration, start=start, until=until, moment=False)


def aumc(time: ArrayLike, concentration: ArrayLike, *, start: float | None = None, until: float | None = None) -> Array:
    """The area under the first moment, the integral of t C(t) [mg h2/L] (subject,).

    Arguments and errors as `auc`; time counts from the dose, so shift it when the dose was not at zero. With
    h = t2 - t1 and x = ln(C1 / C2):

        C2 >= C1 or C2 = 0:  M = h (t1 C1 + t2 C2) / 2
        0 < C2 < C1:         M = t1 A + h^2 C1 (1 - (1 + x) exp(-x)) / x^2

    The first takes t C, not C, as the straight line, as the programs in use do, so that residence times compare.
    """
    return _integral(time, concentration, start=start, until=until, moment=True)


def curves(time: ArrayLike, concentration: ArrayLike) -> tuple[Array, Array, tuple[int, ...]]:
    """Times and concentrations as (curve, time) arrays, and the shape that the curves had before.

    Raises `InputError` when the shapes do not fit, fewer than two samples are given, a number is not finite, a
    concentration is below zero or a time goes back.
    """
    t, c = np.asarray(time, dtype=np.float64), np.asarray(concentration, dtype=np.float64)
    if c.ndim == 0 or t.ndim not in (1, c.ndim) or t.shape[-1] != c.shape[-1]:
        raise InputError(
            f"times of shape {t.shape} do not fit concentrations of shape {c.shape}: expected one row of times for "
            "all curves, or a row of times for each."
        )
    samples = c.shape[-1]
    if samples < 2:
        raise InputError(f"a curve needs at least two samples for an area, and this one has {samples}.")
    if not np.isfinite(t).all() or not np.isfinite(c).all():
        raise InputError("times and concentrations must be finite numbers: leave missing samples out.")
    shape = c.shape[:-1]
    c = c.reshape(-1, samples)
    t = np.broadcast_to(t.reshape(-1, samples), c.shape)
    if (np.diff(t, axis=1) < 0.0).any():
        raise InputError("sampling times must not go back: sort the samples of each curve by time.")
    if (c < -_ROUNDING * np.abs(c).max(axis=1, keepdims=True, initial=0.0)).any():
        raise InputError(f"a concentration must be zero or more, and the lowest one given is {c.min():g}.")
    return t, np.maximum(c, 0.0), shape


def last_positive(concentration: Array) -> NDArray[np.intp]:
    """The index of the last positive sample of each curve (curve,); -1 where there is none."""
    positive = concentration > 0.0
    from_the_end = np.argmax(positive[:, ::-1], axis=1)
    index: NDArray[np.intp] = np.where(positive.any(axis=1), concentration.shape[1] - 1 - from_the_end, -1)
    return index


def areas(t: Array, c: Array) -> tuple[Array, Array]:
    """The area and the moment's area of each interval between samples (curve, interval), of usable samples."""
    t1, t2, c1, c2 = t[:, :-1], t[:, 1:], c[:, :-1], c[:, 1:]
    falls, drop = _falls(c1, c2)
    area = _area(t2 - t1, c1, c2, falls, drop)
    return area, _moment(t1, t2, c1, c2, falls, drop, area)


def _integral(
    time: ArrayLike, concentration: ArrayLike, *, start: float | None, until: float | None, moment: bool
) -> Array:
    t, c, shape = curves(time, concentration)
    for name, edge in (("start", start), ("end", until)):
        if edge is not None and not ((t[:, 0] <= edge) & (edge <= t[:, -1])).all():
            raise InputError(
                f"the {name} of the area, {edge:g} h, lies outside the samples, which run from {t[:, 0].max():g} to "
                f"{t[:, -1].min():g} h: expected a time between them."
            )
    if start is not None and until is not None and until < start:
        raise InputError(f"the area cannot end at {until:g} h, before its start at {start:g} h.")
    if until is None:
        last = np.maximum(last_positive(c), 0)
        end = np.take_along_axis(t, last[:, None], axis=1)
    else:
        end = np.full((len(t), 1), float(until))
    begin = t[:, :1] if start is None else np.full((len(t), 1), float(start))
    total: Array = _clipped(t, c, begin, end, moment=moment).sum(axis=1).reshape(shape)
    return total


def _clipped(t: Array, c: Array, begin: Array, end: Array, *, moment: bool) -> Array:
    """The area of the part of every interval that lies within [begin, end] (curve, interval)."""
    t1, t2, c1, c2 = t[:, :-1], t[:, 1:], c[:, :-1], c[:, 1:]
    falls, drop = _falls(c1, c2)
    length = np.where(t2 > t1, t2 - t1, 1.0)
    low = np.clip(begin, t1, t2)
    high = np.maximum(np.clip(end, t1, t2), low)
    at_low, at_high = (low - t1) / length, (high - t1) / length
    c_low, c_high = (np.where(falls, c1 * np.exp(-drop * at), c1 + (c2 - c1) * at) for at in (at_low, at_high))
    # The rule and the rate are those of the whole interval: cutting it must not change them.
    drop = drop * (at_high - at_low)
    area = _area(high - low, c_low, c_high, falls, drop)
    return _moment(low, high, c_low, c_high, falls, drop, area) if moment else area


def _area(width: Array, c1: Array, c2: Array, falls: NDArray[np.bool_], drop: Array) -> Array:
    """The area under pieces of curve; drop is ln(C1 / C2) where a piece falls."""
    x = np.where(drop > 0.0, drop, 1.0)
    height = np.where(falls, c1 * np.where(drop > 0.0, -np.expm1(-x) / x, 1.0), 0.5 * (c1 + c2))
    area: Array = width * height
    return area


def _moment(t1: Array, t2: Array, c1: Array, c2: Array, falls: NDArray[np.bool_], drop: Array, area: Array) -> Array:
    """The area under t C(t) of pieces of curve whose area is known."""
    width = t2 - t1
    small = np.minimum(drop, _SERIES_BELOW)
    series = np.full_like(small, _SERIES[-1])
    for coefficient in _SERIES[-2::-1]:
        series = series * small + coefficient
    x = np.maximum(drop, _SERIES_BELOW)
    lost = -np.expm1(-x)
    closed = (lost - x * (1.0 - lost)) / (x * x)
    falling = t1 * area + width * width * c1 * np.where(drop < _SERIES_BELOW, series, closed)
    moment: Array = np.where(falls, falling, 0.5 * width * (t1 * c1 + t2 * c2))
    return moment


def _falls(c1: Array, c2: Array) -> tuple[NDArray[np.bool_], Array]:
    """Which intervals fall and stay above zero, and ln(C1 / C2) there, 0 elsewhere."""
    falls = (c2 < c1) & (c2 > 0.0)
    # log1p keeps a small drop exact; the floor keeps the quotient of a fall by 300 decades finite.
    drop: Array = np.log1p(np.where(falls, c1 - c2, 0.0) / np.where(falls, np.maximum(c2, c1 * _DEEPEST), 1.0))
    return falls, drop
