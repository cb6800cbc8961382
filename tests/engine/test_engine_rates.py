"""Rates that are near, equal, complex, zero or far apart: exact all the same, and the error estimate holds."""

import numpy as np
import pytest

from ketsim.engine import LinearSystem, propagate
from ketsim.errors import InputError, NumericsError

TIMES = np.concatenate([[0.0, 0.01, 0.3], np.arange(1.0, 9.0, 0.5), [12.0, 30.0, 90.0]])


def chain(rates, exit_rate=None):
    """One subject a row of `rates`: each state passes on to the next, the last one lets go at its own rate."""
    rates = np.atleast_2d(np.asarray(rates, dtype=float))
    subjects, states = rates.shape
    matrix = np.zeros((subjects, states, states))
    for state in range(states):
        matrix[:, state, state] = -rates[:, state]
        if state:
            matrix[:, state, state - 1] = rates[:, state - 1]
    return LinearSystem(matrix, np.broadcast_to(np.eye(states), matrix.shape).copy())


MIXED = [
    {"time": 0.0, "amount": 3.0},
    {"time": 1.0, "amount": 4.0, "duration": 2.5},
    {"time": 5.0, "amount": 2.0, "duration": 1.0, "steady_interval": 6.0},
    {"time": 7.0, "amount": 1.0, "steady_interval": 4.0},
]

CHAINS = {
    "two equal": [[1.3, 1.3]],
    "three equal": [[1.3, 1.3, 1.3]],
    "seven equal": [[2.0] * 7],
    "equal ones apart": [[1.3, 0.4, 1.3, 0.4]],
    "equal after a faster": [[5.0, 0.7, 0.7, 0.7, 0.2]],
    "two near": [[1.0, 1.0 + gap] for gap in (1e-15, 1e-12, 1e-9, 1e-6, 9e-4, 1.1e-3, 1e-2)],
    "three near": [[1.0, 1.0 + gap, 1.0 - gap] for gap in (1e-15, 1e-12, 1e-9, 1e-6, 4e-4, 9e-4, 1.1e-3, 1e-2)],
    "near and nearer": [[1.0, 1.0009, 1.0018, 1.00180001]],
    "far apart": [[1e4, 1e-3, 30.0, 1e-1]],
    "slow and equal": [[0.02, 0.02, 0.02]],
    "fast and equal": [[1e3, 1e3, 1e3, 0.3]],
}


@pytest.mark.parametrize("name", CHAINS)
def test_chains_of_any_rates(name, records, independent, worst):
    system = chain(CHAINS[name])
    inputs = records(*MIXED)
    found = propagate(system, inputs, TIMES)
    true = worst(found.values, independent(system, inputs, TIMES))
    assert (true <= 1e-9).all()
    assert (true <= found.error).all()


@pytest.mark.parametrize("name", ["two equal", "three equal", "seven equal", "equal ones apart", "slow and equal"])
def test_chains_of_equal_rates_need_no_matrix_exponential(name, records, worst, independent):
    system, inputs = chain(CHAINS[name]), records(*MIXED)
    found = propagate(system, inputs, TIMES)
    assert set(found.method) == {"modal"}
    assert (worst(found.values, independent(system, inputs, TIMES)) <= 1e-13).all()


def test_ten_equal_rates_are_the_gamma_law(records):
    system = chain([[2.0] * 10])
    times = np.array([0.5, 2.0, 5.0])
    found = propagate(system, records({"time": 0.0, "amount": 1.0}), times)
    law = np.exp(-2.0 * times) * (2.0 * times) ** 9 / 362880.0
    np.testing.assert_allclose(found.values[0, :, 9], law, rtol=1e-11)


