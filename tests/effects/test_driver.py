"""Which concentration drives which effect: isomers never mixed in silence, blood told apart, a named model kept."""

from __future__ import annotations

import numpy as np
import pytest

from ketsim.dosing import Drug, parse_sentence
from ketsim.effects.driver import ASSUMPTIONS, Driver, driver_of, is_exact
from ketsim.effects.effect import names
from ketsim.effects.planned import numbers_of, plan_effects
from ketsim.errors import InputError
from ketsim.evidence import Certainty, EffectSpec, catalog, load_source
from ketsim.kinetics.choose import choose_model, named_model
from ketsim.kinetics.model import Model
from ketsim.kinetics.parameters import Variation
from ketsim.people import Cohort, Subject
from ketsim.plan import make_plan
from ketsim.result import Output, Result
from ketsim.scenario import Scenario
from ketsim.simulation import BLOCK, simulate

INFUSION = "0.5 mg/kg iv over 40 min"
SPRAY = "84 mg esketamine nasal"
MUSCLE = "1 mg/kg im"
RIGHT = "30 mg arketamine iv over 40 min"
DECLARED = load_source(ASSUMPTIONS).values
RUNNABLE = [entry.key for entry in catalog().effects if entry.status != "record"]
DOSES = [INFUSION, "0.5 mg/kg iv", MUSCLE, "50 mg ketamine nasal", "0.5 mg/kg oral", "25 mg sublingual"]
DOSES += [SPRAY, "50 mg esketamine buccal", "20 mg esketamine iv over 40 min", "20 mg esketamine oral", RIGHT]


def spec_of(key: str) -> EffectSpec:
    return load_source(catalog().effect(key).source).effect(key)


def driver(key: str, dose: str, *, models: tuple[str, ...] = (), age: float | None = None) -> Driver:
    events = parse_sentence(dose).events(None)
    if models:
        chosen = [named_model(model, events, site=None).model for model in models]
    else:
        chosen = [choose_model(events, site=None, age=age).model]
    return driver_of(spec_of(key), events, chosen, age=age, named=bool(models))


def feeds(found: Driver) -> list[tuple[str, float]]:
    return [(feed.output, feed.factor) for feed in found.feeds]


def effects_of(result: Result) -> dict[str, Output]:
    return {output.model: output for output in result.outputs if output.kind == "effect"}


@pytest.mark.parametrize("dose", DOSES)
@pytest.mark.parametrize("key", RUNNABLE)
def test_no_concentration_of_another_isomer_drives_without_its_declared_factor(key: str, dose: str) -> None:
    """For every entry and dose: the analyte wanted, or a declared conversion with its sentence, or a refusal."""
    spec, drug = spec_of(key), parse_sentence(dose).events(None)[0].drug
    plan = make_plan(Scenario(dose, weight=70, effects=key))
    if not plan.effects:
        ((name, because),) = ((n.name, n.because) for n in plan.not_known)
        assert name == spec.effect
        assert key in because
        return
    found = plan.effects[0].driver
    declared = {
        ("s_ketamine", "ketamine"): "s_share",
        ("r_ketamine", "ketamine"): "r_share",
        ("ketamine", "s_ketamine"): "racemate_equivalent",
    }
    said = " ".join(found.assumptions)
    expected = set()
    for wanted, feed in zip(spec.drive.analytes, found.feeds, strict=True):
        assert feed.output in found.model.output_names(drug)
        if wanted in ("parent", feed.output):
            assert feed.factor == 1.0
            continue
        name = declared[wanted, feed.output]
        assert feed.factor == DECLARED[name].required()
        assert DECLARED[name].note in said
        expected.add(name)
    blood = {spec.drive.sampling, found.model.spec.sampling}
    if not found.model.admits_age(None):  # a child's kinetics for an adult
        expected.add("other_age")
        assert DECLARED["other_age"].note in said
        assert DECLARED["other_age"].certainty in found.certainties
    if blood == {"arterial", "venous"}:
        expected.add("other_blood")
        assert f"fitted to {spec.drive.sampling} blood" in said
        assert found.model.blood_words in said
        assert DECLARED["other_blood"].note in said
    assert {value.name for value in found.values} == expected
    assert all(value.certainty <= Certainty.LOW for value in found.values)


