from __future__ import annotations

import math

import pytest

from ketsim import wording


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (-0.5, "-0.5"), (999.6, "1,000"), (12345.0, "12,300"), (1e9, "1 × 10⁹"), (math.nan, "not available")],
)
def test_numbers(value: float, said: str) -> None:
    assert wording.number(value) == said


@pytest.mark.parametrize("span", [0.5, 3.0, 24.0, 96.0, 672.0, 2016.0, 26280.0, 400000.0])
@pytest.mark.parametrize("most", [6, 9])
def test_ticks_start_at_zero_stay_within_and_are_not_too_many(span: float, most: int) -> None:
    unit = wording.time_unit(span)
    ticks = unit.ticks(span, most=most)
    assert ticks[0] == 0
    assert ticks[-1] * unit.hours <= span + 1e-9
    assert 2 <= len(ticks) <= most


def test_a_day_is_ticked_in_hours_that_divide_it() -> None:
    assert wording.time_unit(24.0).ticks(24.0, most=9) == [0, 3, 6, 9, 12, 15, 18, 21, 24]


def test_units_are_written_in_words_and_unknown_ones_as_they_are() -> None:
    assert wording.unit_words("ng/mL") == "nanograms per milliliter (ng/mL)"
    assert wording.unit_words("furlongs") == "furlongs"


def test_unlike_quantities_are_listed() -> None:
    assert wording.quantities(["ketamine in plasma", "score"]) == "ketamine in plasma and score"


def test_a_number_is_not_torn_from_its_unit() -> None:
    assert wording.unbroken("over 40 min, 5 % of") == "over 40\u00a0min, 5\u00a0% of"


def test_a_time_below_a_minute_is_said_in_seconds_and_a_range_names_its_unit_once() -> None:
    assert wording.hours(0.0009) == "3.24 s"
    assert wording.hours(1 / 60) == "1 min"
    assert wording.hours_span(0.0, 0.5) == "0 to 30 min"
    assert wording.hours_span(0.5, 3.849, digits=2) == "30 min to 3.8 h"


def test_the_measures_of_an_effect_have_words() -> None:
    for name in ("baseline", "onset", "peak", "change_at_peak", "time_of_peak", "duration", "area", "waking"):
        assert "_" not in wording.measure_words(name)
        assert len(wording.measure_words(name, short=True)) <= 15
