"""What one measured number is set against: which model, which people, which unit."""

import numpy as np
import pytest

from ketsim.dosing import parse_sentence
from ketsim.evidence import catalog, load_source
from ketsim.evidence.observation import Observation
from ketsim.kinetics.choose import choose_model
from ketsim.scenario import Scenario
from ketsim.simulation import simulate
from ketsim.validation import predict

OTTO = load_source("Otto2021")
SOURCES = [load_source(entry.key) for entry in catalog().sources if entry.observed]
MASSES = {n: v.canonical for n, v in load_source("Constants").values.items() if n.startswith("mw_")}


def observation(**fields):
    stated = {
        "id": "Mine-1", "source": "Otto2021", "line": 1, "analyte": "s_ketamine", "metric": "concentration",
        "number": 100.0, "unit": "ng/mL", "time": "1 h", "dose": "0.5 mg/kg esketamine iv over 40 min",
        "sampling": "venous", "population": {"group": "adult", "weight": "80 kg"}, "data_type": "observed",
        "provenance": "estimated", "certainty": "moderate", "where": {"at": "Table 1", "via": "abstract"},
    }  # fmt: skip
    return Observation.model_validate({**stated, **fields})


def predicted(**fields):
    found = predict(observation(**fields), OTTO)
    assert found.reason is None, found.reason
    return found


def simulated(dose="0.5 mg/kg esketamine iv over 40 min", **fields):
    return simulate(Scenario(dose, **{"weight": 80, "effects": "none", **fields}))


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        (100.0, "ng/mL", 100.0),
        (100.0, "ug/L", 100.0),
        (0.1, "mg/L", 100.0),
        (0.1, "ug/mL", 100.0),
        (1.0, "nmol/mL", MASSES["mw_ketamine"]),
        (1.0, "umol/L", MASSES["mw_ketamine"]),
        (1_000.0, "nmol/L", MASSES["mw_ketamine"]),
    ],
)
def test_concentrations_are_shown_in_ng_per_ml(number, unit, expected):
    found = predicted(number=number, unit=unit)
    assert found.observed == pytest.approx(expected, rel=1e-9)
    assert found.unit == "ng/mL"


def test_a_molar_metabolite_is_weighed_with_its_own_mass():
    found = predicted(number=1.0, unit="umol/L", analyte="s_norketamine")
    assert found.observed == pytest.approx(MASSES["mw_norketamine"], rel=1e-9)


@pytest.mark.parametrize(
    ("unit", "expected"), [("ug*h/L", 1.0), ("ng*h/mL", 1.0), ("mg*h/L", 1e3), ("ug*min/mL", 1e3 / 60)]
)
def test_areas_are_shown_in_ng_h_per_ml(unit, expected):
    found = predicted(metric="auc_inf", number=1.0, unit=unit, time=None)
    assert found.observed == pytest.approx(expected, rel=1e-9)
    assert found.unit == "ng*h/mL"


@pytest.mark.parametrize(("metric", "number", "unit", "hours"), [("tmax", 30, "min", 0.5), ("half_life", 2, "h", 2.0)])
def test_times_are_shown_in_hours(metric, number, unit, hours):
    found = predicted(metric=metric, number=number, unit=unit, time=None)
    assert (found.observed, found.unit) == (pytest.approx(hours), "h")


def test_a_concentration_is_read_at_its_time_from_the_default_model():
    found = predicted(time="95 min")
    result = simulated(at="95 min")
    assert found.model == "Otto2021"
    assert found.predicted == pytest.approx(result.values_at(result.output("s_ketamine"))[0]["value"], rel=1e-9)


def test_a_peak_is_the_highest_of_the_curve_or_of_its_window():
    whole = predicted(metric="cmax", time=None)
    assert whole.predicted == pytest.approx(simulated().output("s_ketamine").measures["cmax"], rel=1e-6)
    later = predicted(metric="cmax", time=None, window=["2 h", "24 h"])
    result = simulated(at="2 h")
    assert later.predicted == pytest.approx(result.values_at(result.output("s_ketamine"))[0]["value"], rel=1e-9)


