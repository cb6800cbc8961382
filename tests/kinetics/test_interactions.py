"""Published exposure ratios come out as published, by the route and form they were measured with, or not at all."""

import pytest

from ketsim.dosing import Drug, Route
from ketsim.errors import InputError
from ketsim.evidence import Certainty
from ketsim.kinetics.interactions import effect_of, known_interactions, unmodelled
from ketsim.kinetics.model import Model
from ketsim.people import Cohort, Subject
from ketsim.plan import make_plan
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

DOSES = {
    "oral": "20 mg esketamine oral",
    "iv": "20 mg esketamine iv over 40 min",
    "nasal": "28 mg esketamine nasal",
}
MET = [
    ("ticlopidine", "oral", 2.4, None),
    ("rifampicin", "oral", 0.14, None),
    ("clarithromycin", "oral", 2.6, 1.196),
    ("grapefruit juice", "oral", 3.0, 1.29),
    ("St John's wort", "oral", 0.42, 0.82),
    ("itraconazole", "oral", 1.0, None),
    ("ticlopidine", "nasal", 1.29, None),
    ("oxymetazoline", "nasal", 1.0, None),
    ("rifampicin", "iv", 0.9, 0.5),
]


def areas(one_mg, medicine, route, *, weight=65.0, age=40.0):
    """Exact areas to infinity of S-ketamine and S-norketamine of a planned model, with and without its factors."""
    (planned,) = make_plan(Scenario(DOSES[route], weight=weight, age=age, co_medication=medicine)).models
    person = Cohort.of(Subject(weight=weight, age=age))
    return [
        [
            planned.model.typical_exposure(role, one_mg(Drug.esketamine, Route(route)), person, factors)
            for role in ("parent", "norketamine")
        ]
        for factors in ({}, planned.factors)
    ]


@pytest.mark.parametrize(("medicine", "route", "parent", "metabolite"), MET)
def test_the_published_ratio_is_met(one_mg, medicine, route, parent, metabolite):
    without, with_it = areas(one_mg, medicine, route)
    assert with_it[0] / without[0] == pytest.approx(parent, rel=1e-6)
    if metabolite is not None:
        assert with_it[1] / without[1] == pytest.approx(metabolite, rel=1e-6)


@pytest.mark.parametrize(("medicine", "route", "parent", "metabolite"), MET)
def test_the_ratio_stands_in_a_source(medicine, route, parent, metabolite):
    rows = [r for r in known_interactions() if r.factor == medicine and r.route == route]
    exposures = {(("norketamine" in r.analyte), r.ratio) for r in rows if r.metric in ("auc", "auc_inf")}
    assert (False, parent) in exposures
    assert metabolite is None or (True, metabolite) in exposures


@pytest.mark.parametrize("weight", [50.0, 110.0])
def test_the_ratio_is_met_at_every_size(one_mg, weight):
    without, with_it = areas(one_mg, "ticlopidine", "oral", weight=weight)
    assert with_it[0] / without[0] == pytest.approx(2.4, rel=1e-6)


def test_simulated_curves_show_the_ratio_and_its_source():
    base = Scenario(DOSES["oral"], weight=65, until="240 h")
    plain, changed = (simulate(s).output("s_ketamine") for s in (base, base.with_(co_medication="ticlopidine")))
    assert changed.measures["auc_inf"] / plain.measures["auc_inf"] == pytest.approx(2.4, rel=2e-3)
    assert "Peltoniemi2011" in changed.sources
    assert "Peltoniemi2011" not in plain.sources
    said = simulate(base.with_(co_medication="Ticlopidine")).assumptions
    assert any("ticlopidine by the oral route: exposure x2.4 (Peltoniemi2011" in a for a in said)


def test_a_medicine_that_changes_nothing_changes_nothing():
    base = Scenario(DOSES["oral"], weight=65)
    plain, changed = (simulate(s).output("s_ketamine") for s in (base, base.with_(co_medication="itraconazole")))
    assert (plain.median == changed.median).all()


def test_a_weaker_interaction_weakens_the_answer():
    result = simulate(Scenario(DOSES["oral"], weight=65, co_medication="complete loss of CYP2B6"))
    assert result.output("s_ketamine").certainty == "low"


def test_the_racemate_is_read_by_the_form_it_shares():
    (planned,) = make_plan(Scenario("20 mg ketamine oral", weight=65, co_medication="ticlopidine")).models
    assert set(planned.factors) == {"cyp2b6_activity"}


def test_enantiomers_with_readouts_of_their_own_are_added_up(one_mg):
    asked = Scenario(
        "20 mg ketamine iv over 40 min",
        weight=65,
        sampling="arterial",
        models="Simons2022SR",
        co_medication="rifampicin",
    )
    (planned,) = make_plan(asked).models
    person = Cohort.of(Subject(weight=65.0))
    total = [
        planned.model.typical_exposure("parent", one_mg(Drug.ketamine, Route.iv), person, factors)
        for factors in ({}, planned.factors)
    ]
    assert total[1] / total[0] == pytest.approx(0.9, rel=1e-6)


