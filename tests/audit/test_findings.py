"""Contradictions and defects: what is found on the pages of this folder and in small cases, and what is not."""

import pytest
from audit_labelled import LabelledPage, pages

from ketsim.audit import AuditedDocument, audit_text


def clashes(text: str) -> set[tuple[str, str, str]]:
    found = audit_text(text)
    names = [one.claim.observable for one in found.claims]
    return {(names[c.a], names[c.b], c.nature) for c in found.contradictions}


def kinds(text: str) -> set[str]:
    return {defect.type for defect in audit_text(text).defects}


@pytest.mark.parametrize(
    ("text", "clash"),
    [
        (
            "Ketamine is addictive. Ketamine is not addictive.",
            ("dependence.possible", "dependence.possible", "genuine"),
        ),
        (
            "The half-life of ketamine is 2 hours. The half-life of ketamine is 3 days.",
            ("pharmacology.half_life_h", "pharmacology.half_life_h", "genuine"),
        ),
        (
            "Ketamine causes no physical dependence. Stopping it leads to sweating, tremor and chills in withdrawal.",
            ("dependence.physical", "withdrawal.symptoms_physical", "genuine"),
        ),
        (
            "Ketamine is not a controlled substance. It is in Schedule III in the US.",
            ("legal.us_controlled", "legal.us_schedule", "genuine"),
        ),
        (
            "Withdrawal begins after 9 days. Withdrawal peaks after 3 days.",
            ("withdrawal.onset_h", "withdrawal.peak_time_h", "genuine"),
        ),
    ],
)
def test_contradictions(text: str, clash: tuple[str, str, str]) -> None:
    assert clash in clashes(f"About ketamine.\n\n{text}")


def test_numbers_in_other_units_that_agree_do_not_clash() -> None:
    assert not clashes("The half-life of ketamine is 150 minutes. The half-life of ketamine is 2.5 hours.")


def test_onsets_by_different_routes_do_not_clash() -> None:
    assert not clashes("Swallowed ketamine is felt after 20 minutes. Sniffed ketamine is felt after 5 minutes.")


@pytest.mark.parametrize(
    "text",
    [
        "We sell the best ketamine at low prices.",
        "Order ketamine online now, discreet shipping worldwide.",
        "Buy ketamine from our shop, message us on Telegram.",
        "All orders are shipped in plain packaging.",
    ],
)
def test_offers_are_flagged(text: str) -> None:
    assert "sale-solicitation" in kinds(f"How to stop ketamine. {text}")


@pytest.mark.parametrize(
    "text",
    [
        "Police arrested a man who offered ketamine for sale.",
        "Do not buy ketamine online; what is sold there is often fake.",
        "It is illegal to sell ketamine.",
        "The clinic charges 400 dollars per infusion.",
        "The FDA warns of compounded ketamine that is mailed to patients.",
        "Dealers sell ketamine in clubs.",
    ],
)
def test_reports_and_warnings_are_no_offers(text: str) -> None:
    assert "sale-solicitation" not in kinds(f"About ketamine. {text}")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Call 800-555-0100 now and speak to a rehab specialist about ketamine.", "undisclosed-advert"),
        ("A ketamine overdose can cause coma and death.", "missing-emergency-advice"),
        ("For ketamine withdrawal a doctor may prescribe diazepam.", "missing-warning"),
        ("According to the University of Nowhere, ketamine is a drug.", "unsourced-authority"),
        ("Ketamine helps, Brandling said. It helps a lot.", "orphan-speaker"),
        ("Ketamine is used in surgery best online casinos all over the world.", "spliced-text"),
        ("Contact [your city] ketamine clinic.", "template-slot"),
        ("Use code SAVE20, 20% off your ketamine lozenges.", "affiliate-furniture"),
        ("Take 50 mg and wait.", "dose-without-context"),
        ("You are currently viewing Ketamine facts and myths", "page-furniture"),
        ("Ketamine acts for an hour. Ketamine acts for an hour.", "repeated-text"),
    ],
)
def test_defects(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("In an emergency call 911 or Poison Help 1-800-222-1222 about ketamine.", "undisclosed-advert"),
        ("A ketamine overdose can kill: call 911.", "missing-emergency-advice"),
        ("A doctor may prescribe diazepam, which can cause dependence.", "missing-warning"),
        ("Dr Ann Brandling runs the ward. Ketamine helps, Brandling said.", "orphan-speaker"),
        ("For depression 0.5 mg/kg is given into a vein.", "dose-without-context"),
    ],
)
def test_what_is_no_defect(text: str, kind: str) -> None:
    assert kind not in kinds(text)


def test_a_quotation_that_is_the_page_itself_is_suspect() -> None:
    text = (
        "Ketamine does no harm under care at all.\n\nAccording to the National Institute, “Ketamine does no harm under "
        "care at all.” So it says."
    )
    assert "misattributed-quote" in kinds(text)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_labelled_pages(page: LabelledPage) -> None:
    found: AuditedDocument = audit_text(page.text, f"{page.name}.md")
    offers = [defect for defect in found.defects if defect.type == "sale-solicitation"]
    assert len(offers) >= page.sales
    assert bool(offers) == bool(page.sales)
