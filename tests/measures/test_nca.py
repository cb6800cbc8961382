"""Non-compartmental analysis against published results, exact curves, a plain second way, and laws."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad

from ketsim.errors import InputError
from ketsim.measures.area import auc, aumc
from ketsim.measures.nca import accumulation, clearance, cmax, half_life, mrt, noncompartmental, tmax, vss
from ketsim.measures.terminal import terminal_phase

DATA = Path(__file__).parents[1] / "data" / "nca"


def read_curves(name: str) -> tuple[np.ndarray, np.ndarray]:
    times, levels = defaultdict(list), defaultdict(list)
    with (DATA / f"{name}.csv").open() as file:
        for row in csv.DictReader(file):
            times[int(row["subject"])].append(float(row["time_h"]))
            levels[int(row["subject"])].append(float(row["concentration_mg_per_L"]))
    return np.array(list(times.values())), np.array(list(levels.values()))


def read_published(name: str) -> dict[str, np.ndarray]:
    measures = defaultdict(list)
    with (DATA / "published.csv").open() as file:
        for row in csv.DictReader(file):
            if row["data"] == name:
                measures[row["measure"]].append(float(row["value"]))
    return {measure: np.array(values) for measure, values in measures.items()}


def measured(time: np.ndarray, level: np.ndarray, *, dose: float, infusion: float) -> dict[str, np.ndarray]:
    found = noncompartmental(time, level, dose=dose, infusion=infusion)
    return {
        **{name: getattr(found, name) for name in ("cmax", "tmax", "auc", "auc_inf", "aumc", "aumc_inf")},
        **{name: getattr(found, name) for name in ("half_life", "mrt", "clearance", "vss", "vz")},
        "extrapolated_percent": 100.0 * found.extrapolated,
        "lambda_z": found.terminal.rate,
        "adjusted_r2": found.terminal.adjusted_r2,
        "samples": found.terminal.samples,
        "start": found.terminal.start,
    }


MEASURES = list(read_published("indomethacin"))


@pytest.mark.parametrize("measure", [name for name in MEASURES if name != "vss"])
def test_theophylline_as_published(measure: str) -> None:
    found = measured(*read_curves("theophylline"), dose=320.0, infusion=0.0)
    np.testing.assert_allclose(found[measure], read_published("theophylline")[measure], rtol=2e-6)


@pytest.mark.parametrize("measure", MEASURES)
def test_indomethacin_infusion_as_published(measure: str) -> None:
    time, level = read_curves("indomethacin")
    before = np.zeros((len(time), 1))
    found = measured(np.hstack([before, time]), np.hstack([before, level]), dose=25.0, infusion=0.25)
    np.testing.assert_allclose(found[measure], read_published("indomethacin")[measure], rtol=2e-6)


def plain_area(time: list[float], level: list[float]) -> float:
    """The trapezoids one by one, as a textbook writes them."""
    total = 0.0
    for t1, t2, c1, c2 in zip(time, time[1:], level, level[1:], strict=False):
        falls = 0.0 < c2 < c1
        total += (t2 - t1) * ((c1 - c2) / np.log(c1 / c2) if falls else (c1 + c2) / 2.0)
    return total


def plain_rate(time: np.ndarray, level: np.ndarray) -> float:
    """The terminal slope by least squares on each candidate tail in turn."""
    after = (np.arange(len(level)) > np.argmax(level)) & (level > 0.0)
    x, y = time[after], np.log(level[after])
    fits = []
    for n in range(3, len(x) + 1):
        slope, intercept = np.polyfit(x[-n:], y[-n:], 1)
        residual = ((y[-n:] - slope * x[-n:] - intercept) ** 2).sum()
        total = ((y[-n:] - y[-n:].mean()) ** 2).sum()
        if slope < 0.0:
            fits.append((1.0 - residual / total * (n - 1) / (n - 2), n, -slope))
    best = max(fit[0] for fit in fits)
    return max((fit for fit in fits if fit[0] >= best - 1e-4), key=lambda fit: fit[1])[2]


def test_a_plain_second_way_agrees_on_noisy_curves() -> None:
    generator = np.random.default_rng(20)
    time = np.array([0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0])
    clean = np.exp(-0.2 * time) + 2.0 * np.exp(-1.5 * time) - 3.0 * np.exp(-3.0 * time)
    level = clean * np.exp(generator.normal(0.0, 0.15, size=(200, len(time))))
    found = terminal_phase(time, level)
    np.testing.assert_allclose(found.rate, [plain_rate(time, row) for row in level], rtol=1e-9)
    np.testing.assert_allclose(auc(time, level), [plain_area(list(time), list(row)) for row in level], rtol=1e-12)


RATES = st.floats(1e-3, 5.0)


@given(k=RATES, dose=st.floats(0.1, 1e3), v=st.floats(0.1, 1e3), n=st.integers(4, 40), span=st.floats(0.5, 8.0))
@settings(max_examples=40)
def test_a_bolus_in_one_compartment_is_exact(k: float, dose: float, v: float, n: int, span: float) -> None:
    time = np.linspace(0.0, span * np.log(2.0) / k, n)
    level = dose / v * np.exp(-k * time)
    found = noncompartmental(time, level, dose=dose)
    assert found.terminal.rate == pytest.approx(k, rel=1e-9)
    assert found.half_life == pytest.approx(np.log(2.0) / k, rel=1e-9)
    assert found.auc_inf == pytest.approx(dose / (v * k), rel=1e-9)
    assert found.extrapolated == pytest.approx(np.exp(-k * time[-1]), rel=1e-8)
    assert found.clearance == pytest.approx(v * k, rel=1e-9)
    assert found.mrt == pytest.approx(1.0 / k, rel=1e-8)
    assert found.vss == pytest.approx(v, rel=1e-8)
    assert found.vz == pytest.approx(v, rel=1e-8)


def test_an_infusion_in_one_compartment() -> None:
    k, v, rate, duration = 0.3, 20.0, 50.0, 2.0
    time = np.linspace(0.0, 30.0, 3001)
    level = rate / (v * k) * np.where(time < duration, -np.expm1(-k * time), 0.0)
    after = time >= duration
    level[after] = rate / (v * k) * -np.expm1(-k * duration) * np.exp(-k * (time[after] - duration))
    found = noncompartmental(time, level, dose=rate * duration, infusion=duration)
    assert found.clearance == pytest.approx(v * k, rel=1e-5)
    assert found.mrt == pytest.approx(1.0 / k, rel=1e-5)
    assert found.vss == pytest.approx(v, rel=1e-5)
    assert found.tmax == 2.0


@given(k=RATES, t1=st.floats(0.0, 20.0), h=st.floats(1e-3, 50.0))
@settings(max_examples=40)
def test_one_falling_interval_is_the_integral_of_the_exponential(k: float, t1: float, h: float) -> None:
    time, level = np.array([t1, t1 + h]), np.array([1.0, np.exp(-k * h)])
    assert auc(time, level) == pytest.approx(-np.expm1(-k * h) / k, rel=1e-9)
    exact, _ = quad(lambda t: t * np.exp(-k * (t - t1)), t1, t1 + h, epsabs=0.0, epsrel=1e-12, limit=200)
    assert aumc(time, level) == pytest.approx(exact, rel=1e-8)


@pytest.mark.parametrize("drop", [1e-12, 1e-6, 0.01, 0.0499, 0.0501, 1.0, 30.0, 600.0])
def test_the_moment_is_exact_whatever_the_drop(drop: float) -> None:
    level = np.array([1.0, np.exp(-drop)])
    real = -np.log(level[1])
    exact, _ = quad(lambda t: t * np.exp(-real * t), 0.0, 1.0, epsabs=0.0, epsrel=1e-12, points=[1.0 / (1.0 + real)])
    assert aumc([0.0, 1.0], level) == pytest.approx(exact, rel=1e-12)


def test_two_phases_sampled_densely_give_the_slow_one_when_nothing_is_tolerated() -> None:
    time = np.linspace(0.0, 60.0, 601)
    level = 10.0 * np.exp(-1.0 * time) + 1.0 * np.exp(-0.1 * time)
    assert terminal_phase(time, level, tolerance=0.0).rate == pytest.approx(0.1, rel=1e-6)
    assert terminal_phase(time, level).samples > terminal_phase(time, level, tolerance=0.0).samples


CURVES = arrays(np.float64, (3, 8), elements=st.floats(0.0, 1e3).map(lambda x: 0.0 if x < 1e-6 else x))
TIMES = np.array([0.0, 0.5, 1.0, 2.0, 4.0, 6.0, 9.0, 12.0])


@given(level=CURVES, factor=st.floats(0.01, 100.0), shift=st.floats(0.0, 100.0))
@settings(max_examples=60)
def test_dose_scaling_and_time_shift(level: np.ndarray, factor: float, shift: float) -> None:
    base, more, later = (
        noncompartmental(t, c, dose=1.0) for t, c in ((TIMES, level), (TIMES, level * factor), (TIMES + shift, level))
    )
    np.testing.assert_allclose(more.cmax, base.cmax * factor, rtol=1e-12)
    np.testing.assert_allclose(more.auc, base.auc * factor, rtol=1e-9, atol=1e-300)
    np.testing.assert_array_equal(more.tmax, base.tmax)
    np.testing.assert_allclose(later.auc, base.auc, rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(later.tmax, base.tmax + shift, rtol=1e-12)
    np.testing.assert_allclose(later.aumc, base.aumc + shift * base.auc, rtol=1e-8, atol=1e-300)
    np.testing.assert_array_equal(np.isnan(base.auc_inf), base.terminal.reason > 0)


@given(level=CURVES, cut=st.floats(0.0, 12.0), data=st.data())
@settings(max_examples=60)
def test_areas_add_up_and_grow(level: np.ndarray, cut: float, data: st.DataObject) -> None:
    whole = auc(TIMES, level, until=12.0)
    parts = auc(TIMES, level, until=cut) + auc(TIMES, level, start=cut, until=12.0)
    np.testing.assert_allclose(parts, whole, rtol=1e-12, atol=1e-300)
    sampled = float(TIMES[np.argmin(np.abs(TIMES - cut))])
    moments = aumc(TIMES, level, until=sampled) + aumc(TIMES, level, start=sampled, until=12.0)
    np.testing.assert_allclose(moments, aumc(TIMES, level, until=12.0), rtol=1e-9, atol=1e-300)
    later = data.draw(st.floats(cut, 12.0))
    assert (auc(TIMES, level, until=later) >= auc(TIMES, level, until=cut) * (1.0 - 1e-12)).all()
    assert (whole <= 12.0 * cmax(level) * (1.0 + 1e-12)).all()


def test_a_partial_interval_keeps_the_rule_of_the_whole_one() -> None:
    assert auc([0.0, 4.0], [8.0, 0.0], until=1.0) == pytest.approx(7.0)
    assert auc([0.0, 4.0], [1.0, 5.0], start=1.0, until=3.0) == pytest.approx(6.0)
    k = np.log(16.0) / 4.0
    assert auc([0.0, 4.0], [16.0, 1.0], start=1.0, until=2.0) == pytest.approx((8.0 - 4.0) / k)


def test_zeros_after_the_last_positive_sample_add_nothing() -> None:
    assert auc([0, 1, 2, 3, 4], [0, 4, 2, 0, 0]) == auc([0, 1, 2], [0, 4, 2])
    assert auc([0, 1, 2, 3, 4], [0, 4, 2, 0, 0], until=4.0) == pytest.approx(auc([0, 1, 2], [0, 4, 2]) + 1.0)


def test_a_jump_at_one_time_adds_no_area() -> None:
    assert auc([0.0, 1.0, 1.0, 2.0], [4.0, 4.0, 8.0, 8.0]) == pytest.approx(12.0)
    assert auc([0.0, 1.0, 1.0, 2.0], [4.0, 4.0, 8.0, 8.0], start=1.0, until=1.5) == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("level", "reason"),
    [
        ([0.0, 0.0, 0.0, 0.0, 0.0], "never rises above zero"),
        ([1.0, 4.0, 2.0, 1.0, 0.0], "fewer than 3 positive samples"),
        ([1.0, 2.0, 3.0, 4.0, 5.0], "fewer than 3 positive samples"),
        ([9.0, 1.0, 2.0, 3.0, 4.0], "no regression over the last samples falls"),
        ([9.0, 2.0, 2.0, 2.0, 2.0], "no regression over the last samples falls"),
        ([9.0, 2.0 + 4e-15, 2.0 + 3e-15, 2.0 + 1e-15, 2.0], "no regression over the last samples falls"),
    ],
)
def test_what_has_no_value_is_nan_with_a_reason(level: list[float], reason: str) -> None:
    found = noncompartmental([0.0, 1.0, 2.0, 3.0, 4.0], [level, [8.0, 4.0, 2.0, 1.0, 0.5]], dose=1.0)
    assert reason in found.terminal.why(0)
    assert found.terminal.why(1) == ""
    undefined = (found.half_life, found.auc_inf, found.extrapolated, found.clearance, found.mrt, found.vss, found.vz)
    assert [bool(np.isnan(value[0])) for value in undefined] == [True] * len(undefined)
    assert [bool(np.isnan(value[1])) for value in undefined] == [False] * len(undefined)
    assert found.terminal.samples.tolist() == [0, 4]


def test_tmax_of_a_curve_of_zeros_is_nan_and_of_a_plateau_its_beginning() -> None:
    np.testing.assert_array_equal(tmax([0.0, 1.0, 2.0], [[0.0, 0.0, 0.0], [1.0, 3.0, 3.0]]), [np.nan, 1.0])
    np.testing.assert_array_equal(cmax([[0.0, 0.0], [1.0, 3.0]]), [0.0, 3.0])


def test_no_dose_means_no_clearance() -> None:
    found = noncompartmental([0.0, 1.0, 2.0, 3.0, 4.0], [8.0, 4.0, 2.0, 1.0, 0.5])
    assert np.isnan(found.clearance)
    assert np.isnan(found.vss)
    assert found.auc_inf > 0.0


def test_doses_may_differ_between_subjects() -> None:
    found = noncompartmental([0.0, 1.0, 2.0, 3.0], [[8.0, 4.0, 2.0, 1.0]] * 2, dose=[1.0, 2.0])
    assert found.clearance[1] == pytest.approx(2.0 * found.clearance[0])


def test_equations_of_derived_measures() -> None:
    assert half_life(np.log(2.0)) == 1.0
    assert clearance(10.0, 4.0) == 2.5
    assert mrt(8.0, 4.0, infusion=1.0) == 1.5
    assert vss(2.0, 3.0) == 6.0
    assert np.isnan(clearance(1.0, 0.0))
    assert np.isnan(mrt(0.0, 0.0))


def test_accumulation_of_repeated_boluses_is_the_geometric_series() -> None:
    k, interval, doses = 0.25, 6.0, 5
    time = np.concatenate([np.array([0.0, *np.linspace(0.0, interval, 61)]) + i * interval for i in range(doses)])
    own = np.concatenate([np.array([i, *([i + 1] * 61)]) for i in range(doses)])
    level = sum(np.where(own > i, np.exp(-k * (time - i * interval)), 0.0) for i in range(doses))
    ratio = accumulation(time, level, interval=interval, last=(doses - 1) * interval)
    assert ratio == pytest.approx(-np.expm1(-k * doses * interval) / -np.expm1(-k * interval), rel=1e-9)


def test_subjects_do_not_touch_each_other() -> None:
    time, level = read_curves("theophylline")
    together = noncompartmental(time, level, dose=320.0)
    for i in range(len(time)):
        alone = noncompartmental(time[i], level[i], dose=320.0)
        assert alone.auc_inf == together.auc_inf[i]
        assert alone.auc_inf.shape == ()


def test_many_curves_are_measured_like_each_of_them() -> None:
    time = np.linspace(0.0, 24.0, 200)
    rates = np.random.default_rng(5).uniform(0.1, 0.8, size=(2, 150, 1))
    level = np.exp(-rates * time) - np.exp(-3.0 * time)
    together = noncompartmental(time, level, dose=100.0)
    assert together.auc.shape == together.terminal.rate.shape == (2, 150)
    for i, j in ((0, 0), (0, 149), (1, 77)):
        alone = noncompartmental(time, level[i, j], dose=100.0)
        assert (alone.auc, alone.mrt, alone.terminal.rate) == (
            together.auc[i, j],
            together.mrt[i, j],
            together.terminal.rate[i, j],
        )
    assert noncompartmental(time, np.empty((0, 200))).auc.shape == (0,)


def test_rounding_below_zero_counts_as_zero() -> None:
    assert auc([0.0, 1.0, 2.0], [-1e-18, 1.0, 0.5]) == auc([0.0, 1.0, 2.0], [0.0, 1.0, 0.5])


@pytest.mark.parametrize(
    ("time", "level", "sentence"),
    [
        ([0.0, 1.0], [[1.0, 2.0, 3.0]], "do not fit"),
        ([0.0], [1.0], "at least two samples"),
        ([0.0, np.nan], [1.0, 2.0], "finite"),
        ([0.0, 1.0], [1.0, np.inf], "finite"),
        ([1.0, 0.0], [1.0, 2.0], "go back"),
        ([0.0, 1.0], [1.0, -0.5], "zero or more"),
    ],
)
def test_unusable_samples_are_explained(time: list[float], level: list[float], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        auc(time, level)


def test_other_slips_are_explained() -> None:
    time, level = [0.0, 1.0, 2.0], [1.0, 2.0, 1.0]
    with pytest.raises(InputError, match="outside the samples"):
        auc(time, level, until=3.0)
    with pytest.raises(InputError, match="outside the samples"):
        auc(time, level, start=-1.0)
    with pytest.raises(InputError, match="before its start"):
        auc(time, level, start=2.0, until=1.0)
    with pytest.raises(InputError, match="dose must be"):
        noncompartmental(time, level, dose=-1.0)
    with pytest.raises(InputError, match="one for each curve"):
        noncompartmental(time, [level, level], dose=[1.0, 2.0, 3.0])
    with pytest.raises(InputError, match="infusion time must be"):
        noncompartmental(time, level, dose=1.0, infusion=np.nan)
    with pytest.raises(InputError, match="tolerance"):
        terminal_phase(time, level, tolerance=-1.0)
    with pytest.raises(InputError, match="interval"):
        accumulation(time, level, interval=0.0, last=1.0)