def test_a_population_is_solved_at_its_median_weight():
    (planned,) = make_plan(Scenario(DOSES["oral"], population=200, weight=65, co_medication="ticlopidine")).models
    (single,) = make_plan(Scenario(DOSES["oral"], weight=65, co_medication="ticlopidine")).models
    assert planned.factors == pytest.approx(single.factors, rel=1e-9)


@pytest.mark.parametrize(
    ("dose", "asked", "sentence"),
    [
        ("iv", {"co_medication": "ticlopidine"}, r"with the iv route was found \(known: nasal x1.29, oral x2.4\)"),
        ("nasal", {"co_medication": "rifampicin"}, r"\(known: iv x0.86, iv x0.9, oral x0.14\); leave it out"),
        ("nasal", {"co_medication": "clarithromycin"}, r"clarithromycin with the nasal route .*known: oral x2.6"),
        ("iv", {"co_medication": ["long-term barbiturates"]}, "no size is published for any route"),
        ("oral", {"co_medication": "ticlopidin"}, "'ticlopidin' with ketamine was found; .*Did you mean 'ticlopidine"),
        ("oral", {"co_medication": "paracetamol"}, "'paracetamol' with ketamine was found; known are .*rifampicin"),
        ("oral", {"co_medication": "ticlopidine, clarithromycin"}, "ticlopidine and clarithromycin each change"),
        ("oral", {"co_medication": "clarithromycin, grapefruit juice"}, "nobody has measured them together"),
    ],
)  # fmt: skip
def test_what_was_not_measured_is_refused_with_what_was(dose, asked, sentence):
    with pytest.raises(InputError, match=sentence):
        simulate(Scenario(DOSES[dose], weight=65, **asked))


def test_two_routes_at_once_are_refused():
    with pytest.raises(InputError, match="known by single routes only"):
        simulate(Scenario("20 mg esketamine iv and 20 mg esketamine oral", weight=65, co_medication="ticlopidine"))


def test_r_ketamine_was_not_measured():
    with pytest.raises(InputError, match="no published size of the interaction of rifampicin"):
        simulate(Scenario("20 mg arketamine iv over 40 min", weight=65, co_medication="rifampicin"))


def test_the_same_medicine_twice_is_one_medicine():
    twice = Scenario(DOSES["oral"], weight=65, co_medication=["ticlopidine", "Ticlopidine "])
    assert len(make_plan(twice).models[0].interactions) == 1


def test_one_medicine_that_acts_and_one_that_does_not_go_together():
    both = Scenario(DOSES["oral"], weight=65, co_medication="ticlopidine, itraconazole")
    assert set(make_plan(both).models[0].factors) == {"cyp2b6_activity"}


def test_a_structure_that_cannot_express_the_ratio_says_so():
    model = Model.load("Ashraf2018")
    with pytest.raises(InputError, match=r"cannot express the published effect of ticlopidine \(exposure x2.4\)"):
        effect_of(
            "ticlopidine",
            drug=Drug.esketamine,
            route=Route.oral,
            exposure=lambda factors: 1.0 + 0.5 / (1.0 + factors.get("hepatic_clint_factor", 1.0)),
            metabolite_exposure=None,
            available=model.factors_used - {"cyp2b6_activity"},
        )


def test_the_liver_takes_what_the_stated_mechanism_cannot():
    """CYP2B6 alone reaches a factor of 1.5 in this toy; the rest of 2.4 is left to the liver."""

    def exposure(factors):
        blocked = 1.5 if factors.get("cyp2b6_activity", 1.0) < 1e-6 else 1.0
        return blocked / factors.get("hepatic_clint_factor", 1.0)

    found = effect_of(
        "ticlopidine",
        drug=Drug.esketamine,
        route=Route.oral,
        exposure=exposure,
        metabolite_exposure=None,
        available=frozenset({"cyp2b6_activity", "hepatic_clint_factor"}),
    )
    assert found.factors["hepatic_clint_factor"] == pytest.approx(1.5 / 2.4, rel=1e-9)
    assert found.certainty is Certainty.MODERATE


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ({"liver": "child_pugh_b"}, "hepatic child_pugh_b changes nothing in this result"),
        ({"kidney": "moderate"}, "renal moderate changes nothing in this result"),
        ({"kidney": 45}, "renal function of 45 mL/min changes nothing in this result"),
        ({"cyp2b6": "*6/*6"}, "cyp2b6 *6/*6 changes nothing in this result"),
    ],
)
def test_what_is_known_of_organs_and_genes_is_said_and_not_applied(person, words):
    base = Scenario(DOSES["nasal"])
    plain, told = simulate(base), simulate(base.with_(**person))
    assert (plain.output("s_ketamine").median == told.output("s_ketamine").median).all()
    (said,) = [w for w in told.warnings if "changes nothing" in w]
    assert words in said
    assert "(" in said


def test_normal_organs_need_no_warning():
    assert unmodelled((("hepatic", "normal"), ("renal", None), ("cyp2b6", "*1/*1"))) == ()
