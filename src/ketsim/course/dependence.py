"""Two scores from 0 to 10 that are often confused: what the body would show on stopping, and how strongly use pulls.

Physical: the bodily withdrawal at its peak if use stopped now and the person showed it,
10 Z^h / (Z50^h + Z^h) with Z = G w b r, r = (tau_a/tau_b)^(tau_a/(tau_b - tau_a)), the closed form of the overshoot
after level use. Psychological: the craving that the load alone keeps up, in tenths: 10 (1 - exp(-v k_L L)).
"""

from __future__ import annotations

from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See
from ketsim.engine.arithmetic import exp, larger, log, power

# The two clocks are kept apart by this much, so that the closed form has no 0/0; its limit is 1/e.
_APART = 1.0 + 1e-4


@final
class Dependence(Process):
    """Read off; no states. A person may have one without the other."""

    parameters: ClassVar = {
        "tau_a": "time",
        "tau_b": "time",
        "steepness": "dimensionless",
        "half_severity_somatic": "dimensionless",
        "quick_part_somatic": "dimensionless",
        "expresses_somatic": "fraction",
        "vulnerability": "dimensionless",
        "craving_from_load": "dimensionless",
    }
    readings: ClassVar = {
        "physical_dependence": Reading(
            "physical dependence: bodily withdrawal if use stopped now", "of 10", 0.0, 10.0, 1.0, direction=1
        ),
        "psychological_dependence": Reading(
            "psychological dependence: pull of long use", "of 10", 0.0, 10.0, 1.0, direction=1
        ),
    }

    def read(self, name: str, see: See) -> Any:
        """0 to 10."""
        p = see.p
        if name == "psychological_dependence":
            return 10.0 * (1.0 - exp(-p["vulnerability"] * p["craving_from_load"] * see["load"]))
        quick = p["tau_a"]
        slow = larger(p["tau_b"], _APART * quick)
        height = exp(log(quick / slow) * quick / (slow - quick))
        drive = power(
            see["gain"] * p["quick_part_somatic"] * larger(see["quick_opponent"], 0.0) * height, p["steepness"]
        )
        bare = drive / (power(p["half_severity_somatic"], p["steepness"]) + drive)
        return 10.0 * bare * p["expresses_somatic"]
