"""Does the course of dependence keep its promises over the whole grid of doses and durations, in every structure?"""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.course.composition import Composition
from ketsim.course.draws import Lanes, parameters_of
from ketsim.course.drive import spread_over
from ketsim.course.march import march
from ketsim.course.planned import variants_of
from ketsim.course.withdrawal import DOMAINS
from ketsim.engine.inputs import Inputs
from ketsim.engine.slow_march import LinearDrive
from ketsim.engine.system import LinearSystem
from ketsim.kinetics.parameters import Variation
from ketsim.people import Cohort
from ketsim.plan import make_plan
from ketsim.scenario import Scenario

GRAMS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
DAYS = (7, 14, 30, 90, 182, 365)
SEVERITIES = tuple(f"withdrawal_{domain}" for domain in DOMAINS)
KEYS = ("LagOfDays", "LagOfHours")
DAY = 24.0


def typical_numbers(key: str, size: int) -> tuple[Composition, dict[str, np.ndarray]]:
    """A structure and the numbers of the typical person who shows every domain, in so many lanes."""
    variants = variants_of(("dependence",), stop=400 * DAY, factor=1.0, in_force=())
    variant = next(v for v in variants if v.structures[0].key == key)
    one = parameters_of(variant.structures[0].values, variant.structures[0].chances, Lanes.typical(0))
    return variant.composition, {name: np.repeat(value, size) for name, value in one.items()}


def doses_by_lane(grams: Sequence[float], days: Sequence[int]) -> LinearDrive:
    """Ketamine by nose once a day for 365 days in a typical person, each lane with its own amount and its own end."""
    plan = make_plan(Scenario("1 g ketamine intranasal daily for 365 d", weight=70, until="366 d", effects="none"))
    assert plan.course is not None
    drive = plan.course.driver.linear_drive(
        plan.events, Cohort.of(plan.people), Variation(0, between_people=False), factors={}, options=frozenset()
    )
    wide = spread_over(drive, np.zeros(len(grams), dtype=np.int64))
    time = np.broadcast_to(wide.inputs.time, (len(grams), wide.inputs.time.shape[-1]))
    given_at = time < np.array(days)[:, None] * DAY
    amount = wide.inputs.amount * np.array(grams)[:, None] * given_at
    return LinearDrive(wide.chain, dataclasses.replace(wide.inputs, amount=amount))


@pytest.fixture(scope="module")
def grid():
    """By structure and reading: the largest value after each lane's last dose, (amount, duration)."""
    lanes = [(grams, days) for grams in GRAMS for days in DAYS]
    drive = doses_by_lane([g for g, _ in lanes], [d for _, d in lanes])
    times = np.arange(0.0, 400 * DAY, 6.0)
    found = {}
    for key in KEYS:
        composition, numbers = typical_numbers(key, len(lanes))
        (marched,) = march(
            *([composition], [numbers], drive, times),
            wanted=(*SEVERITIES, "long_run_load", "psychological_dependence", "craving", "tolerance"),
            stop=0.0,
            subjects=np.arange(len(lanes)),
        )
        last = np.array([(days - 1) * DAY for _, days in lanes])
        for name, reading in marched.readings.items():
            after = np.where(times >= last[:, None], reading.values, 0.0).max(axis=1)
            found[key, name] = after.reshape(len(GRAMS), len(DAYS))
    return found


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", [*SEVERITIES, "long_run_load", "psychological_dependence"])
def test_more_for_longer_is_worse_over_the_whole_grid(grid, key, name):
    worst = grid[key, name]
    doubt = 2e-3 * worst.max()  # twice the tolerance of the march
    assert (np.diff(worst, axis=0) >= -doubt).all()
    assert (np.diff(worst, axis=1) >= -doubt).all()
    assert worst[-1, -1] > 2.0 * worst[1, 0]


@pytest.mark.parametrize("key", KEYS)
def test_without_the_drug_nothing_moves(grid, key):
    for name in (*SEVERITIES, "long_run_load", "psychological_dependence", "craving"):
        assert (grid[key, name][0] == 0.0).all()
    assert (grid[key, "tolerance"][0] == 1.0).all()


@pytest.mark.parametrize("key", KEYS)
def test_the_largest_use_is_severe_and_the_smallest_is_not_felt(grid, key):
    assert min(grid[key, name][-1, -1] for name in SEVERITIES) > 5.0
    assert max(grid[key, name][1, 0] for name in SEVERITIES) < 0.5


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("times", [(0.0,), (0.0, 30 * DAY)], ids=["once", "twice"])
def test_one_or_two_uses_in_a_life_give_no_withdrawal(key, times):
    drive = doses_by_lane([4.0], [365])
    wanted_doses = np.isin(np.floor(drive.inputs.time / DAY) * DAY, times)
    few = dataclasses.replace(drive.inputs, amount=drive.inputs.amount * wanted_doses)
    composition, numbers = typical_numbers(key, 1)
    (marched,) = march(
        *([composition], [numbers], LinearDrive(drive.chain, few), np.arange(0.0, 60 * DAY, 2.0)),
        wanted=SEVERITIES,
        stop=0.0,
        subjects=np.arange(1),
    )
    assert max(float(r.values.max()) for r in marched.readings.values()) < 1.0


