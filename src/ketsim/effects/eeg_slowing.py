"""How far does the median frequency of the EEG fall? Each isomer has numbers of its own; R slows it only in part."""

from __future__ import annotations

from typing import ClassVar, final

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen
from ketsim.effects.sigmoid import sigmoid


@final
class EegSlowing(Effect):
    """``E = emax C^gamma / (ic50^gamma + C^gamma)``. It is no depth of anaesthesia, and neither is the BIS."""

    label = "slowing of the EEG median frequency"
    unit = "Hz"
    parameters: ClassVar = {"emax": "frequency", "ic50": "concentration", "gamma": "dimensionless"}
    low, high, direction, level = 0, np.inf, 1, 1

    def baseline(self, p: Parameters) -> float:
        """No slowing."""
        return 0.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """Hertz below the frequency before the drug."""
        return np.asarray(p["emax"] * sigmoid(seen.parent, p["ic50"], p["gamma"]))