def test_metabolite_as_fast_as_its_parent(records, independent, worst):
    rates = np.zeros((2, 4, 4))
    for first in (0, 2):
        rates[:, first, first], rates[:, first, first + 1] = -1.4, 0.3
        rates[:, first + 1, first], rates[:, first + 1, first + 1] = 0.8, -0.3
    rates[:, 2, 0] = 0.5
    rates[1, 2:, 2:] *= 1.0 + 1e-7
    system = LinearSystem(rates, np.broadcast_to(np.eye(4), rates.shape))
    inputs = records(*MIXED)
    found = propagate(system, inputs, TIMES)
    assert set(found.method) == {"modal"}
    assert (worst(found.values, independent(system, inputs, TIMES)) <= 1e-12).all()


def test_complex_rates(swirling_system, records, independent, worst):
    inputs = records(*MIXED)
    assert np.iscomplex(np.linalg.eigvals(swirling_system.rates[0])).any()
    found = propagate(swirling_system, inputs, TIMES)
    assert set(found.method) == {"expm"}
    true = worst(found.values, independent(swirling_system, inputs, TIMES))
    assert (true <= np.minimum(found.error, 1e-12)).all()


def test_a_circle_with_real_rates(records, independent, worst):
    rates = np.array([[[-1.0, 0.05, 0.0], [0.3, -3.0, 0.01], [0.2, 0.4, -9.0]]])
    system = LinearSystem(rates, np.eye(3)[None])
    inputs = records(*MIXED)
    found = propagate(system, inputs, TIMES)
    assert set(found.method) == {"modal"}
    assert (worst(found.values, independent(system, inputs, TIMES)) <= 1e-13).all()


def test_a_defective_block(records, independent, worst):
    # Eigenvalues -2, -2 within one block that exchanges both ways round a circle: no full set of modes.
    rates = np.array([[[-3.0, 0.0, 1.0], [1.0, -3.0, 0.0], [0.0, 1.0, -3.0]]])
    rates[0, 1, 2] = 0.75 * 3.0 ** (1 / 3)
    system = LinearSystem(rates, np.eye(3)[None])
    inputs = records(*MIXED)
    found = propagate(system, inputs, TIMES)
    assert (worst(found.values, independent(system, inputs, TIMES)) <= 1e-11).all()


def test_rates_of_zero(records, independent, worst):
    rates = np.zeros((1, 4, 4))
    rates[0, 0, 0], rates[0, 1, 0] = -0.7, 0.7  # state 1 keeps all; state 2 and 3 only swap
    rates[0, 2:, 2:] = [[-0.2, 0.5], [0.2, -0.5]]
    system = LinearSystem(rates, np.eye(4)[None])
    inputs = records(
        {"time": 0.0, "amount": 2.0},
        {"time": 1.0, "amount": 2.0, "duration": 3.0},
        {"time": 2.0, "amount": 5.0, "state": 2, "duration": 1.0},
        {"time": 2.0, "amount": 5.0, "state": 1, "duration": 8.0},
    )
    found = propagate(system, inputs, TIMES)
    assert (worst(found.values, independent(system, inputs, TIMES)) <= 1e-13).all()


@pytest.mark.parametrize("state", [0, 1, 2])
def test_no_steady_state_where_an_amount_never_leaves(state, records):
    rates = np.zeros((1, 3, 3))
    rates[0, 0, 0], rates[0, 1, 0] = -0.7, 0.7
    rates[0, 1:, 1:] = [[-0.2, 0.5], [0.2, -0.5]]
    system = LinearSystem(rates, np.eye(3)[None])
    with pytest.raises(InputError, match="never leaves"):
        propagate(system, records({"time": 0.0, "amount": 1.0, "state": state, "steady_interval": 5.0}), TIMES)


def test_no_steady_state_in_a_closed_circle(records):
    rates = np.array([[[-1.0, 0.0, 0.7], [1.0, -0.6, 0.0], [0.0, 0.6, -0.7]]])
    with pytest.raises(InputError, match="never leaves"):
        propagate(
            LinearSystem(rates, np.eye(3)[None]), records({"time": 0.0, "amount": 1.0, "steady_interval": 5.0}), TIMES
        )


