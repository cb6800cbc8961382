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

__all__ = ["auc", "aumc", "curves", "last_positive"]

Array = NDArray[np.float64]

# A concentration below zero by less than this part of the curve's peak is rounding of an exact solution, not a slip.
_ROUNDING = 1e-12
# Below this drop in ln C across one interval the closed form of the moment cancels, and its power series is exact.
_SERIES_BELOW = 0.3
_SERIES = tuple((-1.0) ** n / (factorial(n) * (n + 2)) for n in range(13))


def auc(time: ArrayLike, concentration: ArrayLike, *, start: float | None = None, until: float | None = None) -> Array:
    """Return the area under the concentration-time curve [mg h/L] (subject,).

    time: [h] (time,) or (subject, time), never going back. concentration: [mg/L] (subject, time) or (time,).
    start: where the area begins [h], the first sample unless given. until: where it ends [h], the last positive
    concentration unless given ("AUClast"). Between two samples the curve is interpolated by the rule of its interval:

        C2 >= C1 or C2 = 0:  A = (t2 - t1) (C1 + C2) / 2
        0 < C2 < C1:         A = (t2 - t1) (C1 - C2) / ln(C1 / C2)

    Raises InputError for a start or an end outside the samples, and for samples that are not usable (see `curves`).
    A curve that never leaves zero has area 0.

    >>> float(auc([0.0, 1.0, 2.0], [0.0, 4.0, 2.0]).round(6))
    4.88539
    """
    return _integral(time, concentration, start=start, until=until, moment=False)


def aumc(time: ArrayLike, concentration: ArrayLike, *, start: float | None = None, until: float | None = None) -> Array:
    """Return the area under the first moment, the integral of t C(t) [mg h2/L] (subject,).

    Arguments and errors as `auc`; time counts from the dose, so shift it when the dose was not at zero. With
    h = t2 - t1 and x = ln(C1 / C2):

        C2 >= C1 or C2 = 0:  M = h (t1 C1 + t2 C2) / 2
        0 < C2 < C1:         M = t1 A + h^2 C1 (1 - (1 + x) exp(-x)) / x^2

    The first takes t C, not C, as the straight line, as the programs in use do, so that residence times compare.
    """
    return _integral(time, concentration, start=start, until=until, moment=True)


def curves(time: ArrayLike, concentration: ArrayLike) -> tuple[Array, Array, tuple[int, ...]]:
    """Return times and concentrations as (curve, time) arrays, and the shape that the curves had before.

    Raises InputError when the shapes do not fit, fewer than two samples are given, a number is not finite, a
    concentration is below zero or a time goes back.
    """
    t, c = np.asarray(time, dtype=np.float64), np.asarray(concentration, dtype=np.float64)
    if c.ndim == 0 or t.ndim not in (1, c.ndim) or t.shape[-1] != c.shape[-1]:
        raise InputError(
            f"Times of shape {t.shape} do not fit concentrations of shape {c.shape}: expected one row of times for "
            "all curves, or a row of times for each."
        )
    samples = c.shape[-1]
    if samples < 2:
        raise InputError(f"A curve needs at least two samples for an area, and this one has {samples}.")
    if not np.isfinite(t).all() or not np.isfinite(c).all():
        raise InputError("Times and concentrations must be finite numbers: leave missing samples out.")
    shape = c.shape[:-1]
    c = c.reshape(-1, samples)
    t = np.broadcast_to(t.reshape(-1, samples), c.shape)
    if (np.diff(t, axis=1) < 0.0).any():
        raise InputError("Sampling times must not go back: sort the samples of each curve by time.")
    if (c < -_ROUNDING * np.abs(c).max(axis=1, keepdims=True, initial=0.0)).any():
        raise InputError(f"A concentration must be zero or more, and the lowest one given is {c.min():g}.")
    return t, np.maximum(c, 0.0), shape


