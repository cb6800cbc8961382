"""The contract of what a simulation gives back: keys, nulls, attributes, files, words."""

import json
import math
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest

from ketsim.errors import InputError
from ketsim.notice import NOTICE
from ketsim.result import Result, Spread, finite
from ketsim.scenario import Scenario
from ketsim.simulation import simulate
from ketsim.version import __version__

DOSE = "0.5 mg/kg iv over 40 min"
OF_CONCENTRATION = {"cmax", "tmax", "auc", "auc_inf", "half_life"}
OF_EFFECT = {"baseline", "onset", "peak", "change_at_peak", "time_of_peak", "duration", "area"}


@pytest.fixture(scope="module")
def one() -> Result:
    return simulate(Scenario(DOSE, weight=70, until="6 h", at="30min,1h"))


@pytest.fixture(scope="module")
def many() -> Result:
    return simulate(Scenario(DOSE, population=12, until="6 h", at="30min,1h"))


@pytest.fixture(scope="module")
def two() -> Result:
    return simulate(Scenario(DOSE, weight=70, until="6 h", models="Otto2021,Fanta2015", effects="none"))


@pytest.fixture(scope="module")
def deep() -> Result:
    """A dose of anaesthesia in somebody who drank, asked for an effect without numbers."""
    asked = {"co_medication": "alcohol", "effects": "anaesthesia_stage,bdnf"}
    return simulate(Scenario("2 mg/kg iv over 1 min", weight=70, until="6 h", **asked))


def with_measure(result, value):
    first = replace(result.outputs[0], measures={**result.outputs[0].measures, "half_life": value})
    return replace(result, outputs=(first, *result.outputs[1:]))


def test_the_json_object_has_the_keys_of_the_contract(one):
    body = json.loads(json.dumps(one.to_dict(), allow_nan=False))
    assert body["schema"] == "ketsim.simulate/1"
    assert list(body) == [
        *("schema", "alarms", "scenario", "outputs", "doses", "subjects", "stopped", "not_known", "widths"),
        *("assumptions", "warnings", "error_estimate", "notice", "version"),
    ]
    assert (body["alarms"], body["not_known"]) == ([], [])
    assert body["version"] == __version__
    assert body["subjects"] == 1
    assert 0.0 <= body["error_estimate"] < 1e-9
    assert {output["kind"] for output in body["outputs"]} == {"concentration", "effect"}
    for output in body["outputs"]:
        assert {"name", "model", "kind", "unit", "certainty", "sources", "measures", "values"} <= set(output)
        assert set(output["measures"]) == set(output["measure_units"])
        assert [set(v) for v in output["values"]] == [{"time_h", "value"}] * 2
        assert [v["time_h"] for v in output["values"]] == [0.5, 1.0]
        if output["kind"] == "concentration":
            assert output["unit"] == "ng/mL"
            assert set(output["measures"]) == OF_CONCENTRATION
            assert not {"driver", "level"} & set(output)
        else:
            assert set(output["measures"]) >= OF_EFFECT
            assert output["driver"] in {"Otto2021", "Kamp2020", "Simons2022SR", "Herd2007"}
            assert output["level"] > 0.0


def test_alarms_and_what_is_not_known_stand_in_the_json_object(deep):
    body = json.loads(json.dumps(deep.to_dict(), allow_nan=False))
    assert list(body)[:2] == ["schema", "alarms"]
    dose, together = body["alarms"]
    for alarm in (dose, together):
        assert set(alarm) == {"call", "because", "signs", "do", "lines", "elsewhere", "facts", "sources"}
        assert alarm["call"].startswith("Seek care now: call 911")
        assert all(line["number"] for line in alarm["lines"])
    assert "this is anaesthesia" in dose["because"]
    assert together["because"].startswith("Ketamine with alcohol: ")
    assert [set(n) for n in body["not_known"]] == [{"name", "because"}]
    assert body["not_known"][0]["name"] == "Haile2014-bdnf"
    assert [(n.name, n.because) for n in deep.not_known] == [tuple(n.values()) for n in body["not_known"]]


