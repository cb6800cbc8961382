"""The matrix exponential, for the systems that `modes` cannot serve: complex rates, long chains of equal rates.

Slower, but it assumes nothing about the rates. Knows neither inputs nor times. The method: shift so that no entry is
negative (exact for compartmental systems: nothing cancels afterwards), scale to norm 1/2, sum Taylor, square.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketsim.engine.modes import EPSILON, ROUNDINGS
from ketsim.engine.stepper import ENDLESS
from ketsim.engine.system import Array, IntArray
from ketsim.engine.trail import Trail
from ketsim.errors import InputError

# 0.5**15 / 15! is far below one rounding.
TAYLOR_DEGREE = 14
# 2**44 intervals without an end: the amount does not leave.
DOUBLINGS = 44
# The least number with all its digits.
SMALLEST = float(np.finfo(np.float64).tiny)
# At most this many matrices at a time, so that they stay in fast memory.
BATCH = 512


def exponential(matrix: Array) -> Array:
    """exp of each matrix (matrix, state, state); exact zeros where nothing flows.

    >>> exponential(np.array([[[0.0, 0.0], [2.0, 0.0]]]))[0].tolist()
    [[1.0, 0.0], [2.0, 1.0]]
    """
    _, states, _ = matrix.shape
    every = np.arange(states)
    diagonal = matrix[:, every, every]
    shift = diagonal.min(axis=1)
    lifted = matrix.copy()
    lifted[:, every, every] = diagonal - shift[:, None]
    # Shift and scale together so that the powers below neither overflow nor vanish.
    norm = np.maximum(np.abs(lifted).sum(axis=1).max(axis=1), np.abs(shift))
    halvings = np.maximum(np.ceil(np.log2(np.maximum(norm, 0.5))) + 1.0, 0.0).astype(np.int64)
    lifted = np.ldexp(lifted, -halvings[:, None, None])
    total: Array = np.zeros_like(lifted)
    total[:, every, every] = 1.0
    for term in range(TAYLOR_DEGREE, 0, -1):
        total = np.matmul(lifted, total) / term
        total[:, every, every] += 1.0
    total = total * np.exp(np.ldexp(shift, -halvings))[:, None, None]
    for doubling in range(int(halvings.max(initial=0))):
        more = np.flatnonzero(halvings > doubling)
        part = total[more]
        total[more] = np.matmul(part, part)
    return total


@dataclass(frozen=True, slots=True)
class Exponential:
    """A system in its own states, stepped by matrix exponentials.

    `rates` [1/h] (subject, state, state), `readout` (subject, output, state).
    """

    rates: Array
    readout: Array

    method = "expm"

    def rows(self, subjects: slice | IntArray) -> Exponential:
        """The same system for some of the subjects."""
        return Exponential(self.rates[subjects], self.readout[subjects])

    def enter(self, state: int) -> Array:
        """One unit put into a state, (subject, state)."""
        unit = np.zeros(self.rates.shape[:2])
        unit[:, state] = 1.0
        return unit

    def from_states(self, states: Array) -> Array:
        """Amounts in states, as they are."""
        return states

    def to_states(self, states: Array) -> Array:
        """Amounts in states, as they are."""
        return states

    def step(self, states: Array, forcing: Array | None, span: Array) -> Array:
        """States (subject, point, state) after `span` [h] (1 or subject, point) under a constant forcing per hour."""
        subjects, points, _ = states.shape
        spans = np.broadcast_to(span, (subjects, points))
        after = np.empty_like(states)
        for first in range(0, subjects * points, BATCH):
            subject, point = np.divmod(np.arange(first, min(first + BATCH, subjects * points)), points)
            time = spans[subject, point][:, None, None]
            free = np.matmul(exponential(self.rates[subject] * time), states[subject, point][:, :, None])[:, :, 0]
            if forcing is not None:
                pushed = np.flatnonzero(forcing[subject, point].any(axis=1))
                who, when = subject[pushed], point[pushed]
                free[pushed] += _charged(self.rates[who], forcing[who, when], spans[who, when])
            after[subject, point] = free
        return after

    def repeated(self, states: Array, interval: float) -> tuple[Array, Array]:
        """The sum of states (subject, state) and what is left of it after 1, 2, 3, ... intervals, by doubling.

        It reaches back [h] (subject,) as many intervals as the parts of the sum are old, in the state where they are
        oldest: the sum of k E^k x against that of E^k x.
        """
        power = exponential(self.rates * interval)
        total, age = states, np.zeros_like(states)
        for doubling in range(DOUBLINGS):
            older = np.matmul(power, (age + 2.0**doubling * total)[:, :, None])[:, :, 0]
            longer = total + np.matmul(power, total[:, :, None])[:, :, 0]
            if (longer == total).all() and (age + older == age).all():
                mean = np.where(total != 0.0, np.abs(age / np.where(total != 0.0, total, 1.0)), 0.0)
                return total, interval * (1.0 + mean.max(axis=1))
            total, age = longer, age + older
            power = np.matmul(power, power)
        raise InputError(ENDLESS)

    def panel(self, spacing: float, width: int) -> Array:
        """What each state now shows in each output at 0, 1, ... width - 1 spacings: (subject, output, state, width)."""
        one = exponential(self.rates * spacing)
        shown = [self.readout]
        for _ in range(width - 1):
            shown.append(np.matmul(shown[-1], one))
        return np.stack(shown, axis=-1)

    def read(self, states: Array) -> Array:
        """Outputs (subject, output, point) of states (subject, point, state)."""
        outputs: Array = np.matmul(self.readout, states.transpose(0, 2, 1))
        return outputs

    def fastest(self) -> Array:
        """The largest rate of each subject [1/h] (subject,), 1 where all are zero."""
        largest = np.abs(self.rates).max(axis=(1, 2))
        return np.where(largest > 0.0, largest, 1.0)

    def share(self, trail: Trail) -> Array:
        """How far rounding may have carried outputs relative to each value (subject,), infinite where terms may cancel.

        Where no flow, forcing, state or readout is negative, every sum is one of positive terms, so that even the
        smallest output keeps its digits: it loses |A| t roundings of the rates, and those of each step.
        """
        between = ~np.eye(self.rates.shape[1], dtype=np.bool_)
        positive = ((self.rates >= 0.0) | ~between).all(axis=(1, 2)) & (self.readout >= 0.0).all(axis=(1, 2))
        positive &= (trail.modes >= 0.0).all(axis=(1, 2))
        if trail.forcing is not None:
            positive &= (trail.forcing >= 0.0).all(axis=(1, 2))
        size = np.abs(self.rates).sum(axis=1).max(axis=1)
        steps = (trail.spans > 0.0).sum(axis=1)
        reach = trail.spans.sum(axis=1) + trail.memory
        return np.where(positive, EPSILON * (ROUNDINGS * (steps + 1) + 2.0 * size * reach), np.inf)

    def noise(self, trail: Trail) -> tuple[Array, Array]:
        """How far rounding may have carried states (subject, state) and outputs (subject, output).

        A rounding of the rates acts for as long as something is there to act on: its share is |A| times the time
        integral of what the system holds. Every step adds its own roundings.
        """
        size = np.abs(self.rates).sum(axis=1).max(axis=1)
        held = trail.peak.sum(axis=1)
        spans = np.broadcast_to(trail.spans, trail.modes.shape[:2])
        steps = (spans > 0.0).sum(axis=1)
        stay = held * trail.memory
        for edge in range(spans.shape[1]):
            now, span = trail.modes[:, edge], spans[:, edge]
            stay += np.abs(_charged(self.rates, now, span)).sum(axis=1)
            if trail.forcing is not None:
                stay += span * span * np.abs(trail.forcing[:, edge]).sum(axis=1)
        doubt = EPSILON * (ROUNDINGS * (steps + 1) * held + 2.0 * size * stay)
        outputs: Array = doubt[:, None] * np.abs(self.readout).max(axis=2)
        return doubt[:, None], outputs


def _charged(rates: Array, forcing: Array, span: Array) -> Array:
    """What a constant forcing (item, state) has become after `span` (item,): one column of a larger exponential."""
    items, states = forcing.shape
    size = np.abs(rates).sum(axis=1).max(axis=1)
    amount = np.abs(forcing).sum(axis=1)
    # The forcing is scaled to the size of the rates, so that a large dose costs no extra squarings.
    scale = np.maximum(amount / np.where(size > 0.0, size, 1.0), SMALLEST)
    larger = np.zeros((items, states + 1, states + 1))
    larger[:, :states, :states] = rates
    larger[:, :states, states] = forcing / scale[:, None]
    charged: Array = exponential(larger * span[:, None, None])[:, :states, states] * scale[:, None]
    return charged
