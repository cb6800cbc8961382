"""How much of the largest measured pain relief? It depends on the test of pain: each assay is an entry of its own."""

from __future__ import annotations

from typing import ClassVar, final

from ketsim.effects.effect import Array, Effect, Parameters, Seen
from ketsim.effects.sigmoid import sigmoid


@final
class Analgesia(Effect):
    """Share of the largest antinociceptive effect in one assay.

    ``E = 100 C^gamma / (c50^gamma + C^gamma)``, C at the effect site.
    """

    label = "analgesia"
    unit = "%"
    parameters: ClassVar = {"c50": "concentration", "gamma": "dimensionless", "half_life_ke0": "time"}
    low, high, direction, level = 0, 100, 1, 10

    def baseline(self, p: Parameters) -> float:
        """Nothing without drug."""
        return 0.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """Percent of the scale."""
        return 100.0 * sigmoid(seen.parent, p["c50"], p["gamma"])
