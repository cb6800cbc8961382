"""What holds for every linear system: superposition, mass balance, and no influence of one subject on another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.engine import Inputs, LinearSystem, propagate

TIMES = np.concatenate([np.arange(24) * 0.25, [7.0, 7.1, 11.0, 30.0]])
NOTHING = Inputs(*(np.zeros(0),) * 3, np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=bool))


def join(first, second):
    """The records of both."""
    return Inputs(*(np.concatenate([getattr(first, name), getattr(second, name)]) for name in Inputs.__slots__))


@st.composite
def systems(draw):
    """One subject: up to five states, exchange and one-way flow anywhere, something always leaves."""
    states = draw(st.integers(1, 5))
    speed = st.one_of(st.just(0.0), st.floats(1e-3, 20.0), st.sampled_from([0.5, 2.0]))
    flat = draw(st.lists(speed, min_size=states * states, max_size=states * states))
    rates = np.reshape(flat, (states, states))
    np.fill_diagonal(rates, 0.0)
    leaving = np.array(draw(st.lists(st.floats(0.05, 3.0), min_size=states, max_size=states)))
    return LinearSystem((rates - np.diag(rates.sum(axis=0) + leaving))[None], np.eye(states)[None]), leaving


@st.composite
def inputs_for(draw, states, *, steady=True):
    """Up to three records."""
    count = draw(st.integers(1, 3))
    hours = st.floats(0.0, 12.0)
    column = lambda what: np.array(draw(st.lists(what, min_size=count, max_size=count)))  # noqa: E731
    interval = st.sampled_from([0.0, 0.0, 3.0, 8.0]) if steady else st.just(0.0)
    return Inputs(
        time=column(hours),
        amount=column(st.floats(0.0, 100.0)),
        duration=column(st.one_of(st.just(0.0), st.floats(0.01, 10.0))),
        state=column(st.integers(0, states - 1)),
        steady_interval=column(interval),
        reset=np.zeros(count, dtype=bool),
    )


def scale_of(*solutions):
    return max(1e-300, *(float(np.abs(solution.values).max()) for solution in solutions))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_superposition_and_scaling(data):
    system, _ = data.draw(systems())
    first = data.draw(inputs_for(system.states))
    second = data.draw(inputs_for(system.states))
    one, two, both = (propagate(system, inputs, TIMES) for inputs in (first, second, join(first, second)))
    np.testing.assert_allclose(both.values, one.values + two.values, atol=1e-10 * scale_of(one, two), rtol=0)
    tripled = Inputs(first.time, 3.0 * first.amount, first.duration, first.state, first.steady_interval, first.reset)
    np.testing.assert_allclose(
        propagate(system, tripled, TIMES).values,
        3.0 * one.values,
        atol=1e-10 * scale_of(one),
        rtol=0,
    )


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_mass_balance(data):
    system, leaving = data.draw(systems())
    states = system.states
    inputs = data.draw(inputs_for(states, steady=False))
    rates = np.zeros((1, states + 1, states + 1))
    rates[:, :states, :states] = system.rates
    rates[0, states, :states] = leaving  # all that leaves is collected
    whole = LinearSystem(rates, np.eye(states + 1)[None])
    held = propagate(whole, inputs, TIMES).values[0]
    gone = np.clip(TIMES[:, None] - inputs.time, 0.0, None)
    share = np.where(
        inputs.duration > 0.0, np.minimum(gone / np.maximum(inputs.duration, 1e-9), 1.0), TIMES[:, None] >= inputs.time
    )
    entered = share @ inputs.amount
    np.testing.assert_allclose(held.sum(axis=1), entered, atol=1e-11 * max(1.0, inputs.amount.sum()), rtol=0)
    assert (held >= 0.0).all()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_time_may_be_cut_anywhere(data):
    system, _ = data.draw(systems())
    inputs = data.draw(inputs_for(system.states))
    cut = data.draw(st.floats(0.5, 20.0))
    chain = (system, LinearSystem(system.rates, system.readout, start=cut))
    whole, parts = (propagate(s, inputs, TIMES) for s in (system, chain))
    np.testing.assert_allclose(parts.values, whole.values, atol=1e-10 * scale_of(whole), rtol=0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.0, 40.0), min_size=1, max_size=30))
def test_times_in_any_order_and_repeated(times):
    system = LinearSystem(np.array([[[-1.0, 0.2], [0.5, -0.3]]]), np.eye(2)[None])
    inputs = Inputs(*(np.array([1.0]),) * 3, np.array([0]), np.zeros(1), np.zeros(1, dtype=bool))
    asked = np.array([*times, *times[:2]])
    found = propagate(system, inputs, asked)
    rising = np.unique(asked)
    straight = propagate(system, inputs, rising)
    np.testing.assert_array_equal(found.values, straight.values[:, np.searchsorted(rising, asked)])


def test_nothing_enters():
    system = LinearSystem(np.array([[[-1.0]]]), np.array([[[1.0]]]))
    found = propagate(system, NOTHING, TIMES)
    assert not found.values.any()
    assert found.error.tolist() == [0.0]


def company(subjects):
    """Subjects of every kind: zero flows, equal blocks, circles, complex rates, so that all paths are taken."""
    draw = np.random.default_rng(5)
    speed = np.exp(draw.uniform(-1.5, 1.5, (subjects, 6, 6)))
    rates = np.zeros((subjects, 6, 6))
    for target, source in ((1, 0), (0, 1), (2, 0), (0, 2), (3, 0), (4, 3), (3, 4), (5, 3), (3, 5)):
        rates[:, target, source] = speed[:, target, source]
    kind = draw.integers(0, 6, subjects)
    rates[kind == 1, 0, 1] = rates[kind == 1, 1, 0] = 0.0
    rates[kind == 2, 1, 2] = 0.3
    rates[kind == 3, 1, 2], rates[kind == 3, 0, 2], rates[kind == 3, 1, 0] = 3.0, 0.0, 0.0
    rates[kind == 4, 2, 1], rates[kind == 4, 1, 0], rates[kind == 4, 0, 2] = 2.0, 0.0, 1.9
    rates[kind == 4, 0, 1] = 0.0
    every = np.arange(6)
    rates[:, every, every] = -rates.sum(axis=1) - 0.2
    rates[kind == 5, 3:, 3:] = rates[kind == 5, :3, :3]
    readout = np.zeros((subjects, 2, 6))
    readout[:, 0, 0] = readout[:, 1, 3] = speed[:, 0, 0]
    return LinearSystem(rates, readout), draw


@pytest.mark.parametrize("own", [False, True], ids=["shared calendar", "own calendars"])
@pytest.mark.parametrize("windows", [1, 2])
def test_no_subject_changes_another_to_the_last_bit(own, windows):
    subjects = 700  # more than one block
    system, draw = company(subjects)
    time, duration = np.array([0.0, 3.0, 5.0, 5.5]), np.array([0.0, 2.0, 7.0, 0.5])
    if own:
        time = time + draw.uniform(0.0, 1.0, (subjects, 4))
        duration = duration * draw.uniform(0.5, 1.5, (subjects, 4))
    amount = draw.uniform(1.0, 2.0, (subjects, 4))
    inputs = Inputs(
        time, amount, duration, np.array([0, 0, 3, 0]), np.array([0.0, 0.0, 4.0, 0.0]), np.array([0, 0, 0, 1]) > 0
    )
    chain = [system, LinearSystem(1.2 * system.rates, system.readout, start=6.0)][:windows]
    together = propagate(chain, inputs, TIMES)
    assert set(together.method) == {"modal", "expm"}
    for some in ([0], [699], *([number] for number in range(5, 690, 29)), [3, 650, 12], list(range(100, 180))):
        few = [LinearSystem(one.rates[some], one.readout[some], one.start) for one in chain]
        apart = propagate(few, inputs.rows(np.array(some)), TIMES)
        np.testing.assert_array_equal(apart.values, together.values[some])
        np.testing.assert_array_equal(apart.error, together.error[some])
        np.testing.assert_array_equal(apart.method, together.method[some])


def test_the_same_call_gives_the_same_bits():
    system, _ = company(50)
    inputs = Inputs(
        np.array([0.0]), np.array([1.0]), np.array([2.0]), np.array([0]), np.zeros(1), np.zeros(1, dtype=bool)
    )
    np.testing.assert_array_equal(propagate(system, inputs, TIMES).values, propagate(system, inputs, TIMES).values)
