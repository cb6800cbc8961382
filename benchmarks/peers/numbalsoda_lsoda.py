"""R1 by numbalsoda's LSODA: compiled right-hand side, compiled loops over infusions and subjects.

The integration is restarted at every edge of an infusion by hand, since numbalsoda knows no dosing.
"""

from __future__ import annotations

import sys
import time

STARTED = time.perf_counter()

import numpy as np  # noqa: E402
from numba import carray, cfunc, njit  # noqa: E402
from numbalsoda import lsoda, lsoda_sig  # noqa: E402
from numbalsoda_kinetics import kinetics  # noqa: E402

import r1  # noqa: E402

DURATION, PER_KG = r1.DURATION, r1.DOSE_PER_KG
STATES = 6
CONSTANTS = len(r1.TYPICAL)


@cfunc(lsoda_sig)
def slope(t, y_pointer, dy_pointer, p_pointer):
    p = carray(p_pointer, (CONSTANTS + 1,))
    kinetics(carray(y_pointer, (STATES,)), carray(dy_pointer, (STATES,)), p, p[CONSTANTS])


SLOPE = slope.address
EDGES, RUNNING, FIRST, LAST = r1.legs(r1.TIMES)
TIMES = r1.TIMES


@njit
def solve_all(sample, rtol, atol, out):
    for subject in range(len(sample)):
        constants = np.empty(CONSTANTS + 1)
        constants[:CONSTANTS] = sample[subject]
        rate = PER_KG * sample[subject, 12] / DURATION
        state = np.zeros(STATES)
        out[subject, 0] = 0.0
        for leg in range(len(EDGES) - 1):
            constants[CONSTANTS] = rate if RUNNING[leg] else 0.0
            inside = TIMES[FIRST[leg] : LAST[leg]]
            ends_on_time = len(inside) > 0 and inside[-1] == EDGES[leg + 1]
            grid = np.empty(len(inside) + (1 if ends_on_time else 2))
            grid[0] = EDGES[leg]
            grid[1 : len(inside) + 1] = inside
            grid[-1] = EDGES[leg + 1]
            found, success = lsoda(SLOPE, state, grid, constants, rtol=rtol, atol=atol)
            if not success:
                raise ValueError("LSODA failed")
            for place in range(len(inside)):
                out[subject, FIRST[leg] + place, 0] = found[place + 1, 0] / sample[subject, 1]
                out[subject, FIRST[leg] + place, 1] = found[place + 1, 3] / sample[subject, 7]
            state = found[-1].copy()


def solver(rtol: float):
    """The solver at one tolerance; absolute tolerance a thousandth of it, amounts being about 1 to 100 mg."""

    def solve(sample: np.ndarray) -> np.ndarray:
        out = np.empty((len(sample), len(TIMES), 2))
        solve_all(np.ascontiguousarray(sample), rtol, 1e-3 * rtol, out)
        return out

    return solve


solve = solver(1e-6)

if __name__ == "__main__":
    from importlib.metadata import version

    import measure

    rtol = float(sys.argv[sys.argv.index("--rtol") + 1]) if "--rtol" in sys.argv else 1e-6
    note = f"rtol {rtol:g}, atol {1e-3 * rtol:g}, loop over subjects compiled, restarted at dose edges"
    measure.report("numbalsoda LSODA", version("numbalsoda"), note, solver(rtol), started=STARTED, batch=100)