def last_positive(concentration: Array) -> NDArray[np.intp]:
    """Return the index of the last positive sample of each curve (curve,); -1 where there is none."""
    positive = concentration > 0.0
    from_the_end = np.argmax(positive[:, ::-1], axis=1)
    index: NDArray[np.intp] = np.where(positive.any(axis=1), concentration.shape[1] - 1 - from_the_end, -1)
    return index


def _integral(
    time: ArrayLike, concentration: ArrayLike, *, start: float | None, until: float | None, moment: bool
) -> Array:
    t, c, shape = curves(time, concentration)
    for name, edge in (("start", start), ("end", until)):
        if edge is not None and not ((t[:, 0] <= edge) & (edge <= t[:, -1])).all():
            raise InputError(
                f"The {name} of the area, {edge:g} h, lies outside the samples, which run from {t[:, 0].max():g} to "
                f"{t[:, -1].min():g} h: expected a time between them."
            )
    if start is not None and until is not None and until < start:
        raise InputError(f"The area cannot end at {until:g} h, before its start at {start:g} h.")
    if until is None:
        last = np.maximum(last_positive(c), 0)
        end = np.take_along_axis(t, last[:, None], axis=1)
    else:
        end = np.full((len(t), 1), float(until))
    begin = t[:, :1] if start is None else np.full((len(t), 1), float(start))
    total: Array = _pieces(t, c, begin, end, moment=moment).sum(axis=1).reshape(shape)
    return total


def _pieces(t: Array, c: Array, begin: Array, end: Array, *, moment: bool) -> Array:
    """Return the part of every interval that lies within [begin, end] (curve, interval)."""
    t1, t2, c1, c2 = t[:, :-1], t[:, 1:], c[:, :-1], c[:, 1:]
    falls = (c2 < c1) & (c2 > 0.0)
    length = t2 - t1
    safe_length = np.where(length > 0.0, length, 1.0)
    drop = _log_ratio(np.where(falls, c1, 1.0), np.where(falls, c2, 1.0))
    low, high = np.maximum(t1, begin), np.minimum(t2, end)
    width = np.maximum(high - low, 0.0)
    # Clipped to the interval, where an interval outside [begin, end] would send the exponential to infinity.
    at_low, at_high = np.clip((low - t1) / safe_length, 0.0, 1.0), np.clip((high - t1) / safe_length, 0.0, 1.0)
    c_low = np.where(falls, c1 * np.exp(-drop * at_low), c1 + (c2 - c1) * at_low)
    c_high = np.where(falls, c1 * np.exp(-drop * at_high), c1 + (c2 - c1) * at_high)
    # The drop over the clipped part, from the rate of the whole interval: clipping must not change the rule.
    x = np.where(falls, drop * width / safe_length, 0.0)
    safe_x = np.where(x > 0.0, x, 1.0)
    logarithmic = c_low * np.where(x > 0.0, -np.expm1(-x) / safe_x, 1.0)
    area: Array = width * np.where(falls, logarithmic, 0.5 * (c_low + c_high))
    if not moment:
        return area
    series = np.zeros_like(x)
    for coefficient in reversed(_SERIES):
        series = series * np.minimum(x, _SERIES_BELOW) + coefficient
    safe_x = np.maximum(x, _SERIES_BELOW)
    closed = (-np.expm1(-safe_x) - safe_x * np.exp(-safe_x)) / safe_x**2
    logarithmic = low * area + width**2 * c_low * np.where(x < _SERIES_BELOW, series, closed)
    moments: Array = np.where(falls, logarithmic, 0.5 * width * (low * c_low + high * c_high))
    return moments


def _log_ratio(a: Array, b: Array) -> Array:
    """Return ln(a / b) for a >= b > 0, exact for neighbours and without overflow for extremes."""
    near = a < 2.0 * b
    ratio: Array = np.where(near, np.log1p((a - b) / np.where(near, b, 1.0)), np.log(a) - np.log(b))
    return ratio
