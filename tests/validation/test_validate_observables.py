"""A simulated value of an observable that lies apart from its evidence is a finding of the validation."""

import pytest

from ketsim.observables import registry
from ketsim.validation import Validation, validate


@pytest.fixture(scope="module")
def everything():
    from ketsim.observables.simulated import all_beside

    return Validation((), (), all_beside())


def test_every_observable_that_can_be_simulated_is_there(everything):
    assert {row.observable for row in everything.observables} == {o.name for o in registry().values() if o.simulated}


def test_findings_are_listed_with_both_values(everything):
    counts = everything.summary["observables"]
    assert counts["apart"]
    assert set(counts["unexplained"]) <= set(counts["apart"])
    assert counts["compared"] <= counts["rows"] == len(everything.observables)
    for row in everything.apart:
        assert row.published
        assert row.value is not None
    found = everything.to_dict()["summary"]["observables"]["findings"]
    assert [one["observable"] for one in found] == [row.observable for row in everything.apart]
    assert all(one["published"] and one["apart"] for one in found)


def test_a_validation_of_one_source_leaves_them_out():
    assert validate(["Glue2020"]).observables == ()
