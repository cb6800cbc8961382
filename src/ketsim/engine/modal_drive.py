"""A drive in natural modes: those of `decompose`, laid out with the subject last so that a block is stepped at once.

Every operation is element by element and every sum has its order, so that a subject does not depend on its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ketsim.engine import step
from ketsim.engine.drive import Carry, without_roundings
from ketsim.engine.modes import Modes
from ketsim.engine.system import Array, BoolArray, IntArray

EMPTY: Final = np.zeros((0, 0, 0))


@dataclass(frozen=True, slots=True)
class ModalDrive:
    """Modes, with the paths between nearly equal rates.

    `rates` [1/h] (mode, subject); `shapes` (state, mode, subject), `weights` (mode, state, subject), `readout` (output,
    mode, subject); `kept` the modes of `Modes` for their paths; `positive` (subject,) whose concentrations cannot be
    negative; `seen` (output,) the modes that any output shows at all.
    """

    rates: Array
    shapes: Array
    weights: Array
    readout: Array
    kept: Modes | None
    positive: BoolArray
    seen: tuple[IntArray, ...]

    @classmethod
    def of(cls, found: Modes, positive: BoolArray) -> ModalDrive:
        """Laid out anew, the subject last."""
        readout = np.ascontiguousarray(found.readout.transpose(1, 2, 0))
        return cls(
            np.ascontiguousarray(found.rates.T),
            np.ascontiguousarray(found.shapes.transpose(1, 2, 0)),
            np.ascontiguousarray(found.weights.transpose(1, 2, 0)),
            readout,
            found if found.paths else None,
            positive,
            tuple(np.flatnonzero(row.any(axis=1)) for row in readout),
        )

    @property
    def modes(self) -> int:
        """How many."""
        return len(self.rates)

    @property
    def outputs(self) -> int:
        """How many concentrations."""
        return len(self.readout)

    def rows(self, subjects: IntArray, /) -> ModalDrive:
        """The same for some of the subjects."""
        shapes, weights = self.shapes.take(subjects, axis=-1), self.weights.take(subjects, axis=-1)
        return replace(self.seeing(subjects), shapes=shapes, weights=weights)

    def seeing(self, subjects: IntArray, /) -> ModalDrive:
        """Without what turns amounts into modes and back, the larger part."""
        rates, readout = self.rates.take(subjects, axis=-1), self.readout.take(subjects, axis=-1)
        kept = None if self.kept is None else self.kept.rows(subjects)
        return ModalDrive(rates, EMPTY, EMPTY, readout, kept, self.positive[subjects], self.seen)

    def enter(self, amounts: Array, /) -> Array:
        """Amounts (state, subject) as modes."""
        return _weighed(self.weights, amounts)

    def amounts(self, modes: Array, /) -> Array:
        """Modes as amounts (state, subject)."""
        return _weighed(self.shapes, modes)

    def carry(self, span: Array, /, *, pushed: bool) -> Carry:
        """The way over spans [h] (subject,)."""
        # Without a push a zero is added all the same: it takes the sign off a zero, as a push of nothing would.
        decay = step.decayed(self.rates, span)
        charge = step.charged(self.rates, span) if pushed else None
        if self.kept is None:

            def go(modes: Array, push: Array | None) -> Array:
                after = decay * modes
                after += 0.0 if push is None or charge is None else charge * push
                return after

            return go
        spans = span[:, None]
        ways = []
        for path in self.kept.paths:
            who, passed = path.passed(spans)
            ways.append((path.source, path.target, who, passed[:, 0], path.charged(spans)[1][:, 0] if pushed else None))

        def go_along(modes: Array, push: Array | None) -> Array:
            after = decay * modes
            after += 0.0 if push is None or charge is None else charge * push
            for source, target, who, passed, charged in ways:
                after[target, who] += passed * modes[source, who]
                if push is not None and charged is not None:
                    after[target, who] += charged * push[source, who]
            return after

        return go_along

    def read(self, modes: Array, /) -> Array:
        """Concentrations (output, subject), term by term so that the order of the sum is always the same."""
        shown = np.zeros((len(self.readout), modes.shape[1]))
        for total, row, seen in zip(shown, self.readout, self.seen, strict=True):
            for mode in seen.tolist():
                total += row[mode] * modes[mode]
        return without_roundings(shown, self.positive)

    def fastest(self) -> Array:
        """The largest rate of each subject [1/h] (subject,)."""
        return np.asarray(np.abs(self.rates).max(axis=0))


def _weighed(matrix: Array, vector: Array) -> Array:
    """Matrix (row, column, subject) times vector (column, subject), term by term."""
    total = np.zeros((len(matrix), vector.shape[1]))
    for column, entry in enumerate(vector):
        total += matrix[:, column] * entry
    return total
