"""What is true is not called wrong, and what is wrong is called so, in sentences of many kinds."""

from pathlib import Path

import pytest
from audit_labelled import LabelledPage, pages

from ketsim.audit import VERDICTS, audit_text

HERE = Path(__file__).parent
TRUE = (HERE / "true_sentences.txt").read_text(encoding="utf-8").splitlines()
WRONG = [line.split("|") for line in (HERE / "wrong_sentences.txt").read_text(encoding="utf-8").splitlines()]
ACCUSING = {"contradicted", "harmful", "outdated"}


@pytest.mark.parametrize("sentence", TRUE)
def test_a_true_sentence_is_never_called_wrong(sentence: str) -> None:
    found = audit_text(f"About ketamine.\n\n{sentence}\n")
    assert not ACCUSING & {claim.verdict for claim in found.claims}
    assert not [defect for defect in found.defects if defect.type == "sale-solicitation"]


@pytest.mark.parametrize(("verdict", "sentence"), WRONG)
def test_a_wrong_sentence_is_called_wrong(verdict: str, sentence: str) -> None:
    found = audit_text(f"About ketamine.\n\n{sentence}\n")
    assert verdict in {claim.verdict for claim in found.claims}


@pytest.mark.parametrize("page", [page for page in pages() if page.clean], ids=lambda page: page.name)
def test_a_clean_leaflet_is_accused_of_nothing(page: LabelledPage) -> None:
    found = audit_text(page.text, f"{page.name}.md")
    assert not ACCUSING & {claim.verdict for claim in found.claims}
    assert "sale-solicitation" not in {defect.type for defect in found.defects}
    assert len(found.claims) >= 12


def test_every_verdict_carries_its_reference_sources_certainty_and_reason() -> None:
    for page in pages():
        for claim in audit_text(page.text).claims:
            assert claim.verdict in VERDICTS
            assert claim.reason.endswith(".")
            if claim.verdict in ("supported", "contradicted", "oversimplified", "outdated"):
                assert claim.reference
                assert claim.sources
                assert claim.certainty in ("high", "moderate", "low", "very low")


def test_a_number_is_compared_in_the_unit_of_the_evidence() -> None:
    (claim,) = audit_text("The half-life of ketamine is 150 minutes.").claims
    assert (claim.low, claim.high, claim.unit, claim.verdict) == (2.5, 2.5, "h", "supported")


def test_what_no_pattern_knows_gets_candidates_and_no_judgement() -> None:
    (claim,) = audit_text("Ketamine glows softly under violet light in the dark.").claims
    assert claim.claim.observable.startswith("general.")
    assert claim.verdict == "unsupported"
    assert not claim.sources


def test_a_promise_that_the_page_takes_back_is_contradicted() -> None:
    text = (
        "Talk to our addiction specialists now.\n\nCalls are answered by treatment providers who are paid advertisers."
    )
    promise = next(c for c in audit_text(text).claims if c.claim.observable == "advert.specialist_staff")
    assert promise.verdict == "contradicted"
    alone = audit_text("Talk to our addiction specialists now.").claims
    assert [c.verdict for c in alone] == ["not-checkable"]


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Ketamine is addictive.", "affirm"),
        ("Ketamine isn't addictive.", "deny"),
        ("There is no evidence that ketamine is addictive.", "deny"),
        ("It is a myth that ketamine is not addictive.", "affirm"),
        ("Ketamine is not only addictive but costly.", "affirm"),
        ("No, ketamine isn't addictive.", "deny"),
    ],
)
def test_polarity(text: str, polarity: str) -> None:
    claims = [c for c in audit_text(text).claims if c.claim.observable == "dependence.possible"]
    assert [c.claim.polarity for c in claims] == [polarity]
