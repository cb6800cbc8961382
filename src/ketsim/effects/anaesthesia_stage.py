"""Awake, between waking and surgery, or deep enough for surgery? Bands of the racemate's concentration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen
from ketsim.measures.course import falls_below, rises_to, time_at_least


@final
class AnaesthesiaStage(Effect):
    """0 below the concentration at which people wake, 2 from the surgical one on, 1 between the two.

    A band says where groups of patients were, not that this person feels nothing.
    """

    label = "stage of anaesthesia (0 awake, 1 asleep, 2 surgical)"
    unit = "stage"
    parameters: ClassVar = {"surgical": "concentration", "waking": "concentration"}
    low, high, direction, level = 0, 2, 1, 1
    times = ("surgical_onset", "surgical_duration", "waking")

    def baseline(self, p: Parameters) -> float:
        """Awake."""
        return 0.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """The stage."""
        return np.asarray((seen.parent >= _waking(p)) * 1.0 + (seen.parent >= p["surgical"]))

    def more_measures(self, p: Parameters, seen: Seen) -> Mapping[str, Array]:
        """When surgical, how long, and when the concentration falls to the waking one for the last time [h]."""
        return {
            "surgical_onset": rises_to(seen.times, seen.parent, p["surgical"]),
            "surgical_duration": time_at_least(seen.times, seen.parent, p["surgical"]),
            "waking": falls_below(seen.times, seen.parent, _waking(p)),
        }


def _waking(p: Parameters) -> Any:
    """Nobody is awake at their own surgical concentration; the two are drawn apart, since no source pairs them."""
    return np.minimum(p["waking"], p["surgical"])
