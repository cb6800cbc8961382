"""How likely is it that what happens now will be remembered? Fitted in children after injections."""

from __future__ import annotations

from typing import ClassVar, final

from ketsim.effects.effect import Array, Effect, Parameters, Seen
from ketsim.effects.sigmoid import sigmoid


@final
class Memory(Effect):
    """``E = 100 (1 - C^gamma / (ec50^gamma + C^gamma))``: chance of recall later of what happens at this moment."""

    label = "chance of remembering this moment later"
    unit = "%"
    parameters: ClassVar = {"ec50": "concentration", "gamma": "dimensionless", "half_life_ke0": "time"}
    low, high, direction, level = 0, 100, -1, 10

    def baseline(self, p: Parameters) -> float:
        """Everything is remembered without drug: a reference, not a finding."""
        return 100.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """Percent."""
        return 100.0 * (1.0 - sigmoid(seen.parent, p["ec50"], p["gamma"]))
