"""A drive in its own states, carried by matrix exponentials: for systems that modes cannot serve.

Slower, but it assumes nothing about the rates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketsim.engine.drive import Carry, without_roundings
from ketsim.engine.matrix_exponential import SMALLEST, exponential
from ketsim.engine.system import Array, BoolArray, IntArray


@dataclass(frozen=True, slots=True)
class MatrixDrive:
    """The states as they are, carried by matrix exponentials; `rates` and `readout` as in `LinearSystem`."""

    rates: Array
    readout: Array
    positive: BoolArray

    @property
    def modes(self) -> int:
        """How many states."""
        return int(self.rates.shape[1])

    @property
    def outputs(self) -> int:
        """How many concentrations."""
        return int(self.readout.shape[1])

    def rows(self, subjects: IntArray, /) -> MatrixDrive:
        """The same for some of the subjects."""
        return MatrixDrive(self.rates[subjects], self.readout[subjects], self.positive[subjects])

    def seeing(self, subjects: IntArray, /) -> MatrixDrive:
        """The same."""
        return self.rows(subjects)

    def enter(self, amounts: Array, /) -> Array:
        """As they are."""
        return amounts

    def amounts(self, modes: Array, /) -> Array:
        """As they are."""
        return modes

    def carry(self, span: Array, /, *, pushed: bool) -> Carry:
        """The way over spans [h] (subject,)."""
        faded = exponential(self.rates * span[:, None, None])

        def go(modes: Array, push: Array | None) -> Array:
            after = np.matmul(faded, modes.T[:, :, None])[:, :, 0].T
            if push is None or not pushed:
                return np.ascontiguousarray(after)
            return np.asarray(after + self._charged(push, span))

        return go

    def _charged(self, push: Array, span: Array) -> Array:
        """What a constant push (state, subject) has become: one column of a larger exponential."""
        states, subjects = push.shape
        size = np.abs(self.rates).sum(axis=1).max(axis=1)
        # The push is scaled to the size of the rates, so that a large dose costs no extra squarings.
        scale = np.maximum(np.abs(push).max(axis=0) / np.where(size > 0.0, size, 1.0), SMALLEST)
        larger = np.zeros((subjects, states + 1, states + 1))
        larger[:, :states, :states] = self.rates
        larger[:, :states, states] = (push / scale).T
        column = exponential(larger * span[:, None, None])[:, :states, states]
        return np.asarray((column * scale[:, None]).T)

    def read(self, modes: Array, /) -> Array:
        """Concentrations (output, subject)."""
        shown = np.matmul(self.readout, modes.T[:, :, None])[:, :, 0].T
        return without_roundings(np.ascontiguousarray(shown), self.positive)

    def fastest(self) -> Array:
        """A bound on the largest rate of each subject [1/h] (subject,)."""
        return np.asarray(np.abs(self.rates).sum(axis=1).max(axis=1))
