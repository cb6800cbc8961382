"""What a series leaves that one dose does not: dK/dt = k_K B (1 - K) - K/tau_K, from nothing to all.

It grows while there is benefit and outlasts it by weeks, so that relapse comes later after a series than after a dose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

from ketsim.course.process import Process, See


@final
class Consolidation(Process):
    """One state, 0 to 1; not the load of dependence, which goes with use and not with benefit."""

    parameters: ClassVar = {"rate_of_consolidation": "rate", "tau_consolidation": "time"}
    states: ClassVar = {"consolidated": 0.1}

    def rates(self, p: Mapping[str, Any]) -> Mapping[str, Any]:
        """1/tau_K [1/h]."""
        return {"consolidated": 1.0 / p["tau_consolidation"]}

    def push(self, see: See) -> Mapping[str, Any]:
        """Benefit builds it."""
        return {"consolidated": see.p["rate_of_consolidation"] * see["benefit"] * (1.0 - see["consolidated"])}
