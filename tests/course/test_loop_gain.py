"""Does use keep itself up? Held at some level, a loop gain above one does; where no level has one, it dies out."""

from dataclasses import replace

import numpy as np
import pytest

from ketsim.course.run import run_course
from ketsim.plan import make_plan
from ketsim.scenario import Scenario

HEAVY = "150 mg intranasal ketamine"
HELD = {
    2: ["monday", "thursday"],
    4: ["monday", "wednesday", "friday", "sunday"],
    6: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"],
}
PEOPLE = 200
WEEK = 168.0


def readings(use, until):
    """Of every person under the first structure: (times, name -> (person, time)); the same people in every call."""
    plan = make_plan(Scenario(HEAVY, weight="70 kg", until=until, population=PEOPLE, use=use))
    planned = replace(plan.course, variants=plan.course.variants[:1])
    cohort = plan.people.realise(0, PEOPLE, 0)
    curves, _ = run_course(
        planned, plan.events, cohort, person=None, seed=0, factors={}, options=plan.options, sketched=False
    )
    return planned.times, {name: curve.values for (_, name), curve in curves.items()}


def in_week(times, values, week):
    return values[:, np.searchsorted(times, week * WEEK, side="right") - 1]


def test_the_gain_is_what_craving_brings_for_what_there_was():
    """Without craving a session comes on one day in ten, whatever is done: 0.7 a week over the number held."""
    held = {"days": HELD[2], "other_days": "off", "urge": {"habit_day": 0.999999, "other_day": 0.1, "craving": 0}}
    times, found = readings(held, "4wk")
    assert in_week(times, found["sessions_per_week"], 4) == pytest.approx(2.0)
    np.testing.assert_allclose(in_week(times, found["loop_gain"], 4), 0.7 / 2.0, rtol=1e-9)


def test_the_gain_rises_with_vulnerability_and_use():
    said = {"other_days": "off", "urge": {"habit_day": 0.999, "craving": 9}}
    gains = {}
    for level in (2, 6):
        times, found = readings({"days": HELD[level], **said}, "6wk")
        gains[level] = level * in_week(times, found["loop_gain"], 6)
        craved = found["craving"].mean(axis=1)
        strong = craved > np.quantile(craved, 0.8)
        assert np.median(gains[level][strong]) > 2.0 * np.median(gains[level][~strong])
    assert (gains[6] > gains[2]).mean() > 0.9


@pytest.mark.slow
def test_above_one_use_goes_on_without_habit_and_below_one_it_dies_out():
    """Levels of use are held for 40 weeks to see their gain; then habit ends, and 40 weeks later one looks again."""
    craving = {"craving": 9}
    best = np.zeros(PEOPLE)
    for days in HELD.values():
        held = {"days": days, "other_days": "off", "urge": {**craving, "habit_day": 0.999}}
        times, found = readings(held, "40wk")
        best = np.maximum(best, np.mean([in_week(times, found["loop_gain"], week) for week in (38, 39, 40)], axis=0))
    times, found = readings({"days": "daily", "habit_until": "40wk", "urge": craving}, "80wk")
    later = np.mean([in_week(times, found["sessions_per_week"], week) for week in (77, 78, 79, 80)], axis=0)
    goes_on = later >= 2.0
    above, below = best > 1.0, best < 0.7
    assert above.sum() >= 10
    assert below.sum() >= 100
    assert goes_on[above].mean() >= 0.95
    assert goes_on[below].mean() <= 0.1
    assert later[above].mean() > 5.0
    assert later[below].mean() < 0.5


@pytest.mark.slow
def test_over_years_the_amount_of_an_occasion_stays_within_what_was_published():
    """Two years of frequent use: it rises in nearly everybody, in nobody beyond the published rise. That it rises less
    than six to eight times in most is a finding about the model: tolerance alone does not bring what people report.
    """
    times, found = readings({"days": HELD[4], "other_days": "off"}, "104wk")
    first = in_week(times, found["amount_per_occasion"], 1)
    rise = found["amount_per_occasion"].max(axis=1) / first
    assert (rise > 1.2).mean() > 0.9
    assert rise.max() < 8.0
