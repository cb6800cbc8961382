"""People of a population: the same in any block, as the published body sizes say, and nothing filled in silently."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ketsim.errors import InputError
from ketsim.evidence import load_source
from ketsim.people import Cohort, Distribution, Population
from ketsim.people.body_size import SOURCE

N = 100_000
PERCENTILES = (5, 10, 15, 25, 50, 75, 85, 90, 95)


def drawn(population: Population, seed: int = 1) -> Cohort:
    return population.realise(0, population.size, seed)


@pytest.fixture(scope="module")
def adults() -> Cohort:
    return drawn(Population(2 * N))


@pytest.mark.parametrize("sex", ["male", "female"])
@pytest.mark.parametrize(("measure", "tolerance"), [("weight", 0.023), ("height", 0.005), ("body_mass_index", 0.027)])
def test_simulated_percentiles_are_the_published_ones(adults: Cohort, measure: str, tolerance: float, sex: str) -> None:
    assert adults.weight is not None
    assert adults.height is not None
    assert adults.female is not None
    values = {
        "weight": adults.weight,
        "height": adults.height,
        "body_mass_index": adults.weight / (adults.height / 100.0) ** 2,
    }[measure][adults.female == (sex == "female")]
    published = load_source(SOURCE).values
    for percent in PERCENTILES:
        expected = published[f"{measure}_{sex}_p{percent:02d}"].canonical
        assert np.percentile(values, percent) == pytest.approx(expected, rel=tolerance)
    assert values.mean() == pytest.approx(published[f"{measure}_{sex}_mean"].canonical, rel=0.01)


def test_derived_numbers_follow_their_stated_rule() -> None:
    values = load_source(SOURCE).values
    z = stats.norm.ppf(0.95)

    def number(name: str) -> float:
        canonical = values[name].canonical
        assert canonical is not None
        return canonical

    for sex in ("male", "female"):
        low, middle, high = (number(f"weight_{sex}_p{p}") for p in ("05", "50", "95"))
        sigma = np.log((high - middle) / (middle - low)) / z
        scale = (middle - low) / -np.expm1(-z * sigma)
        assert number(f"weight_{sex}_sigma") == pytest.approx(sigma, abs=5e-5)
        assert number(f"weight_{sex}_scale") == pytest.approx(scale, abs=5e-3)
        assert number(f"weight_{sex}_shift") == pytest.approx(middle - scale, abs=5e-3)
        spread = {
            name: np.log(number(f"{name}_{sex}_p95") / number(f"{name}_{sex}_p05")) / (2.0 * z)
            for name in ("weight", "height", "body_mass_index")
        }
        assert number(f"height_{sex}_sd") == pytest.approx(
            (number(f"height_{sex}_p95") - number(f"height_{sex}_p05")) / (2.0 * z), abs=5e-4
        )
        shared = spread["weight"] ** 2 + 4.0 * spread["height"] ** 2 - spread["body_mass_index"] ** 2
        rho = shared / (4.0 * spread["weight"] * spread["height"])
        assert number(f"weight_height_correlation_{sex}") == pytest.approx(rho, abs=5e-4)


def test_half_are_women_when_nobody_said_and_it_is_said(adults: Cohort) -> None:
    assert adults.female is not None
    assert adults.female.mean() == pytest.approx(0.5, abs=0.005)
    assert adults.age is None
    assert "age" not in adults.covariates()
    assert any("Fryar2025" in sentence for sentence in Population(1).assumptions())
    assert any("50% of the people are women" in sentence for sentence in Population(1).assumptions())


@given(first=st.integers(0, 900), count=st.integers(0, 100), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=30)
def test_a_block_is_a_slice_of_the_whole(first: int, count: int, seed: int) -> None:
    population = Population(
        1000, age=("20 y", "65 y"), ethnicity={"white": 0.6, "asian": "30 %", "japanese": 0.1}, female=0.3
    )
    whole, part = population.realise(0, 1000, seed), population.realise(first, count, seed)
    for name, values in part.covariates().items():
        assert values.tobytes() == whole.covariates()[name][first : first + count].tobytes()
    assert set(part.covariates()) == {"weight", "age", "height", "female", "asian", "japanese"}


def test_a_block_does_not_depend_on_who_else_was_drawn_again() -> None:
    population = Population(400, weight={"mean": 70, "sd": 20, "low": 68, "high": 72})
    whole = drawn(population).weight
    assert whole is not None
    for i in range(0, 400, 7):
        alone = population.realise(i, 1, 1).weight
        assert alone is not None
        assert alone[0] == whole[i]
    assert whole.min() >= 68.0
    assert whole.max() <= 72.0


def test_a_stated_weight_has_the_stated_mean_and_spread() -> None:
    cohort = drawn(Population(N, weight={"mean": "75 kg", "sd": "12 kg"}))
    assert cohort.weight is not None
    assert cohort.weight.mean() == pytest.approx(75.0, rel=0.003)
    assert cohort.weight.std() == pytest.approx(12.0, rel=0.02)
    assert stats.skew(np.log(cohort.weight)) == pytest.approx(0.0, abs=0.04)
    assert cohort.height is None
    assert cohort.female is None
    assert set(cohort.covariates()) == {"weight"}


def test_a_normal_distribution_is_cut_not_piled_up() -> None:
    cohort = drawn(Population(N, weight=70, age={"mean": 40, "sd": 15, "low": 30, "high": 50}))
    assert cohort.age is not None
    law = stats.truncnorm((30 - 40) / 15, (50 - 40) / 15, loc=40, scale=15)
    assert stats.kstest(cohort.age, law.cdf).pvalue > 1e-3


def test_ages_between_two_numbers_are_even() -> None:
    cohort = drawn(Population(N, weight=70, age=(18, "65 y")))
    assert cohort.age is not None
    assert stats.kstest(cohort.age, stats.uniform(18, 47).cdf).pvalue > 1e-3
    assert (cohort.weight == 70.0).all()


def test_sizes_ages_and_sexes_are_not_tied_by_accident(adults: Cohort) -> None:
    cohort = drawn(Population(N, age=(20, 60), ethnicity={"white": 0.5, "asian": 0.5}, sex="male"))
    known = cohort.covariates()
    assert (known["female"] == 0.0).all()
    for a, b in (("age", "weight"), ("age", "asian"), ("weight", "asian"), ("height", "age")):
        assert abs(np.corrcoef(known[a], known[b])[0, 1]) < 4.5 / np.sqrt(N)
    assert np.corrcoef(known["height"], known["weight"])[0, 1] > 0.3


def test_ethnicity_shares() -> None:
    cohort = drawn(Population(N, weight=70, ethnicity={"white": 0.7, "korean": 0.2, "japanese": 0.1}))
    known = cohort.covariates()
    assert known["asian"].mean() == pytest.approx(0.3, abs=0.006)
    assert known["japanese"].mean() == pytest.approx(0.1, abs=0.004)
    assert (known["japanese"] <= known["asian"]).all()


def test_a_weight_of_us_adults_beside_a_stated_height_is_independent_and_says_so() -> None:
    population = Population(N, weight="US adults", height={"mean": 170, "sd": 8})
    cohort = drawn(population)
    assert abs(np.corrcoef(cohort.weight, cohort.height)[0, 1]) < 4.5 / np.sqrt(N)  # type: ignore[arg-type]
    assert any("independently" in sentence for sentence in population.assumptions())


def test_what_everyone_shares_reaches_the_cohort() -> None:
    cohort = Population(5, weight=70, liver="normal", kidney=60, co_medication="rifampicin", cyp2b6="*1/*6").realise(
        0, 5, 0
    )
    assert (cohort.liver, cohort.kidney, cohort.co_medication, cohort.cyp2b6) == (
        "normal",
        60.0,
        ("rifampicin",),
        "*1/*6",
    )


def test_equal_descriptions_are_equal() -> None:
    assert Population(5, weight="70 kg", age=(18, 65)) == Population(5, weight=70.0, age=("18 y", "65 y"))
    assert hash(Population(5)) == hash(Population(5))
    assert Population(5) != Population(6)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"size": 0}, "whole number, 1 or more"),
        ({"size": True}, "whole number, 1 or more"),
        ({"size": 2.5}, "whole number, 1 or more"),
        ({"weight": -3}, "weight -3 fits no person"),
        ({"weight": {"mean": 70}}, "expected mean and sd"),
        ({"weight": {"mean": 70, "sd": 10, "top": 3}}, "expected mean and sd"),
        ({"weight": {"mean": 70, "sd": 0}}, "sd 0 is not possible"),
        ({"weight": {"mean": 70, "sd": 90}}, "sd 90 is not possible"),
        ({"weight": {"mean": 70, "sd": 10, "low": 80, "high": 60}}, "low < high"),
        ({"weight": {"mean": 70, "sd": 10, "low": 80}}, "low < high"),
        ({"weight": (50, 60, 70)}, "expected two numbers"),
        ({"weight": (90, 60)}, "write the lower number first"),
        ({"age": {"low": 30, "high": 20}}, "write the lower number first"),
        ({"sex": "female", "female": 0.5}, "not both"),
        ({"female": 1.5}, "no share"),
        ({"female": "half"}, "female"),
        ({"ethnicity": {"white": 0.5}}, "add up to 1"),
        ({"ethnicity": {"white": 0.5, "White": 0.5}}, "one for each"),
        ({"ethnicity": {"white": -0.5, "black": 1.5}}, "no share"),
        ({"ethnicity": "elf"}, "ethnicity 'elf' is not known"),
        ({"age": 10}, "need a weight of their own"),
        ({"age": (10, 60)}, "need a weight of their own"),
    ],
)
def test_slips_get_a_sentence(fields: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        Population(**{"size": 10, **fields})  # type: ignore[arg-type]
    assert sentence in str(caught.value)


def test_children_with_a_weight_of_their_own_are_fine() -> None:
    cohort = Population(10, weight={"mean": 30, "sd": 5}, age=("6 y", "12 y")).realise(0, 10, 1)
    assert cohort.age is not None
    assert cohort.age.max() <= 12.0


@pytest.mark.parametrize(("first", "count"), [(0, 11), (-1, 2), (10, 1)])
def test_nobody_beyond_the_population(first: int, count: int) -> None:
    with pytest.raises(InputError, match="not among the 10"):
        Population(10, weight=70).realise(first, count, 1)


def test_limits_that_leave_nobody_are_an_error() -> None:
    nobody = Distribution(kind="normal", centre=70.0, scale=1.0, low=100.0, high=101.0)
    with pytest.raises(InputError, match="leave out nearly everybody"):
        nobody.drawn(1, "covariate weight", 0, 3)
