"""The benefit that builds within a day and fades over days: dB/dt = k_B drive (1 - B) - B/tau_B, from nothing to all.

How fast it fades differs widely between people; that is most of why some relapse within days and others within weeks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

from ketsim.course.process import Process, See


@final
class Plasticity(Process):
    """One state, 0 to 1."""

    parameters: ClassVar = {"rate_of_benefit": "rate", "tau_benefit": "time"}
    states: ClassVar = {"benefit": 0.1}

    def rates(self, p: Mapping[str, Any]) -> Mapping[str, Any]:
        """1/tau_B [1/h]."""
        return {"benefit": 1.0 / p["tau_benefit"]}

    def push(self, see: See) -> Mapping[str, Any]:
        """The drive builds it, up to all of it."""
        return {"benefit": see.p["rate_of_benefit"] * see["drive_of_mood"] * (1.0 - see["benefit"])}
