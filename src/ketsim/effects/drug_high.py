"""How strongly does a person feel drugged? Percent of a rating scale; more sensitive than dissociation."""

from __future__ import annotations

from typing import ClassVar, final

from ketsim.effects.effect import Array, Effect, Parameters, Seen
from ketsim.effects.sigmoid import sigmoid


@final
class DrugHigh(Effect):
    """Feeling high as percent of the scale.

    ``E = 100 C^gamma / (c50^gamma + C^gamma)``, C at the effect site.
    """

    label = "drug high"
    unit = "%"
    parameters: ClassVar = {"c50": "concentration", "gamma": "dimensionless", "half_life_ke0": "time"}
    low, high, direction, level = 0, 100, 1, 10

    def baseline(self, p: Parameters) -> float:
        """Nothing without drug."""
        return 0.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """Percent of the scale."""
        return 100.0 * sigmoid(seen.parent, p["c50"], p["gamma"])
