"""R2, the reference problem with slow states, against an independent solution; its report of its own error."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def r2(monkeypatch_module):
    """The problem and how ketsim solves it, loaded from benchmarks/ and taken out again."""
    loaded = {}
    for name in ("r1", "r2", "ketsim_r2"):
        spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
        loaded[name] = importlib.util.module_from_spec(spec)
        monkeypatch_module.setitem(sys.modules, name, loaded[name])
        spec.loader.exec_module(loaded[name])
    return loaded


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def off(values, truth):
    """Error relative to each output's peak, the largest of each subject."""
    return (np.abs(values - truth) / np.abs(truth).max(axis=1, keepdims=True)).max(axis=(1, 2))


@pytest.mark.parametrize("tolerance", [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8])
def test_the_error_is_within_what_is_reported(r2, tolerance):
    sample, truth = r2["r2"].reference()
    np.testing.assert_array_equal(sample, r2["r2"].parameters(len(sample)))
    found = r2["ketsim_r2"].solve(sample, tolerance, full=True)
    assert (found.error <= tolerance).all()
    assert (off(found.concentrations, truth[:, :, :3]) < 1e-10).all()
    observed = off(found.values, truth[:, :, 3:])
    assert (observed <= 2.0 * found.error).all()
    assert (observed >= 0.01 * found.error).any(), "an estimate far above every error says nothing"


def test_steps_grow_slowly_with_the_digits(r2):
    sample, _ = r2["r2"].reference()
    coarse, fine = (r2["ketsim_r2"].solve(sample, tolerance, full=True).steps for tolerance in (1e-4, 1e-8))
    # Ten thousand times as exact for ten times the steps: order four in the step.
    assert fine.sum() < 12 * coarse.sum()


def test_the_outputs_do_not_depend_on_which_are_asked_for(r2):
    sample, _ = r2["r2"].reference()
    whole = r2["ketsim_r2"].solve(sample[:3], 1e-6)
    few = r2["ketsim_r2"].solve(sample[:3], 1e-6, times=r2["r2"].TIMES[::9])
    last = r2["r2"].TIMES[::9][-1] == r2["r2"].TIMES[-1]
    assert last and np.array_equal(whole[:, ::9], few)
