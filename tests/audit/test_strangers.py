"""Sentences as strangers write them get a verdict that an expert would give; those kept apart were not written for."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from ketsim.audit import audit_text

_HERE = Path(__file__).parent
_WRONG = {"contradicted", "harmful", "outdated"}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, what stands before it, and the verdicts that an expert would accept."""

    text: str
    before: str
    accepted: frozenset[str]

    def verdicts(self) -> set[str]:
        """What the audit says of the sentence."""
        head = self.before if self.before.endswith(".") or not self.before else f"# {self.before}"
        text = f"{head}\n\n{self.text}\n".lstrip("\n")
        start = text.index(self.text)
        return {one.verdict for one in audit_text(text, "page.md").claims if one.claim.start >= start}

    def is_right(self) -> bool:
        """Whether an expert would nod: the verdict is accepted, and the opposite was not said beside it."""
        found = self.verdicts()
        if self.accepted == {"clean"}:
            return not found & _WRONG
        if self.accepted <= _WRONG | {"unsupported"}:
            return bool(found & self.accepted) and "supported" not in found
        return bool(found & self.accepted) and not found & _WRONG - self.accepted


def _read(name: str) -> list[Said]:
    found = []
    for line in (_HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            accepted, _, rest = line.partition("|")
            text, _, before = rest.partition(" // ")
            found.append(Said(text.strip(), before.strip(), frozenset(accepted.split("/"))))
    return found


@pytest.mark.parametrize(("name", "least"), [("strangers.txt", 0.95), ("strangers_kept_apart.txt", 0.7)])
def test_strangers_are_judged_as_an_expert_would(name: str, least: float) -> None:
    said = _read(name)
    wrong = [one.text for one in said if not one.is_right()]
    assert len(wrong) <= (1 - least) * len(said), wrong


@pytest.mark.parametrize(
    "text",
    [
        "There is no need to see a doctor if there is blood in your urine.",
        "You don't have to tell your doctor about ketamine.",
        "Never call an ambulance for someone who has taken too much ketamine.",
        "You can safely drink alcohol with ketamine.",
        "It is fine to drive home after ketamine.",
    ],
)
def test_a_precaution_that_is_waived_is_never_borne_out(text: str) -> None:
    assert Said(text, "Ketamine", frozenset(("harmful",))).is_right()


@pytest.mark.parametrize(
    "text",
    [
        "Do not call in sick without telling your doctor about ketamine.",
        "It is not safe to drink alcohol with ketamine.",
        "Nobody should assume that it is safe to drive after ketamine.",
        "Ask your doctor whether it is safe to drive after ketamine.",
        "Never share your ketamine lozenges with anyone.",
    ],
)
def test_a_precaution_that_is_kept_is_never_harmful(text: str) -> None:
    assert not Said(text, "Ketamine", frozenset(("clean",))).verdicts() & _WRONG


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("# Coming off ketamine\n\nWithdrawal begins within a day. Cravings are common. Drink water.\n", True),
        ("# How to taper ketamine yourself\n\nCut your ketamine a little each week.\n", True),
        ("# Overdose\n\nToo much ketamine can stop breathing. Lay the person on the side.\n", True),
        ("# Overdose\n\nToo much ketamine can stop breathing. Call 999 and lay the person on the side.\n", False),
        ("# History\n\nKetamine was first made in 1962. It is used in anaesthesia.\n", False),
    ],
)
def test_pages_about_stopping_or_overdose_say_where_help_is(text: str, missing: bool) -> None:
    kinds = {defect.type for defect in audit_text(text, "page.md").defects}
    assert ("missing-emergency-advice" in kinds) is missing


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("Message me on Telegram @ketking for pure ketamine, next day delivery.", True),
        ("DM me on Signal if you need ket.", True),
        ("Text us on Wickr for ketamine powder at best prices.", True),
        ("Police warned that dealers sell ketamine through Telegram and WhatsApp.", False),
        ("Text a helpline if you are worried about ketamine.", False),
        ("Message our clinic on WhatsApp to book a ketamine consultation with a doctor.", False),
    ],
)
def test_offers_by_messenger_are_told_from_other_messages(text: str, offer: bool) -> None:
    assert any(defect.type == "sale-solicitation" for defect in audit_text(text, "page.md").defects) is offer
