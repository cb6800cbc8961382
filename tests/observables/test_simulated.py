"""Simulated values stand beside the evidence: all of them are computed, and none of them is evidence."""

import pytest

from ketsim.observables import evidence_of, reference_of, registry
from ketsim.observables.observable import Simulated
from ketsim.observables.simulated import APART, beside

SIMULATED = tuple(one for one in registry().values() if one.simulated)


@pytest.mark.parametrize("one", SIMULATED, ids=lambda one: one.name)
def test_both_values_are_there(one):
    rows = beside(one)
    assert rows
    assert any(row.value is not None for row in rows)
    assert reference_of(one) is not None
    for row in rows:
        assert row.unit == one.unit
        assert row.certainty
        assert row.sources


@pytest.mark.parametrize("one", SIMULATED, ids=lambda one: one.name)
def test_apart_means_that_widened_intervals_do_not_meet(one):
    rows, reference = beside(one), reference_of(one)
    lows = [row.low for row in rows if row.low is not None]
    highs = [row.high for row in rows if row.high is not None]
    gap = min(lows) > reference.high * APART or max(highs) * APART < reference.low
    assert {row.apart for row in rows} == {gap}


def test_a_simulated_value_changes_no_evidence():
    one = registry()["onset.oral"]
    bare = one.model_copy(update={"simulated": ()})
    assert evidence_of(one) == evidence_of(bare)
    assert reference_of(one) == reference_of(bare)


def test_what_is_not_to_be_compared_is_never_apart():
    one = registry()["onset.oral"]
    (asked,) = one.simulated
    silent = one.model_copy(update={"simulated": (asked.model_copy(update={"compare": False}),)})
    assert {row.apart for row in beside(silent)} == {None}


def test_an_effect_that_is_never_reached_has_no_length():
    one = registry()["duration.intravenous"]
    asked = Simulated(
        scenario={"dose": "0.1 mg/kg iv", "weight": "70 kg"},
        output="anaesthesia_stage",
        measure="surgical_duration",
        unit="min",
    )
    rows = beside(one.model_copy(update={"simulated": (asked,)}))
    assert [row.value for row in rows] in ([0.0], [None])
    assert not any(row.to_dict()["value"] for row in rows)
