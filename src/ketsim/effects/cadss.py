"""How many points on the CADSS? The dissociation rating carried to the scale that trials print (23 items, 0 to 92)."""

from __future__ import annotations

from typing import Any, ClassVar, final

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen
from ketsim.effects.sigmoid import sigmoid


@final
class Cadss(Effect):
    """Clinician-Administered Dissociative States Scale, subjective items.

    ``CADSS = e0 + (ceiling - e0) reach C^gamma / (c50^gamma + C^gamma)``; `reach` is the share of the scale that the
    largest effect reaches.
    """

    label = "CADSS score"
    unit = "points"
    parameters: ClassVar = {
        "e0": "dimensionless",
        "ceiling": "dimensionless",
        "reach": "fraction",
        "c50": "concentration",
        "gamma": "dimensionless",
        "half_life_ke0": "time",
    }
    low, high, direction, level = 0, 92, 1, 4

    def baseline(self, p: Parameters) -> Any:
        """The score before the drug."""
        return p["e0"]

    def response(self, p: Parameters, seen: Seen) -> Array:
        """The score."""
        share = p["reach"] * sigmoid(seen.parent, p["c50"], p["gamma"])
        return np.asarray(p["e0"] + (p["ceiling"] - p["e0"]) * share)