def test_an_effect_says_what_drives_it_and_how_sure_it_is(one):
    for effect in [o for o in one.outputs if o.kind == "effect"]:
        assert effect.unit != "ng/mL"
        assert effect.sources
        assert effect.numbers
        assert (effect.low <= effect.median).all() and (effect.median <= effect.high).all()
        baseline, peak = effect.measures["baseline"], effect.measures["peak"]
        assert effect.measures["change_at_peak"] == pytest.approx(peak - baseline)
        for name in ("onset", "time_of_peak", "duration"):
            assert effect.measure_units[name] == "h"
        for name in ("baseline", "peak", "change_at_peak"):
            assert effect.measure_units[name] == effect.unit
    rise = one.output("mean_arterial_pressure").measures["change_at_peak"]
    assert 5.0 <= rise <= 12.0  # [mmHg] after 0.5 mg/kg over 40 min


def test_dissociation_is_nearly_gone_two_hours_after_the_start():
    result = simulate(Scenario(DOSE, weight=70, at="2 h", effects="dissociation"))
    output = result.output("dissociation")
    assert result.values_at(output)[0]["value"] <= 0.25 * output.measures["peak"]


def test_no_effects_are_shown_where_none_are_asked_for(two):
    assert {o.kind for o in two.outputs} == {"concentration"}
    assert two.not_known == ()


def test_the_scenario_block_is_the_request_and_its_hash(one):
    block = dict(one.to_dict()["scenario"])
    assert block.pop("hash") == one.scenario.hash
    assert block.pop("description") == one.scenario.describe()
    assert Scenario(**block) == one.scenario


def test_people_give_low_median_high(many):
    body = json.loads(json.dumps(many.to_dict(), allow_nan=False))
    assert body["subjects"] == 12
    assert {output["kind"] for output in body["outputs"]} == {"concentration", "effect"}
    for output in body["outputs"]:
        for value in output["values"]:
            assert set(value) == {"time_h", "low", "median", "high"}
            assert value["low"] <= value["median"] <= value["high"]
        for measure in output["measures"].values():
            assert set(measure) == {"low", "median", "high"}
            assert None in measure.values() or measure["low"] <= measure["median"] <= measure["high"]


def test_a_number_that_does_not_exist_is_null(one, many):
    gone = with_measure(one, math.nan).to_dict()["outputs"][0]["measures"]["half_life"]
    assert gone is None
    people = with_measure(many, Spread(math.nan, 1.0, math.inf)).to_dict()["outputs"][0]["measures"]["half_life"]
    assert people == {"low": None, "median": 1.0, "high": None}
    assert (finite(math.nan), finite(-math.inf), finite(2.0)) == (None, None, 2.0)


def test_outputs_are_asked_for_by_name_and_model(two):
    assert two.output("ketamine").model == "Otto2021"
    assert two.output("ketamine", "Fanta2015").model == "Fanta2015"
    with pytest.raises(InputError, match="there is no output 'ketmine' in this result; it has ketamine, norketamine"):
        two.output("ketmine")


def test_the_summary_has_one_row_for_each_output_and_measure(one, two):
    rows = two.summary()
    assert len(rows) == 3 * 5
    assert {r["measure"] for r in rows} == OF_CONCENTRATION
    effects = [o for o in one.outputs if o.kind == "effect"]
    assert len(one.summary()) == 2 * 5 + sum(len(o.measures) for o in effects)
    (rise,) = [r for r in one.summary() if (r["output"], r["measure"]) == ("heart_rate", "change_at_peak")]
    assert (rise["unit"], rise["model"]) == ("beats/min", "Langsjo2005-pulse")
    assert all({"output", "model", "measure", "unit", "value", "certainty"} == set(r) for r in rows)
    (peak,) = [r for r in one.summary() if (r["output"], r["measure"]) == ("ketamine", "cmax")]
    assert peak["value"] == one.output("ketamine").measures["cmax"]
    assert peak["unit"] == "ng/mL"


def test_a_frame_of_one_person_is_the_curve(one):
    frame = one.to_frame()
    assert list(frame.columns) == ["output", "model", "unit", "certainty", "time_h", "value"]
    part = frame[frame["output"] == "ketamine"]
    np.testing.assert_array_equal(part["time_h"], one.times)
    np.testing.assert_array_equal(part["value"], one.output("ketamine").median)


def test_a_frame_of_people_is_the_summary_and_their_curves_on_request(many):
    frame = many.to_frame()
    assert {"low", "median", "high"} <= set(frame.columns)
    assert len(frame) == len(many.outputs) * len(many.times)
    assert set(frame["unit"]) == {o.unit for o in many.outputs}
    whole = many.to_frame(people=True)
    part = whole[whole["output"] == "ketamine"].pivot(index="subject", columns="time_h", values="value")
    np.testing.assert_array_equal(part.to_numpy(), many.output("ketamine").values)


