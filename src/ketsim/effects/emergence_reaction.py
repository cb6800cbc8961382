"""How likely is an emergence reaction? A share of patients that applies from waking on, after an anaesthetic dose."""

from __future__ import annotations

from typing import ClassVar, final

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen


@final
class EmergenceReaction(Effect):
    """``E = 100 risk`` from the moment at which somebody who was anaesthetised wakes until `lasts` later, else 0."""

    label = "patients with an emergence reaction after anaesthesia"
    unit = "%"
    parameters: ClassVar = {
        "risk": "fraction",
        "lasts": "time",
        "surgical": "concentration",
        "waking": "concentration",
    }
    low, high, direction, level = 0, 100, 0, 1

    def baseline(self, p: Parameters) -> float:
        """None without anaesthesia."""
        return 0.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """Percent of patients."""
        was_under = np.maximum.accumulate(seen.parent >= p["surgical"], axis=1)
        waking = np.minimum(p["waking"], p["surgical"])  # as in the stages of anaesthesia
        asleep = was_under & (seen.parent >= waking)
        slept_last = np.maximum.accumulate(np.where(asleep, seen.times, -np.inf), axis=1)
        awake = was_under & ~asleep & (seen.times - slept_last <= p["lasts"])
        return np.asarray(awake * 100.0 * p["risk"])
