"""Shapes that several effects share: a share of a scale, a rise of a baseline, the one change that a study measured.

Each is abstract: an effect is a final class in a file of its own that says what the quantity is.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen
from ketsim.effects.sigmoid import sigmoid


class ShareOfScale(Effect):
    """``E = 100 C^gamma / (c50^gamma + C^gamma)``, percent of a scale, C at the effect site."""

    unit = "%"
    parameters: ClassVar = {"c50": "concentration", "gamma": "dimensionless", "half_life_ke0": "time"}
    low, high, direction, level = 0, 100, 1, 10

    def baseline(self, p: Parameters) -> float:
        """Nothing without drug."""
        return 0.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """Percent of the scale."""
        return 100.0 * sigmoid(seen.parent, p["c50"], p["gamma"])


class RiseOfBaseline(Effect):
    """``E = e0 (1 + emax C / (ec50 + C))``, without delay."""

    low, high, direction, level = 0, np.inf, 1, 5

    def baseline(self, p: Parameters) -> Any:
        """The value before the drug."""
        return p["e0"]

    def response(self, p: Parameters, seen: Seen) -> Array:
        """The value over time."""
        return np.asarray(p["e0"] * (1.0 + p["emax"] * sigmoid(seen.parent, p["ec50"])))


class OneChange(Effect):
    """``E = 100 change min(C, reference) / reference``: the one change measured, in proportion below, held above."""

    unit = "%"
    parameters: ClassVar = {"change": "fraction", "reference": "concentration"}
    low, high, direction, level = 0, 100, 1, 10

    def baseline(self, p: Parameters) -> float:
        """Nothing without drug."""
        return 0.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """Percent."""
        return np.asarray(100.0 * p["change"] * np.minimum(seen.parent / p["reference"], 1.0))