def test_curves_that_were_not_kept_are_refused(many):
    summaries = replace(many, outputs=tuple(replace(o, values=None) for o in many.outputs))
    assert len(summaries.to_frame()) == len(many.outputs) * len(many.times)
    with pytest.raises(InputError, match="every person's curve was not kept"):
        summaries.to_frame(people=True)


def test_xarray_carries_units_sources_and_certainty(one, many):
    data = one.to_xarray()
    assert data["ketamine"].dims == ("subject", "time")
    assert data["ketamine"].attrs["units"] == "ng/mL"
    assert "Otto2021" in data["ketamine"].attrs["sources"]
    assert data["ketamine"].attrs["certainty"] == one.output("ketamine").certainty
    assert data["time"].attrs["units"] == "h"
    assert data.attrs["hash"] == one.scenario.hash
    assert data.attrs["notice"] == NOTICE
    assert many.to_xarray()["ketamine"].shape == (12, len(many.times))


def test_xarray_of_summaries_has_quantiles_and_of_models_tells_them_apart(many, two):
    summaries = replace(many, outputs=tuple(replace(o, values=None) for o in many.outputs)).to_xarray()
    assert summaries["quantile"].to_numpy().tolist() == [0.05, 0.5, 0.95]
    np.testing.assert_array_equal(summaries["ketamine"].sel(quantile=0.5), many.output("ketamine").median)
    assert {"ketamine_Otto2021", "ketamine_Fanta2015", "norketamine"} == set(two.to_xarray().data_vars)
    names = set(summaries.data_vars)
    assert len(names) == len(many.outputs)
    assert {"analgesia_Olofsen2022-pressure", "analgesia_Simons2022b-pain", "cadss", "ketamine"} <= names
    assert summaries["heart_rate"].attrs["units"] == "beats/min"


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".json"])
def test_a_file_holds_the_result(one, tmp_path, ending):
    path = one.save(tmp_path / f"curve{ending}")
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name]
    if ending == ".json":
        assert json.loads(path.read_text()) == json.loads(json.dumps(one.to_dict()))
        return
    frame = pd.read_csv(path) if ending == ".csv" else pd.read_parquet(path)
    pd.testing.assert_frame_equal(frame, one.to_frame(), check_exact=True)


def test_a_file_appears_whole_or_not_at_all(one, tmp_path):
    kept = tmp_path / "curve.csv"
    kept.write_text("before")
    broken = replace(one, outputs=(replace(one.outputs[0], median=None),))
    with pytest.raises(AttributeError):
        broken.save(kept)
    assert kept.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["curve.csv"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("curve.xls", "no known ending; use one of .csv, .json, .parquet"), ("curve", "no known ending")],
)
def test_an_unknown_ending_is_refused(one, tmp_path, name, words):
    with pytest.raises(InputError, match=words):
        one.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_refused(one, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        one.save(tmp_path / "nowhere" / "curve.csv")


def test_it_prints_peaks_certainty_and_the_notice(one, many):
    said = repr(one)
    assert said.startswith(f"Result of {one.scenario.describe()}")
    assert f"peak {one.output('ketamine').measures['cmax']:.4g} ng/mL, certainty" in said
    assert f"peak {one.output('cadss').measures['peak']:.4g} points, certainty" in said
    assert said.count(", certainty ") == len(one.outputs)
    assert NOTICE in said
    assert " to " in repr(many)


def test_a_notebook_shows_a_table_with_everything_escaped(one):
    named = replace(one, outputs=(replace(one.outputs[0], model="<script>alert(1)</script>"), *one.outputs[1:]))
    html = with_measure(named, math.nan)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "not defined" in html
    assert html.count("<tr>") == 1 + len(one.summary())


def test_a_result_cannot_be_changed(one):
    with pytest.raises(FrozenInstanceError):
        one.subjects = 2
    with pytest.raises(FrozenInstanceError):
        one.outputs[0].median = None


def test_what_is_dangerous_is_said_first_in_python_and_in_a_notebook():
    result = simulate(Scenario("680 mg iv", weight="60 kg", effects="none"))
    assert repr(result).startswith("Seek care now")
    assert result._repr_html_().startswith("<p><strong>Seek care now")
    assert repr(simulate(Scenario("35 mg iv over 40 min", weight=70, effects="none"))).startswith("Result of")
