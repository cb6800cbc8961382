"""How strongly is the world outside perceived otherwise? Percent of a rating scale, driven by S-ketamine."""

from __future__ import annotations

from typing import ClassVar, final

from ketsim.effects.effect import Array, Effect, Parameters, Seen
from ketsim.effects.sigmoid import sigmoid


@final
class Dissociation(Effect):
    """Altered external perception as percent of the scale; a rating, not a diagnosis.

    ``E = 100 C^gamma / (c50^gamma + C^gamma)``, C at the effect site.
    """

    label = "dissociation (altered external perception)"
    unit = "%"
    parameters: ClassVar = {"c50": "concentration", "gamma": "dimensionless", "half_life_ke0": "time"}
    low, high, direction, level = 0, 100, 1, 10

    def baseline(self, p: Parameters) -> float:
        """Nothing without drug."""
        return 0.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """Percent of the scale."""
        return 100.0 * sigmoid(seen.parent, p["c50"], p["gamma"])
