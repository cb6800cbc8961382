"""A right-hand side as lists of operations: the numbers are the same as when it is run as it stands."""

import numpy as np
import pytest

from ketsim.engine.arithmetic import choose, exp, inside, larger, log, power, sine, smaller, sqrt
from ketsim.engine.program import Program
from ketsim.engine.slow import SlowSystem
from ketsim.engine.slow_march import march_slow
from ketsim.engine.terms import MOMENT, NUMBER, PARAMETER, STATE, Notes
from ketsim.errors import InputError

COUNT = 7


def signals(t, c, p):
    return power(c[0] / p["half"], p["steep"]), c[0] * p["half"] + 0.0


def rest(t, y, p, c):
    x, v = y
    early = t < p["turn"]
    effect = c[0] / (1.0 + c[0]) * (1.0 - smaller(x, 0.9))
    return (
        -effect + exp(-x) * sine(t) + choose(early, larger(v, x) * sqrt(v), 0.0),
        choose(v > 0.5, larger(v, x), smaller(1.0, v)) + log(1.0 + x * x) - sqrt(v) / 3.0 + 2.0 * p["half"],
    )


def system(right=rest, states=("x", "v"), **more):
    return SlowSystem(states, np.zeros(len(states)), right, np.ones(len(states)), **more)


def numbers(seed=1):
    generator = np.random.default_rng(seed)
    p = {
        "half": generator.uniform(0.2, 2.0, COUNT),
        "steep": generator.uniform(0.5, 3.0, COUNT),
        "turn": np.full(COUNT, 5.0),
    }
    return p, generator.uniform(0.1, 2.0, (1, COUNT)), generator.uniform(0.1, 2.0, (2, COUNT))


@pytest.mark.parametrize("time", [0.0, 4.999, 5.0, 30.0])
def test_a_program_gives_what_its_right_hand_side_gives_to_the_last_bit(time):
    p, shown, y = numbers()
    program = Program(system(signals=signals), tuple(p), 1)
    given = program.given(program.prepared(np.array(list(p.values()))))
    t = np.full(COUNT, time)
    c = program.signals(t, shown, given)
    assert np.array_equal(c, np.array(signals(t, tuple(shown), p)))
    assert np.array_equal(program.slope(t, c, given)(y), np.array(rest(t, tuple(y), p, tuple(c))))


def test_stretches_are_what_choices_one_in_the_other_are():
    starts = (0.0, 24.0, 30.0)
    ends = [end for start in starts for end in (start, start + 1.0)]

    def chosen(t):
        within = 0.0
        for start in starts:
            within = choose(t >= start, choose(t < start + 1.0, 1.0, 0.0), within)
        return within

    t = np.array([-1.0, 0.0, 0.5, 1.0, 23.9, 24.0, 24.9, 25.0, 30.0, 31.0, 99.0])
    program = Program(system(lambda t, y, p, c: (inside(t, *ends) * y[0], inside(t) + y[0])), (), 0)
    given = program.given(program.prepared(np.zeros((0, len(t)))))
    found = program.slope(t, np.zeros((0, len(t))), given)(np.full((2, len(t)), 3.0))
    assert found[0].tolist() == (3.0 * chosen(t)).tolist()
    assert found[1].tolist() == [3.0] * len(t)
    assert [inside(float(x), *ends) for x in t] == inside(t, *ends).tolist() == chosen(t).tolist()


def test_subjects_on_both_sides_of_a_condition_get_what_each_gets_alone():
    p, shown, y = numbers(2)
    p["turn"] = np.linspace(0.0, 10.0, COUNT)
    program = Program(system(signals=signals), tuple(p), 1)
    whole = program.prepared(np.array(list(p.values())))
    t = np.full(COUNT, 5.0)
    together = program.slope(t, program.signals(t, shown, program.given(whole)), program.given(whole))(y)
    for one in range(COUNT):
        given = program.given(whole, np.array([one]))
        c = program.signals(t[:1], shown[:, [one]], given)
        assert np.array_equal(program.slope(t[:1], c, given)(y[:, [one]])[:, 0], together[:, one])


def test_every_answer_is_an_array_of_its_own():
    program = Program(system(lambda t, y, p, c: (p["a"], y[0] - 1.0)), ("a",), 0)
    given = program.given(program.prepared(np.full((1, 3), 2.0)))
    slope = program.slope(np.zeros(3), np.zeros((0, 3)), given)
    first = slope(np.ones((2, 3)))
    first *= 9.0
    assert slope(np.ones((2, 3))).tolist() == [[2.0] * 3, [0.0] * 3]


def test_what_rests_on_parameters_alone_is_computed_before_the_march():
    program = Program(system(lambda t, y, p, c: (exp(-p["a"]) * y[0], exp(-p["a"]) / p["b"])), ("a", "b"), 0)
    whole = program.prepared(np.array([[1.0, 2.0], [4.0, 5.0]]))
    assert whole.shape == (5, 2)  # -a, exp(-a), exp(-a) / b
    assert np.array_equal(whole[-1], np.exp([-1.0, -2.0]) / [4.0, 5.0])


def test_the_same_again_is_the_same_term_and_nothing_is_added_or_multiplied_by_one():
    notes = Notes()
    t, y = notes.leaf("t", MOMENT), notes.leaf("y", STATE)
    assert (t * y).number == (t * y).number
    assert (y + 0.0).number == (0 + y).number == (1.0 * y).number == (y / 1.0).number == (y - 0.0).number == y.number
    assert notes.level[(t + 2.0).number] == MOMENT and notes.level[(t * y).number] == STATE
    assert notes.level[notes.of(3.0).number] == NUMBER < PARAMETER


def test_what_nobody_needs_while_a_condition_holds_is_not_computed():
    asked = []

    def counted(t, y, p, c):
        return (choose(t >= 10.0, log(y[0]), 0.0),)

    program = Program(system(counted, ("x",)), (), 0)
    given = program.given(program.prepared(np.zeros((0, 2))))
    with np.errstate(invalid="raise"):  # the logarithm of a negative number would raise
        asked.append(program.slope(np.zeros(2), np.zeros((0, 2)), given)(np.full((1, 2), -1.0)))
        with pytest.raises(FloatingPointError):
            program.slope(np.full(2, 10.0), np.zeros((0, 2)), given)(np.full((1, 2), -1.0))
    assert asked[0].tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    ("right", "said"),
    [
        (lambda t, y, p, c: (1.0 if y[0] > 0.5 else 0.0,), "expected `choose`"),
        (lambda t, y, p, c: (y[0], y[0]), "gives 2 numbers; expected 1"),
    ],
)
def test_a_right_hand_side_that_no_driver_can_run_is_refused(right, said):
    with pytest.raises(InputError, match=said):
        march_slow(system(right, ("x",)), {}, None, np.ones((1, 1)), np.ones(1))
