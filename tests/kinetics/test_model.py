"""Every model that can run, by every route it has: linear, finite, and named as it should be."""

import numpy as np
import pytest

from ketsim.dosing import DoseEvent, Drug, Route, parse_sentence
from ketsim.errors import InputError
from ketsim.evidence import catalog, load_source
from ketsim.kinetics.model import Model
from ketsim.kinetics.parameters import Variation
from ketsim.people import Cohort, Population, Subject
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

BRIEFS = [m for m in catalog().models if m.status != "record"]
CASES = [
    pytest.param(m.key, Drug(drug), Route(route), id=f"{m.key}-{drug}-{route}")
    for m in BRIEFS
    for drug in (*m.drugs, *m.stands_for)
    for route in m.routes
    if Model.load(m.key).accepts(Drug(drug), Route(route))
]
TIMES = np.unique(np.concatenate([np.linspace(0.0, 3.0, 61), np.linspace(3.0, 36.0, 67)]))
DRIFT = 1e-3  # what staggered epochs leave; every other model is exact


def person(key):
    child = not Model.load(key).admits_age(None)
    return Cohort.of(Subject(weight=20.0, age=5.0) if child else Subject(weight=80.0, age=70.0))


def dose(drug, route, *, time=0.0, amount=28.0, **more):
    stated = {"per_kg": False, "duration": 0.5 if route is Route.iv else 0.0, "basis": "base", **more}
    return DoseEvent(time=time, amount=amount, drug=drug, route=route, **stated)


def curves(key, events, cohort=None):
    return Model.load(key).curves(events, cohort or person(key), TIMES, Variation())


@pytest.mark.parametrize(("key", "drug", "route"), CASES)
def test_every_model_runs_by_every_route_that_it_has(key, drug, route):
    found = curves(key, [dose(drug, route)])
    assert found.values.shape == (len(found.names), 1, len(TIMES))
    assert np.isfinite(found.values).all()
    assert (found.values >= 0.0).all()
    assert (found.values.max(axis=2) > 0.0).all()
    assert found.error.max() < (DRIFT if Model.load(key).spec.drifts else 1e-9)
    assert set(found.names) == set(Model.load(key).output_names(drug))


@pytest.mark.parametrize(("key", "drug", "route"), CASES)
def test_twice_the_dose_is_twice_the_curve(key, drug, route):
    """Of a spray only below one device: later devices of a session deliver less."""
    single, double = (curves(key, [dose(drug, route, amount=a)]).values for a in (14.0, 28.0))
    scale = single.max(axis=2, keepdims=True)
    np.testing.assert_allclose(double / scale, 2.0 * single / scale, rtol=0, atol=1e-11)


@pytest.mark.parametrize(("key", "drug", "route"), CASES)
def test_two_doses_are_the_sum_of_each_alone(key, drug, route):
    drifts = Model.load(key).spec.drifts
    first, second = dose(drug, route), dose(drug, route, time=7.0, amount=20.0)
    both, one, other = (curves(key, events).values for events in ([first, second], [first], [second]))
    scale = both.max(axis=2, keepdims=True)
    np.testing.assert_allclose(both / scale, (one + other) / scale, rtol=0, atol=DRIFT if drifts else 1e-10)


@pytest.mark.parametrize(("key", "drug", "route"), [c for c in CASES if not Model.load(c.values[0]).spec.drifts])
def test_a_later_dose_is_the_same_curve_later(key, drug, route):
    model, cohort = Model.load(key), person(key)
    now = model.curves([dose(drug, route)], cohort, TIMES, Variation()).values
    late = model.curves([dose(drug, route, time=2.5)], cohort, TIMES + 2.5, Variation()).values
    scale = now.max(axis=2, keepdims=True)
    np.testing.assert_allclose(late / scale, now / scale, rtol=0, atol=1e-10)


@pytest.mark.parametrize("brief", [m for m in BRIEFS if m.key != "Flint2017"], ids=lambda m: m.key)
def test_the_whole_area_is_dose_over_clearance_through_the_exact_formula(brief, one_mg):
    """Area by quadrature of a long curve against readout x (-rates)^-1 x dose."""
    model, cohort = Model.load(brief.key), person(brief.key)
    drug = Drug(brief.drugs[0])
    times = np.concatenate([[0.0], np.geomspace(1e-5, 600.0, 6_001)])
    event = DoseEvent(0.0, 10.0, False, 0.0, drug, Route.iv, "base")
    found = model.curves([event], cohort, times, Variation())
    area = np.trapezoid(sum(found.values[found.names.index(n), 0] for n in parent_names(model, drug)), times)
    assert area == pytest.approx(10.0 * model.typical_exposure("parent", one_mg(drug, Route.iv), cohort, {}), rel=1e-4)


def parent_names(model, drug):
    whole = [n for n in model.output_names(drug) if n not in model.spec.sums]
    return [n for n in whole if n in ("ketamine", "s_ketamine", "r_ketamine")]


