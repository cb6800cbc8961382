"""Doses decided on the way: applied at once and exactly, and nobody's course depends on anybody else's."""

import numpy as np
import pytest

from ketsim.engine import Inputs, LinearSystem, propagate, slow_march
from ketsim.engine.arithmetic import exp, power
from ketsim.engine.policy import Decision, Order, Policy
from ketsim.engine.slow import SlowSystem
from ketsim.engine.slow_march import NOTHING, LinearDrive, march_slow
from ketsim.errors import InputError, NumericsError

DECISIONS = np.concatenate([24.0 * day + np.array([20.0, 20.5, 22.0]) for day in range(5)])
TIMES = np.unique(np.concatenate([np.linspace(0.0, 120.0, 16), DECISIONS[:6]]))


def uniforms(number, subjects):
    """Addressed by decision and subject: any good mixing of the two will do here."""
    mixed = (subjects.astype(np.uint64) * np.uint64(2654435761) + np.uint64(number) * np.uint64(40503)) % np.uint64(
        2**32
    )
    mixed = (mixed ^ (mixed >> np.uint64(15))) * np.uint64(2246822519) % np.uint64(2**32)
    return (mixed.astype(np.float64)[:, None] + 0.5) / 2.0**32


def people(subjects):
    """A population in which some have another structure, some equal rates, some rates that only matrices can serve."""
    count = len(subjects)
    spread = 1.0 + 0.8 * uniforms(1000, subjects)[:, 0]
    rates = np.zeros((count, 3, 3))
    rates[:, 0, 0], rates[:, 1, 0] = -2.0 * spread, 2.0 * spread
    rates[:, 1, 1], rates[:, 2, 1], rates[:, 1, 2], rates[:, 2, 2] = -1.6, 0.9, 0.4 * spread, -0.4 * spread
    alike = subjects % 5 == 1
    rates[alike, 0, 0], rates[alike, 1, 0], rates[alike, 1, 1], rates[alike, 1, 2] = -1.3, 1.3, -1.3, 0.0
    rates[alike, 2, 1], rates[alike, 2, 2] = 0.5, -0.2
    odd = subjects % 11 == 3
    rates[odd] = np.array([[-1.5, 0.0, 1.2], [1.5, -1.1, 0.0], [0.0, 1.1, -1.3]])
    readout = np.broadcast_to(np.array([[0.0, 0.3, 0.0], [0.0, 0.0, 1.0]]), (count, 2, 3))
    doses = Inputs(
        time=np.stack([0.5 + spread, np.full(count, 30.0)], axis=1),
        amount=np.stack([2.0 * spread, np.full(count, 1.0)], axis=1),
        duration=np.stack([np.full(count, 0.75), np.where(alike, 0.0, spread)], axis=1),
        state=np.array([1, 0]),
        steady_interval=np.zeros(2),
        reset=np.zeros(2, dtype=bool),
    )
    return LinearDrive(LinearSystem(rates, readout), doses), {"e": spread}


def rest(t, y, p, c):
    tolerance, craving, _ = y
    effect = power(c[0], 1.3) / (power(c[0], 1.3) + p["e"] * (1.0 + 2.0 * tolerance))
    return (0.05 * effect, 0.1 * tolerance * (1.0 - craving) * (1.0 - exp(-tolerance)), 0.0 * effect)


SYSTEM = SlowSystem(("tolerance", "craving", "sessions"), np.array([0.02, 0.01, 0.0]), rest, np.array([0.1, 0.1, 1.0]))


def decide(moment):
    """More is taken the higher tolerance is; two doses at a time, one of them slow; sessions are counted."""
    tolerance, craving, _ = moment.states.T
    takes = moment.uniforms[:, 0] < 0.3 + 0.5 * craving
    amount = np.where(takes & (moment.concentrations[:, 0] < 0.5), 1.0 + 3.0 * tolerance, 0.0)
    jump = np.zeros_like(moment.states)
    jump[:, 2] = amount > 0.0
    slow = Order(0.4 * amount, 0, np.where(tolerance > 0.01, 5.0, 0.2))
    return Decision([Order(0.6 * amount, np.where(moment.subjects % 2 == 0, 1, 0)), slow], jump)


def run(subjects):
    drive, p = people(subjects)
    policy = Policy(DECISIONS, decide, uniforms)
    return march_slow(SYSTEM, p, drive, np.zeros((len(subjects), 3)), TIMES, policy=policy, subjects=subjects)


@pytest.fixture(scope="module")
def whole():
    return run(np.arange(70))


def test_something_happens(whole):
    sessions = whole.values[:, -1, 2]
    assert sessions.min() < sessions.max() and sessions.mean() > 2.0
    assert (whole.error <= 1e-6).all()


@pytest.mark.parametrize("block", [1, 7, 1024])
def test_nothing_depends_on_the_block(whole, block, monkeypatch):
    """Split inside the call, and split into calls: the same bits."""
    subjects = np.arange(70) if block > 1 else np.arange(12)
    monkeypatch.setattr(slow_march, "BLOCK", block)
    inside = run(subjects)
    monkeypatch.undo()
    calls = [run(subjects[first : first + block]) for first in range(0, len(subjects), block)]
    for name in ("values", "concentrations", "error", "steps"):
        expected = np.ascontiguousarray(getattr(whole, name)[: len(subjects)]).tobytes()
        assert np.ascontiguousarray(getattr(inside, name)).tobytes() == expected
        assert np.concatenate([getattr(call, name) for call in calls]).tobytes() == expected


