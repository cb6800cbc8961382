"""Use that feeds back: what one thing does to the next, what bounds it, and that nothing depends on who else is run."""

import json
import re
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ketsim import simulation
from ketsim.course.parts import Parts
from ketsim.course.run import run_course
from ketsim.engine import Inputs
from ketsim.errors import InputError
from ketsim.plan import make_plan
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

LINE = "60 mg intranasal ketamine"
WEEK = 168.0
PEOPLE, SEED = 200, 1


def courses(use, *, dose=LINE, until="12wk", people=PEOPLE, first=0, count=None, **more):
    """Readings of every person under the first structure: (times, name -> (person, time))."""
    plan = make_plan(Scenario(dose, weight="70 kg", until=until, population=people, use=use, seed=SEED, **more))
    planned = replace(plan.course, variants=plan.course.variants[:1])
    cohort = plan.people.realise(first, people if count is None else count, SEED)
    curves, _ = run_course(
        planned, plan.events, cohort, person=None, seed=SEED, factors={}, options=plan.options, sketched=False
    )
    return planned.times, {name: curve.values for (_, name), curve in curves.items()}


def at(times, values, hour):
    return values[:, np.searchsorted(times, hour, side="right") - 1]


@pytest.fixture(scope="module")
def daily():
    """Daily use for eight weeks and four weeks after the stop, with what feeds back on or off."""
    said = {"days": "daily", "stop": "8wk"}
    off = {name: {**said, "feedback": {name: "off"}} for name in ("tolerance", "relief")}
    return {"all": courses(said), **{name: courses(use) for name, use in off.items()}}


def early_and_late(run):
    times, found = run
    return at(times, found["amount_per_occasion"], 2 * WEEK), at(times, found["amount_per_occasion"], 8 * WEEK)


def test_amounts_rise_with_tolerance(daily):
    early, late = early_and_late(daily["all"])
    assert np.median(late / early) > 1.15
    assert (late >= early).mean() > 0.8


def test_without_tolerance_there_is_no_escalation(daily):
    early, late = early_and_late(daily["tolerance"])
    assert np.quantile(np.abs(late / early - 1.0), 0.9) < 0.02
    times, found = daily["tolerance"]
    weeks = [at(times, found["amount_per_week"], week * WEEK).mean() for week in (2, 3, 7, 8)]
    assert sum(weeks[2:]) == pytest.approx(sum(weeks[:2]), rel=0.05)
    assert (found["tolerance"] == 1.0).all()


def test_more_use_makes_withdrawal_and_craving_worse(daily):
    """Tolerance -> larger amounts -> worse withdrawal -> more craving: each step is larger with the one before it."""
    worst = {name: found["withdrawal"][:, times > 8 * WEEK].max(axis=1) for name, (times, found) in daily.items()}
    assert worst["all"].mean() > 1.1 * worst["tolerance"].mean()
    craved = {name: found["craving"][:, times > 8 * WEEK].max(axis=1) for name, (times, found) in daily.items()}
    assert craved["all"].mean() > 1.1 * craved["tolerance"].mean()
    assert craved["all"].mean() > 1.1 * craved["relief"].mean()


def test_nobody_uses_after_a_stop_that_cannot_fail(daily):
    for times, found in daily.values():
        assert (at(times, found["amount_per_week"], 10 * WEEK) == 0.0).all()


def test_without_relief_fewer_go_back():
    said = {"days": "daily", "stop": "8wk", "returns": "on"}
    back, free = {}, {}
    for relief in ("on", "off"):
        times, found = courses(
            {**said, "feedback": {"relief": relief}}, dose="150 mg intranasal ketamine", until="12wk"
        )
        weeks = [at(times, found["sessions_per_week"], week * WEEK) for week in range(10, 13)]
        back[relief] = (np.array(weeks) > 0.0).any(axis=0).mean()
        free[relief] = found["relapse_free"][:, -1].mean()
    assert back["off"] < 0.8 * back["on"]
    assert free["off"] > free["on"] + 1.0


