"""What the model makes of half a year of daily use and a stop, and of six supervised infusions."""

import numpy as np
import pytest

from ketsim.course.withdrawal import DOMAINS
from ketsim.result import central
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

DAY, WEEK = 24.0, 168.0
KEYS = ("LagOfDays", "LagOfHours")
ACUTE = ("withdrawal_somatic", "withdrawal_anxiety", "withdrawal_sleep")
LAST = 26 * WEEK - DAY  # the last dose


@pytest.fixture(scope="module", params=["1 g ketamine intranasal daily", "1 g/day ketamine intranasal in 4 doses"])
def stopped(request):
    """One person after half a year of a gram a day by nose, at once or shared out over the day."""
    return simulate(Scenario(f"{request.param} for 26 weeks", weight=70, until="40wk", effects="none"))


def at(result, output, hour):
    return float(np.interp(hour, result.times, output.median))


@pytest.mark.parametrize("key", KEYS)
def test_withdrawal_begins_within_a_day_or_two(stopped, key):
    onset = central(stopped.output("withdrawal", key).measures["onset_after_last_dose"])
    assert 0.0 <= onset <= 2 * DAY


@pytest.mark.parametrize("key", KEYS)
def test_each_kernel_shows_its_peak_with_a_range(stopped, key):
    output = stopped.output("withdrawal", key)
    peak = central(output.measures["peak_after_last_dose"])
    assert 2.0 < peak < 9.0
    for name in ("peak_after_last_dose", "time_of_peak_after_last_dose"):
        spread = output.ranges[name]
        assert spread.low < spread.median < spread.high
    assert output.certainty == "very low"


def test_the_kernels_differ_in_when_and_neither_was_fitted_to_a_web_page(stopped):
    days, hours = (
        central(stopped.output("withdrawal_somatic", key).measures["time_of_peak_after_last_dose"]) for key in KEYS
    )
    assert hours < days < 3 * DAY
    assert hours < 2 * DAY


@pytest.mark.parametrize("key", KEYS)
def test_the_acute_part_is_mostly_over_by_two_weeks_and_mood_has_a_tail_of_weeks(stopped, key):
    for name in ACUTE:
        output = stopped.output(name, key)
        assert at(stopped, output, LAST + 2 * WEEK) < 0.2 * central(output.measures["peak_after_last_dose"])
    mood = stopped.output("withdrawal_mood", key)
    worst = central(mood.measures["peak_after_last_dose"])
    assert at(stopped, mood, LAST + WEEK) > 0.3 * worst
    assert at(stopped, mood, LAST + 2 * WEEK) > 0.1 * worst
    assert at(stopped, mood, LAST + 8 * WEEK) < 0.05 * worst


@pytest.mark.parametrize("key", KEYS)
def test_what_is_measured_and_what_is_assumed_is_said(stopped, key):
    said = " ".join(stopped.assumptions)
    assert key in said
    assert "Assumed" in said
    assert "Measured" in said


@pytest.mark.parametrize("key", KEYS)
def test_six_supervised_infusions_give_no_withdrawal_above_one_of_ten(key):
    result = simulate(
        Scenario("0.5 mg/kg iv over 40 min, three times weekly for 2 weeks", weight=70, until="10wk", effects="none")
    )
    for name in (*(f"withdrawal_{domain}" for domain in DOMAINS), "withdrawal"):
        output = result.output(name, key)
        assert central(output.measures["peak"]) < 1.0
        assert output.ranges["peak"].median < 1.0


def test_somebody_uses_long_and_shows_nothing_of_the_body():
    result = simulate(
        Scenario(
            "1 g ketamine intranasal daily for 20 weeks",
            population=40,
            weight=70,
            until="22wk",
            effects="none",
            course=("withdrawal_somatic", "long_run_load"),
        )
    )
    for key in KEYS:
        somatic = result.output("withdrawal_somatic", key).measures["peak_after_last_dose"]
        assert somatic.low == 0.0
        assert somatic.high > 1.0
        assert result.output("long_run_load", key).measures["at_end"].low > 5.0
