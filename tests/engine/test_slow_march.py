"""The march of slow states: exact where it should be, of order four elsewhere, and honest where it cannot go on."""

from decimal import Decimal, localcontext
from itertools import pairwise
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from ketsim.engine import Inputs, LinearSystem, propagate, slow_march
from ketsim.engine.arithmetic import exp, larger, power, sine, smaller
from ketsim.engine.exponential import Step
from ketsim.engine.phi import Phi
from ketsim.engine.refined_grid import refined_grid
from ketsim.engine.slow import SlowSystem
from ketsim.engine.slow_march import LinearDrive, march_slow
from ketsim.errors import InputError, NumericsError

ONE = np.ones(1)


def one_state(rate, rest, *, scale=1.0, **more):
    return SlowSystem(("x",), np.array([rate]), rest, np.array([scale]), **more)


def still(t, y, p, c):
    return tuple(0.0 * x for x in y)


# --- exactness and order -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0.0, 1e-9, 0.3, 1e3, 1e7])
def test_decay_is_exact_at_any_stiffness(rate):
    times = np.array([0.0, 1e-7, 1e-3, 2.0, 700.0])
    found = march_slow(one_state(rate, still), {}, None, np.array([[3.0]]), times)
    np.testing.assert_allclose(found.values[0, :, 0], 3.0 * np.exp(-rate * times), rtol=1e-12, atol=1e-300)
    assert found.error[0] < 1e-13 and found.steps[0] < 60


def test_a_constant_push_is_exact():
    found = march_slow(
        one_state(0.4, lambda t, y, p, c: (p["k"],)), {"k": 2.0}, None, ONE[None], np.array([3.0, 500.0])
    )
    np.testing.assert_allclose(
        found.values[0, :, 0], 5.0 + (1.0 - 5.0) * np.exp(-0.4 * np.array([3.0, 500.0])), rtol=1e-13
    )


def test_phi_functions_to_the_last_digits():
    z = -np.concatenate([np.zeros(1), np.logspace(-12, 2.6, 60)])
    found = Phi.of(z)
    doubled = Phi.of(0.5 * z).doubled()
    with localcontext() as context:
        context.prec = 60
        for place, value in enumerate(z.tolist()):
            x = Decimal(value)
            truth = [x.exp()]
            if abs(x) < Decimal("1e-3"):
                powers = [Decimal(1), *(x**k for k in range(1, 25))]
                truth += [sum(w / factorial(k + order) for k, w in enumerate(powers)) for order in (1, 2, 3)]
            else:
                for divisor in (1, 1, 2):
                    truth.append((truth[-1] - 1 / Decimal(divisor)) / x)
            for phi in (found, doubled):
                got = [phi.e[place], phi.one[place], phi.two[place], phi.three[place]]
                np.testing.assert_allclose(got, [float(one) for one in truth], rtol=3e-14)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_one_step_is_of_order_four_however_the_decay_is_split(share):
    """x' = -x^2 / 2 + cos-like push, with any part of the decay taken into the rate."""
    rate = np.array([[share]])

    def slope(t):
        return lambda y: np.asarray(share * y - 0.5 * y * y + np.cos(3.0 * t))

    def solve(steps):
        y, h = np.array([[1.0]]), 2.0 / steps
        half, whole = Phi.of(-rate * 0.5 * h), Phi.of(-rate * h)
        weights = Step.of(np.array([h]), half, whole)
        for number in range(steps):
            t = number * h
            y, _ = weights.take(y, slope(t)(y), slope(t + 0.5 * h), slope(t + h))
        return y[0, 0]

    exact = solve_ivp(lambda t, y: -0.5 * y * y + np.cos(3.0 * t), (0.0, 2.0), [1.0], "DOP853", rtol=1e-13, atol=1e-14)
    errors = np.array([abs(solve(steps) - exact.y[0, -1]) for steps in (16, 32, 64, 128)])
    order = np.log2(errors[:-1] / errors[1:])
    assert (np.abs(order - 4.0) < 0.35).all()


def test_a_fixed_point_stays():
    def rest(t, y, p, c):
        return (y[0] * y[1], y[0] * power(y[1], 2.0) - y[0])

    system = SlowSystem(("a", "b"), np.array([1.0, 0.0]), rest, np.ones(2))
    found = march_slow(system, {}, None, np.array([[2.0, 1.0]]), np.array([0.0, 10.0, 1e4]))
    np.testing.assert_allclose(found.values, 1.0 * np.array([[[2.0, 1.0]] * 3]), rtol=1e-12)


