import pickle
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.errors import InputError
from ketsim.evidence import Expression

FUNCTIONS = {
    "min": np.minimum,
    "max": np.maximum,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "where": lambda flag, a, b: np.where(np.asarray(flag) != 0, a, b),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cl", 84.0),
        ("2 / mtt", 4.0),
        ("-cl + 3 * mtt ** 2", -83.25),
        ("cl * (weight / 70_ref)".replace("70_ref", "ref") + " ** exponent", 84.0 * (80 / 70) ** 0.75),
        ("max(0, weight - ref)", 10.0),
        ("-" * 398 + "cl", 84.0),
        ("(" * 190 + "cl" + ")" * 190, 84.0),
        ("where(asian, cl, 2 * cl)", 168.0),
        ("exp(log(cl)) + sqrt(9)", 87.0),
        ("+cl", 84.0),
    ],
)
def test_formulas_compute_what_they_say(text, expected):
    names = {"cl": 84.0, "mtt": 0.5, "weight": 80.0, "ref": 70.0, "exponent": 0.75, "asian": 0.0}
    assert Expression.parse(text).evaluate(names, FUNCTIONS) == pytest.approx(expected)


def test_arrays_broadcast():
    formula = Expression.parse("cl * (weight / ref) ** exponent")
    weight = np.array([50.0, 70.0, 90.0])
    found = formula.evaluate({"cl": 84.0, "weight": weight, "ref": 70.0, "exponent": 0.75}, FUNCTIONS)
    assert np.allclose(found, 84.0 * (weight / 70.0) ** 0.75)
    assert found.shape == (3,)


def test_names_leave_out_functions():
    assert Expression.parse("max(0, age - qh_age) * where(asian, a, b)").names == {"age", "qh_age", "asian", "a", "b"}
    assert Expression.parse(2).names == frozenset()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the formula is empty"),
        ("0.75 * cl", "holds the number 0.75; only whole numbers from 0 to 9"),
        ("cl * 10", "holds the number 10; only whole numbers from 0 to 9"),
        ("cl * 2e5", "holds the number 2e5"),
        ("cl * 0x1", "holds the number 0x1"),
        ("cl *", "cannot be read"),
        ("(cl", "cannot be read"),
        ("cl if age else 2", "holds 'cl if age else 2'; allowed are names"),
        ("cl.real", "holds 'cl.real'; allowed"),
        ("cl and age", "allowed are names"),
        ("cl // 2", "allowed are names"),
        ("cl % 2", "holds '%'"),
        ("cl[0]", "holds '['"),
        ("'cl'", 'holds "\'"'),
        ("cl; age", "holds ';'"),
        ("x := 2", "holds ':'"),
        ("__import__(os)", "calls __import__, which is not known; known are min"),
        ("mx(cl, 2)", "calls mx, which is not known; did you mean 'max'?"),
        ("min(cl)", "min in the formula 'min(cl)' takes 2 arguments, not 1"),
        ("exp", "exp in the formula 'exp' is a function"),
        ("min(*cl)", "takes 2 arguments"),
        ("(lambda)(cl)", "cannot be read"),
        ("cl(2)", "calls cl, which is not known"),
        ("True", "holds the number True"),
        ("a+" * 300 + "a", "is longer than 400 characters"),
        ("ä * 2", "holds 'ä'"),
    ],
)
def test_anything_else_is_refused(text, sentence):
    with pytest.raises(InputError) as caught:
        Expression.parse(text)
    assert sentence in str(caught.value)


def test_a_name_without_a_number_is_said():
    with pytest.raises(InputError, match="the formula 'cl / v' needs v, which has no number"):
        Expression.parse("cl / v").evaluate({"cl": 1.0}, FUNCTIONS)


@pytest.mark.parametrize("given", [0.0, np.zeros(3)])
@pytest.mark.parametrize("text", ["1 / x", "log(x)", "x / x", "9 ** (9 ** (9 + x))", "(x - 1) ** (1 / 2)"])
def test_a_result_that_is_not_finite_and_real_is_refused(text, given):
    with pytest.raises(InputError, match="gives no finite number"):
        Expression.parse(text).evaluate({"x": given}, FUNCTIONS)


def test_a_branch_that_is_not_taken_may_be_infinite():
    formula = Expression.parse("where(x, 1 / x, 0)")
    assert np.array_equal(formula.evaluate({"x": np.array([0.0, 2.0])}, FUNCTIONS), [0.0, 0.5])


def test_formulas_are_equal_by_text_and_survive_pickling():
    one = Expression.parse(" cl * 2 ")
    assert one == Expression.parse("cl * 2") == pickle.loads(pickle.dumps(one))
    assert str(one) == "cl * 2"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="abc0129.+-*/()_, minexp", max_size=60))
def test_any_text_is_a_formula_or_one_sentence(text):
    try:
        formula = Expression.parse(text)
    except InputError:
        return
    with suppress(InputError):
        assert np.isfinite(formula.evaluate(dict.fromkeys(formula.names, 1.5), FUNCTIONS))