def test_craving_brings_sessions_on_other_days():
    said = {"days": "weekends", "urge": {"craving": 9}}
    heavy = "300 mg intranasal ketamine"
    times, on = courses(said, dose=heavy, until="10wk")
    _, off = courses({**said, "other_days": "off"}, dose=heavy, until="10wk")
    late = at(times, on["sessions_per_week"], 10 * WEEK)
    assert off["sessions_per_week"].max() <= 2.0
    assert late.mean() > 2.0
    craved = at(times, on["craving"], 9 * WEEK + 100.0)
    most, least = craved > np.quantile(craved, 0.8), craved < np.quantile(craved, 0.2)
    assert late[most].mean() > late[least].mean()


def test_treatment_that_lowers_the_hazard_lowers_use():
    said = {"days": "weekends", "other_days": "off", "urge": {"habit_day": "50 %"}}
    _, without = courses(said, until="6wk")
    _, treated = courses(said, until="6wk", treatments="contingency management from 0wk")
    assert treated["sessions_per_week"].mean() < without["sessions_per_week"].mean()


def test_what_one_session_and_one_week_may_take_is_never_passed():
    said = {"days": "daily", "session_most": "0.4 g", "supply": "1.5 g per week"}
    _, found = courses(said, dose="100 mg intranasal ketamine", until="6wk", people=100)
    assert found["amount_per_occasion"].max() <= 0.4 + 1e-9
    assert found["amount_per_week"].max() <= 1.5 + 1e-9
    assert (found["amount_per_week"] > 1.5 - 1e-6).any()  # some use up what there is


def test_the_amount_of_an_occasion_is_bounded_by_what_was_published():
    """With a tolerance far beyond anything known, amounts still rise by no more than frequent users report."""
    plan = make_plan(Scenario(LINE, weight="70 kg", until="2wk", population=3, use={"days": "daily"}))
    variant, decided = plan.course.variants[0], plan.course.decided
    composition = variant.composition
    state = composition.states.index
    rise = decided.values["largest_rise"].required()
    policy = policy_for(plan)
    states = np.zeros((3, len(composition.states)))
    states[:, state("in_session")] = 1.0
    states[:, state("days_of_use")] = 50.0
    states[:, state("taken_first_session")] = [300.0, 1e6, 300.0]
    states[:, state("taken_this_session")] = [0.0, 0.0, 300.0 * rise - 10.0]
    states[:, state("load")] = 100.0
    look = next(k for k, opens in enumerate(decided.agenda.opens) if not opens)
    moment = policy.moment(look, np.arange(3), states, np.zeros((3, 1)))
    decision = policy.decide(moment)
    taken = decision.jump[:, state("taken_this_session")]
    assert taken == pytest.approx([60.0 * rise, 60.0 * rise, 10.0])
    assert (sum(order.amount for order in decision.orders) <= taken + 1e-9).all()


def policy_for(plan):
    """The policy of a population's first structure."""
    from ketsim.course.draws import Lanes, parameters_of
    from ketsim.kinetics.parameters import Variation

    planned, count = plan.course, plan.size
    lanes = Lanes.population(SEED, 16, 0, count)
    (structure, *_) = planned.variants[0].structures
    p = parameters_of(structure.values, structure.chances, lanes) | planned.decided.parameters(lanes)
    cohort = plan.people.realise(0, count, SEED)
    one = planned.driver.linear_drive(
        [planned.decided.dose], cohort, Variation(SEED, between_people=True), factors={}, options=plan.options
    )
    parts = Parts.of(one.inputs, np.full(count, planned.decided.dose.amount))
    composition = planned.variants[0].composition
    return planned.decided.policy(composition, p, np.arange(count), lanes=lanes, parts=parts)


