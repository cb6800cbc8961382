"""The words that a source may use and those that a dose may use are the same."""

from __future__ import annotations

from ketsim.dosing import Drug, Route
from ketsim.dosing.words import VOCABULARY
from ketsim.evidence.model_spec import DRUGS, ROUTES


def test_drugs_and_routes_of_doses_are_those_of_the_sources() -> None:
    assert tuple(Drug) == DRUGS
    assert tuple(Route) == ROUTES


def test_each_of_them_can_be_said() -> None:
    meanings = {meaning for _, meaning in VOCABULARY.values()}
    assert {*DRUGS, *ROUTES} <= meanings
