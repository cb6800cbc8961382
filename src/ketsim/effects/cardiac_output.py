"""How far does the cardiac output rise? Percent of baseline, in proportion to S-ketamine as far as it was measured."""

from __future__ import annotations

from typing import ClassVar, final

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen


@final
class CardiacOutput(Effect):
    """``E = 100 (1 + rise min(C, highest) / highest)``: beyond the highest concentration measured it is held, not
    extrapolated. S-norketamine lowers it by an amount nobody could read, and that is left out.
    """

    label = "cardiac output, percent of baseline"
    unit = "%"
    parameters: ClassVar = {"rise": "fraction", "highest": "concentration"}
    low, high, direction, level = 0, np.inf, 1, 10

    def baseline(self, p: Parameters) -> float:
        """All of it."""
        return 100.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """Percent of the baseline."""
        return np.asarray(100.0 * (1.0 + p["rise"] * np.minimum(seen.parent, p["highest"]) / p["highest"]))
