"""Is thinking measurably impaired? Yes or no, by the concentration from which studies saw it consistently."""

from __future__ import annotations

from typing import ClassVar, final

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen


@final
class Cognition(Effect):
    """1 from the threshold concentration on, else 0. Over people the median and the ends say how many."""

    label = "cognition impaired (1 yes, 0 no)"
    unit = "state"
    parameters: ClassVar = {"threshold": "concentration"}
    low, high, direction, level = 0, 1, 1, 1

    def baseline(self, p: Parameters) -> float:
        """Not impaired."""
        return 0.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """The state."""
        return np.asarray((seen.parent >= p["threshold"]) * 1.0)
