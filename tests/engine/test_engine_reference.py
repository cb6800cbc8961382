"""The benchmark problem R1 against its stored reference, which was made by a Runge-Kutta solver."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from ketsim.engine import Inputs, LinearSystem, propagate

PROBLEM = Path(__file__).parents[2] / "benchmarks" / "r1.py"


@pytest.fixture(scope="module")
def r1():
    spec = importlib.util.spec_from_file_location("r1", PROBLEM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert "r1" not in sys.modules
    return module


def test_r1_is_met_to_1e_9(r1):
    sample, truth = r1.reference()
    np.testing.assert_array_equal(sample, r1.parameters(len(sample)))
    doses = len(r1.DOSE_TIMES)
    inputs = Inputs(
        r1.DOSE_TIMES,
        r1.doses(sample),
        np.full(doses, r1.DURATION),
        np.zeros(doses, dtype=np.int64),
        np.zeros(doses),
        np.zeros(doses, dtype=bool),
    )
    found = propagate(LinearSystem(*r1.matrices(sample)), inputs, r1.TIMES)
    of_peak, relative = r1.errors(found.values, truth)
    assert of_peak < 1e-12
    assert relative < 1e-12
    assert of_peak < found.error.max() < 1e-10
    assert set(found.method) == {"modal"}
