"""How deeply sedated? A score from 5 (awake) down to 0 (unresponsive), fitted in children after injections."""

from __future__ import annotations

from typing import Any, ClassVar, final

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen
from ketsim.effects.sigmoid import sigmoid


@final
class Sedation(Effect):
    """``E = e0 (1 - emax C^gamma / (ec50^gamma + C^gamma))``."""

    label = "sedation score (5 awake, 0 unresponsive)"
    unit = "points"
    parameters: ClassVar = {
        "e0": "dimensionless",
        "emax": "fraction",
        "ec50": "concentration",
        "gamma": "dimensionless",
        "half_life_ke0": "time",
    }
    low, high, direction, level = 0, 5, -1, 1

    def baseline(self, p: Parameters) -> Any:
        """Awake."""
        return p["e0"]

    def response(self, p: Parameters, seen: Seen) -> Array:
        """The score."""
        lost = np.minimum(p["emax"], 1.0) * sigmoid(seen.parent, p["ec50"], p["gamma"])
        return np.asarray(p["e0"] * (1.0 - lost))
