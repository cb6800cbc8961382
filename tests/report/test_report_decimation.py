from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.report.decimation import DECADES, decimate

TIMES = np.linspace(0.0, 24.0, 5001)


def test_a_smooth_course_needs_few_points_and_keeps_its_shape() -> None:
    course = np.exp(-TIMES / 3.0)
    kept = decimate(TIMES, course)
    assert len(kept) < 100
    assert np.abs(np.interp(TIMES, TIMES[kept], course[kept]) - course).max() <= 0.001


def test_the_logarithmic_picture_is_kept_too() -> None:
    course = np.exp(-TIMES)
    kept = decimate(TIMES, course)
    seen = course > 10.0**-DECADES
    drawn = np.interp(TIMES, TIMES[kept], np.log10(course[kept]))
    assert np.abs(drawn - np.log10(course))[seen].max() <= 0.001 * DECADES + 1e-12


def test_a_peak_one_point_wide_is_kept() -> None:
    course = np.zeros_like(TIMES)
    course[1234] = 5.0
    assert 1234 in decimate(TIMES, course)


def test_every_peak_of_repeated_doses_is_kept() -> None:
    after = np.mod(TIMES, 0.5)
    course = np.where(after < 0.05, after / 0.05, np.exp(-(after - 0.05) * 8)) * (1 + TIMES / 24)
    rises = np.flatnonzero((course[1:-1] > course[:-2]) & (course[1:-1] > course[2:])) + 1
    assert len(rises) >= 45
    assert set(rises) <= set(decimate(TIMES, course))


def test_more_swings_than_can_be_told_apart_are_drawn_evenly() -> None:
    days = np.arange(0.0, 200.0, 1 / 3)
    course = np.where(np.mod(np.round(days * 3), 3) == 0, 1.0 + days / 200, 0.0)
    kept = decimate(days, course, limit=200, logarithmic=False)
    assert len(kept) <= 200
    for begin in range(0, 200, 20):
        seen = course[kept][(days[kept] >= begin) & (days[kept] < begin + 20)]
        assert (seen > 0.9).sum() >= 5
        assert (seen < 0.1).sum() >= 5


def test_the_limit_holds_and_the_highest_point_survives_it() -> None:
    rough = np.abs(np.random.default_rng(1).normal(size=TIMES.size))
    kept = decimate(TIMES, rough, limit=50)
    assert len(kept) <= 50
    assert int(rough.argmax()) in kept


def test_a_band_is_kept_with_its_line() -> None:
    median = np.exp(-TIMES)
    high = median + np.where(np.abs(TIMES - 12.0) < 0.01, 3.0, 0.0)
    assert int(high.argmax()) in decimate(TIMES, median, median * 0.5, high)


@pytest.mark.parametrize(
    "course", [np.zeros(5), np.full(5, np.nan), np.full(5, -1.0), np.array([0.0, np.inf, 0, 0, 1])]
)
def test_odd_courses_do_not_break_it(course: np.ndarray) -> None:
    kept = decimate(np.arange(5.0), course)
    assert kept[0] == 0
    assert kept[-1] == 4


def test_two_points_are_both_kept() -> None:
    assert decimate(np.array([0.0, 1.0]), np.array([1.0, 2.0])).tolist() == [0, 1]


@given(st.lists(st.floats(0, 1e3), min_size=3, max_size=60), st.integers(4, 40))
@settings(max_examples=60, deadline=None)
def test_what_is_kept_is_ordered_within_the_limit_and_holds_the_extremes(values: list[float], limit: int) -> None:
    course = np.array(values)
    kept = decimate(np.arange(float(course.size)), course, limit=limit)
    assert np.all(np.diff(kept) > 0)
    assert len(kept) <= max(limit, 4)
    assert course[kept].max() == course.max()
    assert course[kept].min() == course.min()