def test_growth_of_errors_is_seen():
    """An unstable state makes every error grow; the report grows with it."""
    found = march_slow(one_state(0.0, lambda t, y, p, c: (0.5 * y[0],)), {}, None, ONE[None], np.array([1.0, 20.0]))
    truth = np.exp(0.5 * np.array([1.0, 20.0]))
    observed = np.abs(found.values[0, :, 0] - truth).max() / truth[-1]
    assert observed <= found.error[0] <= 1e-6


# --- against other solvers -----------------------------------------------------------------------------------------


def drive_of(count, times=(0.0, 10.0, 40.0), duration=0.5):
    rates = np.zeros((count, 2, 2))
    rates[:, 0, 0] = -np.linspace(0.8, 2.0, count)
    rates[:, 1, 0], rates[:, 1, 1] = 0.5, -0.2
    readout = np.broadcast_to(np.eye(2), (count, 2, 2))
    records = len(times)
    inputs = Inputs(
        np.array(times),
        np.full(records, 4.0),
        np.full(records, duration),
        np.zeros(records, dtype=np.int64),
        np.zeros(records),
        np.zeros(records, dtype=bool),
    )
    return LinearDrive(LinearSystem(rates, readout), inputs)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_random_systems_agree_with_lsoda_and_dop853(data):
    """Three states: saturable drive, products, a ratio, a rhythm; any decay from nothing to two minutes."""
    number = lambda low, high: data.draw(st.floats(low, high))  # noqa: E731
    rates = np.array([data.draw(st.sampled_from([0.0, 0.01, 0.5, 30.0])) for _ in range(3)])
    a, b, g, w = number(0.0, 3.0), number(0.0, 1.5), number(0.6, 3.0), number(0.0, 1.0)
    duration = data.draw(st.sampled_from([0.0, 0.25, 6.0]))
    start = np.array([[number(0.0, 2.0), number(0.1, 2.0), number(-1.0, 1.0)]])

    def rest(t, y, p, c):
        x, z, v = y
        effect = power(c[0], p["g"]) / (1.0 + power(c[0], p["g"]))
        return (
            effect * (rates[0] + p["a"] / (1.0 + x * x)),
            rates[1] * 0.5 + p["b"] * effect - p["b"] * z * z / (1.0 + z * z) + 0.1 * x,
            rates[2] * (0.2 * x - 0.1 * z) + p["w"] * sine(0.5 * t) - 0.2 * v * exp(-v * v),
        )

    system = SlowSystem(("x", "z", "v"), rates, rest, np.ones(3), longest=3.0)
    drive = drive_of(1, duration=duration)
    times = np.unique(np.concatenate([np.linspace(0.0, 60.0, 23), [10.0, 10.5, 40.0]]))
    p = {"a": a, "b": b, "g": g, "w": w}
    found = march_slow(system, p, drive, start, times, tolerance=1e-6)
    edges = np.unique([0.0, 10.0, 10.0 + duration, 40.0, 40.0 + duration, duration, 60.0])
    exact = np.empty((len(times), 3))
    exact[0], y = start[0], start[0]
    linear = drive.chain[0]
    amount = np.zeros(2)
    for begin, end in pairwise(edges):
        dosed = begin in (0.0, 10.0, 40.0)
        if duration == 0.0:
            amount = amount + np.array([4.0 * dosed, 0.0])
        push = np.array([4.0 / duration if duration and dosed else 0.0, 0.0])

        def both(t, u, push=push):
            c = np.maximum(u[:2], 0.0)
            n = rest(t, u[2:], p, c)
            return np.concatenate([linear.rates[0] @ u[:2] + push, -rates * u[2:] + np.array(n, dtype=float)])

        inside = np.flatnonzero((times > begin) & (times <= end))
        method = "LSODA" if rates.max() > 1.0 else "DOP853"
        grid = np.append(times[inside], end) if not len(inside) or times[inside][-1] < end else times[inside]
        done = solve_ivp(both, (begin, end), np.concatenate([amount, y]), method, t_eval=grid, rtol=1e-10, atol=1e-12)
        exact[inside] = done.y[2:, : len(inside)].T
        amount, y = done.y[:2, -1], done.y[2:, -1]
    size = np.maximum(np.abs(exact).max(axis=0), 1.0)
    observed = (np.abs(found.values[0] - exact) / size).max()
    # A drive that begins like a root of time is not smooth; there the report may be a few times too small.
    assert observed <= min(8.0 * found.error[0] + 2e-8, 1e-6)