def test_a_racemate_is_split_where_no_model_gives_the_isomer() -> None:
    found = driver("Olofsen2022-perception", MUSCLE)
    assert feeds(found) == [("ketamine", 0.5)]
    assert found.model.spec.sampling == "arterial"
    result = simulate(Scenario(MUSCLE, weight=70, effects="dissociation"))
    dissociation = result.output("dissociation")
    assert any("half of a racemate's concentration is taken as S-ketamine" in s for s in result.assumptions)
    assert ASSUMPTIONS in dissociation.sources
    assert dissociation.certainty in ("very low", "low")
    drug = result.outputs[0]
    assert drug.kind == "concentration"


def test_half_of_the_racemate_acts_as_that_much_s_ketamine() -> None:
    """Twice the concentration of the isomer, split, is the same effect: through one model that gives either."""
    asked = {"weight": 70, "models": "Kamp2020", "effects": "dissociation", "sampling": "arterial"}
    racemate = simulate(Scenario("0.5 mg/kg iv over 40 min", **asked)).output("dissociation")
    isomer = simulate(Scenario("0.25 mg/kg esketamine iv over 40 min", **asked)).output("dissociation")
    np.testing.assert_allclose(racemate.median, isomer.median, rtol=1e-9, atol=1e-9)
    assert racemate.median.max() > 20.0


def test_a_model_that_gives_the_isomer_is_taken_before_a_split() -> None:
    found = driver("Olofsen2022-perception", INFUSION)
    assert (found.model.key, feeds(found), found.values) == ("Simons2022SR", [("s_ketamine", 1.0)], ())


def test_a_racemate_number_takes_esketamine_at_its_declared_strength() -> None:
    found = driver("Herd2008-sedation", SPRAY)
    assert feeds(found) == [("s_ketamine", DECLARED["racemate_equivalent"].required())]
    assert [value.name for value in found.values] == ["racemate_equivalent"]
    result = simulate(Scenario(SPRAY, weight=70, effects="sedation"))
    assert DECLARED["racemate_equivalent"].note in " ".join(result.assumptions)
    assert ASSUMPTIONS in result.output("sedation").sources


def test_arketamine_gets_only_what_was_found_with_it() -> None:
    result = simulate(Scenario(RIGHT, weight=70))
    assert effects_of(result).keys() == {"Schuttler1987-r", "KetalarUS-driving"}
    reasons = {entry.name: entry.because for entry in result.not_known}
    shipped = {entry.effect for entry in catalog().effects if entry.status == "shipped"}
    assert reasons.keys() == shipped - {"eeg_slowing", "unfit_to_drive"}
    for name in ("dissociation", "cadss", "mean_arterial_pressure", "cardiac_output"):
        assert "belong to S-ketamine, and arketamine is another substance" in reasons[name]
    for name in ("sedation", "anaesthesia_stage", "memory", "emergence_reaction"):
        assert "belong to ketamine, and arketamine is another substance" in reasons[name]
    assert reasons == {row["name"]: row["because"] for row in result.to_dict()["not_known"]}


@pytest.mark.parametrize(
    ("dose", "eeg"),
    [(INFUSION, "Schuttler1987-racemate"), (SPRAY, "Schuttler1987-s"), (RIGHT, "Schuttler1987-r")],
)
def test_numbers_of_the_very_form_leave_no_room_for_those_of_another(dose: str, eeg: str) -> None:
    plan = make_plan(Scenario(dose, weight=70))
    assert [e.spec.key for e in plan.effects if e.spec.effect == "eeg_slowing"] == [eeg]
    drug = plan.drug
    for name in names():
        entries = [e.spec for e in plan.effects if e.spec.effect == name]
        assert len({is_exact(spec, drug) for spec in entries}) <= 1, name


