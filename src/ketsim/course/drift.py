"""What else goes on: the share of the score that a new or an ongoing antidepressant takes away, d (1 - exp(-t/tau_d)).

It belongs to the background that the drug is given on, not to the drug. Where there is none, d is nothing.
"""

from __future__ import annotations

from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See
from ketsim.engine.arithmetic import exp


@final
class Drift(Process):
    """A function of time; no state."""

    parameters: ClassVar = {"drift": "fraction", "tau_drift": "time"}
    readings: ClassVar = {
        "drifted": Reading("share of the score that the background takes away", "1", 0, 1, 0.1, False)
    }

    def read(self, name: str, see: See) -> Any:
        """The share, 0 to 1."""
        return see.p["drift"] * (1.0 - exp(-see.t / see.p["tau_drift"]))
