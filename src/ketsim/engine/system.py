"""Which linear system holds for each subject, and from when.

Knows states, outputs and rates as numbers only; what a state stands for is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ketsim.errors import InputError

Array: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LinearSystem:
    """The system x' = A x + inputs, y = C x of every subject, in force from `start` on.

    Parameters
    ----------
    rates
        A [1/h] (subject, state, state); entry (i, j) is the rate at which state j feeds state i.
    readout
        C (subject, output, state).
    start
        [h] This system holds from here until the start of the next one. Covariates that change with time are a
        sequence of systems; the state is continuous where they meet.

    Errors: `InputError` for shapes that do not fit and for numbers that are not finite.

    >>> LinearSystem(np.array([[[-0.5]]]), np.array([[[1.0]]])).states
    1
    """

    rates: Array
    readout: Array
    start: float = 0.0

    def __post_init__(self) -> None:
        rates = np.ascontiguousarray(self.rates, dtype=np.float64)
        readout = np.ascontiguousarray(self.readout, dtype=np.float64)
        if rates.ndim != 3 or rates.shape[1] != rates.shape[2] or not rates.shape[1]:
            raise InputError(f"system rates have shape {rates.shape}; expected (subject, state, state).")
        if readout.ndim != 3 or readout.shape[::2] != rates.shape[:2]:
            raise InputError(
                f"system readout has shape {readout.shape}; expected (subject, output, state) with "
                f"{rates.shape[0]} subjects and {rates.shape[1]} states."
            )
        if not (np.isfinite(rates).all() and np.isfinite(readout).all() and np.isfinite(self.start)):
            raise InputError("system rates, readout and start must be finite numbers.")
        object.__setattr__(self, "rates", rates)
        object.__setattr__(self, "readout", readout)
        object.__setattr__(self, "start", float(self.start))

    @property
    def subjects(self) -> int:
        """How many subjects."""
        return int(self.rates.shape[0])

    @property
    def states(self) -> int:
        """How many states."""
        return int(self.rates.shape[1])

    @property
    def outputs(self) -> int:
        """How many outputs."""
        return int(self.readout.shape[1])

    def only_moves(self, subjects: IntArray) -> BoolArray:
        """Whose amounts only move between states or leave (no rate between two states is negative), (subject,).

        Then e^(A t) has no negative entry, and what it does to a doubt about each state is a bound on that doubt.
        """
        between = ~np.eye(self.states, dtype=np.bool_)
        return np.asarray((self.rates[subjects][:, between] >= 0.0).all(axis=1), dtype=np.bool_)

    def growth(self, subjects: IntArray) -> Array:
        """The logarithmic norm of A [1/h] (subject,): no total |x| grows faster than e^(growth t)."""
        rates = self.rates[subjects]
        own = np.einsum("nii->ni", rates)
        norm: Array = (own + np.abs(rates).sum(axis=1) - np.abs(own)).max(axis=1)
        return norm
