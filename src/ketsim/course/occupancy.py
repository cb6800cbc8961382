"""How much of what ketamine acts on is taken up by it, from nothing to all: the drive of everything that adapts."""

from __future__ import annotations

from typing import Any, ClassVar, final

from ketsim.course.process import CONCENTRATION, Process, See


@final
class Occupancy(Process):
    """O = C / (C + K_O), with C the concentration of racemate [mg/L]."""

    parameters: ClassVar = {"k_occupancy": "concentration"}
    signals = ("occupancy",)

    def signal(self, name: str, see: See) -> Any:
        """The share, 0 to 1."""
        return see[CONCENTRATION] / (see[CONCENTRATION] + see.p["k_occupancy"])
