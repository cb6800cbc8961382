"""What will be run: times that hold every edge, in bounded number, and everything refused before a computation."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.assumptions import assumptions, warnings
from ketsim.dosing import DoseEvent, Drug, Route, parse_sentence
from ketsim.errors import InputError
from ketsim.plan import has_no_kinetics, make_plan
from ketsim.run_times import output_times
from ketsim.scenario import Scenario
from ketsim.simulation import simulate


def event(time, duration=0.0, lag=0.0):
    return DoseEvent(time, 10.0, False, duration, Drug.ketamine, Route.iv, "base", lag=lag)


def plan_of(dose, **asked):
    return make_plan(Scenario(dose, **{"weight": 70, **asked}))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 99), st.floats(0, 50), st.floats(0, 5)), min_size=1, max_size=12),
    st.floats(0.1, 100),
    st.lists(st.floats(0, 0.1), max_size=4),
    st.integers(1, 2_000),
)
def test_times_are_sorted_distinct_and_hold_every_edge_and_every_wish(doses, until, at, points):
    events = [event(*d) for d in doses]
    times = output_times(events, until, at, points=points, most=10_000)
    assert (np.diff(times) > 0.0).all()
    assert times[0] == 0.0
    assert times[-1] == until
    there = set(times.tolist())
    assert set(at) <= there
    for e in events:
        start = e.time + e.lag
        assert {t for t in (start, start + e.duration) if t <= until} <= there


@pytest.mark.parametrize("population", [None, 100])
@pytest.mark.parametrize(
    "dose", ["84 mg esketamine nasal daily for 365 days", "10 mg esketamine iv over 40 min every 12 h for 365 days"]
)
def test_a_year_of_doses_keeps_the_number_of_times_bounded(dose, population):
    plan = plan_of(dose, population=population)
    spans = len({t for e in plan.events for t in (e.time, e.time + e.duration)})
    assert len(plan.times) <= (62_000 if population is None else 12_000)
    assert len(plan.times) >= 4 * spans


@pytest.mark.parametrize(("count", "tolerance"), [(7, 0.005), (28, 0.01), (120, 0.01)])
@pytest.mark.parametrize(
    "dose", ["84 mg esketamine nasal", "20 mg esketamine oral", "35 mg ketamine im", "35 mg iv over 40 min"]
)
def test_peak_and_area_do_not_fade_when_doses_are_many(dose, count, tolerance):
    single = simulate(Scenario(dose, weight=70, until="240 h")).outputs[0].measures
    asked = Scenario(f"{dose} every 240 h {count} times", weight=70)
    drug = asked.with_(course="none")  # what years do to the course is no part of this
    assert np.array_equal(make_plan(drug).times, make_plan(asked).times)
    many = simulate(drug).outputs[0].measures
    assert many["cmax"] == pytest.approx(single["cmax"], rel=tolerance)
    assert many["auc_inf"] == pytest.approx(count * single["auc_inf"], rel=tolerance)


@pytest.mark.parametrize(
    ("dose", "asked", "last"),
    [
        ("35 mg iv over 40 min", {}, 24 + 2 / 3),
        ("35 mg iv over 40 min", {"until": "3 h"}, 3.0),
        ("35 mg iv over 40 min", {"at": "30 h"}, 30.0),
        ("35 mg iv over 40 min, weekly for 3 weeks", {}, 336 + 24 + 2 / 3),
        ("0.1 mg/kg/h iv for 48 h", {}, 72.0),
    ],
)
def test_how_long_is_looked(dose, asked, last):
    assert plan_of(dose, **asked).times[-1] == pytest.approx(last, rel=1e-12)


def test_an_endless_regimen_needs_an_end():
    with pytest.raises(InputError, match="say how long to look with --until"):
        plan_of("35 mg iv over 40 min daily")
    assert len(plan_of("35 mg iv over 40 min daily", until="5 d").events) == 5


def test_a_dose_after_the_end_is_not_given():
    plan = plan_of("35 mg iv over 40 min daily for 10 days", until="49 h")
    assert [e.time for e in plan.events] == [0.0, 24.0, 48.0]


def test_nothing_to_see_is_refused():
    with pytest.raises(InputError, match="no dose is given before 1 h"):
        plan_of("35 mg iv over 40 min on days 3, 5", until="1 h")


def test_round_times_are_shown_when_none_are_asked_for():
    assert plan_of("35 mg iv over 40 min", until="5 h").at == (0.25, 0.5, 1.0, 2.0, 4.0)
    assert plan_of("35 mg iv over 40 min", at="90 min").at == (1.5,)


def test_a_model_named_twice_runs_once():
    keys = [m.model.key for m in plan_of("35 mg iv over 40 min", models="Otto2021,Fanta2015,Otto2021").models]
    assert keys == ["Otto2021", "Fanta2015"]


def test_a_plan_travels_between_processes():
    plan = plan_of("56 mg esketamine nasal twice weekly for 2 weeks", population=10, co_medication="alcohol")
    copy = pickle.loads(pickle.dumps(plan))
    assert (copy.scenario, copy.events, copy.size) == (plan.scenario, plan.events, 10)
    assert (copy.not_known, copy.alarms) == (plan.not_known, plan.alarms)
    assert [e.spec for e in copy.effects] == [e.spec for e in plan.effects] != []
    np.testing.assert_array_equal(copy.times, plan.times)


def test_every_effect_has_its_driver():
    plan = plan_of("35 mg iv over 40 min")
    assert [d.model.key for d in plan.drivers] == [e.driver.model.key for e in plan.effects]
    assert [m.model.key for m in plan.models] == ["Otto2021"]
    bare = plan_of("35 mg iv over 40 min", effects="none")
    assert (bare.effects, bare.drivers, bare.not_known) == ((), (), ())


def test_the_model_of_anaesthesia_is_shown_where_the_dose_brings_one():
    plan = plan_of("2 mg/kg iv over 1 min")
    assert plan.alarms
    first, second = plan.models
    assert (first.model.key, first.outputs) == ("Kamp2020", ("ketamine",))
    assert "the stages of anaesthesia are read from it" in first.because
    assert second.model.key == "Ashraf2018"
    assert [m.model.key for m in plan_of("2 mg/kg iv over 1 min", effects="cadss").models] == ["Ashraf2018"]
    assert [m.model.key for m in plan_of("2 mg/kg iv over 1 min", models="Otto2021").models] == ["Otto2021"]


@pytest.mark.parametrize(
    ("substance", "silent"),
    [("alcohol", True), ("heroin", True), ("ticlopidine", False), ("paracetamol", False), ("", False)],
)
def test_what_is_known_of_together_and_not_of_concentrations(substance, silent):
    assert has_no_kinetics(substance) is silent


@pytest.mark.parametrize(("substance", "named"), [("alcohol", "alcohol"), ("heroin", "opioids")])
def test_a_substance_without_kinetics_warns_and_alarms_and_changes_no_number(substance, named):
    alone, plan = plan_of("35 mg iv over 40 min"), plan_of("35 mg iv over 40 min", co_medication=substance)
    assert [m.model.key for m in plan.models] == [m.model.key for m in alone.models]
    assert all(planned.interactions == () for planned in (*plan.models, *plan.drivers))
    (said,) = [w for w in warnings(plan) if w.startswith(f"{substance}: no change of the concentrations")]
    assert f'ketsim safety combine "{substance}"' in said
    assert any(f"Ketamine with {named}: " in alarm.because for alarm in plan.alarms)
    with_another = plan_of("20 mg esketamine oral", co_medication=f"{substance}, ticlopidine")
    assert set(with_another.models[0].factors) == {"cyp2b6_activity"}


def test_nothing_alarms_after_an_antidepressant_dose():
    assert plan_of("0.5 mg/kg iv over 40 min").alarms == ()


@pytest.mark.parametrize(
    ("dose", "asked", "words"),
    [
        ("35 mg iv over 40 min", {}, "racemate"),
        ("35 mg iv over 40 min", {}, "Neither base nor salt was named"),
        ("35 mg iv over 40 min", {}, "No age was given: an adult is meant."),
        ("35 mg iv over 40 min", {}, "Model Otto2021: built on infusions"),
        ("35 mg iv over 40 min", {"weight": None}, "No weight was given: Otto2021 is run for its reference of 70 kg"),
        ("28 mg esketamine nasal", {}, "No age was given: PerezRuixo2021 is run for its reference of 45 year"),
        ("35 mg iv over 40 min", {"weight": None, "population": 5}, "drawn from adults of the United States"),
        ("35 mg iv over 40 min", {"population": 5, "uncertainty": 4}, "4 parameter sets were drawn"),
        (
            "28 mg esketamine nasal",
            {"options": "asian", "ethnicity": "chinese"},
            "PerezRuixo2021: the effect of asian on kel is switched on, off by default because Kurosawa 2023",
        ),
    ],
)
def test_what_is_taken_for_granted_is_said(dose, asked, words):
    assert any(words in a for a in assumptions(plan_of(dose, **asked)))


def test_a_given_weight_and_age_are_not_assumed():
    said = assumptions(plan_of("28 mg esketamine nasal", age=50))
    assert not any("No age" in a or "No weight" in a for a in said)


def test_a_push_warns_that_blood_has_not_mixed_and_an_infusion_does_not():
    assert any(w.startswith("A push is taken as given in an instant") for w in warnings(plan_of("20 mg iv")))
    assert not any("A push" in w for w in warnings(plan_of("20 mg iv over 2 min")))
    assert not any("A push" in w for w in warnings(plan_of("20 mg esketamine oral")))


def test_size_counts_people_or_parameter_sets():
    assert plan_of("20 mg iv").size == 1
    assert plan_of("20 mg iv", uncertainty=30).size == 30
    assert plan_of("20 mg iv", population=7, uncertainty=30).size == 7


def test_one_sentence_of_doses_is_expanded_once():
    dose = "0.5 mg/kg iv over 40 min twice weekly for 2 weeks"
    assert plan_of(dose).events == parse_sentence(dose).events(1_000.0)


def test_what_is_assumed_of_one_person_is_said():
    said = simulate(Scenario("0.5 mg/kg iv over 40 min", weight=70, ethnicity="asian")).assumptions
    assert any("counts as not Japanese" in sentence for sentence in said)
