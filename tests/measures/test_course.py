"""Onset, peak, duration and area of an effect: by hand, and against a search on a fine grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ketsim.measures.course import course, falls_below, rises_to, time_at_least

FINE = 200_001


def one(
    times: Sequence[float], values: Sequence[float], *, baseline: float = 0.0, level: float = 10.0
) -> dict[str, float]:
    """Every measure of one curve."""
    found = course(np.array(times), np.array([values]), np.array([[baseline]]), level=level)
    return {name: float(getattr(found, name)[0]) for name in found.__slots__}


def test_a_triangle_by_hand() -> None:
    found = one([0.0, 1.0, 3.0], [0.0, 40.0, 0.0])
    assert found == {
        "baseline": 0.0,
        "onset": 0.25,
        "peak": 40.0,
        "change_at_peak": 40.0,
        "time_of_peak": 1.0,
        "duration": pytest.approx(0.75 + 1.5),
        "area": 60.0,
    }


def test_a_rise_from_a_baseline() -> None:
    found = one([0.0, 2.0, 4.0, 8.0], [93.0, 103.0, 98.0, 93.0], baseline=93.0, level=5.0)
    assert (found["baseline"], found["peak"], found["change_at_peak"]) == (93.0, 103.0, 10.0)
    assert (found["onset"], found["time_of_peak"]) == (1.0, 2.0)
    assert found["duration"] == pytest.approx(3.0)
    assert found["area"] == pytest.approx(10.0 + 15.0 + 10.0)


def test_an_effect_that_falls_is_measured_downwards() -> None:
    """A sedation score: awake is 5, the peak of the effect is the lowest score."""
    found = one([0.0, 1.0, 2.0, 5.0], [5.0, 5.0, 1.0, 5.0], baseline=5.0, level=1.0)
    assert (found["peak"], found["change_at_peak"], found["time_of_peak"]) == (1.0, -4.0, 2.0)
    assert found["onset"] == pytest.approx(1.25)
    assert found["duration"] == pytest.approx(0.75 + 2.25)
    assert found["area"] == pytest.approx(-2.0 - 6.0)


def test_what_is_never_reached_has_no_onset_and_lasts_no_time() -> None:
    found = one([0.0, 1.0, 2.0], [0.0, 9.9, 0.0])
    assert np.isnan(found["onset"])
    assert found["duration"] == 0.0
    assert (found["peak"], found["time_of_peak"]) == (9.9, 1.0)
    touched = one([0.0, 1.0, 2.0], [0.0, 10.0, 0.0])
    assert (touched["onset"], touched["duration"]) == (1.0, 0.0)


def test_nothing_at_all_has_no_time_of_its_peak() -> None:
    found = one([0.0, 1.0, 2.0], [65.0, 65.0, 65.0], baseline=65.0, level=5.0)
    assert (found["peak"], found["change_at_peak"], found["area"], found["duration"]) == (65.0, 0.0, 0.0, 0.0)
    assert np.isnan(found["time_of_peak"])
    assert np.isnan(found["onset"])


def test_there_from_the_start_and_to_the_end() -> None:
    found = one([0.0, 1.0, 4.0], [20.0, 20.0, 20.0])
    assert (found["onset"], found["duration"], found["time_of_peak"]) == (0.0, 4.0, 0.0)


def test_two_visits_above_the_level_are_added() -> None:
    found = one([0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 20.0, 0.0, 20.0, 0.0])
    assert found["duration"] == pytest.approx(2.0)
    assert (found["onset"], found["time_of_peak"]) == (0.5, 1.0)


def test_a_curve_through_its_baseline_counts_on_both_sides() -> None:
    found = one([0.0, 1.0, 2.0], [0.0, -20.0, 30.0])
    assert (found["peak"], found["time_of_peak"], found["onset"]) == (30.0, 2.0, 0.5)
    assert found["duration"] == pytest.approx(0.5 + 0.2 + 0.4)


def test_a_step_lasts_from_point_to_point() -> None:
    found = one([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 1.0, 0.0], level=1.0)
    assert (found["onset"], found["duration"]) == (1.0, 1.0)


def test_people_do_not_touch_each_other() -> None:
    times = np.array([0.0, 1.0, 2.0])
    curves = np.array([[0.0, 40.0, 0.0], [5.0, 1.0, 5.0], [0.0, 0.0, 0.0]])
    together = course(times, curves, np.array([[0.0], [5.0], [0.0]]), level=2.0)
    for i, baseline in enumerate((0.0, 5.0, 0.0)):
        alone = course(times, curves[i : i + 1], np.array([[baseline]]), level=2.0)
        for name in together.__slots__:
            np.testing.assert_array_equal(getattr(together, name)[i : i + 1], getattr(alone, name))
            assert getattr(together, name).shape == (3,)


def test_when_a_curve_falls_below() -> None:
    times = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    curves = np.array(
        [
            [0.0, 4.0, 2.0, 0.0, 0.0],  # once: half way between 2 h and 3 h
            [0.0, 4.0, 0.0, 4.0, 0.0],  # twice: the last time counts
            [4.0, 3.0, 2.0, 2.0, 2.0],  # never below
            [0.0, 0.5, 0.5, 0.5, 0.0],  # never above
            [4.0, 0.0, 0.0, 0.0, 4.0],  # above again at the end
            [4.0, 1.0, 1.0, 1.0, 0.0],  # at the level until 3 h
        ]
    )
    found = falls_below(times, curves, 1.0)
    np.testing.assert_allclose(found, [2.5, 3.75, np.nan, np.nan, np.nan, 3.0])
    own = falls_below(times, curves[:2], np.array([[2.0], [1.0]]))
    np.testing.assert_allclose(own, [2.0, 3.75])


def test_time_at_least_takes_one_level_or_one_a_person() -> None:
    times, curves = np.array([0.0, 2.0, 4.0]), np.array([[0.0, 4.0, 0.0], [0.0, 4.0, 0.0]])
    np.testing.assert_allclose(time_at_least(times, curves, 2.0), [2.0, 2.0])
    np.testing.assert_allclose(time_at_least(times, curves, np.array([[1.0], [3.0]])), [3.0, 1.0])
    np.testing.assert_allclose(time_at_least(times, curves, np.array([[0.0], [5.0]])), [4.0, 0.0])


STEPS = st.lists(st.floats(0.05, 5.0), min_size=7, max_size=7)
VALUES = arrays(np.float64, (2, 8), elements=st.floats(-50.0, 50.0).map(lambda x: round(x, 2)))


def fine(times: np.ndarray, curve: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    grid = np.unique(np.concatenate([np.linspace(times[0], times[-1], FINE), times]))
    return grid, np.interp(grid, times, curve), (times[-1] - times[0]) / (FINE - 1)


@given(steps=STEPS, values=VALUES, baseline=st.floats(-10.0, 10.0), level=st.floats(0.5, 30.0))
@settings(max_examples=60)
def test_against_a_search_on_a_fine_grid(steps: list[float], values: np.ndarray, baseline: float, level: float) -> None:
    times = np.concatenate([[0.0], np.cumsum(steps)])
    found = course(times, values, np.full((2, 1), baseline), level=level)
    for i, curve in enumerate(values):
        grid, change, step = fine(times, curve - baseline)
        over = np.abs(change) >= level
        seen = np.diff(grid)[over[:-1] & over[1:]].sum()  # less at most two steps for each visit above the level
        assert found.duration[i] == pytest.approx(seen, abs=30 * step)
        if over.any():
            assert found.onset[i] <= grid[over.argmax()] + 1e-9
            assert np.abs(np.interp(found.onset[i], times, curve) - baseline) >= level * (1.0 - 1e-9)
        elif not np.isnan(found.onset[i]):
            assert np.abs(values[i] - baseline).max() == pytest.approx(level, rel=1e-3)
        assert found.area[i] == pytest.approx(np.trapezoid(change, grid), abs=1e-4 * (1.0 + np.abs(change).max()))
        assert np.abs(found.change_at_peak[i]) == pytest.approx(np.abs(curve - baseline).max())
        assert found.peak[i] - baseline == pytest.approx(found.change_at_peak[i])


@given(steps=STEPS, values=VALUES, level=st.floats(-20.0, 20.0))
@settings(max_examples=60)
def test_falling_below_on_a_fine_grid(steps: list[float], values: np.ndarray, level: float) -> None:
    times = np.concatenate([[0.0], np.cumsum(steps)])
    found = falls_below(times, values, level)
    for i, curve in enumerate(values):
        grid, fine_curve, step = fine(times, curve)
        over = fine_curve >= level
        if curve[-1] >= level or not (curve >= level).any():
            assert np.isnan(found[i])
        elif over.any():
            assert found[i] == pytest.approx(grid[np.flatnonzero(over)[-1]], abs=2 * step)
            assert (np.interp(np.linspace(found[i] + 1e-9, times[-1], 50), times, curve) < level + 1e-6).all()


@given(steps=STEPS, values=VALUES, level=st.floats(0.5, 30.0), scale=st.floats(0.1, 10.0))
@settings(max_examples=60)
def test_measures_scale_with_the_unit_and_move_with_the_baseline(
    steps: list[float], values: np.ndarray, level: float, scale: float
) -> None:
    times, nothing = np.concatenate([[0.0], np.cumsum(steps)]), np.zeros((2, 1))
    plain = course(times, values, nothing, level=level)
    turned = course(times, -values, nothing, level=level)
    scaled = course(times, scale * values, nothing, level=scale * level)
    for name, sign, size in (("duration", 1, 1.0), ("area", -1, scale), ("change_at_peak", -1, scale)):
        np.testing.assert_allclose(getattr(turned, name), sign * getattr(plain, name), atol=1e-12)
        np.testing.assert_allclose(getattr(scaled, name), size * getattr(plain, name), rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(turned.onset, plain.onset)
    refined = np.unique(np.concatenate([times, np.linspace(0.0, times[-1], 37)]))
    again = course(refined, np.stack([np.interp(refined, times, v) for v in values]), nothing, level=level)
    np.testing.assert_allclose(again.duration, plain.duration, atol=1e-9)
    np.testing.assert_allclose(again.area, plain.area, atol=1e-9)


def test_rises_to_is_the_first_time_at_the_level() -> None:
    times = np.array([0.0, 1.0, 2.0, 3.0])
    curves = np.array([[0.0, 2.0, 0.0, 4.0], [5.0, 4.0, 3.0, 2.0], [0.0, 0.5, 0.9, 0.0]])
    assert rises_to(times, curves, 1.0) == pytest.approx([0.5, 0.0, np.nan], nan_ok=True)
