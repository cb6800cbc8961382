"""R2 by numbalsoda's LSODA: compiled right-hand side, compiled loops over infusions and subjects.

The integration is restarted at every edge of an infusion by hand, since numbalsoda knows no dosing.
"""

from __future__ import annotations

import numpy as np
from numba import carray, cfunc, njit
from numbalsoda import lsoda, lsoda_sig
from numbalsoda_kinetics import kinetics

import r1
import r2

DURATION, PER_KG = r1.DURATION, r1.DOSE_PER_KG
STATES = 12
CONSTANTS = len(r2.TYPICAL)


@cfunc(lsoda_sig)
def slope(t, y_pointer, dy_pointer, p_pointer):
    y, dy = carray(y_pointer, (STATES,)), carray(dy_pointer, (STATES,))
    p = carray(p_pointer, (CONSTANTS + 1,))
    kinetics(y, dy, p, p[CONSTANTS])
    u = (max(y[6], 0.0) / p[14]) ** p[15]
    occupancy = u / (1.0 + u)
    effect = occupancy * (1.0 - p[17] * y[7])
    metabolite = y[3] / p[7]
    dy[6] = p[13] * (y[0] / p[1] - y[6])
    dy[7] = p[16] * (occupancy - y[7])
    dy[8] = p[18] * (p[20] * (1.0 + p[19] * effect) * 2.0 / (1.0 + (y[8] / p[20]) ** 2) - y[8])
    dy[9] = p[21] * (effect * (1.0 + 0.5 * metabolite / (metabolite + p[28])) - y[9])
    dy[10] = p[22] * y[9] * (1.0 - y[10]) - p[23] * y[10]
    dy[11] = p[27] * (p[26] * (1.0 - p[25] * y[10] / (p[24] + y[10])) - y[11])


SLOPE = slope.address
EDGES, RUNNING, FIRST, LAST = r1.legs(r2.TIMES)
TIMES = r2.TIMES


@njit
def solve_all(sample, rtol, atol, out):
    for subject in range(len(sample)):
        constants = np.empty(CONSTANTS + 1)
        constants[:CONSTANTS] = sample[subject]
        rate = PER_KG * sample[subject, 12] / DURATION
        y = np.zeros(STATES)
        y[8], y[11] = constants[20], constants[26]
        out[subject, 0] = 0.0
        out[subject, 0, 4], out[subject, 0, 7] = y[8], y[11]
        for edge in range(len(EDGES) - 1):
            constants[CONSTANTS] = rate if RUNNING[edge] else 0.0
            first, last = FIRST[edge], LAST[edge]
            inner = TIMES[first:last]
            at_end = last > first and TIMES[last - 1] == EDGES[edge + 1]
            grid = np.empty(len(inner) + 2 - at_end)
            grid[0] = EDGES[edge]
            grid[1 : len(inner) + 1] = inner
            grid[-1] = EDGES[edge + 1]
            found, success = lsoda(SLOPE, y, grid, constants, rtol, atol)
            if not success:
                raise ValueError("LSODA failed")
            for number in range(len(inner)):
                out[subject, first + number, 0] = found[number + 1, 0] / constants[1]
                out[subject, first + number, 1] = found[number + 1, 3] / constants[7]
                out[subject, first + number, 2:] = found[number + 1, 6:]
            y = found[-1].copy()


def solver(rtol: float):
    """LSODA at a relative tolerance, and an absolute one a thousandth of it."""

    def solve(sample: np.ndarray) -> np.ndarray:
        out = np.empty((len(sample), len(TIMES), len(r2.OUTPUTS)))
        solve_all(sample, rtol, 1e-3 * rtol, out)
        return out

    return solve
