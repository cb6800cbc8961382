"""The reference problem R1: six infusions of a drug with one metabolite, three compartments each, read for two weeks.

All constants are invented for timing; this is no model of ketamine or of any drug, and no number here has a source or
a use outside the benchmarks. 30 % lognormal spread on every clearance and volume, 15 % on weight; subject 0 is typical.
Units: mg, L, h. Outputs are the two concentrations at 1,345 times, every 15 minutes for 14 days.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

# Name -> typical value; the order is the order of the columns of `parameters`.
TYPICAL = {
    "cl": 95.0, "v1": 30.0, "q2": 120.0, "v2": 60.0, "q3": 60.0, "v3": 150.0,
    "clm": 64.0, "w1": 40.0, "p2": 130.0, "w2": 70.0, "p3": 30.0, "w3": 110.0,
    "weight": 70.0,
}  # fmt: skip
FRACTION = 0.8
DOSE_PER_KG = 0.5
DOSE_TIMES = 24.0 * np.array([0.0, 2.0, 4.0, 7.0, 9.0, 11.0])
DURATION = 40.0 / 60.0
TIMES = 0.25 * np.arange(1345)
SEED = 7
# The draws of subjects were made together with 16 further constants of a larger problem, which R1 does not use.
UNUSED = 16
REFERENCE = Path(__file__).with_name("r1_reference.npz")


def blocks(subjects: int, size: int) -> Iterator[np.ndarray]:
    """Parameters of the first subjects, (subject, 13), in blocks; they do not depend on the size of the blocks."""
    spread = np.where(np.array(list(TYPICAL)) == "weight", 0.15, 0.3)
    source = np.random.default_rng(SEED)
    for first in range(0, subjects, size):
        draws = source.standard_normal((min(size, subjects - first), len(TYPICAL) + UNUSED))[:, : len(TYPICAL)]
        if first == 0:
            draws[0] = 0.0
        yield np.array(list(TYPICAL.values())) * np.exp(spread * draws)


def parameters(subjects: int) -> np.ndarray:
    """Parameters of the first subjects, (subject, 13)."""
    return np.concatenate(list(blocks(subjects, subjects)))


def matrices(sample: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A (subject, 6, 6) [1/h] and C (subject, 2, 6) [1/L] of subjects with parameters (subject, 13)."""
    cl, v1, q2, v2, q3, v3, clm, w1, p2, w2, p3, w3 = sample[:, :12].T
    rates = np.zeros((len(sample), 6, 6))
    for first, out, volumes, flows in ((0, cl, (v1, v2, v3), (q2, q3)), (3, clm, (w1, w2, w3), (p2, p3))):
        rates[:, first, first] = -(out + sum(flows)) / volumes[0]
        for number, (flow, volume) in enumerate(zip(flows, volumes[1:], strict=True), start=first + 1):
            rates[:, number, first] = flow / volumes[0]
            rates[:, first, number] = flow / volume
            rates[:, number, number] = -flow / volume
    rates[:, 3, 0] = FRACTION * cl / v1
    readout = np.zeros((len(sample), 2, 6))
    readout[:, 0, 0] = 1.0 / v1
    readout[:, 1, 3] = 1.0 / w1
    return rates, readout


def doses(sample: np.ndarray) -> np.ndarray:
    """Amounts [mg] (subject, dose)."""
    return np.repeat(DOSE_PER_KG * sample[:, 12:13], len(DOSE_TIMES), axis=1)


def legs(times: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """How a program that knows no dosing walks: edges of infusions, whether one runs after each, and times between.

    Times number first[k] up to last[k] lie in (edge k, edge k + 1].
    """
    edges = np.unique(np.concatenate([DOSE_TIMES, DOSE_TIMES + DURATION, times[-1:]]))
    running = ((edges[:-1, None] >= DOSE_TIMES) & (edges[:-1, None] < DOSE_TIMES + DURATION)).any(axis=1)
    first, last = np.searchsorted(times, edges[:-1], side="right"), np.searchsorted(times, edges[1:], side="right")
    return edges, running, first, last


def reference() -> tuple[np.ndarray, np.ndarray]:
    """Parameters (16, 13) and concentrations (16, 1345, 2) of the first 16 subjects, to about 1e-13.

    Made with an 8th-order Runge-Kutta solver (scipy's DOP853, rtol 1e-13, atol 1e-15) restarted at every dose edge and
    every output time, so that nothing is interpolated.
    """
    with np.load(REFERENCE) as stored:
        return stored["parameters"], stored["values"]


def errors(values: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Largest error relative to each output's peak, and largest relative error above a thousandth of the peak."""
    peak = np.abs(truth).max(axis=1, keepdims=True)
    off = np.abs(values - truth)
    seen = np.abs(truth) > 1e-3 * peak
    return float((off / peak).max()), float((off[seen] / np.abs(truth)[seen]).max())
