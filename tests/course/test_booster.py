"""Boosters by a rule: who gets one and when follows from the course alone, and interval and number are bounded."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ketsim.course.booster_rule import BoosterRule
from ketsim.course.run import run_course
from ketsim.errors import InputError
from ketsim.plan import make_plan
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

SERIES = "0.5 mg/kg iv over 40 min, twice weekly for 2 weeks"
RULE = {"when": "long_run_load below 0.3", "least_interval": "10 days", "most": 3}
LAST = 240.0  # [h] the fourth infusion of four


def scenario(rule=RULE, **more):
    return Scenario(SERIES, **{"weight": "70 kg", "until": "16wk", "effects": "none", "booster": rule, **more})


def lanes(rule=RULE, people=40, first=0, count=None, **more):
    """Readings of every person under the first structure: (times, name -> (person, time))."""
    plan = make_plan(scenario(rule, population=people, **more))
    planned = replace(plan.course, variants=plan.course.variants[:1])
    count = people if count is None else count
    cohort = plan.people.realise(first, count, 0)
    curves, _ = run_course(
        planned, plan.events, cohort, person=None, seed=0, factors={}, options=plan.options, sketched=False
    )
    return planned.times, {name: curve.values for (_, name), curve in curves.items()}


def given(times, boosters):
    """Times [h] of one person's boosters."""
    return times[1:][np.diff(boosters) > 0.0]


@pytest.fixture(scope="module")
def population():
    return lanes()


def test_interval_and_number_are_held_for_everybody(population):
    times, found = population
    numbers = found["boosters"][:, -1]
    assert numbers.max() == RULE["most"]
    assert len(np.unique(numbers)) > 1  # people differ
    for person in found["boosters"]:
        moments = np.append(LAST, given(times, person))
        assert (np.diff(moments) >= 240.0 - 1e-6).all()


def test_a_booster_is_given_on_what_was_found_and_on_nothing_else(population):
    times, found = population
    for boosters, finding in zip(found["boosters"], found["booster_finding"], strict=True):
        for moment in given(times, boosters):
            assert 0.0 < finding[times == moment][0] < 0.3


def test_a_booster_acts_as_the_dose_before_it():
    """The concentration one dose brings, planned or decided."""
    times, found = lanes(people=3)
    plan = make_plan(Scenario(SERIES, weight="70 kg", until="16wk", population=3, effects="none"))
    model = plan.models[0].model
    planned = np.maximum(
        model.curves(plan.events, plan.people.realise(0, 3, 0), times, plan.variation).of("ketamine"), 0
    )
    for person, boosters in enumerate(found["boosters"]):
        moment = given(times, boosters)[0]
        first = np.interp(moment - LAST + np.array([0.0, 2 / 3, 5 / 3]), times - LAST, found["ketamine"][person])
        expected = np.interp(np.array([0.0, 2 / 3, 5 / 3]), times, 1000.0 * planned[person])
        # what is left of the doses before is nothing by then
        np.testing.assert_allclose(first, expected, rtol=1e-3, atol=0.1)


def test_what_a_person_gets_depends_on_no_other_person(population):
    _, found = population
    parts = [lanes(first=first, count=20)[1] for first in (0, 20)]
    for name, values in found.items():
        assert np.array_equal(np.concatenate([part[name] for part in parts]), values), name


def test_a_rule_that_never_holds_changes_nothing():
    never = simulate(scenario({**RULE, "when": "long_run_load above 99"}))
    plain = simulate(Scenario(SERIES, weight="70 kg", until="16wk", effects="none"))
    assert not never.boosters
    for name in ("craving", "tolerance"):
        one, other = never.output(name), plain.output(name)
        assert one.measures["peak"] == pytest.approx(other.measures["peak"], rel=2e-3)


@pytest.fixture(scope="module")
def one_person():
    return simulate(scenario())


def test_each_booster_of_one_person_is_listed_with_its_reason(one_person):
    listed = json.loads(json.dumps(one_person.to_dict()))["boosters"]
    structures = {booster["structure"] for booster in listed}
    assert len(structures) == 2
    for structure in structures:
        mine = [booster for booster in listed if booster["structure"] == structure]
        assert [booster["number"] for booster in mine] == [1, 2, 3]
        assert mine[0]["time"] >= LAST + 240.0
        assert all("long_run_load below 0.3: long_run_load was 0.2" in booster["because"] for booster in mine)
        assert one_person.output("boosters", structure).measures["at_end"] == 3.0


def test_what_stands_behind_boosters_is_said(one_person):
    said = " ".join(one_person.assumptions)
    assert "never within 10 days of the dose before, 3 at most" in said
    assert "not advice" in said
    assert {n.name for n in one_person.not_known} >= {"effects within sessions", "metabolites"}
    assert len(one_person.doses) == 4


def test_of_a_population_the_number_of_boosters_is_told_as_a_range():
    result = simulate(scenario(population=20))
    spread = result.output("boosters").measures["at_end"]
    assert 0.0 <= spread.low <= spread.median <= spread.high <= 3.0
    assert result.boosters == ()


def test_mood_that_comes_back_brings_boosters():
    rule = {"when": "madrs above 20", "least_interval": "2wk", "most": 2}
    result = simulate(scenario(rule))
    assert result.boosters
    assert all(float(b.because.split(" was ")[1].split()[0]) > 20.0 for b in result.boosters)


def test_a_lost_response_needs_a_response_first():
    """Tolerance rises from 1 and never falls to half of that, so that a response in it cannot be lost."""
    never = {"when": "tolerance response lost", "least_interval": "10 days", "most": 3}
    assert not simulate(scenario(never)).boosters
    lost = {"when": "response lost", "least_interval": "1wk", "most": 2}
    _, found = lanes(lost, people=60)
    mood, boosters = found["madrs"], found["boosters"]
    half = mood[:, :1] / 2.0
    responded = (mood <= half).any(axis=1)
    assert 0 < responded.sum() < 60
    assert (boosters[~responded, -1] == 0.0).all()
    assert boosters[responded, -1].max() > 0.0


@pytest.mark.parametrize(
    ("rule", "more", "words"),
    [
        ({**RULE, "when": "moods above 20"}, {}, "looks at 'moods'"),
        ({**RULE, "dose": "0.5 mg/kg esketamine iv"}, {}, "boost with the same drug"),
        (RULE, {"until": "20 days"}, "no time for a booster"),
        (RULE, {"until": None}, "until is missing"),
        (RULE, {"course": "none"}, "course none cannot be"),
        ({**RULE, "check_every": "1 h"}, {"until": "5 years"}, "at most 20,000 looks"),
    ],
)
def test_a_rule_that_cannot_be_run_is_refused(rule, more, words):
    with pytest.raises(InputError, match=words):
        make_plan(scenario(rule, **more))


def test_another_booster_dose_may_be_said():
    times, found = lanes({**RULE, "dose": "0.25 mg/kg iv over 40 min", "most": 1}, people=2)
    for person, boosters in enumerate(found["boosters"]):
        (moment,) = given(times, boosters)
        after = found["ketamine"][person][(times > moment) & (times < moment + 2.0)].max()
        assert after == pytest.approx(found["ketamine"][person][times < 2.0].max() / 2.0, rel=0.02)


def test_a_rule_has_one_spelling():
    assert BoosterRule(when="  MADRS above  22.0", least_interval="2wk", most=3).when == "madrs above 22"
    assert BoosterRule(when="Response Lost", least_interval="2wk", most=3).when == "madrs response lost"
