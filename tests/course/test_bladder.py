"""Urinary symptoms by the days of use: the published odds, the background, and how slowly they go."""

import numpy as np
import pytest

from ketsim.course.bladder import SYMPTOMS, Bladder
from ketsim.course.process import See
from ketsim.evidence import load_source
from ketsim.plan import make_plan
from ketsim.result import central
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

DAY = 24.0
NUMBERS = {
    "urinary_window": 180 * DAY,
    "urinary_background": 0.24,
    "urinary_odds_any": 1.016,
    "urinary_recovery": 0.0,
    **{f"urinary_odds_{symptom}": 1.016 for symptom in SYMPTOMS},
}


def read(name, days, times, **numbers):
    process = Bladder(tuple(day * DAY for day in days))
    times = np.atleast_2d(np.asarray(times, dtype=float))
    see = See(times, {**NUMBERS, **numbers}, {}, dict.fromkeys(process.readings, process.read))
    return np.broadcast_to(see[name], times.shape)[0]


def test_days_are_counted_over_the_window_and_leave_it():
    found = read("recent_days", range(300), [-1.0, 0.0, 10.5 * DAY, 299 * DAY, 479 * DAY, 600 * DAY])
    assert found.tolist() == [0, 1, 11, 180, 0, 0]


def test_the_odds_are_those_of_the_survey_to_the_power_of_the_days():
    """4.2 at 90 days and 17 at 180, for the odds of 1.6 % a day."""
    times = [89.5 * DAY, 179.5 * DAY]
    assert read("urinary_odds_of_frequency", range(180), times) == pytest.approx([1.016**90, 1.016**180])
    assert read("urinary_odds_of_frequency", range(180), times) == pytest.approx([4.2, 17.4], rel=0.01)


def test_nobody_who_never_used_is_above_the_background():
    assert read("urinary_symptoms", (), [0.0, 900.0]) == pytest.approx([24.0, 24.0])


def test_the_share_follows_the_logistic_line():
    (found,) = read("urinary_symptoms", range(30), [29.5 * DAY])
    odds = 0.24 / 0.76 * 1.016**30
    assert found == pytest.approx(100.0 * odds / (1.0 + odds))


def test_the_excess_goes_as_patients_recovered_not_as_days_leave_the_window():
    times = np.arange(0.0, 900.0) * DAY
    kept = read("urinary_symptoms", range(90), times)
    assert kept[-1] == kept.max() == kept[89]  # a recovery of nothing
    rate = 0.02 / (730.5)
    found = read("urinary_symptoms", range(90), times, urinary_recovery=rate)
    left = (found[-1] - 24.0) / (found[89] - 24.0)
    assert left == pytest.approx(np.exp(-rate * (899 - 179) * DAY), rel=1e-9)
    assert (np.diff(found[89:]) <= 1e-12).all()


def test_days_that_are_decided_on_the_way_are_counted_alike():
    """A counter of days gives what a list of days gives."""
    process = Bladder()
    times = np.atleast_2d(np.arange(0.0, 400.0) * DAY + 1.0)
    counter = np.minimum(np.floor(times / DAY) + 1.0, 200.0)
    see = See(times, NUMBERS, {"days_of_use": counter}, dict.fromkeys(process.readings, process.read))
    np.testing.assert_allclose(see["recent_days"][0], read("recent_days", range(200), times[0]), atol=1.0)


def test_a_course_of_use_shows_it_and_says_what_is_not_predicted():
    result = simulate(
        Scenario("1 g ketamine intranasal once weekly for 8 weeks", weight=70, until="12wk", effects="none")
    )
    output = result.output("urinary_symptoms")
    window = load_source("CourseOfDependence").values["urinary_odds_any"].number
    odds = 0.24 / 0.76 * window**8
    assert central(output.measures["peak"]) == pytest.approx(100 * odds / (1 + odds), abs=0.05)
    assert output.certainty == "very low"
    assert {"upper_abdominal_pain", "cognition", "natural_recovery"} <= {gap.name for gap in result.not_known}


def test_a_clinical_series_is_not_told_the_odds_of_a_survey_of_users():
    plan = make_plan(Scenario("0.5 mg/kg iv over 40 min, twice weekly for 3 weeks", weight=70, until="6wk"))
    assert plan.course is not None
    assert "urinary_symptoms" not in plan.course.wanted
