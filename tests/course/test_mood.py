"""The course of depression: what must hold whatever the numbers are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.course.composition import Composition
from ketsim.course.draws import TYPICAL, Lanes, parameters_of
from ketsim.course.expectancy import Expectancy
from ketsim.course.madrs import HIGHEST, relapse
from ketsim.course.planned_mood import MoodAsked, PlannedMood
from ketsim.course.process import See, kind
from ketsim.course.structure import structures
from ketsim.dosing import parse_sentence
from ketsim.engine.inputs import Inputs
from ketsim.engine.slow_march import LinearDrive, march_slow
from ketsim.engine.system import LinearSystem

MOOD = structures("mood")
PEOPLE = 40
DAY = 24
SERIES = "0.5 mg/kg iv over 40 min three times weekly for 2 weeks"
SINGLE = "0.5 mg/kg iv over 40 min"


def course(
    sentence=SINGLE,
    *,
    amount=1.0,
    days=28,
    structure=MOOD[0],
    many=False,
    part="mood",
    change=None,
    people=PEOPLE,
    **asked,
):
    """Readings of people after sessions, each of which gives `amount` to one compartment of 200 L with 0.3/h."""
    events = list(parse_sentence(sentence).events(None))
    mood = PlannedMood.of(MoodAsked(**asked), events, many=many, clinical=True)
    stop = max(e.time + e.duration for e in events)
    made = [mood.process(name, stop) or kind(name)() for name in structure.processes]
    composition = Composition(tuple(made), feeds=((0, 0.1 / 200),))
    lanes = Lanes(3, np.full(people, TYPICAL), np.arange(people), 0)
    p = parameters_of(structure.values, structure.chances, lanes) | mood.parameters(lanes)
    p = {name: p[name] for name in composition.parameters} | {
        name: np.full(people, value) for name, value in (change or {}).items()
    }
    times = np.unique([*(e.time + 2.0 for e in events), *np.arange(0.0, days * DAY + 1.0, 12.0)])
    inputs = Inputs(
        time=np.array([e.time for e in events]),
        amount=np.full((people, len(events)), 350.0 * amount),
        duration=np.array([e.duration for e in events]),
        state=np.zeros(len(events), dtype=np.int64),
        steady_interval=np.zeros(len(events)),
        reset=np.zeros(len(events), dtype=np.bool_),
    )
    drive = LinearDrive(LinearSystem(np.full((people, 1, 1), -0.3), np.ones((people, 1, 1))), inputs)
    solved = march_slow(
        composition.slow_system(p, people),
        p,
        drive,
        composition.initial(p, people),
        times,
        tolerance=1e-3,
        breaks=composition.breaks,
    )
    wanted = [name for process in made for name in process.readings]
    return times, composition.read(wanted, times, solved.values, solved.concentrations, p), composition, p


@pytest.mark.parametrize("structure", MOOD, ids=lambda s: s.key)
def test_without_drug_there_is_expectancy_and_nothing_else(structure):
    _, found, _, _ = course(amount=0.0, structure=structure)
    assert np.all(found["drug_gain"] == 0.0)
    np.testing.assert_allclose(found["madrs"], found["madrs_in_control_arm"])  # open label: the same expectancy
    assert np.all(found["madrs"][:, -1] > found["madrs"][:, 1])  # expectancy fades


@pytest.mark.parametrize("structure", MOOD, ids=lambda s: s.key)
def test_without_drug_expectancy_and_background_the_first_score_stays(structure):
    _, found, _, p = course(SERIES, amount=0.0, structure=structure, change={"expectancy": 0.0})
    np.testing.assert_array_equal(found["madrs"], np.broadcast_to(p["baseline_madrs"][:, None], found["madrs"].shape))


@settings(max_examples=4, deadline=None)
@given(st.lists(st.floats(0.05, 3.0), min_size=2, max_size=3, unique=True), st.sampled_from(MOOD))
def test_more_drug_never_leaves_a_worse_score(amounts, structure):
    less = None
    for amount in sorted(amounts):
        _, found, _, _ = course(SERIES, amount=amount, days=20, structure=structure, people=10)
        if less is not None:
            assert np.all(found["madrs"] <= less + 0.05)  # far above the error of the march
        less = found["madrs"]


def test_a_drug_that_does_nothing_is_the_control_arm():
    _, found, _, _ = course(SERIES, setting="masked against saline", change={"drug_acts": 0.0, "expectancy": 2.6})
    np.testing.assert_allclose(found["madrs"], found["madrs_in_control_arm"], rtol=1e-9)


def test_the_control_arm_knows_how_people_were_kept_in_the_dark():
    def fall(setting):
        _, found, _, _ = course(setting=setting)
        return (found["madrs_in_control_arm"][:, 0] - found["madrs_in_control_arm"][:, 2]).mean()

    assert 1.0 < fall("masked against saline") < fall("masked against midazolam") / 2.0
    assert fall("under anaesthesia") > fall("masked against midazolam")


def test_under_anaesthesia_the_arms_lie_closer_together():
    def gap(setting):
        _, found, _, _ = course(setting=setting)
        return (found["madrs_in_control_arm"] - found["madrs"])[:, 2].mean()

    assert gap("under anaesthesia") < gap("masked against midazolam") < gap("masked against saline")


def test_the_background_takes_its_share_with_and_without_the_drug():
    ends = [
        course(background=background, days=60)[1]["madrs_in_control_arm"][:, -1].mean()
        for background in ("none", "ongoing", "new antidepressant")
    ]
    assert ends[0] > ends[1] > ends[2] + 5.0


ANYTHING = st.floats(0.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(MOOD[0].values)), st.floats(0.02, 30.0), max_size=8),
    st.lists(ANYTHING, min_size=6, max_size=6),
    st.floats(0.0, 1e4),
    st.booleans(),
)
def test_every_reading_stays_inside_its_bounds_whatever_the_numbers(factors, shares, hour, many):
    """Every state is a share or a sum; where it stands within that is drawn, and so are the numbers."""
    events = list(parse_sentence(SERIES).events(None))
    asked = MoodAsked(setting="masked against midazolam", background="new antidepressant")
    mood = PlannedMood.of(asked, events, many=many, clinical=True)
    composition = Composition(tuple(mood.process(n, 264.0) or kind(n)() for n in MOOD[0].processes))
    lanes = Lanes(3, np.full(3, TYPICAL), np.arange(3), 0)
    p = parameters_of(MOOD[0].values, MOOD[0].chances, lanes) | mood.parameters(lanes)
    for name, factor in factors.items():
        p[name] = np.minimum(p[name] * factor, 1.0) if MOOD[0].values[name].kind == "fraction" else p[name] * factor
    size = {"transduction": 24.0, "mood_hazard_sum": 50.0, "dropout_sum": 50.0}
    states = np.array([share * size.get(name, 1.0) for name, share in zip(composition.states, shares, strict=True)])
    states = np.broadcast_to(states, (3, 2, len(states)))
    times = np.array([0.0, hour + 1.0])
    found = composition.read(composition.readings, times, states, np.full((3, 2, 1), 0.2), p)
    for name, values in found.items():
        reading = composition.readings[name]
        assert np.isfinite(values).all(), name
        assert values.min() >= reading.low - 1e-6 * reading.high, name
        assert values.max() <= reading.high * (1.0 + 1e-6), name


def test_people_of_a_trial_are_let_in_by_their_first_score_which_is_too_high():
    _, found, _, p = course(many=True, setting="masked against midazolam", people=400, amount=0.0)
    error = found["madrs"][:, 0] - p["baseline_madrs"]
    assert np.all(found["madrs"][:, 0] >= np.minimum(p["entry_cut"], HIGHEST) - 1e-9)
    assert 0.3 < error.mean() < 3.0
    assert np.all(found["first_error"][:, 1:] == 0.0)  # no other score errs so


def test_a_first_score_that_was_measured_is_everybodys():
    _, found, _, _ = course(madrs=41.0)
    assert np.all(found["madrs"][:, 0] == 41.0)


def test_a_series_consolidates_more_than_one_dose_and_holds_longer():
    times, one, _, p = course(days=60, structure=MOOD[1])
    later, six, _, _ = course(SERIES, days=60, structure=MOOD[1])
    month = 28 * DAY
    assert np.all(
        six["drug_gain"][:, later.searchsorted(11 * DAY + month)] > one["drug_gain"][:, times.searchsorted(month)]
    )
    assert p["tau_benefit"].std() > 0.0  # people differ in how long it holds


def test_who_is_worse_leaves_sooner_and_nobody_after_the_last_session():
    times, found, _, _ = course(SERIES, days=40)
    stayed = found["in_treatment"]
    assert np.all(np.diff(stayed, axis=1) <= 1e-9)
    stop = times.searchsorted(12 * DAY)
    np.testing.assert_allclose(np.ptp(stayed[:, stop:], axis=1), 0.0, atol=1e-9)
    worse = found["true_score"][:, :stop].mean(axis=1).argsort()
    assert stayed[worse[-10:], -1].mean() < stayed[worse[:10], -1].mean()


def test_relapse_by_hazard_begins_with_the_last_session():
    times, found, _, _ = course(SERIES, days=60)
    well = found["still_well"]
    assert np.all(well[:, times < 11 * DAY] == 100.0)
    assert np.all(well[:, -1] < 99.0)


def test_the_two_clocks_of_synapses():
    mouse, pet = structures("synapses")
    times, found, _, _ = course(structure=mouse, days=28)
    signal = found["synaptic_signal"].mean(axis=0)
    peak = signal.argmax()
    assert DAY <= times[peak] <= 4 * DAY
    assert signal[times.searchsorted(7 * DAY)] > 0.3 * signal[peak]
    assert signal[times.searchsorted(21 * DAY)] < 0.15 * signal[peak]
    assert np.all(course(structure=pet)[1]["synaptic_signal"] == 0.0)


def test_relapse_is_the_first_score_at_the_threshold_after_a_time():
    times = np.array([0.0, 24.0, 48.0, 72.0])
    curves = np.array([[30.0, 10.0, 22.0, 30.0], [30.0, 10.0, 12.0, 14.0], [30.0, 25.0, 10.0, 21.9]])
    relapsed, when = relapse(times, curves, np.full(3, 22.0), after=24.0)
    assert relapsed.tolist() == [True, False, False]
    assert when[0] == 48.0
    assert np.isnan(when[1:]).all()


def test_what_trials_report_of_a_person():
    times = np.array([0.0, 24.0, 168.0, 192.0, 400.0])
    curves = np.array([[30.0, 20.0, 9.0, 9.0, 25.0], [30.0, 20.0, 26.0, 26.0, 26.0]])
    p = {
        "response_share": np.full(2, 0.5),
        "remission_score": np.full(2, 10.0),
        "relapse_score": np.full(2, 22.0),
    }
    found = kind("madrs")().measures("madrs", times, curves, p, stop=168.0)
    assert found["change_at_24_h"].tolist() == [-10.0, -10.0]
    assert found["change_on_day_7"].tolist() == [-21.0, -4.0]
    assert found["change_at_end"].tolist() == [-5.0, -4.0]
    assert found["responded"].tolist() == [1.0, 0.0]
    assert found["in_remission"].tolist() == [1.0, 0.0]
    assert found["relapsed_of_responders"][0] == 1.0
    assert np.isnan(found["relapsed_of_responders"][1])
    assert found["time_to_relapse"][0] == 400.0 - 168.0


def test_dissociation_is_nowhere_in_the_score():
    _, _, composition, _ = course()
    assert not {name for name in composition.behind("madrs") if "dissociat" in name or "cadss" in name}
    assert "ec50_mood" in composition.behind("madrs")


@pytest.mark.parametrize("sessions", [(), (5.0,), (0.0, 72.0, 168.0), (0.0, 0.5, 0.9, 1.9, 4.0), (3.0, 1.0, 2.0, 2.0)])
def test_belief_forms_in_the_hour_after_each_beginning_also_where_sessions_overlap(sessions):
    t = np.arange(0.0, 200.0, 0.05)
    see = See(t, {"rate_of_belief": 2.0}, {"expectation": 0.5}, {})
    within = [any(start <= moment < start + 2.0 for start in sessions) for moment in t]
    assert Expectancy(sessions, 2.0).push(see)["expectation"].tolist() == [float(here) for here in within]
