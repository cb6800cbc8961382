"""Treatments of a scenario: how they are written, when they act, what they change, and what is said with each."""

import numpy as np
import pytest

from ketsim.course.process import See
from ketsim.course.treatment import TARGETS, InForce, Treatment
from ketsim.course.treatment_book import treatment_entries, treatment_entry
from ketsim.course.treatment_order import parse_treatment
from ketsim.course.withdrawal import DOMAINS
from ketsim.errors import InputError
from ketsim.evidence import load_source
from ketsim.plan import make_plan
from ketsim.result import central
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

WEEK = 168.0
HEAVY = "2 g ketamine intranasal daily for 8 weeks"


@pytest.mark.parametrize(
    ("said", "canonical"),
    [
        ("cbt", "cbt from stop"),
        ("Cognitive  Behavioural Therapy from the last dose", "cbt from stop"),
        ("mi from 84 d for 504h", "motivational interviewing from 12 weeks for 3 weeks"),
        ("valium for 5d", "diazepam from stop for 5 days"),
        ("contingency_management starting 8wk", "contingency management from 8 weeks"),
    ],
)
def test_one_meaning_has_one_spelling(said, canonical):
    assert str(parse_treatment(said)) == canonical
    assert str(parse_treatment(canonical)) == canonical


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("ibogaine", "no treatment that is known here"),
        ("naltrexon", "did you mean 'naltrexone'"),
        ("cbt from soon", "'soon' is no time with a unit"),
        ("cbt for 0 d", "lasts no time"),
        ("cbt from -1 d", "before the first dose"),
        ("diazepam for 3wk", "short and supervised"),
        ("", "names no treatment"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(said, words):
    with pytest.raises(InputError, match=words):
        parse_treatment(said)


def test_a_scenario_says_where_the_slip_is(tmp_path):
    file = tmp_path / "slip.yaml"
    file.write_text('dose: "50 mg im daily for 4 weeks"\ntreatments: [cbt, hypnosys]\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"slip\.yaml:2: treatments 'hypnosys'"):
        Scenario.from_yaml(file)


def test_treatments_need_a_course():
    with pytest.raises(InputError, match="treatments acts on the course"):
        make_plan(Scenario("50 mg im", treatments="cbt", weight=70))


@pytest.mark.parametrize("entry", treatment_entries(), ids=lambda e: e.key)
def test_every_treatment_names_real_facts_and_honest_sizes(entry):
    assert set(entry.sizes) <= set(TARGETS)
    for place in entry.facts:
        source, _, name = place.partition(".")
        assert name in {fact.id for fact in load_source(source).facts}
    for value in entry.values.values():
        assert value.ci is not None
        assert value.ci.low < value.number <= value.ci.high
        assert str(value.certainty) == "very low"


def test_where_no_trial_exists_the_size_is_one_and_wide():
    for name in ("dbt", "ipt", "mindfulness", "biofeedback", "family", "group"):
        (value,) = treatment_entry(name).values.values()
        assert value.number == 1.0
        assert value.ci.low <= 0.7 < 1.3 <= value.ci.high


def test_a_benzodiazepine_is_never_given_without_its_warning():
    for name in ("diazepam", "chlordiazepoxide"):
        entry = treatment_entry(name)
        assert entry.most == WEEK
        assert any("dependence" in text and "supervision" in text for text in entry.say)
        result = simulate(Scenario(HEAVY, treatments=name, weight=70, until="10wk", effects="none", course="craving"))
        assert set(entry.say) <= set(result.warnings)
        assert any("benzodiazepine" in " ".join(alarm.sentences).lower() for alarm in result.alarms)


def left(what, times, sizes):
    """What the treatments leave at times [h]."""
    process = Treatment(what)
    see = See(np.asarray(times, dtype=float), sizes, {}, dict.fromkeys(process.readings, process.read))
    return {target: np.broadcast_to(see[target], len(times)) for target in TARGETS}


def test_a_treatment_acts_from_its_begin_to_its_end_and_then_fades():
    cm = InForce("cm", 10.0, 20.0, ("hazard_ratio",), fades=10.0)
    found = left((cm,), [0.0, 9.9, 10.0, 19.9, 20.0, 25.0, 30.0, 99.0], {"cm_hazard_ratio": 0.6})
    np.testing.assert_allclose(found["hazard_ratio"], [1, 1, 0.6, 0.6, 0.6, 0.8, 1, 1])
    assert (found["relief_craving"] == 1.0).all()


def test_two_treatments_multiply():
    both = (InForce("a", 0.0, 9.0, ("hazard_ratio",)), InForce("b", 5.0, 9.0, ("hazard_ratio",)))
    found = left(both, [1.0, 6.0, 9.0], {"a_hazard_ratio": 0.5, "b_hazard_ratio": 0.5})
    np.testing.assert_allclose(found["hazard_ratio"], [0.5, 0.25, 1.0])


def test_an_antidepressant_does_nothing_for_two_weeks():
    order = parse_treatment("venlafaxine from 8wk")
    assert order.in_force(stop=8 * WEEK, until=20 * WEEK).begin == 10 * WEEK
    short = parse_treatment("venlafaxine from 8wk for 10 d").in_force(stop=8 * WEEK, until=20 * WEEK)
    assert (left((short,), [8.5 * WEEK, 9.9 * WEEK], {"venlafaxine_relief_mood": 0.5})["relief_mood"] == 1.0).all()


def test_contingency_management_is_gone_six_months_after_its_end():
    force = parse_treatment("cm from 0 h for 12wk").in_force(stop=0.0, until=60 * WEEK)
    assert force.fades == pytest.approx(6 * 730.5)
    found = left(
        (force,), [force.end + force.fades - 1.0, force.end + force.fades], {"contingency_management_hazard_ratio": 0.5}
    )
    assert found["hazard_ratio"] == pytest.approx([1.0, 1.0], abs=1e-3)


@pytest.fixture(scope="module")
def runs():
    """What is given -> result, of one person."""

    def run(*treatments):
        return simulate(Scenario(HEAVY, treatments=treatments, weight=70, until="20wk", effects="none"))

    return {name: run(*([name] if name else [])) for name in ("", "cbt", "dbt", "diazepam", "naltrexone", "fluoxetine")}


def measure(result, reading, name="peak_after_last_dose", key="LagOfDays"):
    return central(result.output(reading, key).measures[name])


def test_what_helps_helps_where_it_acts_and_nowhere_else(runs):
    plain = runs[""]
    for domain in DOMAINS:
        name = f"withdrawal_{domain}"
        eased = measure(runs["diazepam"], name) < 0.9 * measure(plain, name)
        assert eased == (domain != "mood")
        assert measure(runs["cbt"], name) == pytest.approx(measure(plain, name), rel=1e-3)
    assert measure(runs["naltrexone"], "craving") < 0.8 * measure(plain, "craving")
    assert measure(runs["cbt"], "relapse_free", "at_end") > measure(plain, "relapse_free", "at_end") + 2.0
    assert measure(runs["naltrexone"], "relapse_free", "at_end") > measure(plain, "relapse_free", "at_end") + 2.0


def test_an_antidepressant_brings_no_acute_relief_and_shortens_the_tail(runs):
    plain, helped = runs[""], runs["fluoxetine"]
    name = "withdrawal_mood"
    assert measure(helped, name) == pytest.approx(measure(plain, name), rel=1e-3)
    assert measure(helped, name, "area") < measure(plain, name, "area")


def test_without_a_trial_no_effect_is_taken_and_the_range_is_wider(runs):
    plain, helped = (run.output("relapse_free", "LagOfDays") for run in (runs[""], runs["dbt"]))
    assert central(helped.measures["at_end"]) == pytest.approx(central(plain.measures["at_end"]), abs=1e-6)
    assert helped.ranges["at_end"].low != plain.ranges["at_end"].low
    assert "CourseOfTreatment" in helped.sources
    assert "CourseOfTreatment" not in plain.sources


def test_each_treatment_says_what_it_rests_on(runs):
    for name in ("cbt", "dbt", "diazepam", "naltrexone", "fluoxetine"):
        key = treatment_entry(name).key
        assert any(
            s.startswith(f"Treatment {key} from stop") and "very low certainty" in s for s in runs[name].assumptions
        )
    assert any("two weeks or longer" in text for text in runs["fluoxetine"].warnings)
    assert any("case" in text for text in runs["naltrexone"].warnings)
