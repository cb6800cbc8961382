"""How likely somebody who has stopped has not gone back: exp(-sum of hazards), for a person who was dependent.

hazard = (h_min + h_c (craving/100)^2) HR(t) per hour from the stop on, and none for a person whose load at the stop was
below the threshold: they have nothing to relapse into.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See
from ketsim.engine.arithmetic import choose, exp


@final
class Relapse(Process):
    """stop: when use ended [h]. One state adds up the hazard, one remembers the load at the stop."""

    parameters: ClassVar = {
        "hazard_least": "rate",
        "hazard_by_craving": "rate",
        "dependent_above": "fraction",
        "tau_load": "time",
    }
    states: ClassVar = {"hazard_sum": 1.0, "load_at_stop": 0.1}
    readings: ClassVar = {
        "relapse_free": Reading(
            "share who have not gone back to use", "%", 0.0, 100.0, 5, direction=-1, known_by=("at_end",)
        ),
        "dependent": Reading("was dependent at the stop", "1", 0.0, 1.0, 0.1, False),
        "hazard_now": Reading("hazard of going back to use", "1/h", 0.0, 1e3, 0.001, False),
    }

    def __init__(self, stop: float) -> None:
        self.stop = stop

    def breaks(self) -> tuple[float, ...]:
        """The stop."""
        return (self.stop,)

    def push(self, see: See) -> Mapping[str, Any]:
        """Hazard from the stop on; before, the load is copied."""
        stopped = see.t >= self.stop
        at_risk = 1.0 - see["gone_back"] if "gone_back" in see else 1.0  # who has gone back cannot go back again
        return {
            "hazard_sum": choose(stopped, see["hazard_now"] * at_risk, 0.0),
            "load_at_stop": choose(stopped, 0.0, (see["occupancy"] - see["load"]) / see.p["tau_load"]),
        }

    def read(self, name: str, see: See) -> Any:
        """Share in %, 1 for a person who was dependent, or the hazard [1/h]."""
        p = see.p
        if name == "dependent":
            return choose(see["load_at_stop"] >= p["dependent_above"], 1.0, 0.0)
        if name == "hazard_now":
            craved = see["craving"] / 100.0
            hazard = p["hazard_least"] + p["hazard_by_craving"] * craved * craved
            return hazard * see["hazard_ratio"] * see["dependent"]
        return 100.0 * exp(-see["hazard_sum"])
