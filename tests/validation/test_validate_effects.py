"""Every measured effect against every entry that can answer: none dropped, each miss with its size and its sentence."""

import json
import math

import pytest

from ketsim.cli.app import run
from ketsim.effects.effect import named
from ketsim.evidence import catalog, load_source, responses
from ketsim.scenario import Scenario
from ketsim.simulation import simulate
from ketsim.validation import EffectPrediction, Validation, predict_effects, validate

RUNNABLE = {e.key: e for e in catalog().effects if e.status != "record"}


@pytest.fixture(scope="module")
def everything() -> tuple[EffectPrediction, ...]:
    return predict_effects()


@pytest.fixture(scope="module")
def summary(everything):
    return Validation((), everything).summary["effects"]


def of(everything, name, entry=None):
    (found,) = [p for p in everything if p.row.id == name and entry in (None, p.entry)]
    return found


def row(name, **fields):
    return next(r for r in responses() if r.id == name).model_copy(update=fields)


def test_every_measured_effect_appears(everything):
    assert {p.row.id for p in everything} == {r.id for r in responses()}
    assert len({(p.row.id, p.entry) for p in everything}) == len(everything) >= 60


def test_every_row_has_a_prediction_by_an_entry_of_its_effect_or_a_reason(everything):
    for p in everything:
        assert (p.predicted is None) == (p.entry is None) == (p.reason is not None), p.row.id
        if p.entry is None:
            assert (p.difference, p.fold) == (None, None)
            assert len(p.reason) > 20
        else:
            assert math.isfinite(p.predicted)
            assert RUNNABLE[p.entry].effect == p.row.effect


def test_what_could_be_predicted_is_predicted(everything):
    silent = {p.row.id: p.reason for p in everything if p.predicted is None}
    words = ("does not say the dose well enough", "no model answers", "never comes as far as")
    assert all(any(w in reason for w in words) for reason in silent.values()), silent
    assert len(silent) <= 6


def test_every_shipped_effect_is_held_against_something(everything):
    tested = {p.entry for p in everything}
    untested = {key for key, e in RUNNABLE.items() if key not in tested}
    assert {e.effect for e in RUNNABLE.values()} == {p.row.effect for p in everything}
    shipped = {key for key in untested if RUNNABLE[key].status == "shipped"}
    assert {RUNNABLE[key].effect for key in shipped} <= {RUNNABLE[key].effect for key in tested if key}


def test_every_miss_is_explained_or_named(everything, summary):
    for p in everything:
        if p.difference:
            assert p.row.misfit or p.row.id in summary["unexplained"], p.row.id
    assert set(summary["unexplained"]) <= {p.row.id for p in everything if p.fitted}  # an entry's own data at most


def test_no_sentence_explains_a_miss_that_is_none(everything):
    for name in {p.row.id for p in everything if p.row.misfit}:
        assert any(p.difference for p in everything if p.row.id == name), name


def test_a_miss_has_its_size(everything):
    for p in everything:
        if p.predicted is None:
            continue
        low, high = p.row.ends
        if p.difference == 0.0:
            assert p.fold == 1.0
            assert low - 0.05 * abs(low) <= p.predicted <= high + 0.05 * abs(high)
        else:
            assert (p.difference < 0.0) == (p.predicted < low)
            assert p.fold is None or p.fold > 1.0


def test_the_push_against_the_slow_infusion_is_listed_with_its_size(everything, summary):
    slow, push = of(everything, "Motov2017-infusion"), of(everything, "Motov2017-push")
    assert (slow.predicted, slow.fitted, slow.difference) == (54.0, True, 0.0)
    assert push.row.number == 92
    assert 60.0 < push.predicted < 85.0
    assert push.predicted > slow.predicted  # the mechanism points the right way and falls short
    assert push.difference == pytest.approx(push.predicted - 92.0 * 0.95)
    assert push.fold == pytest.approx(92.0 * 0.95 / push.predicted)
    assert "Motov2017-push" in summary["outside"]
    assert "smooths a push of minutes away" in push.row.misfit


def test_a_held_concentration_is_the_equation_at_that_concentration(everything):
    top = of(everything, "Bowdle1998-top")
    values = load_source("Olofsen2022").values
    s = 0.5 * 200.0  # [ng/mL] of racemate
    c50 = values["c50"].canonical * load_source("Constants").values["mw_ketamine"].canonical  # umol/L x g/mol
    ratio = (s / c50) ** values["gamma"].canonical
    assert top.predicted == pytest.approx(100.0 * ratio / (1.0 + ratio), rel=1e-6)
    assert top.to_dict()["dose"] == "ketamine held at 200 ng/mL"


def test_a_held_change_is_counted_from_baseline(everything):
    rise = of(everything, "Idvall1979-map")
    assert rise.row.metric == "change"
    assert 10.0 < rise.predicted < 40.0  # [mmHg]; the pressure itself would be above 93


