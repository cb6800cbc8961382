"""Random effects have the stated covariance, belong to (seed, subject, name), and refuse an impossible matrix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.errors import InputError
from ketsim.people import Variability, omega2_of_cv, uncertainty
from ketsim.people.draws import normal

N = 100_000


def test_effects_have_the_stated_covariance() -> None:
    variability = Variability.of(
        omega2={"cl": 0.09, "v1": 0.16, "q": 0.04},
        logit_sd={"f": 0.7},
        covariance={("cl", "v1"): 0.06, ("q", "cl"): -0.02, ("f", "v1"): 0.1},
    )
    etas = variability.etas(3, 0, N)
    expected = np.array(
        [[0.09, 0.06, -0.02, 0.0], [0.06, 0.16, 0.0, 0.1], [-0.02, 0.0, 0.04, 0.0], [0.0, 0.1, 0.0, 0.49]]
    )
    np.testing.assert_allclose(np.cov(etas.T), expected, atol=0.01)
    np.testing.assert_allclose(etas.mean(axis=0), 0.0, atol=0.01)


@given(first=st.integers(0, 10**12), count=st.integers(0, 40), skip=st.integers(0, 20))
@settings(max_examples=40)
def test_a_block_is_a_slice(first: int, count: int, skip: int) -> None:
    variability = Variability.of(omega2={"cl": 0.09, "v1": 0.16}, covariance={("cl", "v1"): 0.06})
    whole = variability.etas(1, first, count + skip)
    assert variability.etas(1, first + skip, count).tobytes() == whole[skip:].tobytes()


def test_an_effect_does_not_depend_on_its_neighbours() -> None:
    alone = Variability.of(omega2={"cl": 0.09}).etas(1, 0, 50)[:, 0]
    among = Variability.of(omega2={"ka": 0.5, "cl": 0.09, "v1": 0.2}, covariance={("ka", "v1"): 0.1}).etas(1, 0, 50)
    assert among[:, 1].tobytes() == alone.tobytes()
    np.testing.assert_array_equal(alone, 0.3 * normal(1, "cl between people", 0, 50))


def test_occasions_are_independent_of_each_other_and_of_the_person() -> None:
    variability = Variability.of(omega2={"cl": 1.0})
    layers = [variability.etas(1, 0, N, occasion=occasion)[:, 0] for occasion in (None, 1, 2)]
    correlation = np.corrcoef(layers) - np.eye(3)
    assert np.abs(correlation).max() < 4.5 / np.sqrt(N)


def test_a_coefficient_of_variation_is_that_of_the_parameter() -> None:
    variability = Variability.of(omega2={"cl": omega2_of_cv(0.4)})
    values = variability.varied("cl", 20.0, variability.etas(2, 0, N)[:, 0])
    assert values.std() / values.mean() == pytest.approx(0.4, rel=0.02)
    assert np.median(values) == pytest.approx(20.0, rel=0.01)


@given(typical=st.floats(0.0, 1.0), eta=st.floats(-50.0, 50.0))
def test_a_fraction_stays_one_and_moves_on_the_logit_scale(typical: float, eta: float) -> None:
    variability = Variability.of(logit_sd={"f": 0.5})
    value = float(variability.varied("f", typical, eta))
    assert 0.0 <= value <= 1.0
    if typical in (0.0, 1.0):
        assert value == typical
    elif 0.01 < typical < 0.99 and abs(eta) < 5.0:
        assert np.log(value / (1.0 - value)) == pytest.approx(np.log(typical / (1.0 - typical)) + eta, abs=1e-9)


def test_a_parameter_that_does_not_vary_stays_put() -> None:
    variability = Variability.of(omega2={"cl": 0.0, "v1": 0.1})
    etas = variability.etas(1, 0, 10)
    assert (etas[:, 0] == 0.0).all()
    np.testing.assert_array_equal(variability.varied("cl", 5.0, etas[:, 0]), np.full(10, 5.0))
    assert Variability.of().etas(1, 0, 10).shape == (10, 0)


def test_an_impossible_matrix_is_named() -> None:
    with pytest.raises(InputError, match=r"covariance matrix of Simons2022 over cl, v1 is not positive definite"):
        Variability.of(omega2={"cl": 0.1, "v1": 0.1}, covariance={("cl", "v1"): 0.2}, label="Simons2022")
    pairs = {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9}
    with pytest.raises(InputError, match="smallest eigenvalue"):
        Variability.of(omega2={"a": 1.0, "b": 1.0, "c": 1.0}, covariance=pairs)


def test_slips_get_a_sentence() -> None:
    with pytest.raises(InputError, match="variance of cl must be"):
        Variability.of(omega2={"cl": -0.1})
    with pytest.raises(InputError, match="standard deviation of f must be"):
        Variability.of(logit_sd={"f": float("nan")})
    with pytest.raises(InputError, match="not on both"):
        Variability.of(omega2={"f": 0.1}, logit_sd={"f": 0.1})
    with pytest.raises(InputError, match="two different parameters"):
        Variability.of(omega2={"cl": 0.1}, covariance={("cl", "v1"): 0.01})
    with pytest.raises(InputError, match="does not vary"):
        Variability.of(omega2={"cl": 0.1, "v1": 0.0}, covariance={("cl", "v1"): 0.01})
    with pytest.raises(InputError, match="does not vary"):
        Variability.of(omega2={"cl": 0.1}).varied("v1", 1.0, 0.0)
    with pytest.raises(InputError, match="between 0 and 1"):
        Variability.of(logit_sd={"f": 0.1}).varied("f", 1.5, 0.0)
    with pytest.raises(InputError, match="coefficient of variation"):
        omega2_of_cv(-0.1)
    with pytest.raises(InputError, match="at least one replicate"):
        uncertainty(1, "cl", 0.1, first=0, count=5, replicates=0)
    with pytest.raises(InputError, match="relative standard error of cl"):
        uncertainty(1, "cl", float("inf"), first=0, count=5, replicates=2)


def test_uncertainty_is_shared_by_a_replicate_and_keyed_by_name() -> None:
    whole = uncertainty(1, "cl", 0.2, first=0, count=30, replicates=7)
    np.testing.assert_array_equal(whole[:23], whole[7:])
    assert np.unique(whole).size == 7
    np.testing.assert_array_equal(uncertainty(1, "cl", 0.2, first=11, count=5, replicates=7), whole[11:16])
    assert not np.array_equal(uncertainty(1, "v1", 0.2, first=0, count=30, replicates=7), whole)
    np.testing.assert_array_equal(uncertainty(1, "cl", 0.0, first=0, count=4, replicates=2), np.ones(4))


def test_uncertainty_has_the_stated_spread() -> None:
    multipliers = uncertainty(1, "cl", 0.3, first=0, count=N, replicates=N)
    assert multipliers.std() / multipliers.mean() == pytest.approx(0.3, rel=0.02)
    assert np.median(multipliers) == pytest.approx(1.0, rel=0.01)
    eta = normal(1, "cl between people", 0, N)
    assert abs(np.corrcoef(np.log(multipliers), eta)[0, 1]) < 4.5 / np.sqrt(N)