def test_concentrations_are_those_of_propagate(oral_system, records):
    inputs = records(
        {"time": 0.0, "amount": 10.0},
        {"time": [1.0, 2.5, 4.0], "amount": [3.0, 2.0, 1.0], "duration": [2.0, 0.5, 3.0], "state": 2},
        {"time": 6.0, "amount": 5.0, "reset": True},
        {"time": 3.0, "amount": 8.0, "duration": 9.0, "state": 1},
    )
    times = np.concatenate([np.linspace(0.0, 20.0, 81), [2.5, 6.0, 6.0]])
    slow = march_slow(one_state(0.1, still), {}, LinearDrive(oral_system, inputs), np.zeros((3, 1)), times)
    np.testing.assert_allclose(slow.concentrations, propagate(oral_system, inputs, times).values, atol=1e-11)


def test_equal_rates_and_complex_rates_drive_as_well(swirling_system, records):
    chain = np.zeros((2, 3, 3))
    chain[:] = np.array([[-1.0, 0.0, 0.0], [1.0, -1.0, 0.0], [0.0, 1.0, -1.0]])
    inputs = records({"time": 0.0, "amount": 1.0}, {"time": 3.0, "amount": 2.0, "duration": 1.5})
    times = np.linspace(0.0, 12.0, 30)
    for system in (swirling_system, LinearSystem(chain, np.broadcast_to(np.eye(3), (2, 3, 3)))):
        found = march_slow(
            one_state(0.3, lambda t, y, p, c: (c[0],)), {}, LinearDrive(system, inputs), np.zeros((2, 1)), times
        )
        np.testing.assert_allclose(found.concentrations, propagate(system, inputs, times).values, atol=1e-11)
        # The slow state is one more linear state, so that the whole can be solved exactly.
        count, states = 2, system.states
        larger_rates = np.zeros((count, states + 1, states + 1))
        larger_rates[:, :states, :states] = system.rates
        larger_rates[:, states, :states] = system.readout[:, 0]
        larger_rates[:, states, states] = -0.3
        readout = np.zeros((count, 1, states + 1))
        readout[:, 0, states] = 1.0
        truth = propagate(LinearSystem(larger_rates, readout), inputs, times).values
        np.testing.assert_allclose(found.values, truth, atol=2e-6)


def test_a_system_that_changes_with_time(oral_system, records):
    later = LinearSystem(0.5 * oral_system.rates, oral_system.readout, start=5.0)
    inputs = records({"time": 0.0, "amount": 10.0}, {"time": 4.0, "amount": 6.0, "duration": 3.0})
    times = np.linspace(0.0, 20.0, 41)
    found = march_slow(one_state(0.1, still), {}, LinearDrive((oral_system, later), inputs), np.zeros((3, 1)), times)
    np.testing.assert_allclose(found.concentrations, propagate((oral_system, later), inputs, times).values, atol=1e-11)


# --- outputs, breaks, grids ----------------------------------------------------------------------------------------


def test_outputs_in_any_order_and_repeated():
    system = one_state(0.2, lambda t, y, p, c: (0.3 * y[0] / (1.0 + y[0] * y[0]) + sine(t),), longest=1.0)
    times = np.array([7.0, 0.0, 3.3, 7.0, 0.1])
    found = march_slow(system, {}, None, ONE[None], times)
    sorted_too = march_slow(system, {}, None, ONE[None], np.unique(times))
    assert np.array_equal(found.values[0, [1, 4, 2, 0]], sorted_too.values[0])
    assert np.array_equal(found.values[0, 0], found.values[0, 3])


def test_dense_output_is_as_exact_as_the_march():
    def rest(t, y, p, c):
        return (y[1], (1.0 - y[0] * y[0]) * y[1] - y[0])

    system = SlowSystem(("x", "v"), np.zeros(2), rest, np.ones(2))
    times = np.linspace(0.0, 12.0, 4001)
    found = march_slow(system, {}, None, np.array([[2.0, 0.0]]), times, tolerance=1e-6)
    exact = solve_ivp(
        lambda t, y: np.array(rest(t, y, {}, ())), (0, 12), [2.0, 0.0], "DOP853", times, rtol=1e-12, atol=1e-12
    )
    assert found.steps[0] < 800
    assert np.abs(found.values[0] - exact.y.T).max() <= 2.0 * found.error[0] * np.abs(exact.y).max()


def test_a_break_is_not_stepped_over():
    """A pulse of minutes within months that nothing but its break announces."""

    def rest(t, y, p, c):
        return (smaller(larger(1e9 * (t - 1000.0), 0.0), 1.0) - smaller(larger(1e9 * (t - 1000.25), 0.0), 1.0),)

    system = one_state(0.0, rest)
    times = np.array([999.0, 2000.0])
    blind = march_slow(system, {}, None, np.zeros((1, 1)), times)
    seen = march_slow(system, {}, None, np.zeros((1, 1)), times, breaks=np.array([1000.0, 1000.25]))
    assert blind.values[0, 1, 0] != pytest.approx(0.25, rel=1e-3)
    assert seen.values[0, 1, 0] == pytest.approx(0.25, rel=1e-6)


