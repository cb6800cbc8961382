"""Until when is somebody not to drive? The label's rule for the time after the last dose; not a measured impairment."""

from __future__ import annotations

from typing import ClassVar, final

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen


@final
class UnfitToDrive(Effect):
    """1 from a dose until `ban` after its end, else 0. Residual effects can last into the next day."""

    label = "not to drive or use machines (1 yes, 0 no)"
    unit = "state"
    parameters: ClassVar = {"ban": "time"}
    low, high, direction, level = 0, 1, 0, 1

    def baseline(self, p: Parameters) -> float:
        """Fit."""
        return 0.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """The state."""
        starts, ends = np.array(sorted(seen.doses)).reshape(-1, 2).T
        latest = np.concatenate([[-np.inf], np.maximum.accumulate(ends)])  # end among the doses begun by a time
        barred = seen.times <= latest[np.searchsorted(starts, seen.times, side="right")] + p["ban"]
        return np.broadcast_to(barred * 1.0, seen.parent.shape).copy()
