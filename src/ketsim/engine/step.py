"""How one mode, or modes of nearly the same rate that feed one another, change over a span of time.

This is the one definition of a step: the march over inputs, the outputs and the steady state all go through it. Plain
arithmetic and a few named functions on arrays with the subject axis first; it knows neither inputs nor outputs.

A mode obeys z' = r z + u with u constant over the step. Modes may feed one another one way, z_i' = r_i z_i + c z_j +
u_i, which is only kept where r_i and r_j are so close that separating them would lose digits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ketsim.engine.system import Array

# Rates on a path differ by thousandths, so that the series below have gone to nothing after this many terms.
TAYLOR_TERMS = 22


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


def passed_along(rates: Sequence[Array], span: Array) -> Array:
    """What one unit put into the first of a path of modes is in the last after `span`, per unit of each coupling.

    The divided difference of exp(r t) at the rates on the path, nearly equal all of them; t^n exp(r t) / n! where they
    are equal. Measured from the fastest rate no term of the series is negative, so that nothing cancels.

    >>> round(float(passed_along([np.array([-1.0]), np.array([-1.0])], np.array([2.0]))[0]), 6)
    0.270671
    """
    fastest: Array = np.minimum.reduce(list(rates))
    return np.exp(fastest * span) * _series([(rate - fastest) * span for rate in rates], span)


def charged_along(rates: Sequence[Array], span: Array) -> Array:
    """What a constant input of one unit per hour into the first of a path is in the last, per unit of each coupling.

    The integral of `passed_along`: the same divided difference with the rate zero added. It is taken from the series
    where the span is short against the rates, since the recurrence cancels there.
    """
    zero = np.zeros_like(rates[0] * span)
    short = np.maximum.reduce([np.abs(rate * span) for rate in rates]) < 1.0
    near = _series([zero, *(np.where(short, rate * span, 0.0) for rate in rates)], span)
    far = charged(rates[0], span)
    for last in range(1, len(rates)):
        far = (passed_along(rates[: last + 1], span) - far) / np.where(short, 1.0, rates[last])
    return np.where(short, near, far)


def _series(points: Sequence[Array], span: Array) -> Array:
    """t^n times the divided difference of exp at n + 1 points: the sum over k of h_k(points) / (k + n)!."""
    order = len(points) - 1
    # sums[m] is h_k, the sum of all products of k of the first m + 1 points.
    sums = [np.ones_like(point) for point in points]
    factor = 1.0
    for number in range(1, order + 1):
        factor /= number
    total: Array = factor * sums[-1]
    for term in range(1, TAYLOR_TERMS):
        sums[0] = sums[0] * points[0]
        for number in range(1, order + 1):
            sums[number] = sums[number] * points[number] + sums[number - 1]
        factor /= term + order
        total = total + factor * sums[-1]
    result: Array = total * span**order
    return result