def test_a_kink_is_within_what_is_reported():
    def rest(t, y, p, c):
        return (larger(y[1] - 0.5, 0.0), -power(y[0] * y[0] + 1e-30, 0.5))

    system = SlowSystem(("load", "trace"), np.array([0.1, 0.2]), rest, np.ones(2))
    times = np.linspace(0.0, 30.0, 50)
    exact = solve_ivp(
        lambda t, y: -np.array([0.1, 0.2]) * y + np.array(rest(t, y, {}, ())),
        *((0.0, 30.0), [0.0, 2.0], "DOP853", times),
        rtol=1e-12,
        atol=1e-13,
        max_step=0.01,
    )
    for tolerance in (1e-4, 1e-6):
        found = march_slow(system, {}, None, np.array([[0.0, 2.0]]), times, tolerance=tolerance)
        assert np.abs(found.values[0] - exact.y.T).max() <= 5.0 * tolerance


def test_refined_grid_follows_every_edge():
    edges = np.sort(np.concatenate([24.0 * np.arange(1000), 24.0 * np.arange(1000) + 0.6667]))
    grid = refined_grid(edges, 24.0 * 1500, first=0.01, growth=1.5, longest=6.0)
    assert (np.diff(grid) > 0.0).all() and grid[0] == 0.0 and grid[-1] == 24.0 * 1500
    assert np.isin(edges, grid).all()
    gaps = np.diff(grid)
    assert gaps.max() <= 6.0 + 1e-9 and gaps.min() > 0.004
    after = np.searchsorted(grid, edges)
    assert (gaps[after] <= 0.01 + 1e-12).all()
    inner = gaps[1:] / gaps[:-1]
    assert (inner <= 1.5 + 1e-6).all()
    assert len(grid) < 35_000


@pytest.mark.parametrize(
    "given", [{"first": 0.0}, {"first": 1.0, "growth": 0.9}, {"first": 1e-9, "longest": 1e-9}, {"first": -1.0}]
)
def test_refined_grid_refuses(given):
    with pytest.raises(InputError):
        refined_grid(np.zeros(1), 1e5, **given)


# --- when it cannot go on ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rest",
    [
        lambda t, y, p, c: (y[0] * y[0] * p["k"],),  # infinite at t = 1 for k = 1
        lambda t, y, p, c: (power(0.5 - p["k"] * t, 0.5),),  # not a number from t = 0.5 on
        lambda t, y, p, c: (exp(800.0 * p["k"] * y[0]),),  # overflows at once
    ],
)
def test_what_has_no_end_is_named(rest):
    p = {"k": np.array([0.0, 0.0, 1.0, 0.0])}
    with pytest.raises(NumericsError, match=r"subject 12 "):
        march_slow(
            *(one_state(0.0, rest), p, None, np.ones((4, 1)), np.array([3.0])),
            tolerance=1e-3,
            subjects=np.arange(10, 14),
        )


def test_a_tolerance_that_is_not_met_is_an_error(monkeypatch):
    """Steps that are let go too far are marched again, and if that is not enough the march says so."""
    system = one_state(0.0, lambda t, y, p, c: (sine(p["w"] * t) * y[0],), longest=1.0)
    given = (system, {"w": np.array([0.0, 7.0])}, None, np.ones((2, 1)), np.array([50.0]))
    monkeypatch.setattr(slow_march, "STEP_SHARE", 1e4)
    assert (march_slow(*given, tolerance=1e-6).error <= 1e-6).all()
    monkeypatch.setattr(slow_march, "TRIES", 1)
    with pytest.raises(NumericsError, match=r"1e-06 was not met: subject 1 "):
        march_slow(*given, tolerance=1e-6)


def test_what_does_not_fit_is_refused(oral_system, records):
    nothing = LinearDrive(oral_system, records())
    steady = LinearDrive(oral_system, records({"amount": 1.0, "steady_interval": 12.0}))
    system = one_state(0.1, still)
    cases = [
        (nothing, np.zeros((2, 1)), ONE, {}),
        (nothing, np.zeros((3, 2)), ONE, {}),
        (nothing, np.zeros((3, 1)), -ONE, {}),
        (nothing, np.zeros((3, 1)), np.zeros(0), {}),
        (nothing, np.zeros((3, 1)), ONE, {"tolerance": 0.0}),
        (nothing, np.zeros((3, 1)), ONE, {"tolerance": 1e-14}),
        (steady, np.zeros((3, 1)), ONE, {}),
        (nothing, np.zeros((3, 1)), ONE, {"subjects": np.arange(2)}),
        (nothing, np.full((3, 1), np.nan), ONE, {}),
    ]
    for drive, initial, times, more in cases:
        with pytest.raises(InputError):
            march_slow(system, {}, drive, initial, times, **more)


