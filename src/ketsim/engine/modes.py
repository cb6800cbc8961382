"""The natural modes of a linear system: coordinates in which every state decays, or passes on, by a closed form.

Carries amplitudes over a span, repeats them to a steady state, reads outputs, and judges its own roundings. Knows
neither inputs nor what a state stands for; `decompose` finds the modes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ketsim.engine import step
from ketsim.engine.stepper import ENDLESS
from ketsim.engine.system import Array, IntArray
from ketsim.engine.trail import Trail
from ketsim.errors import InputError

# A rate smaller than this (relative to the largest) is rounding noise about zero.
STANDSTILL = 1e-13
EPSILON = float(np.finfo(np.float64).eps)
# Roundings that one term of an output sees on its way: transform, march, decay, read.
ROUNDINGS = 16.0


# Couplings that stay, (target mode, source mode) -> strength (subject,) [1/h].
Couplings: TypeAlias = dict[tuple[int, int], Array]


@dataclass(frozen=True, slots=True)
class Path:
    """A way from one mode to another through couplings that stay: the last of `modes` is fed by the first.

    `strength` (subject,) is the product of the couplings on the way, 0 for subjects that lack one; `rates` (mode on the
    path, subject) [1/h] are nearly equal where it is not 0.
    """

    modes: tuple[int, ...]
    strength: Array
    rates: Array

    @property
    def source(self) -> int:
        """The mode it comes from."""
        return self.modes[0]

    @property
    def target(self) -> int:
        """The mode that it feeds."""
        return self.modes[-1]

    def rows(self, subjects: slice | IntArray) -> Path:
        """The same path for some of the subjects."""
        return Path(self.modes, self.strength[subjects], self.rates[:, subjects])

    def passed(self, span: Array) -> tuple[IntArray, Array]:
        """Who has it, and what one unit at its source is at its target after `span` [h] (1 or subject, point)."""
        who = np.flatnonzero(self.strength)
        time = span if len(span) == 1 else span[who]
        return who, self.strength[who, None] * step.passed_along([rate[who, None] for rate in self.rates], time)

    def charged(self, span: Array) -> tuple[IntArray, Array]:
        """The same for a constant input of one unit per hour at its source."""
        who = np.flatnonzero(self.strength)
        time = span if len(span) == 1 else span[who]
        return who, self.strength[who, None] * step.charged_along([rate[who, None] for rate in self.rates], time)


@dataclass(frozen=True, slots=True)
class Modes:
    """A system in modal coordinates.

    `rates` [1/h] (subject, mode); `shapes` (subject, state, mode) turns modes into states, `weights` (subject, mode,
    state) back; `readout` (subject, output, mode); `defect` [1/h] and `tilt` (subject, mode, mode) are the measured
    residuals |W A V - T| and |W V - 1| of the decomposition, with the rounding of their own terms.
    """

    rates: Array
    shapes: Array
    weights: Array
    readout: Array
    reading: Array
    paths: tuple[Path, ...]
    defect: Array
    tilt: Array

    method = "modal"

    def rows(self, subjects: slice | IntArray) -> Modes:
        """The same modes for some of the subjects."""
        return Modes(
            self.rates[subjects],
            self.shapes[subjects],
            self.weights[subjects],
            self.readout[subjects],
            self.reading[subjects],
            tuple(path.rows(subjects) for path in self.paths if path.strength[subjects].any()),
            self.defect[subjects],
            self.tilt[subjects],
        )

    def enter(self, state: int) -> Array:
        """What one unit put into a state is in modes, (subject, mode)."""
        return self.weights[:, :, state]

    def from_states(self, states: Array) -> Array:
        """Amounts in states (subject, state) as modes."""
        modes: Array = np.matmul(self.weights, states[:, :, None])[:, :, 0]
        return modes

    def to_states(self, modes: Array) -> Array:
        """Modes (subject, mode) as amounts in states."""
        states: Array = np.matmul(self.shapes, modes[:, :, None])[:, :, 0]
        return states

    def step(self, modes: Array, forcing: Array | None, span: Array) -> Array:
        """Modes (subject, point, mode) after `span` [h] (1 or subject, point) under a constant forcing per hour."""
        rates, time = self.rates[:, None, :], span[:, :, None]
        after = step.decayed(rates, time) * modes
        if forcing is not None:
            after += step.charged(rates, time) * forcing
        for path in self.paths:
            who, passed = path.passed(span)
            after[who, :, path.target] += passed * modes[who, :, path.source]
            if forcing is not None:
                who, charged = path.charged(span)
                after[who, :, path.target] += charged * forcing[who, :, path.source]
        return after

    def repeated(self, modes: Array, interval: float) -> tuple[Array, Array]:
        """The sum of modes (subject, mode) and what is left of it after 1, 2, 3, ... intervals: (1 - E)^-1 z.

        It reaches back [h] (subject,) as far as its slowest mode remembers.
        """
        kept = -np.expm1(self.rates * interval)
        scale = np.abs(self.rates).max(axis=1, keepdims=True)
        endless = self.rates >= -STANDSTILL * scale
        if (endless & (modes != 0.0)).any():
            raise InputError(ENDLESS)
        kept = np.where(endless, 1.0, kept)
        total = modes / kept
        span = np.full((1, 1), interval)
        for path in self.paths:  # in order of their targets, so that each source is complete
            who, passed = path.passed(span)
            total[who, path.target] += passed[:, 0] * total[who, path.source] / kept[who, path.target]
        slowest = np.where(total != 0.0, 1.0 / np.where(endless, 1.0, np.abs(self.rates)), 0.0)
        return total, interval + slowest.max(axis=1)

    def panel(self, spacing: float, width: int) -> Array:
        """What each mode now shows in each output at 0, 1, ... width - 1 spacings: (subject, output, mode, width)."""
        span: Array = (spacing * np.arange(width, dtype=np.float64))[None, :]
        faded = step.decayed(self.rates[:, :, None], span[:, None, :])
        shown = self.readout[:, :, :, None] * faded[:, None, :, :]
        for path in self.paths:
            who, passed = path.passed(span)
            shown[who, :, path.source, :] += self.readout[who, :, path.target, None] * passed[:, None, :]
        return shown

    def read(self, modes: Array) -> Array:
        """Outputs (subject, output, point) of modes (subject, point, mode)."""
        outputs: Array = np.matmul(self.readout, modes.transpose(0, 2, 1))
        return outputs

    def fastest(self) -> Array:
        """The largest rate of each subject [1/h] (subject,), 1 where all are zero."""
        largest = np.abs(self.rates).max(axis=1)
        return np.where(largest > 0.0, largest, 1.0)

    def share(self, trail: Trail) -> Array:
        """No bound of the error relative to each value: modes may cancel, (subject,)."""
        return np.full(len(trail.peak), np.inf)

    def noise(self, trail: Trail) -> tuple[Array, Array]:
        """How far rounding and residuals may have carried states (subject, state) and outputs (subject, output).

        A residual acts for as long as its mode remembers: at most the march and what its steady states reach back, at
        most 1 / rate.
        """
        reach = trail.spans.sum(axis=1)[:, None] + trail.memory[:, None]
        with np.errstate(divide="ignore"):
            lasting = np.minimum(reach, 1.0 / np.abs(self.rates))
        peak = trail.peak.copy()
        for path in self.paths:  # a mode that is fed may be at its largest between two edges
            size = np.abs(path.strength) * lasting[:, path.source] ** (len(path.modes) - 1)
            peak[:, path.target] += np.where(path.strength == 0.0, 0.0, size * trail.peak[:, path.source])
        drift = lasting[:, :, None] * self.defect + self.tilt
        modes = ROUNDINGS * EPSILON * peak + np.matmul(drift, peak[:, :, None])[:, :, 0]
        states = np.matmul(np.abs(self.shapes), modes[:, :, None])[:, :, 0]
        outputs = np.matmul(self.reading, modes[:, :, None])[:, :, 0]
        return states, outputs
