"""The six amounts of R1, which R2 has too, for numbalsoda.

Inlined, and the walk over doses and subjects is not shared: as one function for both problems it ran R1 7 % slower, and
a peer is measured at its best.
"""

from __future__ import annotations

from numba import njit

import r1

FRACTION = r1.FRACTION


@njit(inline="always")
def kinetics(y, dy, p, entering):
    """The slopes of the six amounts [mg/h]; entering: by the infusion [mg/h]."""
    dy[0] = entering - (p[0] + p[2] + p[4]) / p[1] * y[0] + p[2] / p[3] * y[1] + p[4] / p[5] * y[2]
    dy[1] = p[2] / p[1] * y[0] - p[2] / p[3] * y[1]
    dy[2] = p[4] / p[1] * y[0] - p[4] / p[5] * y[2]
    back = p[8] / p[9] * y[4] + p[10] / p[11] * y[5]
    dy[3] = FRACTION * p[0] / p[1] * y[0] - (p[6] + p[8] + p[10]) / p[7] * y[3] + back
    dy[4] = p[8] / p[7] * y[3] - p[8] / p[9] * y[4]
    dy[5] = p[10] / p[7] * y[3] - p[10] / p[11] * y[5]
