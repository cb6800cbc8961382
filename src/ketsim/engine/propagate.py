"""What every output is at every asked-for time: the march over inputs and the reading in between.

The amplitudes of modes are carried from edge to edge; each output is then taken straight from the edge before it, so
that errors do not pile up. Subjects are worked on in blocks that stay in fast memory; what a subject gets does not
depend, to the last bit, on which other subjects are in the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ketsim.engine.decompose import decompose
from ketsim.engine.inputs import Inputs
from ketsim.engine.march import Course
from ketsim.engine.matrix_exponential import Exponential
from ketsim.engine.stepper import Stepper
from ketsim.engine.structure import patterns
from ketsim.engine.system import Array, BoolArray, IntArray, LinearSystem
from ketsim.errors import InputError, NumericsError

# Subjects whose modes are found together, and marched together.
CHUNK, BLOCK = 4096, 512


@dataclass(frozen=True, slots=True)
class Solution:
    """Outputs, how far they may be off, and how they were found.

    `values` (subject, time, output); `error` (subject,) estimated largest numerical error of any output relative to
    that output's peak; `method` (subject,) "modal" or "expm".
    """

    values: Array
    error: Array
    method: NDArray[np.str_]


def propagate(
    systems: LinearSystem | Sequence[LinearSystem],
    inputs: Inputs,
    times: Array,
    *,
    tolerance: float = 1e-9,
    initial: Array | None = None,
) -> Solution:
    """Solve x' = A x + inputs, y = C x exactly for every subject.

    Parameters
    ----------
    systems
        One system, or several in order of `start` for covariates that change with time; the first starts by 0 h.
    inputs
        What enters; an output at the very time of an instantaneous input is read after it.
    times
        [h] (time,) shared by all subjects, not negative, in any order, repeats allowed.
    tolerance
        Largest acceptable estimated error relative to each output's peak.
    initial
        (subject, state) amounts at 0 h; nothing if left out.

    Errors: `InputError` for arrays that do not fit; `NumericsError` where the tolerance is not met by any method.

    >>> system = LinearSystem(rates=np.array([[[-0.5]]]), readout=np.array([[[1.0]]]))
    >>> none, first = np.zeros(1), np.array([0])
    >>> dose = Inputs(none, np.array([8.0]), none, first, none, none > 0.0)
    >>> propagate(system, dose, np.array([0.0, 2.0])).values.round(6).tolist()
    [[[8.0], [2.943036]]]
    """
    chain = (systems,) if isinstance(systems, LinearSystem) else tuple(systems)
    times = np.asarray(times, dtype=np.float64)
    _check(chain, inputs, times, tolerance, initial)
    subjects, outputs = chain[0].subjects, chain[0].outputs
    moments, where = np.unique(times, return_inverse=True)
    values = np.empty((subjects, outputs, len(moments)))
    error = np.full(subjects, np.inf)
    method = np.full(subjects, "modal", dtype="<U5")
    starts = np.array([system.start for system in chain])
    course = Course.of(inputs, starts, moments, initial, _positive(chain, inputs, initial))
    with np.errstate(all="ignore"):  # whatever is not finite is caught below, by name
        for first in range(0, subjects, CHUNK):
            chunk = np.arange(first, min(first + CHUNK, subjects))
            for members, steppers in _modal(chain, chunk):
                course.solve(chain, members, steppers, values, error, tolerance)
            retry = chunk[~(error[chunk] <= tolerance)]
            method[retry] = "expm"
            for begin in range(0, len(retry), BLOCK):
                members = retry[begin : begin + BLOCK]
                slow = tuple(Exponential(system.rates[members], system.readout[members]) for system in chain)
                course.solve(chain, members, slow, values, error, tolerance, last_resort=True)
    if not (error <= tolerance).all():
        worst = int(np.argmax(np.where(np.isfinite(error), error, np.inf)))
        raise NumericsError(
            f"the tolerance {tolerance:g} was not met: "
            f"subject {worst} has an estimated relative error of {error[worst]:g}."
        )
    result = values if len(moments) == len(times) and (where[1:] > where[:-1]).all() else values[:, :, where]
    return Solution(result.transpose(0, 2, 1), error, method)


def _check(
    chain: tuple[LinearSystem, ...], inputs: Inputs, times: Array, tolerance: float, initial: Array | None
) -> None:
    """Refuse arrays that do not fit together, with the sentence that says which."""
    if not chain:
        raise InputError("no system was given; expected at least one.")
    shapes = {(system.subjects, system.states, system.outputs) for system in chain}
    if len(shapes) > 1:
        raise InputError(f"systems disagree on (subjects, states, outputs): {sorted(shapes)}.")
    subjects, states, _ = shapes.pop()
    starts = [system.start for system in chain]
    if starts[0] > 0.0 or any(later <= earlier for earlier, later in pairwise(starts)):
        raise InputError(f"system starts are {starts} h; expected rising times of which the first is not after 0 h.")
    if len(starts) > 1 and starts[1] <= 0.0:
        raise InputError(f"system starts are {starts} h; expected only the first one at or before 0 h.")
    if inputs.subjects not in (None, subjects):
        raise InputError(f"inputs are for {inputs.subjects} subjects and the system for {subjects}; expected the same.")
    if inputs.records and int(inputs.state.max()) >= states:
        raise InputError(f"an input enters state {inputs.state.max()}; expected at most {states - 1}.")
    if times.ndim != 1 or not len(times) or not np.isfinite(times).all() or (times < 0.0).any():
        raise InputError("output times must be a list of at least one finite number of hours, none negative.")
    if not tolerance > 0.0:
        raise InputError(f"the tolerance is {tolerance}; expected a positive number.")
    if initial is not None and (np.shape(initial) != (subjects, states) or not np.isfinite(initial).all()):
        raise InputError(f"initial amounts must be finite numbers of shape {(subjects, states)}.")


def _positive(chain: tuple[LinearSystem, ...], inputs: Inputs, initial: Array | None) -> BoolArray:
    """Whose outputs cannot be negative: no flow, readout, amount or initial amount below zero, (subject,)."""
    states = chain[0].states
    between = ~np.eye(states, dtype=np.bool_)
    positive = np.broadcast_to((inputs.amount >= 0.0).all(axis=-1), chain[0].subjects)
    for system in chain:
        flows = (system.rates >= 0.0) | ~between
        positive = positive & flows.all(axis=(1, 2)) & (system.readout >= 0.0).all(axis=(1, 2))
    return positive if initial is None else positive & (np.asarray(initial) >= 0.0).all(axis=1)


def _modal(chain: tuple[LinearSystem, ...], chunk: IntArray) -> Iterator[tuple[IntArray, tuple[Stepper, ...]]]:
    """Groups of subjects with their modes or matrices: by structure, then by whether couplings stay."""
    span = slice(int(chunk[0]), int(chunk[-1]) + 1)
    for group, structures in patterns(tuple(system.rates[span] for system in chain)):
        members = chunk[group]
        found = [
            decompose(system.rates[members], system.readout[members], structure)
            for system, structure in zip(chain, structures, strict=True)
        ]
        served = np.logical_and.reduce([fits for _, fits, _ in found])
        coupled = np.logical_or.reduce([tied for _, _, tied in found])
        for chosen in (served & ~coupled, served & coupled):
            who = np.flatnonzero(chosen)
            for begin in range(0, len(who), BLOCK):
                part = who[begin : begin + BLOCK]
                yield members[part], tuple(modes.rows(part) for modes, _, _ in found)
