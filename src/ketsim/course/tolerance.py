"""How much more drug the same effect takes: EC50(t) / EC50(0), and how much of the effect is there now.

EC50(t) = EC50 (1 + sig_f f + sig_b b + sig_L L), with f fast (hours), b the quick opponent (days), L the load (months);
E = C / (EC50(t) + C).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

from ketsim.course.process import CONCENTRATION, Process, Reading, See


@final
class Tolerance(Process):
    """Three parts, each of which can be switched off by a factor of zero."""

    parameters: ClassVar = {
        "tau_fast": "time",
        "tolerance_fast": "dimensionless",
        "tolerance_days": "dimensionless",
        "tolerance_months": "dimensionless",
        "ec50_effect": "concentration",
    }
    states: ClassVar = {"fast_tolerance": 1.0}
    readings: ClassVar = {
        "tolerance": Reading("tolerance: dose for the same effect, against the first", "fold", 1.0, 1e2, 0.1),
        "effect_now": Reading("how much of the greatest effect there is now", "1", 0.0, 1.0, 0.1, False),
    }

    def rates(self, p: Mapping[str, Any]) -> Mapping[str, Any]:
        """1/tau_f [1/h]."""
        return {"fast_tolerance": 1.0 / p["tau_fast"]}

    def push(self, see: See) -> Mapping[str, Any]:
        """Occupancy drives it."""
        return {"fast_tolerance": see["occupancy"] / see.p["tau_fast"]}

    def read(self, name: str, see: See) -> Any:
        """Fold, or the share of the greatest effect."""
        if name == "tolerance":
            p = see.p
            return (
                1.0
                + p["tolerance_fast"] * see["fast_tolerance"]
                + p["tolerance_days"] * see["quick_opponent"]
                + p["tolerance_months"] * see["load"]
            )
        return see[CONCENTRATION] / (see.p["ec50_effect"] * see["tolerance"] + see[CONCENTRATION])
