"""How a trigger of an hour becomes a drive of a day: dT/dt = u - T/tau_T, and drive = T / (T_half + T).

T adds up the hours of full trigger and forgets them slowly, so that it delays; the drive saturates, so that twice the
dose is less than twice the drive.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See


@final
class Transduction(Process):
    """One state, in hours of full trigger."""

    parameters: ClassVar = {"tau_transduction": "time", "half_transduction": "time"}
    states: ClassVar = {"transduction": 1.0}
    readings: ClassVar = {"drive_of_mood": Reading("what drives the change of mood", "1", 0.0, 1.0, 0.1, False)}

    def rates(self, p: Mapping[str, Any]) -> Mapping[str, Any]:
        """1/tau_T [1/h]."""
        return {"transduction": 1.0 / p["tau_transduction"]}

    def push(self, see: See) -> Mapping[str, Any]:
        """The trigger fills it."""
        return {"transduction": see["trigger"]}

    def read(self, name: str, see: See) -> Any:
        """The drive, 0 to 1."""
        return see["transduction"] / (see.p["half_transduction"] + see["transduction"])