def test_clearance_of_kamp_by_hand(one_mg):
    model = Model.load("Kamp2020")
    area = model.typical_exposure("parent", one_mg(Drug.ketamine, Route.iv), Cohort.of(Subject(weight=70.0)), {})
    assert area == pytest.approx(1.0 / model.values["cl"].canonical, rel=1e-12)


def test_parallel_enantiomers_add_up_to_the_racemate():
    found = curves("Simons2022SR", [dose(Drug.ketamine, Route.iv)])
    by_name = dict(zip(found.names, found.values, strict=True))
    np.testing.assert_array_equal(by_name["ketamine"], by_name["s_ketamine"] + by_name["r_ketamine"])


def test_half_a_dose_of_racemate_is_s_ketamine_and_r_leaves_more_slowly(one_mg):
    racemate = curves("Simons2022SR", [dose(Drug.ketamine, Route.iv)])
    alone = curves("Simons2022", [dose(Drug.esketamine, Route.iv, amount=14.0)])
    share = load_source("Constants").values["s_share"].canonical
    assert share == 0.5
    for name in ("s_ketamine", "s_norketamine", "s_hydroxynorketamine"):
        a, b = racemate.values[racemate.names.index(name)], alone.values[alone.names.index(name)]
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12 * b.max())
    s, r = (racemate.values[racemate.names.index(n), 0] for n in ("s_ketamine", "r_ketamine"))
    assert (r[TIMES > 0.6] > s[TIMES > 0.6]).all()
    model = Model.load("Simons2022SR")
    slower = model.values["r_to_s"].canonical
    areas = [model.typical_exposure("parent", one_mg(Drug.ketamine, Route.iv), person("Simons2022SR"), {})]
    whole = 80.0**-0.75 * 70.0**0.75 / model.values["cl"].canonical
    assert areas[0] == pytest.approx(whole * (share + (1.0 - share) / slower), rel=1e-9)


def test_metabolites_of_molar_models_weigh_their_own_molar_mass():
    constants = {n: v.canonical for n, v in load_source("Constants").values.items()}
    model = Model.load("Simons2022")
    by_mass = Model(model.spec.model_copy(update={"amounts": "mass"}), model.source, model.values)
    event, cohort = dose(Drug.esketamine, Route.iv), person("Simons2022")
    molar, mass = (m.curves([event], cohort, TIMES, Variation()) for m in (model, by_mass))
    for name, substance in (
        ("s_ketamine", "ketamine"),
        ("s_norketamine", "norketamine"),
        ("s_hydroxynorketamine", "hydroxynorketamine"),
    ):
        i = molar.names.index(name)
        ratio = constants[f"mw_{substance}"] / constants["mw_ketamine"]
        np.testing.assert_allclose(molar.values[i], ratio * mass.values[i], rtol=1e-9)
    assert constants["mw_hydroxynorketamine"] > constants["mw_ketamine"] > constants["mw_norketamine"]


def test_a_mass_model_passes_mass_on_without_a_factor(one_mg):
    assert Model.load("Otto2021").spec.amounts == "mass"
    model, cohort = Model.load("Otto2021"), Cohort.of(Subject(weight=70.0))
    area = model.typical_exposure("norketamine", one_mg(Drug.esketamine, Route.iv), cohort, {})
    assert area == pytest.approx(1.0 / model.values["cl_nk"].canonical, rel=1e-9)


@pytest.mark.parametrize(
    ("drug", "names"),
    [("ketamine", ["ketamine", "norketamine"]), ("esketamine", ["s_ketamine", "s_norketamine"])],
)
def test_outputs_carry_the_name_of_the_form_given(drug, names):
    result = simulate(Scenario(f"0.2 mg/kg {drug} iv over 40 min", weight=70))
    assert [o.name for o in result.outputs if o.kind == "concentration"] == names
    assert result.outputs[0].label == f"{names[0].replace('s_', 'S-')} in venous plasma"


def test_a_stand_in_is_said():
    said = simulate(Scenario("0.5 mg/kg ketamine iv over 40 min", weight=70)).assumptions
    assert any("Otto2021 was built for esketamine and stands here for ketamine" in a for a in said)


def test_each_person_of_a_cohort_is_the_person_alone():
    people = Population(4, weight=(50.0, 100.0)).realise(0, 4, seed=3)
    events = parse_sentence("0.5 mg/kg esketamine iv over 40 min").events(None)
    model, variation = Model.load("Otto2021"), Variation(seed=3, between_people=True)
    together = model.curves(events, people, TIMES, variation).values
    for i in range(4):
        alone = Population(4, weight=(50.0, 100.0)).realise(i, 1, seed=3)
        np.testing.assert_array_equal(model.curves(events, alone, TIMES, variation).values[:, 0], together[:, i])


def test_an_unknown_model_is_answered_with_near_ones():
    with pytest.raises(InputError, match="there is no model 'Oto2021'; did you mean 'Otto2021"):
        Model.load("Oto2021")


def test_a_record_never_runs():
    for brief in catalog().models:
        if brief.status == "record":
            with pytest.raises(InputError, match="is a record only"):
                Model.load(brief.key)
