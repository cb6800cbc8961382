"""The rule for the default model, line by line, and what it refuses."""

import pytest

from ketsim.dosing import Drug, Route, parse_sentence
from ketsim.errors import InputError
from ketsim.evidence import catalog, load_source
from ketsim.kinetics.choose import RULES, choose_model, named_model
from ketsim.kinetics.model import Model
from ketsim.scenario import Scenario
from ketsim.simulation import simulate


def chosen(sentence, *, site=None, age=None, output=None):
    return choose_model(parse_sentence(sentence).events(1000.0), site=site, age=age, output=output)


@pytest.mark.parametrize(
    ("line", "sentence", "asked"),
    [
        (0, "20 mg arketamine iv over 1 h", {"site": "arterial"}),
        (0, "0.5 mg/kg ketamine iv over 40 min", {"site": "arterial"}),
        (1, "20 mg esketamine iv over 20 min", {"site": "arterial", "output": "s_norketamine"}),
        (2, "40 mg ketamine iv over 20 min", {"site": "arterial", "output": "r_ketamine"}),
        (3, "0.25 mg/kg ketamine iv", {}),
        (3, "10 mg esketamine iv", {"site": "venous"}),
        (3, "0.25 mg/kg iv then 0.1 mg/kg/h for 2 h", {}),
        (3, "0.25 mg/kg ketamine iv over 2 min", {}),  # an injection of up to two minutes is a push
        (4, "0.25 mg/kg ketamine iv over 121 s", {}),
        (4, "0.5 mg/kg ketamine iv over 40 min", {}),
        (4, "0.5 mg/kg ketamine iv over 40 min", {"age": 90.0, "site": "venous"}),
        (5, "56 mg esketamine nasal", {}),
        (5, "28 mg esketamine nasal and 5 mg esketamine iv over 5 min", {}),
        (6, "0.3 mg/kg ketamine oral", {}),
        (6, "0.3 mg/kg esketamine oral", {"site": "venous"}),
        (6, "0.5 mg/kg ketamine iv over 40 min and 30 mg ketamine oral", {}),
        (7, "50 mg esketamine buccal", {}),
        (8, "50 mg esketamine sublingual", {"site": "arterial"}),
        (9, "1 mg/kg ketamine iv", {"age": 5.0}),
        (9, "1 mg/kg ketamine iv over 40 min", {"age": 5.0, "site": "venous"}),
        (10, "0.3 mg/kg/h esketamine iv for 24 h", {"age": 2.0}),
        (10, "1 mg/kg esketamine iv", {"age": 2.0}),
    ],
)
def test_each_line_of_the_rule(line, sentence, asked):
    found = chosen(sentence, **asked)
    assert (found.model.key, found.because) == (RULES[line].model, RULES[line].because)


def test_every_line_is_tested():
    (marks,) = [m for m in test_each_line_of_the_rule.pytestmark if m.name == "parametrize"]
    assert {case[0] for case in marks.args[1]} == set(range(len(RULES)))


@pytest.mark.parametrize("rule", RULES, ids=lambda r: f"{r.route}-{r.site}-{r.model}")
def test_every_line_names_a_model_that_covers_it(rule):
    model = Model.load(rule.model)
    assert rule.route in model.spec.routes
    assert model.spec.sampling in (rule.site, "unknown")
    assert all(model.accepts(drug, rule.route) for drug in rule.drugs)


@pytest.mark.parametrize(
    ("sentence", "asked", "pairing"),
    [
        ("1 mg/kg ketamine im", {}, "im-adult-otto"),
        ("1 mg/kg ketamine im", {"site": "arterial"}, "im-adult-kamp"),
        ("50 mg ketamine nasal", {}, "nasal-adult-ashraf"),
        ("50 mg ketamine nasal", {"site": "arterial"}, "nasal-adult-kamp"),
        ("25 mg ketamine sublingual", {}, "sublingual-adult-otto"),
        ("9 mg/kg ketamine rectal", {"age": 5.0}, "rectal-child-herd"),
        ("3 mg/kg ketamine nasal", {"age": 5.0}, "nasal-child-herd"),
    ],
)
def test_a_declared_assumption_answers_where_no_model_has_the_route(sentence, asked, pairing):
    found = chosen(sentence, **asked)
    assert [p.id for p in found.model.pairings] == [pairing]
    assert found.because == f"no verified model has this route; {pairing} is a declared assumption"


def test_only_pairings_declared_for_it_answer_unasked():
    declared = {p.id: p.default for p in load_source("RouteAssumptions").pairings}
    assert not declared["oral-adult-kamp"]
    with pytest.raises(InputError, match="Ask for another answer by name: Ashraf2018, Kamp2020, Otto2021"):
        chosen("30 mg ketamine oral", site="arterial")
    events = parse_sentence("30 mg ketamine oral").events(None)
    assert [p.id for p in named_model("Kamp2020", events, site="arterial").model.pairings] == ["oral-adult-kamp"]


