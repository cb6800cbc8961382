"""The page of the documentation is the registry."""

from pathlib import Path

from ketsim.observables import observable
from ketsim.observables.in_words import evidence_in_words, observables_page

PAGE = Path(__file__).parents[2] / "docs" / "observables.md"


def test_the_page_is_the_registry():
    assert PAGE.read_text(encoding="utf-8") == observables_page()


def test_the_evidence_in_a_few_words():
    assert evidence_in_words(observable("legal.us_schedule")) == "Schedule III"
    assert evidence_in_words(observable("dependence.possible")) == "affirm"
    assert evidence_in_words(observable("approval.year")) == "1970 year"
    assert evidence_in_words(observable("withdrawal.peak_time")).endswith("no primary source in people")
