"""R2 by myokit's CVODES simulation: its own protocol for the infusions, compiled model."""

from __future__ import annotations

import myokit
import numpy as np
from myokit_cvodes import KINETICS, STATES, infusions

import r2

LINEAR = (*STATES, "site")
SLOW = ("tolerance", "pressure", "glutamate", "plasticity", "mood")
MODEL = f"""
[[model]]
{chr(10).join(f"body.{state} = 0" for state in LINEAR + SLOW)}

[engine]
time = 0 bind time
pace = 0 bind pace

[body]
use engine.pace
{chr(10).join(f"{name} = {value!r}" for name, value in r2.TYPICAL.items())}
{KINETICS}
u = if(site > 0, (site / ec50)^gamma, 0)
occupancy = u / (1 + u)
effect = occupancy * (1 - reach * tolerance)
dot(site) = ke0 * (parent - site)
dot(tolerance) = ktol * (occupancy - tolerance)
dot(pressure) = kbp * (bp0 * (1 + rise * effect) * 2 / (1 + (pressure / bp0)^2) - pressure)
dot(glutamate) = kg * (effect * (1 + 0.5 * metabolite / (metabolite + nk50)) - glutamate)
dot(plasticity) = kpin * glutamate * (1 - plasticity) - kpout * plasticity
dot(mood) = km * (m0 * (1 - imax * plasticity / (p50 + plasticity)) - mood)
"""
LOGGED = tuple(f"body.{name}" for name in ("parent", "metabolite", "site", *SLOW))


def solver(rtol: float):
    """Compile once; then constants are set for each subject."""
    model = myokit.parse_model(MODEL)
    simulation = myokit.Simulation(model, infusions())
    simulation.set_tolerance(1e-3 * rtol, rtol)
    names = list(r2.TYPICAL)
    states = [state.qname().split(".")[1] for state in model.states()]

    def solve(sample: np.ndarray) -> np.ndarray:
        out = np.empty((len(sample), len(r2.TIMES), len(LOGGED)))
        for subject, constants in enumerate(sample):
            given = dict(zip(names, constants.tolist(), strict=True))
            for name, value in given.items():
                simulation.set_constant(f"body.{name}", value)
            begin = {"pressure": given["bp0"], "mood": given["m0"]}
            simulation.set_state([begin.get(state, 0.0) for state in states])
            simulation.set_time(0)
            log = simulation.run(r2.TIMES[-1] + 1e-6, log=LOGGED, log_times=r2.TIMES)
            for place, name in enumerate(LOGGED):
                out[subject, :, place] = log[name]
        return out

    return solve
