"""What the march needs of a system: coordinates in which it can be carried over a span.

`Modes` and `Exponential` are the two kinds.
"""

from __future__ import annotations

from typing import Final, Protocol

from ketsim.engine.system import Array, IntArray
from ketsim.engine.trail import Trail

ENDLESS: Final = (
    "a steady state was asked for, but part of the amount never leaves the system, so that it would grow without end; "
    "expected a system in which everything that enters is eliminated."
)
"""What to say where a repeated input has no steady state."""


class Stepper(Protocol):
    """A group of subjects' system in coordinates of its own, called modes here."""

    def rows(self, subjects: slice | IntArray, /) -> Stepper:
        """The same for some of the subjects."""

    def enter(self, state: int, /) -> Array:
        """What one unit put into a state is in modes, (subject, mode)."""

    def from_states(self, states: Array, /) -> Array:
        """Amounts (subject, state) as modes."""

    def to_states(self, modes: Array, /) -> Array:
        """Modes (subject, mode) as amounts."""

    def step(self, modes: Array, forcing: Array | None, span: Array, /) -> Array:
        """Modes (subject, point, mode) after `span` [h] (1 or subject, point) under a constant forcing per hour."""

    def repeated(self, modes: Array, interval: float, /) -> tuple[Array, Array]:
        """The sum of modes (subject, mode) and what is left of it after 1, 2, 3, ... intervals [h].

        Also how far back [h] (subject,) an error of the rates is felt in it.
        """

    def panel(self, spacing: float, width: int, /) -> Array:
        """What each mode now shows at 0, 1, ... width - 1 spacings [h]: (subject, output, mode, width)."""

    def read(self, modes: Array, /) -> Array:
        """Outputs (subject, output, point) of modes (subject, point, mode)."""

    def fastest(self) -> Array:
        """The largest rate of each subject [1/h] (subject,), 1 where all are zero."""

    def share(self, trail: Trail, /) -> Array:
        """How far rounding may have carried outputs relative to each value, where nothing cancels; else infinite."""

    def noise(self, trail: Trail, /) -> tuple[Array, Array]:
        """How far rounding may have carried states (subject, state) and outputs (subject, output)."""
