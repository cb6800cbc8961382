"""Every measured number of every source, none dropped, every large miss explained."""

import json

import pytest

from ketsim.errors import InputError
from ketsim.evidence import catalog, load_source
from ketsim.validation import Validation, validate
from ketsim.validation.predict import EXPOSURES, TIMES


@pytest.fixture(scope="module")
def everything() -> Validation:
    return validate()


def test_every_row_of_every_source_appears_once(everything):
    there = [row.id for entry in catalog().sources for row in load_source(entry.key).observed]
    assert sorted(p.row.id for p in everything.predictions) == sorted(there)
    assert len(set(there)) == len(there) > 200


def test_every_row_has_a_prediction_or_a_reason(everything):
    for p in everything.predictions:
        assert (p.predicted is None) == (p.model is None) == (p.reason is not None), p.row.id
        assert p.observed is not None


def test_rows_that_a_dose_predicts_are_predicted_unless_something_is_unsaid(everything):
    silent = [p for p in everything.predictions if p.reason and p.row.metric in EXPOSURES | TIMES and p.row.dose]
    assert all("no model answers" in p.reason for p in silent), [(p.row.id, p.reason) for p in silent]


def test_no_scored_row_is_predicted_to_be_nothing(everything):
    assert not [p.row.id for p in everything.measured if p.predicted == 0.0]


def test_no_large_miss_is_left_unexplained(everything):
    assert everything.unexplained == ()
    assert everything.summary["unexplained"] == []


def test_the_headline_meets_what_was_asked_of_it(everything):
    head = everything.headline
    assert head.rows >= 50
    assert head.gmfe <= 1.35
    assert head.within[1.5] >= 0.70
    assert head.study_gmfe <= 1.35


def test_the_headline_is_the_geometric_mean_of_the_rows_shown(everything):
    rows = [
        r
        for r in everything.rows
        if r["route"] == "iv"
        and r["group"] in ("adult", "icu")
        and not r["fitted"]
        and r["fold"] is not None
        and r["metric"] in EXPOSURES
        and r["data_type"] in ("observed", "digitised", "label")
    ]
    product = 1.0
    for row in rows:
        product *= max(row["predicted"] / row["observed"], row["observed"] / row["predicted"])
    assert len(rows) == everything.headline.rows
    assert product ** (1 / len(rows)) == pytest.approx(everything.headline.gmfe, rel=1e-9)


def test_routes_without_a_verified_model_are_reported_beside_it(everything):
    assert {"iv", "im", "nasal", "oral"} <= set(everything.summary["by_route"])


def test_counts_agree(everything):
    summary = everything.summary
    assert summary["rows"] == len(everything.rows) == len(everything.predictions)
    assert summary["predicted"] == sum(r["predicted"] is not None and r["fold"] is not None for r in everything.rows)
    for by in ("by_route", "by_model", "by_study"):
        assert sum(s["rows"] for s in summary[by].values()) == summary["independent"]["rows"]


def test_the_json_object_is_json(everything):
    body = json.loads(json.dumps(everything.to_dict(), allow_nan=False))
    assert body["schema"] == "ketsim.validate/1"
    assert list(body) == ["schema", "summary", "rows", "effects", "rule", "version"]
    assert "ketsim.kinetics.choose" in body["rule"]
    assert {"id", "study", "model", "observed", "predicted", "unit", "fold", "fitted", "explanation", "reason"} <= set(
        body["rows"][0]
    )


def test_some_sources_only():
    found = validate(["Otto2021", "Simons2022"])
    assert {p.study for p in found.predictions} == {"Otto2021", "Simons2022"}
    assert len(found.predictions) == sum(len(load_source(k).observed) for k in ("Otto2021", "Simons2022"))


def test_an_unknown_source_is_refused():
    with pytest.raises(InputError, match="there is no source 'Oto2021'; did you mean 'Otto2021"):
        validate(["Oto2021"])
