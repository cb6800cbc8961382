"""The second default model: metabolites that the first one lacks, from one model whole, in the same blood."""

import pytest

from ketsim.scenario import Scenario
from ketsim.simulation import simulate


def shown(dose, **fields):
    result = simulate(Scenario(dose, weight="70 kg", **fields))
    return [(o.name, o.model) for o in result.outputs if o.kind == "concentration"]


def test_arterial_racemate_gets_its_metabolites_from_the_next_model():
    assert shown("0.5 mg/kg iv over 40 min", sampling="arterial") == [
        ("ketamine", "Kamp2020"),
        ("norketamine", "Simons2022"),
        ("hydroxynorketamine", "Simons2022"),
    ]


def test_a_model_named_runs_alone():
    assert shown("0.5 mg/kg iv over 40 min", models="Kamp2020") == [("ketamine", "Kamp2020")]


def test_a_model_with_metabolites_needs_no_second():
    assert {model for _, model in shown("0.5 mg/kg iv over 40 min")} == {"Otto2021"}


def test_a_declared_absorption_was_derived_for_the_parent_alone():
    assert shown("1 mg/kg im", sampling="arterial") == [("ketamine", "Kamp2020")]


@pytest.mark.parametrize("site", ["venous", "arterial"])
def test_no_flagged_model_runs_unnamed(site):
    assert not {model for _, model in shown("1 mg/kg iv", sampling=site)} & {"Domino1984", "Hornik2018", "Simons2022SR"}


def test_the_curve_is_that_of_the_model_run_whole():
    both = simulate(Scenario("20 mg esketamine iv over 20 min", weight="70 kg", sampling="arterial"))
    alone = simulate(Scenario("20 mg esketamine iv over 20 min", weight="70 kg", models="Simons2022"))
    assert (both.output("s_norketamine").median == alone.output("s_norketamine").median).all()
    assert any("which Kamp2020 lacks" in text for text in both.assumptions)
