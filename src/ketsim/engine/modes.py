"""The natural modes of a linear system: coordinates in which every state decays, or passes on, by a closed form.

States that exchange both ways form blocks; a block whose exchange is a tree is made symmetric by a scaling, so that its
rates are real and its modes orthogonal. Flow between blocks is one-way and is removed by back-substitution, except
between two rates so close that this would lose digits: there the coupling stays and `step.passed_on` carries it.

Does not know inputs, times or what a state stands for. Subjects that it cannot serve (complex rates, chains of three
near-equal rates, modes that are nearly parallel) are named, and go to `matrix_exponential`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketsim.engine import step
from ketsim.engine.structure import Structure
from ketsim.engine.system import Array, BoolArray, IntArray
from ketsim.engine.trail import Trail
from ketsim.errors import InputError

# Two rates closer than this (relative) keep their coupling: separating them would cost three digits or more.
NEAR = 1e-3
# Modes of a block without symmetry are refused beyond this condition number: six digits lost.
PARALLEL = 1e6
# A rate smaller than this (relative to the largest) is rounding noise about zero.
STANDSTILL = 1e-13
EPSILON = float(np.finfo(np.float64).eps)
# Roundings that one term of an output sees on its way: transform, march, decay, read.
ROUNDINGS = 16.0


@dataclass(frozen=True, slots=True)
class Coupling:
    """Mode `source` feeds mode `target` at `strength` (subject,), both rates nearly equal where it is not zero."""

    target: int
    source: int
    strength: Array
    target_rate: Array
    source_rate: Array

    def rows(self, subjects: slice | IntArray) -> Coupling:
        """The same coupling for some of the subjects."""
        return Coupling(
            self.target, self.source, self.strength[subjects], self.target_rate[subjects], self.source_rate[subjects]
        )


@dataclass(frozen=True, slots=True)
class Modes:
    """A system in modal coordinates.

    `rates` [1/h] (subject, mode); `shapes` (subject, state, mode) turns modes into states, `weights` (subject, mode,
    state) back; `readout` (subject, output, mode); `defect` [1/h] and `tilt` (subject, mode, mode) are the measured
    residuals |W A V - T| and |W V - 1| of the decomposition.
    """

    rates: Array
    shapes: Array
    weights: Array
    readout: Array
    reading: Array
    couplings: tuple[Coupling, ...]
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
            tuple(coupling.rows(subjects) for coupling in self.couplings),
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
        for link in self.couplings:
            target, source = link.target_rate[:, None], link.source_rate[:, None]
            strength = link.strength[:, None]
            after[:, :, link.target] += strength * step.passed_on(target, source, span) * modes[:, :, link.source]
            if forcing is not None:
                through = step.charged_through(target, source, span)
                after[:, :, link.target] += strength * through * forcing[:, :, link.source]
        return after

    def repeated(self, modes: Array, interval: float) -> Array:
        """The sum of modes (subject, mode) and what is left of it after 1, 2, 3, ... intervals: (1 - E)^-1 z."""
        kept = -np.expm1(self.rates * interval)
        scale = np.abs(self.rates).max(axis=1, keepdims=True)
        endless = self.rates >= -STANDSTILL * scale
        if (endless & (modes != 0.0)).any():
            raise InputError(
                "A steady state was asked for, but part of the amount never leaves the system, so that it would grow "
                "without end; expected a system in which everything that enters is eliminated."
            )
        kept = np.where(endless, 1.0, kept)
        total = modes / kept
        span = np.full((1, 1), interval)
        for link in self.couplings:
            passed = step.passed_on(link.target_rate[:, None], link.source_rate[:, None], span)[:, 0]
            total[:, link.target] += link.strength * passed * total[:, link.source] / kept[:, link.target]
        return total

    def panel(self, spacing: float, width: int) -> Array:
        """What each mode now shows in each output at 0, 1, ... width - 1 spacings: (subject, output, mode, width)."""
        span: Array = (spacing * np.arange(width, dtype=np.float64))[None, :]
        faded = step.decayed(self.rates[:, :, None], span[:, None, :])
        shown = self.readout[:, :, :, None] * faded[:, None, :, :]
        for link in self.couplings:
            passed = step.passed_on(link.target_rate[:, None], link.source_rate[:, None], span) * link.strength[:, None]
            shown[:, :, link.source, :] += self.readout[:, :, link.target, None] * passed[:, None, :]
        return shown

    def read(self, modes: Array) -> Array:
        """Outputs (subject, output, point) of modes (subject, point, mode)."""
        outputs: Array = np.matmul(self.readout, modes.transpose(0, 2, 1))
        return outputs

    def fastest(self) -> Array:
        """The largest rate of each subject [1/h] (subject,), 1 where all are zero."""
        largest = np.abs(self.rates).max(axis=1)
        return np.where(largest > 0.0, largest, 1.0)

    def noise(self, trail: Trail, before: Array) -> tuple[Array, Array]:
        """How far rounding and residuals may have carried states (subject, state) and outputs (subject, output).

        `before` (subject, state) is the doubt brought along. A residual acts for as long as its mode remembers: at most
        the march and what its steady states reach back, at most 1 / rate.
        """
        peak = trail.peak
        reach = trail.spans.sum(axis=1)[:, None] + trail.memory[:, None]
        with np.errstate(divide="ignore"):
            lasting = np.minimum(reach, 1.0 / np.abs(self.rates))
        drift = lasting[:, :, None] * self.defect + self.tilt
        modes = ROUNDINGS * EPSILON * peak + np.matmul(drift, peak[:, :, None])[:, :, 0]
        modes = modes + np.matmul(np.abs(self.weights), before[:, :, None])[:, :, 0]
        states = np.matmul(np.abs(self.shapes), modes[:, :, None])[:, :, 0]
        outputs = np.matmul(self.reading, modes[:, :, None])[:, :, 0]
        return states, outputs


def decompose(rates: Array, readout: Array, structure: Structure) -> tuple[Modes, BoolArray, BoolArray]:
    """The modes of subjects that share a structure, which of them are served, and which keep a coupling.

    `rates` (subject, state, state) [1/h], `readout` (subject, output, state). Rows that are not served hold no meaning.
    """
    subjects, states, _ = rates.shape
    own = np.zeros((subjects, states))
    shapes = np.zeros((subjects, states, states))
    weights = np.zeros((subjects, states, states))
    served = np.ones(subjects, dtype=np.bool_)
    owner = np.zeros(states, dtype=np.int64)
    first = 0
    for number, (block, tree) in enumerate(zip(structure.blocks, structure.trees, strict=True)):
        modes = np.arange(first, first + len(block))
        first += len(block)
        owner[modes] = number
        inner = rates[:, block[:, None], block]
        solve = _symmetric if tree else _general
        own[:, modes], shape, weight, fits = solve(inner, structure.links[np.ix_(block, block)])
        shapes[:, block[:, None], modes] = shape
        weights[:, modes[:, None], block] = weight
        served &= fits
    flow = np.matmul(weights, np.matmul(rates, shapes))
    block_of_state = np.concatenate(structure.blocks)
    reaches = structure.feeds[np.ix_(block_of_state, block_of_state)] & (owner[:, None] > owner[None, :])
    mixing, unmixing, couplings = _separate(own, flow, reaches)
    targets = {link.target for link in couplings}
    for link in couplings:
        if link.source in targets:
            for other in couplings:
                if other.target == link.source:
                    served &= (link.strength == 0.0) | (other.strength == 0.0)
    coupled = np.zeros(subjects, dtype=np.bool_)
    for link in couplings:
        coupled |= link.strength != 0.0
    shapes = np.matmul(shapes, mixing)
    weights = np.matmul(unmixing, weights)
    triangular = np.zeros_like(shapes)
    every = np.arange(states)
    triangular[:, every, every] = own
    for link in couplings:
        triangular[:, link.target, link.source] = link.strength
    defect = np.abs(np.matmul(weights, np.matmul(rates, shapes) - np.matmul(shapes, triangular)))
    tilt = np.matmul(weights, shapes)
    tilt[:, every, every] -= 1.0
    seen = np.matmul(readout, shapes)
    reading = np.matmul(np.abs(readout), np.abs(shapes))
    served &= np.isfinite(defect).all(axis=(1, 2))
    return Modes(own, shapes, weights, seen, reading, couplings, defect, np.abs(tilt)), served, coupled


def _symmetric(inner: Array, links: BoolArray) -> tuple[Array, Array, Array, BoolArray]:
    """Rates, shapes, weights of a block whose exchange is a tree: scale to symmetry, then orthogonal modes."""
    subjects, size, _ = inner.shape
    served = np.ones(subjects, dtype=np.bool_)
    if size == 1:
        one = np.ones((subjects, 1, 1))
        return inner[:, :, 0], one, one, served
    scale = np.ones((subjects, size))
    symmetric = np.zeros_like(inner)
    every = np.arange(size)
    symmetric[:, every, every] = inner[:, every, every]
    reached, waiting = {0}, [0]
    while waiting:
        parent = waiting.pop()
        for child in np.flatnonzero(links[:, parent]).tolist():
            if child in reached:
                continue
            there, back = inner[:, child, parent], inner[:, parent, child]
            product = there * back
            served &= product > 0.0
            scale[:, child] = scale[:, parent] * np.sqrt(np.abs(there / back))
            symmetric[:, child, parent] = symmetric[:, parent, child] = np.copysign(np.sqrt(np.abs(product)), there)
            reached.add(child)
            waiting.append(child)
    symmetric = np.where(np.isfinite(symmetric), symmetric, 0.0)
    own, turn = np.linalg.eigh(symmetric)
    return own, scale[:, :, None] * turn, turn.transpose(0, 2, 1) / scale[:, None, :], served


def _general(inner: Array, links: BoolArray) -> tuple[Array, Array, Array, BoolArray]:
    """Rates, shapes, weights of a block with cycles, where they are real and its modes not nearly parallel."""
    del links
    found, vectors = np.linalg.eig(inner)
    served = np.isreal(found).all(axis=1)
    shapes = np.where(served[:, None, None], vectors.real, np.eye(inner.shape[1]))
    spread = np.linalg.svd(shapes, compute_uv=False)
    parallel = spread[:, -1] * PARALLEL < spread[:, 0]
    served &= ~parallel
    shapes = np.where(served[:, None, None], shapes, np.eye(inner.shape[1]))
    return np.ascontiguousarray(found.real), shapes, np.linalg.inv(shapes), served


def _separate(own: Array, flow: Array, reaches: BoolArray) -> tuple[Array, Array, tuple[Coupling, ...]]:
    """Remove the one-way flow between modes: N X = X (diag(r) + C), X unit triangular, C only where rates are near.

    `own` (subject, mode), `flow` N (subject, mode, mode), `reaches` (mode, mode). Works down each column.
    Returns X, its inverse and the couplings C.
    """
    subjects, modes = own.shape
    rate = np.ascontiguousarray(own.T)
    entry = np.ascontiguousarray(flow.transpose(1, 2, 0))
    mix = np.zeros((modes, modes, subjects))
    undo = np.zeros((modes, modes, subjects))
    kept: dict[tuple[int, int], Array] = {}
    for j in range(modes - 1, -1, -1):
        mix[j, j] = 1.0
        for i in range(j + 1, modes):
            if not reaches[i, j]:
                continue
            pending = entry[i, j].copy()
            for between in range(j + 1, i):
                if reaches[i, between] and reaches[between, j]:
                    pending += entry[i, between] * mix[between, j]
                    if (between, j) in kept:
                        pending -= mix[i, between] * kept[between, j]
            gap = rate[j] - rate[i]
            near = np.abs(gap) <= NEAR * np.maximum(np.abs(rate[i]), np.abs(rate[j]))
            mix[i, j] = np.where(near, 0.0, pending / np.where(near, 1.0, gap))
            strength = np.where(near, pending, 0.0)
            if strength.any():
                kept[i, j] = strength
    for j in range(modes):
        undo[j, j] = 1.0
        for i in range(j + 1, modes):
            if reaches[i, j]:
                total = -mix[i, j]
                for between in range(j + 1, i):
                    if reaches[i, between] and reaches[between, j]:
                        total = total - mix[i, between] * undo[between, j]
                undo[i, j] = total
    couplings = tuple(
        Coupling(i, j, strength, np.where(strength == 0.0, 0.0, rate[i]), np.where(strength == 0.0, 0.0, rate[j]))
        for (i, j), strength in sorted(kept.items())
    )
    mixing, unmixing = (np.ascontiguousarray(part.transpose(2, 0, 1)) for part in (mix, undo))
    return mixing, unmixing, couplings
