"""Clinical courses by name, when the score is shown unasked, and what may be said of the depression."""

from pathlib import Path

import pytest

from ketsim.course.clinical import as_in_trials, clinical_courses, sessions
from ketsim.dosing import parse_sentence
from ketsim.errors import InputError
from ketsim.evidence import fact
from ketsim.plan import make_plan
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

SERIES = "0.5 mg/kg iv over 40 min three times weekly for 2 weeks"
ESKETAMINE = "84 mg esketamine nasal twice weekly for 4 weeks, then weekly for 4 weeks"


def events(sentence):
    return list(parse_sentence(sentence).events(None))


@pytest.mark.parametrize("course", clinical_courses(), ids=lambda c: c.key)
def test_every_named_course_can_be_said_and_is_one_that_trials_gave(course):
    assert as_in_trials(events(course.dose), None)
    assert all(fact(name).text for name in course.facts)
    plan = make_plan(Scenario(course.dose, weight=70, background=course.background))
    assert plan.course is not None
    assert "madrs" in plan.course.wanted


@pytest.mark.parametrize("course", clinical_courses(), ids=lambda c: c.key)
def test_a_course_is_a_scenario_by_its_name_and_stands_on_the_page(course):
    scenario = Scenario.clinical(course.key, weight=70)
    assert scenario.dose == Scenario(course.dose).dose
    assert scenario.background == course.background
    page = (Path(__file__).parents[2] / "docs" / "mood.md").read_text(encoding="utf-8")
    assert f"| `{course.key}` | {course.dose} |" in page


def test_a_course_that_is_not_known_is_refused_with_those_that_are():
    with pytest.raises(InputError, match="did you mean 'six-infusions-two-weeks'"):
        Scenario.clinical("six-infusion-two-weeks")


def test_visits_are_said_with_their_days():
    said = simulate(
        Scenario.clinical("infusions-with-integration", weight=70, effects="none", course="madrs")
    ).assumptions
    assert any("integration visit on days 2, 4, 6, 9, 11 and 13" in sentence for sentence in said)


def test_visits_stand_beside_their_sessions():
    course = next(c for c in clinical_courses() if c.visits)
    starts = sessions(events(course.dose))
    assert [time for _, time in course.visit_times()] == [start + 24 for start in starts]


@pytest.mark.parametrize(
    ("sentence", "weight", "shown"),
    [
        (SERIES, None, True),
        ("1 mg/kg iv over 40 min once weekly for 2 weeks", None, True),
        ("70 mg iv over 40 min once weekly for 2 weeks", 70, True),
        ("70 mg iv over 40 min once weekly for 2 weeks", 60, False),
        ("1.5 mg/kg iv over 40 min once weekly for 2 weeks", None, False),
        ("0.6 mg/kg iv over 40 min every 12 h for 2 weeks", None, False),
        ("0.5 mg/kg iv over 40 min daily for 2 weeks", None, False),
        ("0.5 mg/kg im twice weekly for 2 weeks", None, False),
        (ESKETAMINE, None, True),
        ("112 mg esketamine nasal twice weekly for 2 weeks", None, False),
        ("84 mg esketamine nasal daily for 2 weeks", None, False),
        ("84 mg ketamine nasal twice weekly for 2 weeks", None, False),
    ],
)
def test_the_score_is_shown_unasked_only_for_doses_that_trials_gave(sentence, weight, shown):
    assert as_in_trials(events(sentence), weight) is shown


def shown(**fields):
    plan = make_plan(Scenario(until="3wk", **fields))
    return () if plan.course is None else plan.course.wanted


def test_what_is_shown():
    assert "madrs" in shown(dose=SERIES)
    assert "madrs_in_control_arm" not in shown(dose=SERIES)
    assert "madrs_in_control_arm" in shown(dose=SERIES, setting="masked against midazolam")
    daily = "1 g ketamine intranasal daily for 2 weeks"
    assert "madrs" not in shown(dose=daily)
    assert shown(dose=daily, course="madrs") == ("madrs",)
    assert "madrs" in shown(dose=daily, madrs=30)  # somebody with depression was described
    plan = make_plan(Scenario("0.5 mg/kg iv over 40 min", until="3d", madrs=30))  # too short to be shown unasked
    assert plan.course is not None
    assert plan.course.wanted == ("madrs",)
    assert shown(dose=SERIES, course="synaptic_signal") == ("synaptic_signal",)


def test_beyond_trials_is_said():
    said = simulate(
        Scenario("1.5 mg/kg iv over 40 min", weight=70, until="8d", course="madrs", effects="none")
    ).assumptions
    assert any("carried beyond what was measured" in sentence for sentence in said)
    assert any("33" in sentence and "treatment-resistant" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"madrs": 70}, "the scale goes from 0 to 60"),
        ({"madrs": "high"}, "is no score"),
        ({"madrs": True}, "not possible"),
        ({"setting": "open"}, "open label"),
        ({"setting": "secret"}, "masked against midazolam"),
        ({"background": "old"}, "new antidepressant"),
        ({"background": "inpatient"}, "no number was found"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_can(fields, words):
    with pytest.raises(InputError, match=words):
        Scenario(SERIES, **fields)


def test_one_person_and_people():
    scenario = Scenario(SERIES, weight=70, until="4wk", effects="none", course="madrs", madrs=35)
    for output in (o for o in simulate(scenario).outputs if o.name == "madrs"):
        assert output.measures["baseline"] == 35.0
        assert output.measures["change_at_24_h"] < -5.0
        assert 0.0 <= output.measures["in_remission"] <= output.measures["responded"] <= 100.0
        assert output.measure_units["responded"] == "%"
        assert output.certainty == "very low"
        assert output.low[0] == output.high[0] == 35.0  # a score that was measured differs between no lanes
    many = Scenario(SERIES, population=60, until="2wk", effects="none", setting="masked against saline")
    found = {(o.name, o.model): o for o in simulate(many).outputs if o.name.startswith("madrs")}
    assert len(found) == 4
    for key in ("TwoGroups", "OneGroup"):
        given, control = found["madrs", key], found["madrs_in_control_arm", key]
        assert given.median[-1] < control.median[-1]
        assert 0.0 < given.measures["responded"] < 100.0
        assert given.measures["change_on_day_7"].median < 0.0


def test_a_booster_when_the_score_comes_back_lowers_it_again():
    once = Scenario("0.5 mg/kg iv over 40 min", weight=70, until="3wk", effects="none", course="madrs")
    rule = {"when": "madrs above 20", "least_interval": "1wk", "most": 1}
    ends = [
        {o.model: o.median[-1] for o in simulate(scenario).outputs if o.name == "madrs"}
        for scenario in (once, once.with_(booster=rule))
    ]
    assert set(ends[0]) == set(ends[1]) == {"TwoGroups", "OneGroup"}
    assert all(ends[1][key] < ends[0][key] - 1.0 for key in ends[0])


def test_a_session_that_is_decided_on_the_way_renews_what_people_expect():
    plan = make_plan(Scenario(SERIES, weight=70, until="4wk", course="madrs"))
    assert plan.course is not None
    assert plan.course.variants[0].composition.renewed == {"expectation": 1.0}
