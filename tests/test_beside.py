"""What stands beside a curve: other published models for the same dose, and what studies measured after such doses."""

import json

import numpy as np
import pytest

from ketsim.beside import beside, measured_beside, other_models
from ketsim.evidence import catalog, responses
from ketsim.kinetics.model import Model
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

DOSE = "0.5 mg/kg iv over 40 min"
EVERY = {entry.effect for entry in catalog().effects}


def others(dose=DOSE, used=(), **asked):
    return other_models(Scenario(dose, **{"weight": 70, **asked}), used)


def rows(dose=DOSE, effects=EVERY, **asked):
    return {m.row.id for m in measured_beside(Scenario(dose, **{"weight": 70, **asked}), effects)}


def test_the_range_at_the_end_of_an_infusion_over_every_model_that_answers():
    found = others(used=["Otto2021"])
    assert [o.highest for o in found] == sorted(o.highest for o in found)
    assert {o.model for o in found} == {
        *("Otto2021", "Fanta2015", "Kamp2020", "Ashraf2018", "Simons2022", "Clements1981", "Hijazi2003"),
    }
    assert all(o.when == pytest.approx(2 / 3) for o in found)
    assert 100.0 < found[0].highest < 200.0  # [ng/mL]
    assert 250.0 < found[-1].highest < 350.0
    assert [o.model for o in found if o.used] == ["Otto2021"]


@pytest.mark.parametrize("dose", [DOSE, "2 mg/kg iv over 1 min", "20 mg esketamine iv over 20 min", "0.5 mg/kg oral"])
def test_each_row_is_what_the_model_gives_when_it_is_asked_by_name(dose):
    for other in others(dose):
        alone = simulate(Scenario(dose, weight=70, models=other.model, effects="none"))
        output = alone.output(other.analyte)
        assert output.sampling == other.sampling
        assert other.highest == pytest.approx(output.measures["cmax"], rel=2e-3)
        assert other.when == pytest.approx(output.measures["tmax"], abs=0.02)


def test_models_that_were_named_have_nothing_beside_them():
    assert others(models="Kamp2020") == ()
    assert others(models="Kamp2020,Otto2021") == ()


def test_what_changes_one_model_only_leaves_nothing_to_compare():
    dose = "0.2 mg/kg esketamine oral"
    assert {o.model for o in others(dose)} == {"Ashraf2018", "PerezRuixo2021"}
    assert others(dose, co_medication="ticlopidine") == ()
    assert others(dose, co_medication="alcohol") == others(dose)
    assert others("28 mg esketamine nasal", ethnicity="japanese", options="asian") == ()


def test_a_dose_later_than_is_looked_at_has_nothing_beside_it():
    assert others("35 mg iv over 40 min on days 3, 5", until="6 d") == ()
    assert rows("35 mg iv over 40 min on days 3, 5", until="6 d") == set()


def test_only_models_of_that_age_stand_beside():
    child, adult = others(weight=20, age=5), others(weight=70, age=40)
    assert child
    assert adult
    assert not {o.model for o in child} & {o.model for o in adult}
    for people, age in ((child, 5.0), (adult, 40.0)):
        assert all(Model.load(o.model).admits_age(age) for o in people)


def test_only_shipped_models_of_that_form_and_route_stand_beside():
    shipped = {m.key for m in catalog().models if m.status == "shipped"}
    for dose in (DOSE, "20 mg esketamine iv over 20 min", "84 mg esketamine nasal", "0.5 mg/kg oral", "1 mg/kg im"):
        assert {o.model for o in others(dose)} <= shipped
    assert {o.model for o in others("84 mg esketamine nasal")} == {"PerezRuixo2021"}
    assert {o.analyte for o in others("20 mg esketamine iv over 20 min")} == {"s_ketamine"}


def test_a_population_is_compared_as_a_typical_person():
    assert others(population=20) == others()
    drawn = others(population=200, weight=None)
    weighed = {o.model: o.highest for o in others()}
    assert {o.model: o.highest for o in drawn} == pytest.approx(weighed, rel=0.2)


def test_times_of_anaesthesia_are_said_where_the_dose_comes_that_far():
    assert all(o.surgical is None and o.waking is None for o in others())
    deep = {o.model: o for o in others("2 mg/kg iv over 1 min", used=["Kamp2020"])}
    kamp = deep["Kamp2020"]
    assert kamp.used
    assert 5.0 <= kamp.surgical <= 10.0  # [min] the label: surgical anaesthesia for 5 to 10 minutes
    assert 15.0 <= kamp.waking <= 30.0
    for other in deep.values():
        assert (other.surgical is None) == (other.waking is None) == (other.highest < 2_000.0)
        assert other.surgical is None or other.surgical < other.waking


def test_s_ketamine_counts_as_its_equivalent_of_racemate():
    racemate = {o.model: o for o in others("2 mg/kg iv over 1 min")}
    s = {o.model: o for o in others("1 mg/kg esketamine iv over 1 min")}
    assert {"Kamp2020", "Simons2022"} <= racemate.keys() & s.keys()
    for key in racemate.keys() & s.keys():
        assert s[key].highest == pytest.approx(racemate[key].highest / 2.0)
        assert s[key].surgical == pytest.approx(racemate[key].surgical)
        assert s[key].waking == pytest.approx(racemate[key].waking)