def test_a_decided_line_enters_as_a_planned_dose_does():
    """By nose one part is taken up and another swallowed, in different compartments: the curves must be the same."""
    alone = {"days": "never", "session_most": "60 mg", "urge": {"other_day": "0.0001 %", "craving": 0}}
    times, found = courses(alone, until="2wk", people=5)
    plan = make_plan(Scenario(LINE, weight="70 kg", until="2wk", population=5, seed=SEED, effects="none"))
    model = plan.models[0].model
    solved = model.curves(plan.events, plan.people.realise(0, 5, SEED), times, plan.variation)
    expected = np.maximum(solved.of("ketamine"), 0.0) * 1000.0
    np.testing.assert_allclose(found["ketamine"], expected, rtol=1e-6, atol=1e-6)


def test_what_a_person_does_depends_on_no_other_person():
    said = {"days": "weekends", "urge": {"habit_day": "60 %"}}
    _, whole = courses(said, until="3wk", people=40)
    parts = [courses(said, until="3wk", people=40, first=first, count=20)[1] for first in (0, 20)]
    assert len(np.unique(whole["amount_per_week"][:, -1])) > 10
    for name, values in whole.items():
        assert np.array_equal(np.concatenate([part[name] for part in parts]), values), name


def test_what_enters_later_is_refused_with_a_sentence():
    later = Inputs(
        np.array([0.0, 0.5]), np.ones(2), np.zeros(2), np.array([0, 1]), np.zeros(2), np.zeros(2, dtype=bool)
    )
    with pytest.raises(InputError, match="enters after a lag"):
        Parts.of(later, np.ones(3))


def test_devices_that_are_counted_within_a_session_are_refused():
    with pytest.raises(InputError, match="PerezRuixo2021 counts the devices of a session"):
        make_plan(Scenario("84 mg esketamine nasal", until="2wk", use={"days": "weekends"}))
    boosted = {"when": "madrs above 20", "least_interval": "1wk", "most": 2}
    assert make_plan(Scenario("84 mg esketamine nasal", until="4wk", booster=boosted)).course is not None


@pytest.mark.parametrize(
    ("dose", "use", "more", "words"),
    [
        ("1 g ketamine intranasal daily for 4 weeks", {"days": "daily"}, {}, "use.line is missing"),
        ("0.5 mg/kg iv over 40 min", {"days": "daily"}, {"weight": 70}, "an infusion is no line"),
        (LINE, {"days": "daily", "start": "2wk"}, {}, "use.start"),
        (LINE, {"days": "daily", "stop": "6wk"}, {}, "look further than the stop"),
        (LINE, {"days": "daily"}, {"until": None}, "until is missing"),
        (LINE, {"days": "daily"}, {"course": "none"}, "course none cannot be"),
        (f"{LINE} daily for 1 week", {"days": "daily", "line": 60}, {"taper": "2wk"}, "use and taper do not go"),
        (LINE, {"days": "daily"}, {"uncertainty": 5}, "uncertainty goes without use"),
    ],
)
def test_what_cannot_be_decided_is_refused(dose, use, more, words):
    with pytest.raises(InputError, match=words):
        make_plan(Scenario(dose, **{"until": "4wk", "use": use, **more}))


def test_doses_of_the_sentence_come_first_and_craving_goes_on():
    """Use that was planned leaves what decides about use afterwards."""
    past = "1 g ketamine intranasal daily for 4 weeks"
    said = {"days": "never", "line": "150 mg", "urge": {"craving": 9}}
    times, found = courses(said, dose=past, until="8wk", people=100)
    assert (at(times, found["sessions_per_week"], 4 * WEEK) == 0.0).all()  # those were not decided
    assert at(times, found["ketamine"], 2 * WEEK + 1.0).min() > 0.0
    after = at(times, found["sessions_per_week"], 6 * WEEK)
    assert after.max() > 1.0
    assert after.min() == 0.0


@pytest.fixture(scope="module")
def one_person():
    return simulate(Scenario(LINE, weight="70 kg", until="4wk", use={"days": "weekends", "supply": "3 g per week"}))