def test_another_form_is_shown_when_its_entry_is_named() -> None:
    plan = make_plan(Scenario(SPRAY, weight=70, effects="Schuttler1987-racemate,Schuttler1987-s"))
    assert [(e.spec.key, e.driver.feeds[0].factor) for e in plan.effects] == [
        ("Schuttler1987-racemate", 2.0),
        ("Schuttler1987-s", 1.0),
    ]


def test_a_metabolite_is_never_made_up() -> None:
    plan = make_plan(Scenario(RIGHT, weight=70, effects="nmda_occupancy"))
    assert plan.effects == ()
    (reason,) = plan.not_known
    assert reason.because == "Shaffer2014-r needs norketamine, and Kamp2020 does not give it for these doses."


def test_arterial_numbers_driven_by_venous_blood_say_so() -> None:
    result = simulate(Scenario(SPRAY, weight=70))
    found = effects_of(result)
    venous = [o for o in found.values() if spec_of(o.model).drive.sampling == "arterial"]
    assert {o.name for o in venous} == {"dissociation", "cadss", "drug_high", "analgesia", "cardiac_output"}
    said = [sentence for sentence in result.assumptions if "fitted to arterial blood" in sentence]
    for output in venous:
        assert output.sampling == "venous"
        assert any(output.model in sentence and "driven here by venous" in sentence for sentence in said)
    assert not any("other_blood" in line for line in found["Langsjo2005-pressure"].numbers)


@pytest.mark.parametrize("key", ["Otto2021", "Kamp2020", "Clements1981", "Simons2022SR", "Ashraf2018"])
def test_a_named_model_drives_everything_itself(key: str) -> None:
    plan = make_plan(Scenario(INFUSION, weight=70, models=key))
    assert {effect.driver.model.key for effect in plan.effects} == {key}
    for spec, found in ((e.spec, e.driver) for e in plan.effects):
        assert not any("driven by" in sentence for sentence in found.assumptions), spec.key
    shown = {e.spec.effect for e in plan.effects}
    assert shown | {n.name for n in plan.not_known} >= {e.effect for e in catalog().effects if e.status == "shipped"}


def test_of_two_named_models_only_they_are_taken() -> None:
    plan = make_plan(Scenario(INFUSION, weight=70, models="Otto2021,Kamp2020"))
    assert {effect.driver.model.key for effect in plan.effects} == {"Otto2021", "Kamp2020"}
    by_key = {effect.spec.key: effect.driver.model.key for effect in plan.effects}
    assert by_key["Olofsen2022-perception"] == "Kamp2020"
    assert by_key["Shaffer2014-racemate"] == "Otto2021"


@pytest.mark.parametrize("key", [key for key in RUNNABLE if spec_of(key).drive.kinetics])
def test_kinetics_named_with_the_numbers_are_taken_by_that_route_only(key: str) -> None:
    own = spec_of(key).drive.kinetics
    assert own.keys() == {"iv"}
    assert driver(key, "2 mg/kg iv over 1 min").model.key == own["iv"]
    assert spec_of(key).drive.because.rstrip(".") in " ".join(driver(key, "2 mg/kg iv over 1 min").assumptions)
    for dose in (MUSCLE, "50 mg ketamine nasal", SPRAY, "0.5 mg/kg oral", "1 mg/kg im, 1 mg/kg iv over 1 min"):
        try:
            found = driver(key, dose)
        except InputError:
            continue
        assert spec_of(key).drive.because not in " ".join(found.assumptions)


def test_a_child_gets_no_number_of_adults() -> None:
    for age, shown in ((6.0, False), (30.0, True)):
        plan = make_plan(Scenario("0.5 mg/kg iv over 40 min", weight=20 if age < 18 else 70, age=age))
        assert ("dissociation" in {e.spec.effect for e in plan.effects}) is shown
        reasons = {n.name: n.because for n in plan.not_known}
        assert ("dissociation" in reasons) is not shown
        if not shown:
            assert "from 18 years, and 6 years is outside" in reasons["dissociation"]
            assert "sedation" not in reasons


