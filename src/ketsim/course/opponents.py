"""What the body sets against the drug: a quick trace of it, and two opponents that follow the trace and outlast it.

dO/dt is followed by the trace a, which both opponents b and s chase: da/dt = (O - a)/tau_a, db/dt = (a - b)/tau_b,
ds/dt = (a - s)/tau_s. While use goes on as before they are level; when it stops, the trace falls first, and what the
opponents stand above it by is felt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See
from ketsim.engine.arithmetic import larger


@final
class Opponents(Process):
    """Three low-pass filters in a row and beside each other. tau_b is never shorter than tau_a: swapped, the two give
    the same curve.
    """

    parameters: ClassVar = {"tau_a": "time", "tau_b": "time", "tau_s": "time"}
    states: ClassVar = {"trace": 1.0, "quick_opponent": 1.0, "slow_opponent": 1.0}
    readings: ClassVar = {
        "quick_overshoot": Reading("what the quick opponent stands above the drug's trace", "1", 0, 1, 0.01, False),
        "slow_overshoot": Reading("what the slow opponent stands above the drug's trace", "1", 0, 1, 0.01, False),
    }

    def rates(self, p: Mapping[str, Any]) -> Mapping[str, Any]:
        """1/tau each [1/h]."""
        return {
            "trace": 1.0 / p["tau_a"],
            "quick_opponent": 1.0 / larger(p["tau_b"], p["tau_a"]),
            "slow_opponent": 1.0 / larger(p["tau_s"], p["tau_a"]),
        }

    def push(self, see: See) -> Mapping[str, Any]:
        """What each follows."""
        return {
            "trace": see["occupancy"] / see.p["tau_a"],
            "quick_opponent": see["trace"] / larger(see.p["tau_b"], see.p["tau_a"]),
            "slow_opponent": see["trace"] / larger(see.p["tau_s"], see.p["tau_a"]),
        }

    def read(self, name: str, see: See) -> Any:
        """How far an opponent stands above the trace, never below nothing."""
        opponent = "quick_opponent" if name == "quick_overshoot" else "slow_opponent"
        return larger(see[opponent] - see["trace"], 0.0)
