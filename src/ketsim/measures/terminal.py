"""How fast does the tail of a curve fall: lambda_z, and which samples say so?

Rule, as in common practice (checked against the published results of WinNonlin, see the tests): regress ln C on
time over the last n positive samples, n = 3, 4, ... up to the first sample after the peak; among the falling lines
take the highest adjusted R^2, and of those within `tolerance` of it the one with the most samples.

What it does not know: whether the tail was followed long enough to be terminal. On a densely simulated curve the
tolerance lets samples of the earlier phase in; pass ``tolerance=0.0`` there, since there is no noise to smooth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketsim.errors import InputError
from ketsim.measures.area import Array, curves, last_positive

__all__ = ["TerminalPhase", "fitted", "terminal_phase"]

LEAST_SAMPLES = 3
DEFAULT_TOLERANCE = 1e-4

# A fall of ln C by less than this over the whole line is rounding of a flat tail, not a slope.
_LEAST_FALL = 1e-12

_REASONS = (
    "",
    "the concentration never rises above zero",
    f"fewer than {LEAST_SAMPLES} positive samples follow the peak",
    "no regression over the last samples falls",
)
_NEVER_POSITIVE, _TOO_FEW, _NOT_FALLING = 1, 2, 3


@dataclass(frozen=True, slots=True)
class TerminalPhase:
    """The terminal phase of each curve; NaN (and 0 samples) where there is none, `why` says the reason.

    rate: lambda_z [1/h] (subject,). predicted: concentration on the line at the last positive sample [mg/L].
    adjusted_r2: of the line. samples: how many carried it. start: time of the first of them [h].
    """

    rate: Array
    predicted: Array
    adjusted_r2: Array
    samples: NDArray[np.intp]
    start: Array
    reason: NDArray[np.int8]

    def why(self, subject: int) -> str:
        """The reason why this subject has no lambda_z; empty where there is one."""
        return _REASONS[int(self.reason.reshape(-1)[subject])]


def terminal_phase(time: ArrayLike, concentration: ArrayLike, *, tolerance: float = DEFAULT_TOLERANCE) -> TerminalPhase:
    """Fit the terminal slope of each curve by the rule in this module's first lines.

    time: [h] (time,) or (subject, time). concentration: [mg/L] (subject, time) or (time,). tolerance: how far below
    the best adjusted R^2 a longer line may lie. The first of several equal peaks counts, and the peak itself is left
    out. Raises `InputError` for unusable samples (see `ketsim.measures.area.curves`) and a tolerance below zero.

    >>> times = np.arange(0.0, 9.0)
    >>> float(terminal_phase(times, np.exp(-0.3 * times)).rate.round(12))
    0.3
    """
    t, c, shape = curves(time, concentration)
    return fitted(t, c, shape, tolerance=tolerance)


def fitted(t: Array, c: Array, shape: tuple[int, ...], *, tolerance: float) -> TerminalPhase:
    """See `terminal_phase`; on times and concentrations that `curves` has made usable."""
    if not tolerance >= 0.0:
        raise InputError(f"the tolerance on adjusted R^2 must be zero or more, and {tolerance!r} is not.")
    peak = np.argmax(c, axis=1)
    usable = (np.arange(c.shape[1]) > peak[:, None]) & (c > 0.0)
    last = np.maximum(last_positive(c), 0)[:, None]
    y = np.log(np.where(c > 0.0, c, 1.0))
    # Measured from the last sample, so that the running sums below stay small and cancel little.
    x = np.where(usable, t - np.take_along_axis(t, last, axis=1), 0.0)
    y = np.where(usable, y - np.take_along_axis(y, last, axis=1), 0.0)
    r2, falls, count = _fits_from_each_start(x, y, usable)
    enough = usable & (count >= LEAST_SAMPLES)
    degrees = np.where(enough, count - 2, 1)
    adjusted = np.where(enough & falls, 1.0 - (1.0 - r2) * (count - 1) / degrees, -np.inf)
    best = adjusted.max(axis=1, keepdims=True)
    found = np.isfinite(best[:, 0])
    first = np.argmax((adjusted >= best - tolerance) & np.isfinite(adjusted), axis=1)
    chosen = usable & (np.arange(c.shape[1]) >= first[:, None]) & found[:, None]
    rate, predicted, final_r2 = _line(x, y, chosen, found)
    reason = np.select(
        [(c <= 0.0).all(axis=1), ~enough.any(axis=1), ~found], [_NEVER_POSITIVE, _TOO_FEW, _NOT_FALLING], 0
    ).astype(np.int8)
    last_concentration = np.take_along_axis(c, last, axis=1)[:, 0]
    start = np.where(found, np.take_along_axis(t, first[:, None], axis=1)[:, 0], np.nan)
    return TerminalPhase(
        rate=rate.reshape(shape),
        predicted=(last_concentration * predicted).reshape(shape),
        adjusted_r2=final_r2.reshape(shape),
        samples=chosen.sum(axis=1).reshape(shape),
        start=start.reshape(shape),
        reason=reason.reshape(shape),
    )


def _fits_from_each_start(x: Array, y: Array, usable: NDArray[np.bool_]) -> tuple[Array, NDArray[np.bool_], Array]:
    """R^2, whether the line falls, and the number of samples, for the line from each sample to the last."""

    def from_here_on(values: Array) -> Array:
        return np.cumsum(values[:, ::-1], axis=1)[:, ::-1]

    count = from_here_on(usable.astype(np.float64))
    n = np.maximum(count, 1.0)
    sx, sy = from_here_on(x), from_here_on(y)
    sxx = from_here_on(x * x) - sx * sx / n
    sxy = from_here_on(x * y) - sx * sy / n
    syy = from_here_on(y * y) - sy * sy / n
    product = sxx * syy
    r2 = np.where(product > 0.0, sxy * sxy / np.where(product > 0.0, product, 1.0), 0.0)
    # x is negative and shrinks towards the last sample, so slope times x is the fall over the line's whole length.
    falls = (sxy < 0.0) & (sxx > 0.0) & (sxy * x > _LEAST_FALL * sxx)
    return np.minimum(r2, 1.0), falls, count


def _line(x: Array, y: Array, chosen: NDArray[np.bool_], found: NDArray[np.bool_]) -> tuple[Array, Array, Array]:
    """The rate lambda_z, the line over the sample at the last sample, and adjusted R^2, centred in two passes."""
    n = np.maximum(chosen.sum(axis=1), 1)
    mean_x = np.where(chosen, x, 0.0).sum(axis=1) / n
    mean_y = np.where(chosen, y, 0.0).sum(axis=1) / n
    dx = np.where(chosen, x - mean_x[:, None], 0.0)
    dy = np.where(chosen, y - mean_y[:, None], 0.0)
    sxx = np.where(found, (dx * dx).sum(axis=1), 1.0)
    slope = (dx * dy).sum(axis=1) / sxx
    syy = np.where(found, (dy * dy).sum(axis=1), 1.0)
    residual = ((dy - slope[:, None] * dx) ** 2).sum(axis=1)
    adjusted = 1.0 - (residual / syy) * (n - 1) / np.maximum(n - 2, 1)
    nan = np.full_like(slope, np.nan)
    # x counts from the last positive sample, so the line's value there is its intercept.
    return (
        np.where(found, -slope, nan),
        np.where(found, np.exp(mean_y - slope * mean_x), nan),
        np.where(found, adjusted, nan),
    )
