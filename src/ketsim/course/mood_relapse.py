"""How likely somebody who did well after the last session still does: exp(-sum of hazards).

hazard = h0 exp(b (S - S_ref)) per hour from the last session on, S being the true score.
Beside it stands the rule that trials use, a score that comes back over a threshold, which is read off the curve itself
(`ketsim.course.madrs.relapse`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See
from ketsim.engine.arithmetic import choose, exp


@final
class MoodRelapse(Process):
    """stop: the last session [h]; going on for ever, nobody has stopped."""

    parameters: ClassVar = {
        "mood_hazard": "rate",
        "mood_hazard_slope": "dimensionless",
        "mood_hazard_score": "dimensionless",
    }
    states: ClassVar = {"mood_hazard_sum": 1.0}
    readings: ClassVar = {
        "still_well": Reading(
            "share of those who did well who still do", "%", 0.0, 100.0, 5, direction=0, known_by=("at_end",)
        )
    }

    def __init__(self, stop: float = 0.0) -> None:
        self.stop = stop

    def breaks(self) -> tuple[float, ...]:
        """The last session."""
        return (self.stop,)

    def push(self, see: See) -> Mapping[str, Any]:
        """The hazard, from the last session on."""
        p = see.p
        hazard = p["mood_hazard"] * exp(p["mood_hazard_slope"] * (see["true_score"] - p["mood_hazard_score"]))
        return {"mood_hazard_sum": choose(see.t >= self.stop, hazard, 0.0)}

    def read(self, name: str, see: See) -> Any:
        """Share in %."""
        return 100.0 * exp(-see["mood_hazard_sum"])
