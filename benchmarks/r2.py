"""The reference problem R2: R1 with an effect site and five slow, non-linear states, sixty days, 199 times, 8 outputs.

All constants are invented for timing; this is no model of ketamine or of any drug, and no number here has a source or
a use outside the benchmarks. 30 % lognormal spread on most constants; subject 0 is typical. Units: mg, L, h.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import r1

# Name -> typical value; the columns behind those of R1.
SLOW = {
    "ke0": 20.0, "ec50": 0.15, "gamma": 1.5, "ktol": 0.03, "reach": 0.6, "kbp": 6.0, "rise": 0.4, "bp0": 90.0,
    "kg": 1.0, "kpin": 0.08, "kpout": 0.0041, "p50": 0.3, "imax": 0.7, "m0": 33.0, "km": 0.0144, "nk50": 0.1,
}  # fmt: skip
TYPICAL = r1.TYPICAL | SLOW
FIXED, NARROW = ("gamma", "reach", "imax"), ("bp0", "m0")
TIMES = np.unique(np.round(np.concatenate([24.0 * np.arange(61), (r1.DOSE_TIMES[:, None] + np.arange(25)).ravel()]), 9))
OUTPUTS = ("parent", "metabolite", "effect site", "tolerance", "pressure", "glutamate", "plasticity", "mood")
REFERENCE = Path(__file__).with_name("r2_reference.npz")


def parameters(subjects: int) -> np.ndarray:
    """Parameters of the first subjects, (subject, 29)."""
    spread = np.full(len(TYPICAL), 0.3)
    names = list(TYPICAL)
    spread[names.index("weight")] = 0.15
    spread[[names.index(name) for name in FIXED]] = 0.0
    spread[[names.index(name) for name in NARROW]] = 0.1
    draws = np.random.default_rng(r1.SEED).standard_normal((subjects, len(TYPICAL)))
    draws[:1] = 0.0
    return np.array(list(TYPICAL.values())) * np.exp(spread * draws)


def reference() -> tuple[np.ndarray, np.ndarray]:
    """Parameters (16, 29) and outputs (16, 199, 8) of the first 16 subjects, to about 1e-12.

    Made as the reference of R1 was: scipy's DOP853 (rtol 1e-13, atol 1e-15) restarted at every dose edge and output.
    """
    with np.load(REFERENCE) as stored:
        return stored["parameters"], stored["values"]
