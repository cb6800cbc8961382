"""R1 by myokit's CVODES simulation: its own protocol for the infusions, compiled model."""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import myokit  # noqa: E402
import numpy as np  # noqa: E402

import r1  # noqa: E402

# Six amounts and two concentrations, and what enters by the infusions; R2 has them too.
KINETICS = f"""\
input = pace * {r1.DOSE_PER_KG!r} * weight / {r1.DURATION!r}
dot(a0) = input - (cl + q2 + q3) / v1 * a0 + q2 / v2 * a1 + q3 / v3 * a2
dot(a1) = q2 / v1 * a0 - q2 / v2 * a1
dot(a2) = q3 / v1 * a0 - q3 / v3 * a2
dot(a3) = {r1.FRACTION!r} * cl / v1 * a0 - (clm + p2 + p3) / w1 * a3 + p2 / w2 * a4 + p3 / w3 * a5
dot(a4) = p2 / w1 * a3 - p2 / w2 * a4
dot(a5) = p3 / w1 * a3 - p3 / w3 * a5
parent = a0 / v1
metabolite = a3 / w1
"""
STATES = ("a0", "a1", "a2", "a3", "a4", "a5")
MODEL = f"""
[[model]]
{chr(10).join(f"body.{state} = 0" for state in STATES)}

[engine]
time = 0 bind time
pace = 0 bind pace

[body]
use engine.pace
{chr(10).join(f"{name} = {value!r}" for name, value in r1.TYPICAL.items())}
{KINETICS}"""
LOGGED = ("body.parent", "body.metabolite")


def infusions() -> myokit.Protocol:
    """When an infusion runs."""
    protocol = myokit.Protocol()
    for time_of_dose in r1.DOSE_TIMES:
        protocol.schedule(1.0, float(time_of_dose), r1.DURATION)
    return protocol


def solver():
    """Compile once; then constants are set for each subject."""
    simulation = myokit.Simulation(myokit.parse_model(MODEL), infusions())
    simulation.set_tolerance(1e-9, 1e-6)

    def solve(sample: np.ndarray) -> np.ndarray:
        out = np.empty((len(sample), len(r1.TIMES), 2))
        for subject, constants in enumerate(sample):
            for name, value in zip(r1.TYPICAL, constants, strict=True):
                simulation.set_constant(f"body.{name}", float(value))
            simulation.set_state([0.0] * len(STATES))
            simulation.set_time(0)
            log = simulation.run(r1.TIMES[-1] + 1e-6, log=list(LOGGED), log_times=r1.TIMES)
            for number, name in enumerate(LOGGED):
                out[subject, :, number] = log[name]
        return out

    return solve


if __name__ == "__main__":
    import measure

    note = "rtol 1e-6, atol 1e-9, infusions by its protocol"
    measure.report("myokit CVODES", myokit.__version__, note, solver(), started=STARTED, batch=10)