@pytest.mark.parametrize(
    "given",
    [
        {"states": ("x", "x")},
        {"rates": np.array([-1.0, 0.0])},
        {"rates": np.zeros(3)},
        {"scales": np.array([1.0, 0.0])},
        {"longest": 0.0},
        {"rates": np.array([np.nan, 0.0])},
    ],
)
def test_a_system_that_does_not_fit_is_refused(given):
    whole = {"states": ("x", "y"), "rates": np.zeros(2), "rest": still, "scales": np.ones(2)} | given
    with pytest.raises(InputError):
        SlowSystem(**whole)


# --- long courses --------------------------------------------------------------------------------------------------


def test_a_year_of_weekly_doses_takes_a_moment():
    import time

    def rest(t, y, p, c):
        tolerance, load = y
        effect = c[0] / (c[0] + 0.5 * (1.0 + tolerance))
        return (0.02 * effect, 0.001 * effect * (1.0 - load))

    system = SlowSystem(("tolerance", "load"), np.array([0.02, 0.0003]), rest, np.ones(2))
    drive = drive_of(1, times=tuple(168.0 * week for week in range(52)))
    begin = time.process_time()
    found = march_slow(system, {}, drive, np.zeros((1, 2)), 24.0 * np.arange(366.0), tolerance=1e-6)
    spent = time.process_time() - begin
    assert found.error[0] <= 1e-6 and found.steps[0] < 4000
    assert spent < 8.0  # about one second on an idle machine


# --- written once --------------------------------------------------------------------------------------------------


class Written:
    """What another driver may hand to a right-hand side: it writes down what is done to it."""

    def __init__(self, text):
        self.text = text

    def _with(self, sign, other, *, turned=False):
        mine, others = self.text, other.text if isinstance(other, Written) else repr(other)
        return Written(f"({others} {sign} {mine})" if turned else f"({mine} {sign} {others})")

    def __add__(self, other):
        return self._with("+", other)

    def __radd__(self, other):
        return self._with("+", other, turned=True)

    def __sub__(self, other):
        return self._with("-", other)

    def __rsub__(self, other):
        return self._with("-", other, turned=True)

    def __mul__(self, other):
        return self._with("*", other)

    def __rmul__(self, other):
        return self._with("*", other, turned=True)

    def __truediv__(self, other):
        return self._with("/", other)

    def __rtruediv__(self, other):
        return self._with("/", other, turned=True)

    def __neg__(self):
        return Written(f"(-{self.text})")

    def __gt__(self, other):
        return self._with(">", other)

    def apply(self, name, arguments):
        inner = ", ".join(a.text if isinstance(a, Written) else repr(a) for a in arguments)
        return Written(f"{name}({inner})")


def test_a_right_hand_side_can_be_run_by_another_driver():
    import math

    from ketsim.engine.arithmetic import choose, log, sqrt

    def rest(t, y, p, c):
        x, v = y
        effect = power(c[0] / p["ec50"], p["gamma"])
        return (
            -effect / (1.0 + effect) + exp(-x) * sine(t),
            choose(v > 0.5, larger(v, x), smaller(1.0, v)) + log(1.0 + x * x) - sqrt(v) / 3.0,
        )

    names = {"t": 0.3, "x": 0.7, "v": 0.2, "ec50": 0.4, "gamma": 1.7, "c": 0.9}
    symbols = {name: Written(name) for name in names}
    p = {name: symbols[name] for name in ("ec50", "gamma")}
    written = rest(symbols["t"], (symbols["x"], symbols["v"]), p, (symbols["c"],))
    known = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt, "sine": math.sin, "power": pow}
    known |= {"larger": max, "smaller": min}
    known["choose"] = lambda condition, a, b: a if condition else b
    run = [eval(one.text, known, dict(names)) for one in written]
    arrays = {name: np.array([value, 2.0 * value]) for name, value in names.items()}
    here = rest(arrays["t"], (arrays["x"], arrays["v"]), arrays, (arrays["c"],))
    np.testing.assert_allclose([one[0] for one in here], run, rtol=1e-14)
    alone = rest(names["t"], (names["x"], names["v"]), names, (names["c"],))
    np.testing.assert_allclose(alone, run, rtol=1e-14)