@pytest.mark.parametrize(
    ("sentence", "asked", "words"),
    [
        ("50 mg ketamine sc", {}, r"ketamine by the sc route for an adult\. No absorption is declared"),
        ("50 mg ketamine smoked", {}, "by the smoked route for an adult"),
        ("50 mg ketamine inhaled", {}, "by the inhaled route for an adult"),
        ("50 mg ketamine rectal", {}, "by the rectal route for an adult"),
        ("50 mg ketamine rectal", {"age": 40.0}, "by the rectal route for a person of 40 years"),
        ("50 mg ketamine buccal", {}, r"by the buccal route for an adult\. No absorption is declared for it either"),
        ("28 mg esketamine nasal", {"site": "arterial"}, r"in arterial blood\. Ask .* by name: PerezRuixo2021"),
        ("28 mg esketamine nasal", {"age": 9.0}, "for a person of 9 years"),
        ("50 mg esketamine buccal", {"site": "venous"}, r"in venous blood\. Ask .* by name: Simons2022"),
        ("30 mg arketamine oral", {}, "no model answers arketamine by the oral route"),
        ("20 mg arketamine iv over 1 h", {"site": "venous"}, "no model answers arketamine by the iv route"),
        ("1 mg/kg ketamine im", {"age": 5.0}, "by the im route for a person of 5 years"),
        ("20 mg ketamine iv over 1 h", {"output": "dehydronorketamine"}, r"\(dehydronorketamine\) by the iv"),
    ],
)  # fmt: skip
def test_a_route_without_data_is_refused_with_what_there_is(sentence, asked, words):
    with pytest.raises(InputError, match=words):
        chosen(sentence, **asked)


def test_an_age_not_given_is_an_adults():
    assert chosen("1 mg/kg ketamine iv over 40 min").model.key == "Otto2021"
    children = {m.key for m in catalog().models if m.status != "record" and not Model.load(m.key).admits_age(None)}
    assert children == {"Elkomy2015", "Flint2017", "Herd2007", "Hornik2018", "Sherwin2015"}


def test_arterial_blood_is_a_warning_where_nobody_asked_for_it():
    assert "Simons2022 predicts arterial blood" in chosen("50 mg esketamine buccal").warnings[0]
    assert chosen("50 mg esketamine buccal", site="arterial").warnings == ()
    assert chosen("20 mg arketamine iv over 1 h").model.key == "Kamp2020"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            {"models": "Kamp2020", "age": 5},
            r"age 5 years is outside Kamp2020, built on healthy adults .*\(from 18 years?\)",
        ),
        ({"models": "Kamp2020", "sampling": "venous"}, "Kamp2020 predicts arterial blood and venous was asked for"),
        ({"models": "Flint2017", "age": 5}, "was built for esketamine and does not stand for ketamine"),
        ({"models": "Herd2007", "age": 40}, "age 40 years is outside Herd2007"),
        ({"models": "Kamp2021"}, "Kamp2021 is a record only"),
        ({"models": "Kamp2002"}, "there is no model 'Kamp2002'; did you mean 'Kamp202"),
        ({"models": "PerezRuixo2021"}, "does not stand for ketamine by the iv route"),
    ],
)
def test_a_named_model_refuses_what_it_was_not_built_for(asked, words):
    with pytest.raises(InputError, match=words):
        simulate(Scenario("20 mg ketamine iv over 40 min", weight=70, **asked))


def test_a_named_model_refuses_a_route_that_nobody_declared():
    with pytest.raises(InputError, match=r"Fanta2015 has no oral route \(it has iv\)"):
        simulate(Scenario("20 mg esketamine oral", weight=70, models="Fanta2015"))


def test_weight_limits_hold():
    with pytest.raises(InputError, match="weight 70 kg is outside Flint2017"):
        simulate(Scenario("1 mg/kg esketamine iv", weight=70, age=5))


def test_forms_are_not_mixed():
    with pytest.raises(InputError, match="mixes two forms of the drug"):
        simulate(Scenario("20 mg ketamine iv over 40 min and 20 mg esketamine iv over 40 min", weight=70))


def test_a_child_model_asked_for_without_an_age_says_for_whom_it_speaks():
    said = simulate(Scenario("1 mg/kg ketamine iv", weight=20, models="Herd2007")).assumptions
    assert any(a.startswith("No age was given: a person like those of Herd2007 is meant") for a in said)
    assert not any("an adult is meant" in a for a in said)


def test_the_film_of_simons_never_stands_for_racemate():
    model = Model.load("Simons2022")
    assert model.accepts(Drug.ketamine, Route.iv)
    assert not model.accepts(Drug.ketamine, Route.buccal)
