"""What helps while it is in force: multipliers on withdrawal by domain, on craving and on the hazard of relapse.

A treatment acts between two times; its sizes are parameters named ``<treatment>_<what>``, and 1 is no effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, final

from ketsim.course.process import Process, Reading, See
from ketsim.course.withdrawal import DOMAINS
from ketsim.engine.arithmetic import choose, larger

#: What a treatment may act on.
TARGETS: Final = (*(f"relief_{d}" for d in DOMAINS), "relief_craving", "hazard_ratio")


@dataclass(frozen=True, slots=True)
class InForce:
    """A treatment and when it acts: begin and end [h]. targets: which of `TARGETS` it has a size for. fades: [h] after
    its end until nothing of it is left, in a straight line.
    """

    name: str
    begin: float
    end: float
    targets: tuple[str, ...]
    fades: float = 0.0


@final
class Treatment(Process):
    """The product of everything that is in force at a time."""

    readings: ClassVar = {
        **{
            f"relief_{d}": Reading(f"what treatment leaves of withdrawal: {d}", "1", 0.0, 1e2, 0.1, False)
            for d in DOMAINS
        },
        "relief_craving": Reading("what treatment leaves of craving", "1", 0.0, 1e2, 0.1, False),
        "hazard_ratio": Reading("what treatment leaves of the hazard of relapse", "1", 0.0, 1e2, 0.1, False),
    }

    def __init__(self, in_force: tuple[InForce, ...] = ()) -> None:
        self.in_force = in_force

    def needs(self) -> Mapping[str, str]:
        """The sizes of what is in force."""
        return {f"{x.name}_{target}": "dimensionless" for x in self.in_force for target in x.targets}

    def breaks(self) -> tuple[float, ...]:
        """Where one begins, ends or has faded."""
        return tuple(t for x in self.in_force for t in (x.begin, x.end, x.end + x.fades))

    def read(self, name: str, see: See) -> Any:
        """The multiplier."""
        left: Any = 1.0
        for x in self.in_force:
            if name in x.targets and x.begin < x.end:
                past = larger(1.0 - (see.t - x.end) / x.fades, 0.0) if x.fades > 0.0 else 0.0
                acts = choose(see.t >= x.begin, choose(see.t < x.end, 1.0, past), 0.0)
                left = left * (1.0 + acts * (see.p[f"{x.name}_{name}"] - 1.0))
        return left
