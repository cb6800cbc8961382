"""Fold errors, by hand."""

from dataclasses import replace

import pytest

from ketsim.evidence import load_source
from ketsim.validation import Prediction, Validation, score
from ketsim.validation.score import grouped

ROW = next(r for r in load_source("Otto2021").observed if r.metric == "concentration")


def row(predicted, observed, study="One", **more):
    stated = {"model": "M", "unit": "ng/mL", "fitted": False, "reason": None, **more}
    return Prediction(row=ROW, study=study, predicted=predicted, observed=observed, **stated)


@pytest.mark.parametrize(
    ("predicted", "observed", "fold"),
    [(2.0, 1.0, 2.0), (1.0, 2.0, 2.0), (3.0, 3.0, 1.0), (None, 1.0, None), (1.0, None, None)],
)
def test_a_fold_is_at_least_one_and_has_no_direction(predicted, observed, fold):
    assert row(predicted, observed).fold == fold


def test_gmfe_by_hand():
    found = score([row(2.0, 1.0), row(1.0, 1.0), row(1.0, 4.0), row(1.0, 1.0)])
    assert found.gmfe == pytest.approx((2.0 * 4.0) ** (1 / 4))
    assert found.rows == 4
    assert found.within == {1.25: 0.5, 1.5: 0.5, 2.0: 0.75}


def test_each_study_has_one_vote_however_many_rows():
    crowd = [row(1.0, 1.0, "Dense") for _ in range(9)]
    found = score([*crowd, row(4.0, 1.0, "Sparse")])
    assert found.gmfe == pytest.approx(4.0 ** (1 / 10))
    assert found.study_gmfe == pytest.approx(2.0)
    assert (found.rows, found.studies) == (10, 2)
    assert found.within[2.0] == pytest.approx(0.9)
    assert found.study_within[2.0] == pytest.approx(0.5)


def test_a_fold_on_the_limit_is_within_it():
    found = score([row(1.5, 1.0), row(1.0, 1.25), row(2.0, 1.0)])
    assert found.within == {1.25: pytest.approx(1 / 3), 1.5: pytest.approx(2 / 3), 2.0: 1.0}


def test_rows_without_a_prediction_do_not_count_and_nothing_has_no_score():
    assert score([row(None, 1.0), row(2.0, 1.0)]).rows == 1
    assert score([row(None, 1.0)]) is None
    assert score([]) is None


def test_groups_are_scored_apart_and_sorted():
    rows = [row(2.0, 1.0, model="B"), row(1.0, 1.0, model="A"), row(None, 1.0, model="C")]
    found = grouped(rows, lambda p: p.model)
    assert list(found) == ["A", "B"]
    assert found["B"].gmfe == pytest.approx(2.0)


def test_plain_data_has_names_that_json_can_carry():
    plain = score([row(2.0, 1.0)]).to_dict()
    assert plain["gmfe"] == 2.0
    assert plain["within_1_25"] == 0.0
    assert plain["within_2_0_one_vote_per_study"] == 1.0
    assert all("." not in name for name in plain)


def changed(**fields):
    return ROW.model_copy(update=fields)


def test_the_headline_counts_adults_by_vein_that_no_model_was_fitted_to():
    def of(predicted, *, fitted=False, **fields):
        return replace(row(predicted, 1.0, fitted=fitted), row=changed(dose="20 mg ketamine iv over 1 h", **fields))

    child = ROW.population.model_copy(update={"group": "child"})
    rows = (
        of(1.2, data_type="observed"),
        of(9.0, data_type="observed", fitted=True),
        of(9.0, data_type="model_prediction"),
        of(9.0, data_type="observed", population=child),
        of(9.0, data_type="observed", metric="tmax"),
        replace(of(9.0, data_type="observed"), row=changed(data_type="observed", dose="20 mg ketamine oral")),
    )
    found = Validation(rows)
    assert found.headline.rows == 1
    assert found.headline.gmfe == pytest.approx(1.2)


def test_a_large_miss_without_a_sentence_is_named():
    def of(name, predicted, misfit):
        return replace(row(predicted, 1.0), row=changed(id=name, data_type="observed", misfit=misfit))

    rows = (of("a", 2.5, None), of("b", 2.5, "arterial samples"), of("c", 0.3, None), of("d", 1.9, None))
    assert [p.row.id for p in Validation(rows).unexplained] == ["a", "c"]
