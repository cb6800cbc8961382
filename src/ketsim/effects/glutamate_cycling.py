"""Hypothesis: does glutamate cycling rise in the prefrontal cortex? One small study."""

from __future__ import annotations

from typing import ClassVar, final

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen


@final
class GlutamateCycling(Effect):
    """``E = 100 change min(C, reference) / reference``: the one change measured, in proportion below, held above."""

    label = "prefrontal glutamine cycling, rise (hypothesis)"
    unit = "%"
    parameters: ClassVar = {"change": "fraction", "reference": "concentration"}
    low, high, direction, level = 0, 100, 1, 10

    def baseline(self, p: Parameters) -> float:
        """Nothing without drug."""
        return 0.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """Percent."""
        return np.asarray(100.0 * p["change"] * np.minimum(seen.parent / p["reference"], 1.0))