def steady(hours: float, level: float, size: int = 1) -> LinearDrive:
    """A concentration [mg/L] that is there at once, stays, and is gone at once after so many hours."""
    fast = 1e3  # [1/h]
    system = LinearSystem(np.full((size, 1, 1), -fast), np.ones((size, 1, 1)))
    inputs = Inputs(
        time=np.zeros(1),
        amount=np.full(1, level * fast * hours),
        duration=np.full(1, hours),
        state=np.zeros(1, dtype=np.int64),
        steady_interval=np.zeros(1),
        reset=np.zeros(1, dtype=np.bool_),
    )
    return LinearDrive(system, inputs)


def overshoot(composition: Composition, numbers: dict[str, np.ndarray], after: np.ndarray) -> np.ndarray:
    """The quick overshoot at times [h] after level use for 100 days."""
    hours = 100 * DAY
    (marched,) = march(
        *([composition], [numbers], steady(hours, 0.3), hours + after),
        wanted=("quick_overshoot",),
        stop=hours,
        subjects=np.arange(1),
    )
    return marched.readings["quick_overshoot"].values[0]


@pytest.mark.parametrize("key", KEYS)
def test_the_overshoot_after_level_use_is_the_closed_form(key):
    composition, numbers = typical_numbers(key, 1)
    a, b = float(numbers["tau_a"][0]), float(numbers["tau_b"][0])
    after = np.linspace(0.0, 6.0 * b, 80)
    level = 0.3 / (0.3 + float(numbers["k_occupancy"][0]))
    expected = level * b / (b - a) * (np.exp(-after / b) - np.exp(-after / a))
    found = overshoot(composition, numbers, after)
    np.testing.assert_allclose(found, expected, atol=2e-3 * expected.max())
    height = (a / b) ** (a / (b - a))
    assert found.max() == pytest.approx(level * height, rel=5e-3)  # what physical dependence is made of


@pytest.mark.parametrize("key", KEYS)
def test_swapped_clocks_do_not_give_the_same_curve_under_another_name(key):
    """A quick opponent quicker than the trace would be the same curve; it is held at the pace of the trace instead."""
    composition, numbers = typical_numbers(key, 1)
    after = np.linspace(1.0, 200.0, 40)
    swapped = overshoot(composition, {**numbers, "tau_a": numbers["tau_b"], "tau_b": numbers["tau_a"]}, after)
    level = overshoot(composition, {**numbers, "tau_a": numbers["tau_b"]}, after)
    np.testing.assert_allclose(swapped, level, atol=2e-3 * level.max())
    assert np.abs(swapped - overshoot(composition, numbers, after)).max() > 0.05 * level.max()


@pytest.mark.parametrize("key", KEYS)
def test_without_tolerance_the_fold_is_one(key):
    composition, numbers = typical_numbers(key, 1)
    off = {name: 0.0 * value if name.startswith("tolerance_") else value for name, value in numbers.items()}
    (marched,) = march(
        *([composition], [off], doses_by_lane([4.0], [60]), np.arange(0.0, 70 * DAY, 6.0)),
        wanted=("tolerance",),
        stop=0.0,
        subjects=np.arange(1),
    )
    assert (marched.readings["tolerance"].values == 1.0).all()


FACTORS = st.dictionaries(
    st.sampled_from(sorted(typical_numbers("LagOfDays", 1)[1])),
    st.sampled_from((0.0, 1e-6, 1e-2, 1e2, 1e6)),
    max_size=6,
)


@given(factors=FACTORS, level=st.sampled_from((1e-6, 0.1, 1e3)), key=st.sampled_from(KEYS))
@settings(max_examples=40, deadline=None)
def test_every_reading_stays_inside_its_bounds_whatever_the_numbers(factors, level, key):
    composition, numbers = typical_numbers(key, 1)
    clocks = {name for name in numbers if name.startswith(("tau_", "k_", "ec50", "half_", "steepness"))}
    changed = dict(numbers)
    for name, factor in factors.items():
        if not (factor == 0.0 and name in clocks):  # a time constant, or a half effect, of nothing means nothing
            changed[name] = np.clip(numbers[name] * factor, 1e-3 if name in clocks else 0.0, 1e6)
    for name in ("covered_by_drug", "craving_stilled_by_drug", "dependent_above"):
        changed[name] = np.minimum(changed[name], 1.0)
    for name in (n for n in numbers if n.startswith("expresses_")):
        changed[name] = np.minimum(changed[name], 1.0)
    changed["steepness"] = np.clip(changed["steepness"], 0.5, 20.0)
    (marched,) = march(
        *([composition], [changed], steady(20 * DAY, level), np.linspace(0.0, 40 * DAY, 60)),
        wanted=tuple(composition.readings),
        stop=20 * DAY,
        subjects=np.arange(1),
    )
    for name, reading in composition.readings.items():
        values = marched.readings[name].values
        assert np.isfinite(values).all(), name
        if name == "tolerance":  # no number bounds a fold from above
            assert values.min() >= reading.low
        elif reading.shown:
            assert values.min() >= reading.low - 1e-9, name
            assert values.max() <= reading.high * (1.0 + 1e-9), name
