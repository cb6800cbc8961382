"""What being treated does without the drug: P points of score, renewed at every session and fading over days.

dP/dt = r (A - P) in a session, -P/tau_P always. A is what a person's belief is worth in their arm: the arm's usual
points, times how much this person expects, times 1 + b (belief - usual belief), belief being how sure they are that
they were given the drug. The arm is what decides: people given midazolam improve by more than people given saline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See
from ketsim.engine.arithmetic import inside, larger


@final
class Expectancy(Process):
    """sessions: starts [h]. forming: how long belief forms after each [h]. The state is the belief's worth as a share
    of A, the same in every arm.
    """

    parameters: ClassVar = {
        "tau_expectancy": "time",
        "rate_of_belief": "rate",
        "expectancy": "dimensionless",
        "expectancy_of_control": "dimensionless",
        "expecting": "dimensionless",
        "belief": "fraction",
        "usual_belief": "fraction",
        "worth_of_belief": "dimensionless",
    }
    states: ClassVar = {"expectation": 1.0}
    renewed: ClassVar = {"expectation": 1.0}
    readings: ClassVar = {
        "expectancy_points": Reading("what being treated does without the drug", "points", 0.0, 1e3, 1.0, False),
        "control_points": Reading("what being in the control arm does", "points", 0.0, 1e3, 1.0, False),
    }

    def __init__(self, sessions: Sequence[float], forming: float) -> None:
        self.sessions = tuple(sorted(set(sessions)))
        self.forming = forming

    def breaks(self) -> tuple[float, ...]:
        """Where a session begins and where belief has formed."""
        return tuple(t for s in self.sessions for t in (s, s + self.forming))

    def rates(self, p: Mapping[str, Any]) -> Mapping[str, Any]:
        """1/tau_P [1/h]."""
        return {"expectation": 1.0 / p["tau_expectancy"]}

    def push(self, see: See) -> Mapping[str, Any]:
        """Towards one during a session."""
        within = inside(see.t, *self._stretches())
        return {"expectation": within * see.p["rate_of_belief"] * (1.0 - see["expectation"])}

    def _stretches(self) -> list[float]:
        """Begin and end of each time in which belief forms; sessions that overlap are one."""
        ends: list[float] = []
        for start in self.sessions:
            if ends and start <= ends[-1]:
                ends.pop()
            else:
                ends.append(start)
            ends.append(start + self.forming)
        return ends

    def read(self, name: str, see: See) -> Any:
        """Points of score."""
        p = see.p
        belief = larger(1.0 + p["worth_of_belief"] * (p["belief"] - p["usual_belief"]), 0.0)
        arm = p["expectancy" if name == "expectancy_points" else "expectancy_of_control"]
        return arm * p["expecting"] * belief * see["expectation"]
