"""A signal of new synapses, from nothing to all: dN/dt = k_N drive (1 - N) - N/tau_N, as far as people show it at all.

In mice one dose raises the density of spines for up to two weeks; in people a scan of synaptic density a day later
found no change over all. Both stand side by side: the mouse clock, and nothing. The score of depression does not depend
on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See


@final
class Synapses(Process):
    """One state, 0 to 1."""

    parameters: ClassVar = {"rate_of_spines": "rate", "tau_spines": "time", "spines_seen": "fraction"}
    states: ClassVar = {"spines": 0.1}
    readings: ClassVar = {
        "synaptic_signal": Reading("signal of new synapses, of the most there could be", "%", 0.0, 100.0, 1.0)
    }

    def rates(self, p: Mapping[str, Any]) -> Mapping[str, Any]:
        """1/tau_N [1/h]."""
        return {"spines": 1.0 / p["tau_spines"]}

    def push(self, see: See) -> Mapping[str, Any]:
        """The same drive that lifts mood."""
        return {"spines": see.p["rate_of_spines"] * see["drive_of_mood"] * (1.0 - see["spines"])}

    def read(self, name: str, see: See) -> Any:
        """In % of the most."""
        return 100.0 * see["spines"] * see.p["spines_seen"]
