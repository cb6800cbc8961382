"""Hypothesis: does ketamine itself bind opioid receptors? Occupancy of the mu receptor from its measured affinity."""

from __future__ import annotations

from typing import ClassVar, final

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen


@final
class OpioidOccupancy(Effect):
    """``E = 100 fu C / (ki + fu C)``."""

    label = "mu opioid receptor occupancy (hypothesis)"
    unit = "%"
    parameters: ClassVar = {"ki": "concentration", "fu": "fraction"}
    low, high, direction, level = 0, 100, 1, 10

    def baseline(self, p: Parameters) -> float:
        """Nothing without drug."""
        return 0.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """Percent of receptors."""
        unbound = p["fu"] * seen.parent
        return np.asarray(100.0 * unbound / (p["ki"] + unbound))
