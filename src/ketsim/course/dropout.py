"""Who is still in treatment: exp(-sum of hazards), hazard = h0 exp(b (S - S_ref)), so that who is worse leaves sooner.

Then those who stay look better than all would: what is missing is not missing at random.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See
from ketsim.engine.arithmetic import choose, exp


@final
class Dropout(Process):
    """stop: the last session [h], after which there is nothing left to drop out of."""

    parameters: ClassVar = {
        "dropout_hazard": "rate",
        "dropout_slope": "dimensionless",
        "dropout_score": "dimensionless",
    }
    states: ClassVar = {"dropout_sum": 0.1}
    readings: ClassVar = {
        "in_treatment": Reading("share still in treatment", "%", 0.0, 100.0, 5, direction=0, known_by=("at_end",))
    }

    def __init__(self, stop: float = 0.0) -> None:
        self.stop = stop

    def breaks(self) -> tuple[float, ...]:
        """The last session."""
        return (self.stop,)

    def push(self, see: See) -> Mapping[str, Any]:
        """The hazard, up to the last session."""
        p = see.p
        hazard = p["dropout_hazard"] * exp(p["dropout_slope"] * (see["true_score"] - p["dropout_score"]))
        return {"dropout_sum": choose(see.t < self.stop, hazard, 0.0)}

    def read(self, name: str, see: See) -> Any:
        """Share in %."""
        return 100.0 * exp(-see["dropout_sum"])