def test_an_area_is_taken_over_its_window():
    first, second, both = (
        predicted(metric="auc", unit="ng*h/mL", time=None, window=w).predicted
        for w in (["0 h", "3 h"], ["3 h", "12 h"], ["0 h", "12 h"])
    )
    assert both == pytest.approx(first + second, rel=1e-3)
    assert first > second


def test_a_steady_state_without_a_time_is_the_end_of_the_infusion():
    dose = "0.1 mg/kg/h esketamine iv for 48 h"
    found = predicted(metric="css", time=None, dose=dose)
    result = simulated(dose, at="48 h")
    assert found.predicted == pytest.approx(result.values_at(result.output("s_ketamine"))[0]["value"], rel=1e-9)


def test_a_row_without_a_time_has_a_reason():
    found = predict(observation(time=None, note="time not printed"), OTTO)
    assert (found.predicted, found.fold) == (None, None)
    assert "no time" in found.reason


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"metric": "cl", "unit": "L/h", "time": None}, "cl is a parameter"),
        ({"dose": None, "dose_text": "some"}, "does not say dose and time well enough"),
        ({"dose": "20 mg ketamine sc"}, "no model answers ketamine"),
        ({"analyte": "s_dehydronorketamine"}, "no model answers esketamine"),
        ({"dose": "0.5 mg/kg esketamine nasal"}, "counts nasal devices"),
    ],
)
def test_what_cannot_be_predicted_says_why_and_keeps_what_was_measured(fields, reason):
    found = predict(observation(**fields), OTTO)
    assert reason in found.reason
    assert (found.predicted, found.model, found.fold) == (None, None, None)
    assert (found.observed, found.unit) == (100.0, fields.get("unit", "ng/mL"))


def test_the_model_goes_by_what_was_asked_and_never_by_what_was_measured():
    rows = [(s, r) for s in SOURCES for r in s.observed if r.dose is not None and r.data_type != "model_prediction"]
    numbers = np.random.default_rng(1).permutation([r.number for _, r in rows])
    for (source, row), number in zip(rows[::3], numbers[::3].tolist(), strict=True):
        other = row.model_copy(update={"number": number, "canonical": row.canonical * 7.0 + 1.0})
        assert predict(other, source).model == predict(row, source).model


def test_the_model_is_the_default_of_the_rule():
    for source in SOURCES:
        for row in source.observed:
            found = predict(row, source)
            if found.model is None or row.data_type == "model_prediction":
                continue
            site = None if row.sampling == "unknown" else row.sampling
            age = row.population.age.typical if row.population.age is not None else None
            events = parse_sentence(row.dose).events(None)
            assert found.model == choose_model(events, site=site, age=age, output=row.analyte).model.key, row.id


def test_a_published_prediction_is_set_against_the_model_that_published_it():
    rows = [r for r in load_source("PerezRuixo2021").observed if r.data_type == "model_prediction"]
    assert rows
    assert {predict(r, load_source("PerezRuixo2021")).model for r in rows} == {"PerezRuixo2021"}


def test_own_fitting_data_are_marked_pairings_included():
    assert predicted(fitted_by=["Otto2021"]).fitted
    assert not predicted(fitted_by=["Kamp2020"]).fitted
    muscle = {"dose": "1 mg/kg ketamine im", "analyte": "ketamine"}
    assert predicted(**muscle, fitted_by=["im-adult-otto"]).fitted
    assert not predicted(**muscle, fitted_by=["im-adult-kamp"]).fitted


def test_people_of_unsaid_weight_have_the_reference_weight():
    found = predicted(population={"group": "adult"}, dose="0.5 mg/kg esketamine iv over 40 min")
    result = simulated(weight=70, at="1 h")
    assert found.predicted == pytest.approx(result.values_at(result.output("s_ketamine"))[0]["value"], rel=1e-9)