def test_one_person_is_shown_as_a_range_of_possible_courses(one_person):
    said = json.loads(json.dumps(one_person.to_dict()))
    names = {output["name"] for output in said["outputs"]}
    assert {"ketamine", "amount_per_week", "amount_per_occasion", "sessions_per_week", "loop_gain", "craving"} <= names
    assert "relapse_free" not in names  # nobody has stopped
    for output in said["outputs"]:
        assert output["certainty"] == "very low"
        assert output["ranges"]
    week = one_person.output("amount_per_week")
    assert week.low[-1] < week.median[-1] < week.high[-1]
    assert "CourseOfUse" in one_person.output("ketamine").sources


def test_decided_doses_are_not_listed_one_by_one(one_person):
    assert [dose.text for dose in one_person.doses] == ["60 mg ketamine nasal"]


def test_what_is_not_known_and_what_it_is_are_said(one_person):
    unknown = {item.name: item.because for item in one_person.not_known}
    assert "no one session" in unknown["effects within sessions"]
    said = " ".join(one_person.assumptions)
    for words in ("a model of very low certainty", "not advice", "People differ", "no typical course"):
        assert words in said
    assert "the line is one typical person" not in said


def test_the_same_seed_is_the_same_course_and_another_is_another(one_person):
    again = simulate(one_person.scenario)
    other = simulate(one_person.scenario.with_(seed=2))
    name = "amount_per_week"
    assert np.array_equal(again.output(name).high, one_person.output(name).high)
    assert not np.array_equal(other.output(name).high, one_person.output(name).high)


def test_the_files_on_the_page_about_use_can_be_run(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "use.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.S)
    assert len(blocks) == 2
    for block in blocks:
        (tmp_path / "scenario.yaml").write_text(block, encoding="utf-8")
        assert make_plan(Scenario.from_yaml(tmp_path / "scenario.yaml")).course.decided is not None


def test_blocks_of_a_population_add_up(monkeypatch):
    """What is summarised over several blocks is the same people as in one, decided doses and concentrations too."""
    asked = Scenario(LINE, weight="70 kg", until="2wk", population=30, use={"days": "weekends"})
    whole = simulate(asked)
    monkeypatch.setattr(simulation, "BLOCK", 10)
    parts = simulate(asked)
    for name in ("ketamine", "craving", "amount_per_week"):
        for edge in ("low", "median", "high"):
            one, many = (getattr(result.output(name).measures[measure_of(name)], edge) for result in (whole, parts))
            assert many == pytest.approx(one, rel=0.1, abs=0.01), (name, edge)


def measure_of(name):
    return "cmax" if name == "ketamine" else "at_end"


def test_days_that_were_planned_and_days_that_were_decided_both_count():
    past, said = "1 g ketamine intranasal daily for 8 weeks", {"days": "daily", "line": "60 mg"}
    _, both = courses(said, dose=past, until="12wk", people=20)
    _, decided = courses({**said, "start": "8wk"}, dose=f"{past.replace('8', '1')}", until="12wk", people=20)
    assert (both["urinary_symptoms"][:, -1] > decided["urinary_symptoms"][:, -1]).all()


@pytest.mark.slow
def test_a_year_of_weekend_use_takes_less_than_ten_seconds_of_one_core(tmp_path):
    (tmp_path / "year.yaml").write_text(
        f'dose: "{LINE}"\nweight: 70 kg\nuntil: 52wk\nuse:\n  days: weekends\n  other_days: off\n', encoding="utf-8"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = [sys.executable, "-m", "ketsim", "simulate", "year.yaml", "--json"]
    subprocess.run(run, cwd=tmp_path, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 10.0


def test_of_many_people_over_many_weeks_fewer_moments_are_read():
    """Memory must not grow with people times weeks; one person's are all read."""
    asked = Scenario(LINE, weight="70 kg", until="52wk", use={"days": "weekends"})
    one, many = (make_plan(asked.with_(population=people)).course for people in (None, 5_000))
    assert len(one.times) > 2_000
    assert len(many.times) < 600
    last_week = many.times[(many.times >= 51 * WEEK) & (many.times < 52 * WEEK)]
    assert len(last_week) > 40
    assert any("first week" in sentence for sentence in many.decided.sentences)
    assert not any("first week" in sentence for sentence in one.decided.sentences)