def test_what_was_measured_is_alike_in_form_route_size_and_length():
    expected = {
        "AanHetRot2010-peak",
        "AanHetRot2010-late",
        "Vankawala2021-map",
        "RivaPosse2018-map",
        "Abdallah2022-end",
    }
    assert expected <= rows()
    assert rows() == {r.id for r in responses() if r.dose == DOSE}
    assert rows("0.45 mg/kg iv over 45 min") == rows()
    assert rows("35 mg iv over 40 min") == rows()
    for other in (
        *("1 mg/kg iv over 40 min", "0.5 mg/kg iv over 2 h", "0.5 mg/kg iv", "0.5 mg/kg im"),
        *("0.5 mg/kg esketamine iv over 40 min", "0.3 mg/kg iv over 40 min"),
    ):
        assert not rows(other) & rows()
    assert {"Spravato-pressure-time", "Morrison2018-late"} <= rows("84 mg esketamine nasal")
    assert rows("56 mg esketamine nasal") == set()


def test_every_push_is_as_long_as_another():
    assert rows("2 mg/kg iv") == rows("2 mg/kg iv over 1 min") >= {"KetalarUS-iv-duration", "Anaesthesist1992-racemate"}


def test_a_course_is_set_beside_its_first_session_and_a_day_of_several_doses_beside_nothing():
    assert rows(f"{DOSE} twice weekly for 2 weeks") == rows()
    assert rows("0.5 mg/kg iv over 40 min every 6 h 3 times") == set()
    assert rows("0.5 mg/kg iv over 40 min then 1 mg/kg/h iv for 2 h") == set()


def test_only_the_effects_asked_for_are_set_beside():
    assert rows(effects=()) == set()
    assert rows(effects=["cadss"]) == {"AanHetRot2010-peak", "AanHetRot2010-late"}


def test_children_are_set_beside_children():
    assert {r.population.group for r in responses() if r.id in rows("2 mg/kg iv over 1 min", age=40)} == {"adult"}
    found = rows("2 mg/kg iv over 1 min", weight=20, age=6)
    assert {r.population.group for r in responses() if r.id in found} <= {"child"}


def test_a_person_of_unsaid_weight_has_the_reference_weight():
    assert rows("35 mg iv over 40 min", weight=None) == rows()
    unsaid = {o.model for o in others("35 mg iv over 40 min", weight=None)}
    assert "Otto2021" in unsaid
    assert "Ashraf2018" not in unsaid  # it cannot be run without the weight


def test_a_measured_row_says_itself_with_its_source():
    said = {m.row.id: m.sentence for m in measured_beside(Scenario(DOSE, weight=70), EVERY)}
    assert said["Vankawala2021-map"] == (
        "mean arterial pressure, change at peak: 9.9 (8.1 to 11.7) mmHg after 0.5 mg/kg iv over 40 min "
        "(Vankawala2021; certainty moderate)"
    )
    assert said["AanHetRot2010-late"].startswith("cadss, change at 2 h: 0 to 4 points after ")


def test_plain_data_is_json():
    scenario = Scenario("2 mg/kg iv over 1 min", weight=70)
    body = [o.to_dict() for o in other_models(scenario, ["Kamp2020"])]
    assert json.loads(json.dumps(body, allow_nan=False)) == body
    assert set(body[0]) == {
        *("model", "analyte", "sampling", "certainty", "highest_ng_per_ml", "when_h"),
        *("minutes_surgical", "minutes_until_waking", "used"),
    }
    measured = [m.to_dict() for m in measured_beside(scenario, EVERY)]
    assert json.loads(json.dumps(measured, allow_nan=False)) == measured
    assert set(measured[0]) == {
        *("id", "source", "effect", "metric", "time_h", "observed", "low", "high", "unit", "dose", "certainty"),
    }
    assert all(np.isfinite(m["low"]) and m["low"] <= m["high"] for m in measured)


def test_every_row_is_as_certain_as_its_model_and_surgical_as_the_stages_shown():
    scenario = Scenario("2 mg/kg iv over 1 min", weight=70)
    result = simulate(scenario)
    rows = {row.model: row for row in beside(result).models}
    kamp, stage = result.output("ketamine", "Kamp2020"), result.output("anaesthesia_stage")
    assert rows["Kamp2020"].certainty == kamp.certainty
    assert rows["Kamp2020"].surgical == pytest.approx(60.0 * stage.measures["surgical_duration"], rel=0.01)
    assert rows["Kamp2020"].waking == pytest.approx(60.0 * stage.measures["waking"], rel=0.01)
    assert rows["Otto2021"].surgical is rows["Otto2021"].waking is None


def test_bands_of_another_form_are_not_applied():
    rows = other_models(Scenario("5 mg/kg arketamine iv over 1 min", weight=70), [])
    assert rows
    assert all(row.surgical is row.waking is None for row in rows)
