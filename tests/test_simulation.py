"""From request to result: the same bits whatever the blocks and workers, and numbers that are what they say."""

import numpy as np
import pytest

import ketsim.simulation as simulation
from ketsim.evidence import catalog, load_source
from ketsim.kinetics.model import Model
from ketsim.measures import StreamingQuantiles, noncompartmental
from ketsim.plan import make_plan
from ketsim.result import Spread
from ketsim.scenario import Scenario
from ketsim.simulation import BLOCK, KEEP_PEOPLE, simulate

DOSE = "0.5 mg/kg iv over 40 min"
SHORT = {"until": "4 h", "at": "30min,1h,4h"}


def same(a, b):
    assert [(o.name, o.model) for o in a.outputs] == [(o.name, o.model) for o in b.outputs]
    for one, other in zip(a.outputs, b.outputs, strict=True):
        for name in ("low", "median", "high"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert a.summary() == b.summary()
    assert a.error_estimate == b.error_estimate


@pytest.mark.parametrize("people", [BLOCK + 1, KEEP_PEOPLE + 100])
def test_workers_change_no_bit(people):
    asked = Scenario(DOSE, population=people, seed=5, **SHORT)
    alone = simulate(asked)
    for workers in (2, 3):
        same(simulate(asked, workers=workers), alone)


def test_the_same_request_gives_the_same_bits():
    asked = Scenario(DOSE, population=50, **SHORT)
    same(simulate(asked), simulate(asked))


def test_a_person_is_the_same_in_populations_of_any_size():
    largest = simulate(Scenario(DOSE, population=BLOCK + 1, seed=5, **SHORT))
    for people in (1, 7, BLOCK - 1, BLOCK):
        smaller = simulate(Scenario(DOSE, population=people, seed=5, **SHORT))
        for one, other in zip(smaller.outputs, largest.outputs, strict=True):
            np.testing.assert_array_equal(one.values, other.values[:people])


@pytest.mark.parametrize("block", [1, 10, 37, 1_000])
def test_the_size_of_blocks_changes_no_bit(block, monkeypatch):
    asked = Scenario(DOSE, population=45, seed=5, **SHORT)
    before = simulate(asked)
    monkeypatch.setattr(simulation, "BLOCK", block)
    same(simulate(asked), before)


@pytest.mark.parametrize("block", [40, 41, 100])
def test_the_size_of_blocks_changes_no_bit_of_a_summary(block, monkeypatch):
    monkeypatch.setattr(simulation, "KEEP_PEOPLE", 10)
    asked = Scenario(DOSE, population=120, seed=5, **SHORT)
    before = simulate(asked)
    assert before.outputs[0].values is None
    monkeypatch.setattr(simulation, "BLOCK", block)
    same(simulate(asked), before)


def test_another_seed_is_another_population():
    a, b = (simulate(Scenario(DOSE, population=20, seed=s, **SHORT)).outputs[0].median for s in (0, 1))
    assert (a[1:] != b[1:]).all()


def test_models_side_by_side_are_the_models_alone():
    asked = {"population": 30, "weight": 70, "seed": 2, "effects": "none", **SHORT}
    both = simulate(Scenario(DOSE, models="Otto2021,Fanta2015", **asked))
    for key in ("Otto2021", "Fanta2015"):
        alone = simulate(Scenario(DOSE, models=key, **asked)).output("ketamine")
        np.testing.assert_array_equal(both.output("ketamine", key).values, alone.values)


@pytest.mark.parametrize("dose", [DOSE, "20 mg esketamine oral", "56 mg esketamine nasal"])
def test_effects_change_no_concentration(dose):
    asked = {"population": 30, "seed": 2, **SHORT}
    bare, shown = (simulate(Scenario(dose, effects=e, **asked)) for e in ("none", ""))
    assert [o.name for o in bare.outputs] == [o.name for o in shown.outputs if o.kind == "concentration"]
    assert len(shown.outputs) > len(bare.outputs)
    for output in bare.outputs:  # the sites of effects stand in the same system, so the last bit may differ
        np.testing.assert_allclose(shown.output(output.name).values, output.values, rtol=1e-12, atol=1e-12)


def test_an_effect_is_the_same_alone_and_among_others():
    asked = {"population": 30, "seed": 2, **SHORT}
    together = simulate(Scenario(DOSE, **asked))
    for name in ("cadss", "sedation", "mean_arterial_pressure"):
        alone = simulate(Scenario(DOSE, effects=name, **asked))
        assert [o.name for o in alone.outputs if o.kind == "effect"] == [name]
        np.testing.assert_allclose(alone.output(name).values, together.output(name).values, rtol=1e-10, atol=1e-12)


def test_a_substance_without_kinetics_leaves_every_number_as_it_is():
    alone, drunk = (simulate(Scenario(DOSE, weight=70, co_medication=c)) for c in ("", "alcohol"))
    same(drunk, alone)
    assert (alone.alarms, [a.because.split(":")[0] for a in drunk.alarms]) == ((), ["Ketamine with alcohol"])
    assert [w for w in drunk.warnings if w not in alone.warnings] == [w for w in drunk.warnings if "alcohol" in w] != []


def test_a_person_keeps_their_body_in_every_arm():
    kept = {"population": 20, "seed": 9, "models": "Otto2021", **SHORT}
    one, two = (simulate(Scenario(d, **kept)).output("ketamine").values for d in (DOSE, "1 mg/kg iv over 40 min"))
    np.testing.assert_allclose(two, 2.0 * one, rtol=1e-12)


def test_a_large_population_is_summarised_within_the_stated_resolution(monkeypatch):
    asked = Scenario(DOSE, population=300, seed=4, **SHORT)
    exact = simulate(asked)
    monkeypatch.setattr(simulation, "KEEP_PEOPLE", 299)
    sketched = simulate(asked)
    for one, other in zip(sketched.outputs, exact.outputs, strict=True):
        assert one.values is None
        assert other.values.shape == (300, len(exact.times))
        smallest = 1e-6 if one.kind == "concentration" else 1e-3
        for name in ("low", "median", "high"):
            np.testing.assert_allclose(
                getattr(one, name), getattr(other, name), rtol=StreamingQuantiles.resolution, atol=smallest
            )
    for row, whole in zip(sketched.summary(), exact.summary(), strict=True):
        ends = ("low", "median", "high")
        assert {k: v for k, v in row.items() if k not in ends} == {k: v for k, v in whole.items() if k not in ends}
        if row["model"] in {o.model for o in exact.outputs if o.kind == "concentration"}:
            assert row == whole
        wanted = [whole[end] if whole[end] is not None else np.nan for end in ends]
        found = [row[end] if row[end] is not None else np.nan for end in ends]
        np.testing.assert_allclose(found, wanted, rtol=StreamingQuantiles.resolution, atol=1e-6)


@pytest.mark.parametrize("brief", [m for m in catalog().models if m.status != "record"], ids=lambda m: m.key)
def test_the_numerical_error_is_small_and_stated(brief):
    model = Model.load(brief.key)
    child = not model.admits_age(None)
    asked = {"weight": 20, "age": 5} if child else {"weight": 70, "age": 40}
    dose = f"10 mg {brief.drugs[0]} iv over 40 min every 8 h 6 times"
    result = simulate(Scenario(dose, models=brief.key, **asked))
    assert 0.0 < result.error_estimate < (1e-3 if model.spec.drifts else 1e-9)


@pytest.mark.parametrize(
    "dose", ["56 mg esketamine nasal", "50 mg esketamine buccal", "0.3 mg/kg oral", "1 mg/kg im then 1 mg/kg im"]
)
def test_times_asked_for_are_on_the_curve(dose):
    result = simulate(Scenario(dose, weight=70, at="7 min, 1 h, 3.333 h, 24 h"))
    output = result.outputs[0]
    for row in result.values_at(output):
        (i,) = np.flatnonzero(result.times == row["time_h"])
        assert row["value"] == output.median[i]
    other = simulate(Scenario(dose, weight=70, at="7 min, 24 h")).outputs[0]
    rows = {r["time_h"]: r["value"] for r in result.values_at(output)}
    again = simulate(Scenario(dose, weight=70, at="7 min, 24 h"))
    for row in again.values_at(other):
        assert row["value"] == pytest.approx(rows[row["time_h"]], rel=1e-10)


def test_measures_are_those_of_the_curve_that_is_shown():
    result = simulate(Scenario(DOSE, weight=70))
    output = result.output("ketamine")
    found = noncompartmental(result.times, output.median, tolerance=0.0)
    for name in output.measures:
        assert output.measures[name] == pytest.approx(float(getattr(found, name)))
    assert output.measures["tmax"] == pytest.approx(2 / 3)
    assert output.measures["cmax"] == output.median.max()
    assert set(output.measures) == {"cmax", "tmax", "auc", "auc_inf", "half_life"}


def test_area_is_dose_over_clearance():
    result = simulate(
        Scenario("35 mg iv over 40 min", weight=70, models="Kamp2020", sampling="arterial", until="240 h")
    )
    clearance = Model.load("Kamp2020").values["cl"].canonical
    assert result.output("ketamine").measures["auc_inf"] == pytest.approx(1e3 * 35.0 / clearance, rel=2e-3)


def test_measures_of_a_population_are_quantiles_over_people():
    result = simulate(Scenario(DOSE, population=200, seed=1, **SHORT))
    output = result.output("ketamine")
    peaks = output.values.max(axis=1)
    assert output.measures["cmax"] == Spread(*np.quantile(peaks, (0.05, 0.5, 0.95)))
    np.testing.assert_array_equal(output.median, np.quantile(output.values, 0.5, axis=0))


def test_a_population_of_one_is_a_person_with_numbers_of_their_own():
    result = simulate(Scenario(DOSE, population=1, **SHORT))
    output = result.outputs[0]
    assert result.subjects == 1
    assert isinstance(output.measures["cmax"], float)
    np.testing.assert_array_equal(output.low, output.high)
    assert "value" in result.values_at(output)[0]


def test_progress_is_told_and_ends_with_everybody(monkeypatch):
    monkeypatch.setattr(simulation, "BLOCK", 10)
    seen = []
    simulate(Scenario(DOSE, population=25, **SHORT), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(10, 25), (20, 25), (25, 25)]


def test_outputs_stand_in_the_order_of_the_chain():
    result = simulate(Scenario("40 mg ketamine iv over 40 min", weight=70, models="Simons2022SR", sampling="arterial"))
    names = [o.name for o in result.outputs if o.kind == "concentration"]
    assert [o.kind for o in result.outputs[: len(names)]] == ["concentration"] * len(names)
    assert names == ["ketamine", "s_ketamine", "r_ketamine", "s_norketamine", "s_hydroxynorketamine"]


def test_curves_are_in_ng_per_ml_and_never_negative():
    asked = Scenario(DOSE, weight=70)
    result, plan = simulate(asked), make_plan(asked)
    assert {o.unit for o in result.outputs if o.kind == "concentration"} == {"ng/mL"}
    assert all((o.median >= 0.0).all() for o in result.outputs)
    assert result.output("ketamine").median[0] == 0.0
    np.testing.assert_array_equal(result.times, plan.times)


def test_every_output_says_where_it_comes_from():
    result = simulate(Scenario(DOSE, weight=70))
    for output in result.outputs:
        assert output.certainty in ("very low", "low", "moderate", "high")
        for source in output.sources:
            assert any(f"({source}, " in line for line in output.numbers)
        if output.kind == "concentration":
            assert output.sources == ("Otto2021",)
            assert output.sampling == "venous"
        else:
            spec = load_source(catalog().effect(output.model).source).effect(output.model)
            homes = {spec.home(parameter)[0] for parameter in spec.numbers}
            assert homes < set(output.sources)  # its own numbers, and those of what drives it
            assert output.sampling == Model.load(output.driver).spec.sampling


def test_the_certainty_of_an_effect_is_never_above_that_of_what_drives_it():
    order = ["very low", "low", "moderate", "high"]
    result = simulate(Scenario(DOSE, weight=70))
    for effect in [o for o in result.outputs if o.kind == "effect" and o.driver == "Otto2021"]:
        assert order.index(effect.certainty) <= order.index(result.output("ketamine").certainty)


def test_doses_stand_beside_the_curve_in_words():
    rows = simulate(Scenario("0.5 mg/kg iv over 40 min twice weekly for 1 week", weight=70)).doses
    assert [(r.duration, r.text) for r in rows] == [(2 / 3, "0.5 mg/kg (35 mg) ketamine iv")] * 2
    assert rows[1].time > rows[0].time == 0.0
