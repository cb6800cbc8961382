"""How one mode, or two modes that feed each other, changes over a span of time.

This is the one definition of a step: the march over inputs, the outputs and the steady state all go through it. Plain
arithmetic and a few named functions on arrays with the subject axis first; it knows neither inputs nor outputs.

A mode obeys z' = r z + u with u constant over the step. Two modes may be coupled one way, z_i' = r_i z_i + c z_j + u_i,
which is only kept where r_i and r_j are so close that separating them would lose digits.
"""

from __future__ import annotations

import numpy as np

from ketsim.engine.system import Array

TAYLOR_TERMS = 20


def decayed(rate: Array, span: Array) -> Array:
    """What one unit has become after `span`: exp(r t)."""
    return np.exp(rate * span)


def charged(rate: Array, span: Array) -> Array:
    """What a constant input of one unit per hour has become after `span`: (exp(r t) - 1) / r, and t where r = 0.

    >>> float(charged(np.array([0.0]), np.array([2.0]))[0])
    2.0
    """
    zero = rate == 0.0
    return np.where(zero, span, np.expm1(rate * span) / np.where(zero, 1.0, rate))


def passed_on(rate: Array, source_rate: Array, span: Array) -> Array:
    """What one unit in the source has put into the target after `span`, per unit of coupling.

    The divided difference (exp(a t) - exp(b t)) / (a - b), which is t exp(a t) where the rates are equal.
    """
    half_gap = 0.5 * (rate - source_rate) * span
    close = np.abs(half_gap) < 1.0
    equal = half_gap == 0.0
    near = np.where(close & ~equal, half_gap, 1.0)
    ratio = np.where(equal, 1.0, np.sinh(near) / near)
    merged = span * np.exp(0.5 * (rate + source_rate) * span) * ratio
    gap = np.where(close, 1.0, rate - source_rate)
    apart = (np.exp(rate * span) - np.exp(source_rate * span)) / gap
    return np.where(close, merged, apart)


def charged_through(rate: Array, source_rate: Array, span: Array) -> Array:
    """What a constant input of one unit per hour into the source has put into the target, per unit of coupling.

    The integral of `passed_on` over the span: the divided difference of exp(x t) at the two rates and zero. A Taylor
    series where the span is short against the rates, since the closed form cancels there.
    """
    a, b = rate * span, source_rate * span
    short = (np.abs(a) < 1.0) & (np.abs(b) < 1.0)
    a_short, b_short = np.where(short, a, 0.0), np.where(short, b, 0.0)
    homogeneous = np.ones_like(a_short)
    power = np.ones_like(b_short)
    factorial = 0.5
    series = factorial * homogeneous
    for term in range(1, TAYLOR_TERMS):
        power = power * b_short
        homogeneous = homogeneous * a_short + power
        factorial /= term + 2
        series = series + factorial * homogeneous
    divisor = np.where(short, 1.0, rate)
    closed = (passed_on(rate, source_rate, span) - charged(source_rate, span)) / divisor
    return np.where(short, span * span * series, closed)
