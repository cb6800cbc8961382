"""R2 by ketsim's engine with the NumPy driver."""

from __future__ import annotations

import numpy as np

import r1
import r2
from ketsim.engine import Inputs, LinearSystem
from ketsim.engine.arithmetic import power
from ketsim.engine.slow import SlowSystem
from ketsim.engine.slow_march import LinearDrive, march_slow

STATES = ("tolerance", "pressure", "glutamate", "plasticity", "mood")


def signals(t, c, p):
    """Occupancy and the metabolite's share, from concentrations alone."""
    _, metabolite, site = c
    u = power(site / p["ec50"], p["gamma"])
    return u / (1.0 + u), 1.0 + 0.5 * metabolite / (metabolite + p["nk50"])


def rest(t, y, p, c):
    """What is left of the right-hand side when the decay of `rates` is taken out."""
    tolerance, pressure, glutamate, plasticity, _ = y
    occupancy, share = c
    effect = occupancy * (1.0 - p["reach"] * tolerance)
    level = pressure / p["bp0"]
    return (
        p["ktol"] * occupancy,
        p["kbp"] * (p["bp0"] * (1.0 + p["rise"] * effect) * 2.0 / (1.0 + level * level) + pressure),
        p["kg"] * effect * share,
        p["kpin"] * glutamate * (1.0 - plasticity),
        p["km"] * p["m0"] * (1.0 - p["imax"] * plasticity / (p["p50"] + plasticity)),
    )


def solve(sample: np.ndarray, tolerance: float = 1e-6, *, times: np.ndarray = r2.TIMES, full: bool = False):
    """Outputs (subject, 199, 8); the whole solution with `full`."""
    p = dict(zip(r2.TYPICAL, sample.T, strict=True))
    inner, shown = r1.matrices(sample[:, :13])
    matrix = np.zeros((len(sample), 7, 7))
    matrix[:, :6, :6] = inner
    matrix[:, 6, 0] = p["ke0"] / p["v1"]
    matrix[:, 6, 6] = -p["ke0"]
    readout = np.zeros((len(sample), 3, 7))
    readout[:, :2, :6] = shown
    readout[:, 2, 6] = 1.0
    doses = len(r1.DOSE_TIMES)
    inputs = Inputs(
        time=r1.DOSE_TIMES,
        amount=r1.doses(sample),
        duration=np.full(doses, r1.DURATION),
        state=np.zeros(doses, dtype=np.int64),
        steady_interval=np.zeros(doses),
        reset=np.zeros(doses, dtype=bool),
    )
    rates = np.stack([p["ktol"], 2.0 * p["kbp"], p["kg"], p["kpout"], p["km"]], axis=1)
    system = SlowSystem(STATES, rates, rest, np.array([0.1, 90.0, 0.1, 0.1, 33.0]), signals)
    zero = np.zeros(len(sample))
    initial = np.stack([zero, p["bp0"], zero, zero, p["m0"]], axis=1)
    drive = LinearDrive(LinearSystem(matrix, readout), inputs)
    found = march_slow(system, p, drive, initial, times, tolerance=tolerance)
    return found if full else np.concatenate([found.concentrations, found.values], axis=2)