def test_hypotheses_and_optional_entries_wait_to_be_named_and_records_say_why_not() -> None:
    events = parse_sentence(INFUSION).events(None)
    chosen = [choose_model(events, site=None, age=None).model]
    statuses = {entry.key: entry.status for entry in catalog().effects}
    shown, _ = plan_effects((), events, chosen, age=None, named=False)
    assert {statuses[e.spec.key] for e in shown} == {"shipped"}
    shown, refused = plan_effects(("dopamine_release", "bdnf", "default"), events, chosen, age=None, named=False)
    assert "dopamine_release" in {e.spec.effect for e in shown}
    assert "dissociation" in {e.spec.effect for e in shown}
    assert refused[0].name == "Haile2014-bdnf"
    assert refused[0].because.startswith("not known")


def test_one_person_has_one_sensitivity_in_every_effect_that_shares_the_number() -> None:
    plan = make_plan(Scenario(INFUSION, population=50, seed=3, effects="dissociation,cadss,analgesia"))
    cohort = Cohort.of(Subject(weight=70), size=50)
    drawn = {e.spec.key: e.parameters(cohort, Variation(seed=3, between_people=True)) for e in plan.effects}
    c50 = drawn["Olofsen2022-perception"]["c50"]
    assert len(np.unique(c50)) == 50
    for key in ("Goldway2025-cadss", "Olofsen2022-pressure"):
        np.testing.assert_array_equal(drawn[key]["c50"], c50)
    assert (drawn["Simons2022b-pain"]["c50"] != c50).any()
    result = simulate(Scenario(INFUSION, population=50, seed=3, effects="dissociation,cadss", until="4 h"))
    perception, points = result.output("dissociation").values, result.output("cadss").values
    share = np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(perception, points, strict=True)])
    np.testing.assert_allclose(share, 1.0, atol=1e-9)  # one curve, stretched by what differs in the scale alone


def test_workers_change_no_bit_of_an_effect() -> None:
    asked = Scenario(INFUSION, population=BLOCK + 3, seed=5, until="4 h", at="1 h")
    alone, shared = simulate(asked), simulate(asked, workers=2)
    assert any(output.kind == "effect" for output in alone.outputs)
    for one, other in zip(alone.outputs, shared.outputs, strict=True):
        assert (one.model, one.name) == (other.model, other.name)
        np.testing.assert_array_equal(one.values, other.values)
        for name, measure in one.measures.items():
            ends = [(m.low, m.median, m.high) for m in (measure, other.measures[name])]
            np.testing.assert_array_equal(ends[0], ends[1])


@pytest.mark.parametrize("dose", [INFUSION, MUSCLE, SPRAY, "20 mg esketamine oral", RIGHT, "25 mg sublingual"])
def test_an_effect_is_as_sure_as_its_weakest_link(dose: str) -> None:
    result = simulate(Scenario(dose, weight=70))
    plan = make_plan(Scenario(dose, weight=70))
    found = effects_of(result)
    assert found.keys() == {effect.spec.key for effect in plan.effects}
    for effect in plan.effects:
        model: Model = effect.driver.model
        links = [value.certainty for value in numbers_of(effect.spec).values()]
        links += [value.certainty for value in effect.driver.values]
        links += [model.certainty(feed.output, plan.drug, plan.routes) for feed in effect.driver.feeds]
        output = found[effect.spec.key]
        assert output.certainty == str(min(links))
        assert output.driver == model.key
        for value in (*numbers_of(effect.spec).values(), *effect.driver.values):
            assert str(value) in output.numbers
            assert value.source in output.sources
        assert model.source.key in output.sources


def test_a_concentration_is_the_same_whether_effects_are_looked_at_or_not() -> None:
    for drug, dose in ((Drug.ketamine, INFUSION), (Drug.esketamine, SPRAY)):
        assert parse_sentence(dose).events(None)[0].drug is drug
        bare = simulate(Scenario(dose, weight=70, effects="none"))
        full = simulate(Scenario(dose, weight=70))
        assert all(output.kind == "concentration" for output in bare.outputs)
        for one in bare.outputs:
            other = full.output(one.name, one.model)
            np.testing.assert_allclose(other.median, one.median, rtol=1e-10, atol=1e-10 * one.median.max())
