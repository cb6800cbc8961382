"""How far does the pulse quicken? A share of the baseline, driven by S-ketamine without delay."""

from __future__ import annotations

from typing import Any, ClassVar, final

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen
from ketsim.effects.sigmoid import sigmoid


@final
class HeartRate(Effect):
    """``E = e0 (1 + emax C / (ec50 + C))``."""

    label = "heart rate"
    unit = "beats/min"
    parameters: ClassVar = {"e0": "pulse", "emax": "fraction", "ec50": "concentration"}
    low, high, direction, level = 0, np.inf, 1, 5

    def baseline(self, p: Parameters) -> Any:
        """The value before the drug."""
        return p["e0"]

    def response(self, p: Parameters, seen: Seen) -> Array:
        """The value over time."""
        return np.asarray(p["e0"] * (1.0 + p["emax"] * sigmoid(seen.parent, p["ec50"])))