def test_a_dose_is_simulated_with_that_entry_alone(everything):
    found = of(everything, "Vankawala2021-map")
    weight = found.row.population.weight.typical if found.row.population.weight else 70.0
    result = simulate(Scenario(found.row.dose, weight=weight, effects="Langsjo2005-pressure"))
    output = result.output("mean_arterial_pressure")
    assert found.predicted == pytest.approx(output.measures["change_at_peak"], rel=1e-9)
    late = of(everything, "RivaPosse2018-map")
    at = simulate(Scenario(late.row.dose, weight=weight, effects="Langsjo2005-pressure", at=late.row.time.canonical))
    shown = at.output("mean_arterial_pressure")
    value = at.values_at(shown)[0]["value"]
    assert late.predicted == pytest.approx(value - shown.measures["baseline"], rel=1e-6)


def test_a_share_of_the_peak_lies_between_none_and_all(everything):
    shares = [p for p in everything if p.row.metric == "share_of_peak" and p.predicted is not None]
    assert shares
    assert all(0.0 <= p.predicted <= 1.0 for p in shares)
    assert of(everything, "Abdallah2022-end").predicted <= 0.25


def test_minutes_are_compared_with_minutes(everything):
    onset = of(everything, "KetalarUS-iv-onset", "Idvall1979-stages")
    assert onset.row.unit == "min"
    result = simulate(Scenario("2 mg/kg iv over 1 min", weight=70, effects="Idvall1979-stages"))
    assert onset.predicted == pytest.approx(
        60.0 * result.output("anaesthesia_stage").measures[onset.row.metric], rel=1e-6
    )


def test_rivals_stand_side_by_side_and_own_data_is_marked(everything):
    assert {p.entry for p in everything if p.row.id == "KetalarUS-iv-duration"} == {
        *("Idvall1979-stages", "Herd2008-stages", "Idvall1979-nitrous"),
    }
    for p in everything:
        assert p.fitted == (p.entry in p.row.fitted_by)
        if p.row.fitted_by and p.entry is not None:
            assert p.fitted, p.row.id  # a row that entries rest on is theirs alone


@pytest.mark.parametrize(
    ("predicted", "ends", "difference", "fold"),
    [
        (50.0, (None, None), 0.0, 1.0),
        (52.5, (None, None), 0.0, 1.0),  # printed with two digits
        (60.0, (None, None), 7.5, 60.0 / 52.5),
        (40.0, (None, None), -7.5, 47.5 / 40.0),
        (45.0, (45.0, 60.0), 0.0, 1.0),
        (44.0, (45.0, 60.0), -1.0, 45.0 / 44.0),
        (66.0, (45.0, 60.0), 6.0, 1.1),
        (-3.0, (45.0, 60.0), -48.0, None),
        (0.0, (45.0, 60.0), -45.0, None),
        (5.0, (0.0, 4.0), 1.0, None),
    ],
)
def test_how_far_outside_by_hand(predicted, ends, difference, fold):
    low, high = ends
    stated = row("Motov2017-push", number=50.0, low=low, high=high)
    found = EffectPrediction(stated, "Olofsen2022-perception", predicted, False, None)
    assert found.difference == pytest.approx(difference)
    assert found.fold == (None if fold is None else pytest.approx(fold))
    assert found.to_dict()["inside"] is (difference == 0.0)


def test_nothing_predicted_is_neither_inside_nor_outside():
    found = EffectPrediction(row("GenHospPsych2024-map"), None, None, False, "dose not said")
    assert (found.difference, found.fold, found.to_dict()["inside"]) == (None, None, None)


def test_counts_add_up(everything, summary):
    predicted = [p for p in everything if p.predicted is not None]
    assert summary["rows"] == len(everything)
    assert summary["fitted"] + summary["independent"] == len(predicted)
    assert summary["inside"] + len(summary["outside"]) == summary["independent"]
    assert summary["fitted"] == sum(p.fitted for p in predicted)
    assert set(summary["outside"]) == {p.row.id for p in predicted if p.difference and not p.fitted}
    assert summary["inside"] >= 10


def test_the_json_rows_are_json(everything):
    rows = [p.to_dict() for p in everything]
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    for r in rows:
        assert set(r) == {
            *("id", "source", "effect", "entry", "metric", "time_h", "dose", "observed", "low", "high", "unit"),
            *("predicted", "inside", "difference", "fold", "fitted", "n", "certainty", "misfit", "reason", "note"),
        }
        assert r["dose"]
        assert named(r["effect"]).label


def test_some_sources_only():
    found = validate(["Motov2017", "Otto2021"])
    assert {p.row.source for p in found.effects} == {"Motov2017"}
    assert {p.study for p in found.predictions} == {"Otto2021"}


def test_the_command_prints_every_effect_and_its_miss(everything, summary, capsys):
    assert run(["validate"]) == 0
    out = capsys.readouterr().out
    assert f"Effects: {summary['independent']} predictions of measured effects, {summary['inside']} inside" in out
    for p in everything:
        assert p.row.id in out
    line = next(s for s in out.splitlines() if s.startswith("Motov2017-push: dissociation, share of people [%]"))
    assert "92" in line
    assert "outside, 1.2-fold" in line
    assert "- Motov2017-push (Olofsen2022-perception): an effect site of 8.3 min smooths" in out
    assert "not explained" not in out[out.index("\nEffects:") :]
    for p in everything:
        if p.predicted is None:
            assert f"- {p.row.id}: {p.reason}" in out
