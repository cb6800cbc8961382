"""R1 by ketsim's engine with the NumPy driver."""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import numpy as np  # noqa: E402

import r1  # noqa: E402
from ketsim.engine import Inputs, LinearSystem, propagate  # noqa: E402


def solve(sample: np.ndarray) -> np.ndarray:
    """Concentrations (subject, 1345, 2)."""
    doses = len(r1.DOSE_TIMES)
    inputs = Inputs(
        time=r1.DOSE_TIMES,
        amount=r1.doses(sample),
        duration=np.full(doses, r1.DURATION),
        state=np.zeros(doses, dtype=np.int64),
        steady_interval=np.zeros(doses),
        reset=np.zeros(doses, dtype=bool),
    )
    return propagate(LinearSystem(*r1.matrices(sample)), inputs, r1.TIMES).values


if __name__ == "__main__":
    import ketsim
    import measure

    note = "exact modes, float64, NumPy driver"
    measure.report("ketsim", getattr(ketsim, "__version__", ""), note, solve, started=STARTED)
