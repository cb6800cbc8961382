"""How much there has been over the months: dL/dt = (O - L)/tau_L, from nothing to all the time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See


@final
class Load(Process):
    """A slow low-pass filter of occupancy, and how much stronger it makes what comes after: G = 1 + beta L."""

    parameters: ClassVar = {"tau_load": "time", "sensitising": "dimensionless"}
    states: ClassVar = {"load": 0.1}
    readings: ClassVar = {
        "long_run_load": Reading("long-run load of ketamine", "%", 0.0, 100.0, 1.0, direction=1),
        "gain": Reading("how much stronger long use makes withdrawal", "fold", 1.0, 1e3, 0.1, False),
    }

    def rates(self, p: Mapping[str, Any]) -> Mapping[str, Any]:
        """1/tau_L [1/h]."""
        return {"load": 1.0 / p["tau_load"]}

    def push(self, see: See) -> Mapping[str, Any]:
        """Occupancy fills it."""
        return {"load": see["occupancy"] / see.p["tau_load"]}

    def read(self, name: str, see: See) -> Any:
        """The load in % of what drug at all hours for ever would give; the gain."""
        return 100.0 * see["load"] if name == "long_run_load" else 1.0 + see.p["sensitising"] * see["load"]
