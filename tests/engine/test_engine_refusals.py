"""What the engine does not take, and the sentence that it says."""

import numpy as np
import pytest

from ketsim.engine import Inputs, LinearSystem, propagate
from ketsim.errors import InputError

GOOD = {
    "time": np.array([0.0, 1.0]),
    "amount": np.array([1.0, 2.0]),
    "duration": np.array([0.0, 1.0]),
    "state": np.array([0, 0]),
    "steady_interval": np.zeros(2),
    "reset": np.zeros(2, dtype=bool),
}
SYSTEM = LinearSystem(np.array([[[-1.0]], [[-2.0]]]), np.ones((2, 1, 1)))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("time", [-1.0, 0.0], "time must not be negative; found -1 h"),
        ("duration", [0.0, -2.0], "duration must not be negative"),
        ("steady_interval", [0.0, -2.0], "steady_interval must not be negative"),
        ("amount", [np.nan, 0.0], "amount must hold finite numbers"),
        ("time", [np.inf, 0.0], "time must hold finite numbers"),
        ("amount", [1.0], "amount has shape \\(1,\\)"),
        ("time", [[[0.0, 1.0]]], "time has shape"),
        ("steady_interval", [[0.0, 0.0]], "expected \\(record,\\) with 2 records"),
        ("state", [0.0, 1.0], "state must hold whole numbers"),
        ("state", [0, -1], "state must not be negative"),
        ("state", [0], "state has shape"),
        ("reset", [False], "reset has shape"),
    ],
)
def test_bad_inputs(field, value, sentence):
    with pytest.raises(InputError, match=sentence):
        Inputs(**(GOOD | {field: np.array(value)}))


def test_arrays_for_different_numbers_of_subjects():
    with pytest.raises(InputError, match=r"number of subjects: \[2, 3\]"):
        Inputs(**(GOOD | {"time": np.ones((2, 2)), "amount": np.ones((3, 2))}))


@pytest.mark.parametrize(
    ("rates", "readout", "sentence"),
    [
        (np.ones((2, 2)), np.ones((1, 1, 2)), "expected \\(subject, state, state\\)"),
        (np.ones((1, 2, 3)), np.ones((1, 1, 2)), "expected \\(subject, state, state\\)"),
        (np.ones((1, 0, 0)), np.ones((1, 1, 0)), "expected \\(subject, state, state\\)"),
        (np.ones((1, 2, 2)), np.ones((1, 1, 3)), "with 1 subjects and 2 states"),
        (np.full((1, 1, 1), np.nan), np.ones((1, 1, 1)), "finite"),
    ],
)
def test_bad_systems(rates, readout, sentence):
    with pytest.raises(InputError, match=sentence):
        LinearSystem(rates, readout)


@pytest.mark.parametrize(
    ("systems", "changes", "times", "options", "sentence"),
    [
        ((), {}, [1.0], {}, "no system"),
        ((SYSTEM, LinearSystem(SYSTEM.rates[:1], SYSTEM.readout[:1], 2.0)), {}, [1.0], {}, "disagree"),
        ((LinearSystem(SYSTEM.rates, SYSTEM.readout, 1.0),), {}, [1.0], {}, "not after 0 h"),
        ((SYSTEM, SYSTEM), {}, [1.0], {}, "rising times"),
        ((LinearSystem(SYSTEM.rates, SYSTEM.readout, -2.0), SYSTEM), {}, [1.0], {}, "only the first"),
        (SYSTEM, {"amount": np.ones((3, 2))}, [1.0], {}, "inputs are for 3 subjects and the system for 2"),
        (SYSTEM, {"state": np.array([0, 1])}, [1.0], {}, "enters state 1; expected at most 0"),
        (SYSTEM, {}, [-1.0], {}, "none negative"),
        (SYSTEM, {}, [np.nan], {}, "finite"),
        (SYSTEM, {}, [], {}, "at least one"),
        (SYSTEM, {}, [[1.0]], {}, "list"),
        (SYSTEM, {}, [1.0], {"tolerance": 0.0}, "tolerance is 0.0"),
        (SYSTEM, {}, [1.0], {"tolerance": float("nan")}, "positive"),
        (SYSTEM, {}, [1.0], {"initial": np.ones((2, 2))}, "shape \\(2, 1\\)"),
        (SYSTEM, {}, [1.0], {"initial": np.full((2, 1), np.inf)}, "finite"),
        (
            SYSTEM,
            {"duration": np.array([0.0, 5000.0]), "steady_interval": np.array([0.0, 1.0])},
            [1.0],
            {},
            "would run at once",
        ),
    ],
)
def test_bad_calls(systems, changes, times, options, sentence):
    with pytest.raises(InputError, match=sentence):
        propagate(systems, Inputs(**(GOOD | changes)), np.array(times), **options)


def test_what_was_given_is_left_as_it_was():
    kept = {name: value.copy() for name, value in GOOD.items()}
    begin = np.ones((2, 1))
    propagate(SYSTEM, Inputs(**GOOD), np.array([2.0, 1.0]), initial=begin)
    for name, value in GOOD.items():
        np.testing.assert_array_equal(value, kept[name])
    np.testing.assert_array_equal(begin, np.ones((2, 1)))
