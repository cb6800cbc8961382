"""How the modes of a system are found, and which subjects they cannot serve.

States that exchange both ways form blocks; a block whose exchange is a tree is made symmetric by a scaling, so that its
rates are real and its modes orthogonal. Flow between blocks is one-way and is removed by back-substitution, except
between rates so close that this would lose digits: there the couplings stay and `step.passed_along` carries them.

Subjects that modes cannot serve (complex rates, modes nearly parallel, a tangle of near-equal rates) are named, and go
to `matrix_exponential`. Knows neither inputs nor times.
"""

from __future__ import annotations

import numpy as np

from ketsim.engine.modes import EPSILON, Couplings, Modes, Path
from ketsim.engine.structure import Structure
from ketsim.engine.system import Array, BoolArray

# Two rates closer than this (relative) keep their coupling: separating them would cost three digits or more.
NEAR = 1e-3
# Modes of a block without symmetry are refused beyond this condition number: six digits lost.
PARALLEL = 1e6
# More paths than this through a cluster of near-equal rates: a matrix exponential is cheaper.
PATHS = 64


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
        links = structure.links[np.ix_(block, block)]
        own[:, modes], shape, weight, fits = _symmetric(inner, links) if tree else _general(inner)
        shapes[:, block[:, None], modes] = shape
        weights[:, modes[:, None], block] = weight
        served &= fits
    flow = np.matmul(weights, np.matmul(rates, shapes))
    block_of_state = np.concatenate(structure.blocks)
    reaches = structure.feeds[np.ix_(block_of_state, block_of_state)] & (owner[:, None] > owner[None, :])
    mixing, unmixing, kept = _separate(own, flow, reaches)
    paths, tangled = _paths(own, kept)
    served &= ~tangled
    coupled = np.zeros(subjects, dtype=np.bool_)
    for path in paths:
        coupled |= path.strength != 0.0
    shapes = np.matmul(shapes, mixing)
    weights = np.matmul(unmixing, weights)
    triangular = np.zeros_like(shapes)
    every = np.arange(states)
    triangular[:, every, every] = own
    for (target, source), strength in kept.items():
        triangular[:, target, source] = strength
    # A residual may be small by luck: the rounding of its own terms is added.
    heavy, light = np.abs(weights), np.abs(shapes)
    defect = np.abs(np.matmul(weights, np.matmul(rates, shapes) - np.matmul(shapes, triangular)))
    defect += EPSILON * np.matmul(heavy, np.matmul(np.abs(rates), light))
    tilt = np.matmul(weights, shapes)
    tilt[:, every, every] -= 1.0
    tilt = np.abs(tilt) + EPSILON * np.matmul(heavy, light)
    seen = np.matmul(readout, shapes)
    reading = np.matmul(np.abs(readout), light)
    served &= np.isfinite(defect).all(axis=(1, 2))
    return Modes(own, shapes, weights, seen, reading, paths, defect, tilt), served, coupled


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


def _general(inner: Array) -> tuple[Array, Array, Array, BoolArray]:
    """Rates, shapes, weights of a block with cycles, where they are real and its modes not nearly parallel."""
    found, vectors = np.linalg.eig(inner)
    served = np.isreal(found).all(axis=1)
    shapes = np.where(served[:, None, None], vectors.real, np.eye(inner.shape[1]))
    spread = np.linalg.svd(shapes, compute_uv=False)
    parallel = spread[:, -1] * PARALLEL < spread[:, 0]
    served &= ~parallel
    shapes = np.where(served[:, None, None], shapes, np.eye(inner.shape[1]))
    return np.ascontiguousarray(found.real), shapes, np.linalg.inv(shapes), served


def _separate(own: Array, flow: Array, reaches: BoolArray) -> tuple[Array, Array, Couplings]:
    """Remove the one-way flow between modes: N X = X (diag(r) + C), X unit triangular, C only where rates are near.

    `own` (subject, mode), `flow` N (subject, mode, mode), `reaches` (mode, mode). Works down each column.
    Returns X, its inverse and the couplings C.
    """
    subjects, modes = own.shape
    rate = np.ascontiguousarray(own.T)
    entry = np.ascontiguousarray(flow.transpose(1, 2, 0))
    mix = np.zeros((modes, modes, subjects))
    undo = np.zeros((modes, modes, subjects))
    kept: Couplings = {}
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
    mixing, unmixing = (np.ascontiguousarray(part.transpose(2, 0, 1)) for part in (mix, undo))
    return mixing, unmixing, kept


def _paths(own: Array, kept: Couplings) -> tuple[tuple[Path, ...], BoolArray]:
    """All paths through the couplings that stay, in order of their targets, and which subjects have too many."""
    found: list[Path] = []
    count = np.zeros(len(own), dtype=np.int64)
    longer = [Path((j, i), strength, own[:, [j, i]].T) for (i, j), strength in kept.items()]
    while longer:
        for path in longer:
            count += path.strength != 0.0
        found += longer
        longer = [
            Path((*path.modes, i), both, np.vstack([path.rates, own[:, i]]))
            for path in longer
            for (i, j), strength in kept.items()
            if j == path.target and (both := np.where(count <= PATHS, path.strength * strength, 0.0)).any()
        ]
    return tuple(sorted(found, key=lambda path: (path.target, path.modes))), count > PATHS