def test_growth_is_followed_and_overflow_is_an_error(records):
    system = LinearSystem(np.array([[[0.5]]]), np.array([[[1.0]]]))
    dose = records({"time": 0.0, "amount": 1.0})
    np.testing.assert_allclose(propagate(system, dose, np.array([3.0])).values, np.exp(1.5), rtol=1e-14)
    with pytest.raises(NumericsError, match="not met"):
        propagate(system, dose, np.array([1e5]))


def test_a_tolerance_out_of_reach_is_an_error(oral_system, records):
    with pytest.raises(NumericsError, match="tolerance 1e-20 was not met"):
        propagate(oral_system, records(*MIXED), TIMES, tolerance=1e-20)


@pytest.mark.parametrize("times", [[0.0], [1e-9], [400.0], [0.0, 400.0]])
def test_times_that_miss_the_peak_do_not_spoil_the_estimate(times, oral_system, records):
    found = propagate(oral_system, records({"time": 0.0, "amount": 5.0}), np.array(times))
    assert (found.error < 1e-11).all()


def test_the_smallest_output_keeps_its_digits(records, independent, worst):
    # What arrives in the last state is a billionth of a billionth of the dose.
    rates = np.array([[[-2.0, 3e-9, 0.0], [1e-9, -40.0, 1e-6], [0.0, 1e-9, -1e-3]]])
    system = LinearSystem(rates, np.eye(3)[None])
    inputs = records({"time": 0.0, "amount": 1.0}, {"time": 2.0, "amount": 3.0, "duration": 2.0})
    found = propagate(system, inputs, TIMES)
    truth = independent(system, inputs, TIMES)
    assert truth[0, :, 2].max() < 1e-18
    assert (worst(found.values, truth) <= np.minimum(found.error, 1e-11)).all()


@pytest.mark.parametrize("kind", ["tree", "dense", "circle", "chain"])
def test_the_estimate_bounds_the_error_and_is_no_scare(kind, records, independent, worst):
    draw = np.random.default_rng([11, len(kind)])
    for _ in range(12):
        system = _random_system(draw, kind)
        states = system.states
        inputs = records(
            {"time": 0.0, "amount": 2.0, "state": int(draw.integers(states))},
            {
                "time": 1.0,
                "amount": 3.0,
                "state": int(draw.integers(states)),
                "duration": float(draw.uniform(0.1, 5.0)),
            },
            {"time": 6.0, "amount": 1.0, "state": 0, "steady_interval": 4.0, "duration": float(draw.uniform(0.0, 9.0))},
        )
        times = np.concatenate([np.arange(16) * 0.5, draw.uniform(0.0, 40.0, 8)])
        found = propagate(system, inputs, times)
        true = worst(found.values, independent(system, inputs, times))
        assert (true <= found.error).all()
        assert (found.error < 1e-9).all()


def _random_system(draw, kind):
    states = int(draw.integers(2, 6))
    rates = np.zeros((2, states, states))
    for subject in range(2):
        speed = np.exp(draw.uniform(-3.0, 3.0, (states, states)))
        if kind == "tree":
            for child in range(1, states):
                rates[subject, child, (child - 1) // 2] = speed[child, 0]
                rates[subject, (child - 1) // 2, child] = speed[0, child] * (child % 3 != 2)
        elif kind == "dense":
            rates[subject] = speed
        elif kind == "circle":
            for state in range(states):
                rates[subject, (state + 1) % states, state] = speed[state, 0]
        else:
            for state in range(states - 1):
                rates[subject, state + 1, state] = speed[0, 0] * (1.0 + draw.choice([0.0, 1e-13, 1e-6, 5e-4, 0.3]))
        np.fill_diagonal(rates[subject], 0.0)
        leaving = draw.uniform(0.05, 1.0, states)
        rates[subject] -= np.diag(rates[subject].sum(axis=0) + leaving * (1.0 if kind != "chain" else speed[0, 0]))
    return LinearSystem(rates, draw.uniform(0.1, 1.0, (2, 2, states)))