def test_nothing_depends_on_the_order_of_subjects(whole):
    shuffled = np.random.default_rng(3).permutation(70)
    found = run(shuffled)
    assert np.array_equal(found.values, whole.values[shuffled])


def test_those_marched_again_do_not_disturb_the_others(whole, monkeypatch):
    monkeypatch.setattr(slow_march, "STEP_SHARE", 300.0)
    monkeypatch.setattr(slow_march, "TRIES", 8)
    loose = run(np.arange(60))
    alone = [run(np.array([subject])) for subject in (0, 3, 17, 59)]
    assert (loose.error <= 1e-6).all()
    for one, subject in zip(alone, (0, 3, 17, 59), strict=True):
        assert np.array_equal(one.values[0], loose.values[subject])


def test_orders_are_the_same_as_doses_known_beforehand(oral_system):
    """What a policy ordered, given from the start instead, leads to the same concentrations."""
    ordered = []

    def three(moment):
        amount = np.array([2.0, 0.0, 1.0]) * (moment.number + 1)
        duration = np.array([0.0, 1.0, 9.0]) if moment.number % 2 else np.array([4.0, 4.0, 0.0])
        compartment = np.array([0, 2, 3])
        ordered.append((moment.time, amount, duration, compartment))
        return Decision([Order(amount, compartment, duration), Order(0.5 * amount, 1, 3.0)])

    times = np.linspace(0.0, 40.0, 81)
    policy = Policy(np.array([0.0, 5.0, 6.0, 11.5, 20.0]), three)
    system = SlowSystem(("x",), np.array([0.1]), lambda t, y, p, c: (c[0],), np.ones(1))
    found = march_slow(system, {}, LinearDrive(oral_system, NOTHING), np.zeros((3, 1)), times, policy=policy)
    for subject in range(3):
        records = [
            (time, amount[subject], duration[subject], compartment[subject])
            for time, amount, duration, compartment in ordered
        ] + [(time, 0.5 * amount[subject], 3.0, 1) for time, amount, _, _ in ordered]
        columns = [np.array(column) for column in zip(*records, strict=True)]
        inputs = Inputs(*columns, np.zeros(len(records)), np.zeros(len(records), dtype=bool))
        alone = LinearSystem(oral_system.rates[[subject]], oral_system.readout[[subject]])
        np.testing.assert_allclose(found.concentrations[subject], propagate(alone, inputs, times).values[0], atol=1e-10)


def test_a_moment_shows_what_is_read_there():
    """Decisions see states before they act; outputs at that time are read after."""
    drive, p = people(np.arange(3))
    seen = np.zeros((3, 3)), np.zeros((3, 2))

    def look(moment):
        seen[0][moment.subjects], seen[1][moment.subjects] = moment.states, moment.concentrations
        return Decision([Order(np.full(len(moment.subjects), 5.0), 1)], np.full_like(moment.states, 0.25))

    found = march_slow(SYSTEM, p, drive, np.zeros((3, 3)), np.array([9.0, 10.0]), policy=Policy(np.array([10.0]), look))
    without = march_slow(SYSTEM, p, drive, np.zeros((3, 3)), np.array([9.0, 10.0]))
    np.testing.assert_allclose(seen[0], without.values[:, 1], rtol=2e-6, atol=1e-9)
    np.testing.assert_allclose(seen[1], without.concentrations[:, 1], rtol=1e-9)
    np.testing.assert_allclose(found.values[:, 1], without.values[:, 1] + 0.25, rtol=2e-6)
    np.testing.assert_allclose(found.concentrations[:, 1, 0], without.concentrations[:, 1, 0] + 1.5, rtol=1e-9)


@pytest.mark.parametrize(
    "decision",
    [
        Decision([Order(np.array([-1.0, 0.0]))]),
        Decision([Order(np.array([np.nan, 0.0]))]),
        Decision([Order(np.zeros(3))]),
        Decision([Order(np.ones(2), 3)]),
        Decision([Order(np.ones(2), np.array([0.5, 1.0]))]),
        Decision([Order(np.ones(2), 0, -1.0)]),
        Decision(jump=np.zeros((2, 2))),
        Decision(jump=np.full((2, 3), np.inf)),
    ],
)
def test_what_does_not_fit_is_refused(decision):
    drive, p = people(np.arange(2))
    with pytest.raises(InputError):
        march_slow(SYSTEM, p, drive, np.zeros((2, 3)), TIMES, policy=Policy(np.array([3.0]), lambda moment: decision))


@pytest.mark.parametrize("times", [[1.0, 1.0], [2.0, 1.0], [-1.0], [np.inf]])
def test_decision_times_must_rise(times):
    with pytest.raises(InputError, match="rising"):
        Policy(np.array(times), decide)


def test_a_policy_that_runs_away_is_named():
    def more(moment):
        return Decision([Order(1e305 * (1.0 + moment.states[:, 0]), 0)])

    drive, p = people(np.arange(20, 22))
    with pytest.raises(NumericsError, match="subject 20 "):
        march_slow(
            *(SYSTEM, p, drive, np.zeros((2, 3)), TIMES),
            policy=Policy(np.arange(1.0, 280.0), more),
            subjects=np.arange(20, 22),
        )
