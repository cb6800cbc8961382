"""What drives the slow states: a linear system carried along exactly, each subject by spans of its own.

Nothing is recomputed from zero: amplitudes go from step to step. `ModalDrive` and `MatrixDrive` are the two kinds,
`drives` says who is served by which. Knows neither doses nor slow states.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ketsim.engine.system import Array, BoolArray, IntArray


class Carry(Protocol):
    """A span, ready to be gone several times."""

    def __call__(self, modes: Array, push: Array | None, /) -> Array:
        """Modes (mode, subject) after the span under a constant push per hour."""


class Drive(Protocol):
    """A linear system of a block of subjects in coordinates of its own, called modes, (mode, subject)."""

    @property
    def modes(self) -> int:
        """How many."""

    @property
    def outputs(self) -> int:
        """How many concentrations."""

    def rows(self, subjects: IntArray, /) -> Drive:
        """The same for some of the subjects."""

    def seeing(self, subjects: IntArray, /) -> Drive:
        """The same for some of the subjects, repeats allowed, only to be carried and read."""

    def enter(self, amounts: Array, /) -> Array:
        """Amounts (state, subject) as modes."""

    def amounts(self, modes: Array, /) -> Array:
        """Modes as amounts (state, subject)."""

    def carry(self, span: Array, /, *, pushed: bool) -> Carry:
        """The way over spans [h] (subject,); `pushed` says whether a push will be given."""

    def read(self, modes: Array, /) -> Array:
        """Concentrations (output, subject)."""

    def fastest(self) -> Array:
        """The largest rate of each subject [1/h] (subject,)."""


@dataclass(frozen=True, slots=True)
class Silence:
    """No linear system at all."""

    subjects: int
    modes: int = 0
    outputs: int = 0

    def rows(self, subjects: IntArray, /) -> Silence:
        """As many."""
        return Silence(len(subjects))

    def seeing(self, subjects: IntArray, /) -> Silence:
        """As many."""
        return Silence(len(subjects))

    def enter(self, amounts: Array, /) -> Array:
        """Nothing."""
        return amounts

    def amounts(self, modes: Array, /) -> Array:
        """Nothing."""
        return modes

    def carry(self, span: Array, /, *, pushed: bool) -> Carry:
        """Nothing."""
        return lambda modes, push: modes

    def read(self, modes: Array, /) -> Array:
        """Nothing."""
        return modes

    def fastest(self) -> Array:
        """Nothing is fast."""
        return np.zeros(self.subjects)


def without_roundings(shown: Array, positive: BoolArray) -> Array:
    """Concentrations (output, subject) without the roundings below zero of those that cannot be negative."""
    if positive.all():
        return np.maximum(shown, 0.0, out=shown)
    return np.where(positive, np.maximum(shown, 0.0), shown)
