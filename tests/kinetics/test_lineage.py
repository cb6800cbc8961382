"""Which numbers a curve rests on, and that its certainty is the weakest of them."""

import pytest

from ketsim.dosing import Drug, Route
from ketsim.evidence import Certainty, catalog, load_source
from ketsim.kinetics.lineage import names_behind, names_used
from ketsim.kinetics.model import Model
from ketsim.kinetics.network import build_system
from ketsim.kinetics.parameters import Variation, individual_parameters
from ketsim.people import Cohort, Subject
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

IV, ORAL, NASAL = (frozenset({r}) for r in (Route.iv, Route.oral, Route.nasal))
RUNNABLE = [m.key for m in catalog().models if m.status != "record"]


def numbers(key, output, routes, drug=Drug.esketamine, options=frozenset()):
    return {v.name for v in Model.load(key).numbers_behind(output, drug, routes, options)}


def test_an_intravenous_parent_rests_on_its_own_disposition_alone():
    assert numbers("Otto2021", "s_ketamine", IV) == {
        "v1", "cl", "vp1", "q1", "vp2", "q2", "weight_ref", "exponent_volume", "exponent_clearance",
    }  # fmt: skip


def test_a_metabolite_rests_on_its_parent_and_itself():
    parent, metabolite = (numbers("Otto2021", name, IV) for name in ("s_ketamine", "s_norketamine"))
    assert metabolite - parent == {"v_nk", "cl_nk", "vp_nk", "q_nk"}
    assert parent < metabolite


def test_an_absorption_that_was_not_used_says_nothing():
    assert not numbers("PerezRuixo2021", "s_ketamine", IV) & {"ka_n", "ka_sw", "ka_po", "frn", "fgut", "d_sw", "d_po"}
    assert numbers("PerezRuixo2021", "s_ketamine", ORAL) & {"ka_n", "ka_sw", "ka_po", "fgut"} == {"ka_po", "fgut"}
    assert {"ka_n", "ka_sw", "frn", "fgut", "device_amount"} <= numbers("PerezRuixo2021", "s_ketamine", NASAL)
    assert "ka_po" not in numbers("PerezRuixo2021", "s_ketamine", NASAL)


@pytest.mark.parametrize("routes", [IV, ORAL])
def test_metabolite_numbers_do_not_colour_the_parent_of_ashraf(routes):
    behind = numbers("Ashraf2018", "s_ketamine", routes)
    assert not [name for name in behind if name.endswith("_nk")]
    assert "clint_liver_nk" in numbers("Ashraf2018", "s_norketamine", routes)


def test_gut_numbers_belong_to_swallowed_doses():
    assert "clint_gut" in numbers("Ashraf2018", "s_ketamine", ORAL)
    assert not numbers("Ashraf2018", "s_ketamine", IV) & {"clint_gut", "ka", "fu_gut", "cl_perm"}


def test_an_effect_switched_on_is_among_the_numbers():
    off = numbers("PerezRuixo2021", "s_ketamine", NASAL)
    on = numbers("PerezRuixo2021", "s_ketamine", NASAL, options=frozenset({"asian"}))
    assert on - off == {"asian_kel"}
    assert numbers("PerezRuixo2021", "s_norketamine", NASAL, options=frozenset({"asian"})) - on >= {"asian_cln"}


def test_a_sum_rests_on_the_numbers_of_all_its_parts():
    total = numbers("Simons2022SR", "ketamine", IV, Drug.ketamine)
    parts = [numbers("Simons2022SR", n, IV, Drug.ketamine) for n in ("s_ketamine", "r_ketamine")]
    assert total == parts[0] | parts[1]
    assert "cl_ratio_r_to_s" in parts[1] - parts[0]


@pytest.mark.parametrize("key", RUNNABLE)
def test_no_number_outside_the_lineage_changes_the_curve(key, one_mg):
    """Double one number after the other: what moves the exposure or the volume of a readout must be listed."""
    model = Model.load(key)
    child = model.spec.limits.age is not None and not model.admits_age(None)
    cohort = Cohort.of(Subject(weight=20.0 if child else 70.0, age=5.0 if child else 70.0))
    drug = Drug(model.spec.drugs[0])
    for route in model.spec.routes:
        for role in model.roles:

            def exposure(values, role=role, route=route):
                changed = Model(model.spec, model.source, values)
                env = individual_parameters(changed.spec, values, cohort, Variation(), factors={})
                system = build_system(changed.spec, env, {}, subjects=1)
                row = changed.roles.index(role)
                area = changed.typical_exposure(role, one_mg(drug, Route(route)), cohort, {})
                return area, tuple(system.readout[0, row])

            base = exposure(model.values)
            listed = names_behind(model.spec, frozenset({role}), frozenset({Route(route)}))
            for name, value in model.values.items():
                if value.canonical is None or name in listed:
                    continue
                doubled = {**model.values, name: value.model_copy(update={"canonical": value.canonical * 1.01})}
                found = exposure(doubled)
                assert found[0] == pytest.approx(base[0], rel=1e-9), name
                assert found[1] == pytest.approx(base[1], rel=1e-12), name


def with_certainty(model, name, certainty):
    changed = model.values[name].model_copy(update={"certainty": certainty})
    return Model(model.spec, model.source, {**model.values, name: changed}, model.pairings)


def test_the_weakest_number_shows_where_it_matters_and_nowhere_else():
    model = Model.load("Otto2021")
    weaker = with_certainty(model, "cl_nk", Certainty.VERY_LOW)
    assert weaker.certainty("s_norketamine", Drug.esketamine, IV) is Certainty.VERY_LOW
    assert weaker.certainty("s_ketamine", Drug.esketamine, IV) is model.certainty("s_ketamine", Drug.esketamine, IV)
    shared = with_certainty(model, "cl", Certainty.VERY_LOW)
    assert shared.certainty("s_norketamine", Drug.esketamine, IV) is Certainty.VERY_LOW


@pytest.mark.parametrize("key", RUNNABLE)
def test_certainty_is_the_lowest_of_the_numbers_and_assumptions(key):
    model = Model.load(key)
    for drug in [*map(Drug, model.spec.drugs), *map(Drug, model.spec.stands_for)]:
        for output in model.output_names(drug):
            links = [v.certainty for v in model.numbers_behind(output, drug, IV)]
            if drug.value not in model.spec.drugs:
                links.append(model.spec.stands_for[drug.value].certainty)
            assert model.certainty(output, drug, IV) is min(links)


def test_a_switched_on_effect_lowers_the_printed_certainty():
    asked = {"ethnicity": "chinese"}
    off, on = (
        simulate(Scenario("28 mg esketamine nasal", **asked, options=options)).output("s_ketamine")
        for options in ((), ("asian",))
    )
    assert (off.certainty, on.certainty) == ("moderate", "low")
    assert any(line.startswith("asian_kel = 0.36") for line in on.numbers)


def test_covariates_that_matter_are_named():
    assert {"weight"} <= names_used(Model.load("Kamp2020").spec)
    assert {"age"} <= names_used(Model.load("PerezRuixo2021").spec)
    assert not Model.load("Kamp2020").uses("age")
    assert not Model.load("PerezRuixo2021").uses("weight")


def test_sources_of_borrowed_numbers_are_cited():
    result = simulate(Scenario("40 mg ketamine iv over 40 min", models="Simons2022SR", sampling="arterial", weight=70))
    assert "Wang2019" in result.output("r_ketamine").sources
    assert "Wang2019" not in result.output("s_ketamine").sources
    assert load_source("Wang2019").key == "Wang2019"
