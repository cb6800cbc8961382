"""Is a medicine named without the warning of its class? Is a dose named without its route or purpose?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ketsim.audit.defects.defect import Defect, Sentence, Subject
from ketsim.audit.quantity import quantities
from ketsim.audit.words import words
from ketsim.rule_file import read_rules

_FILE: Final = Path(__file__).with_name("medicines.yaml")
_ROUTES: Final = ("iv", "im", "nasal", "oral", "sublingual", "subcutaneous", "rectal", "injection", "infusion")
_PURPOSES: Final = (
    "anesthesia", "depression_illness", "pain", "sedation", "antidepressant", "seizure", "study", "recreational",
    "withdrawal", "craving", "anxiety", "suicide",
)  # fmt: skip
_NEAR: Final = 2  # sentences behind a medicine in which its warning may stand


def find(subject: Subject) -> Iterator[Defect]:
    """Medicines without a warning and doses without context."""
    listed = list(subject.sentences)
    said = [frozenset(word.text for word in words(sentence.text)) for sentence in listed]
    for name, rule in read_rules(_FILE)["classes"].items():
        members, warnings = frozenset(rule["members"]), tuple(rule["warnings"])
        for index, sentence in enumerate(listed):
            if members.isdisjoint(said[index]) or not sentence.passage.is_body or not _offered(sentence):
                continue
            around = frozenset().union(*said[index : index + _NEAR + 1])
            if not any(word.startswith(warnings) for word in around):
                yield Defect(
                    *sentence.span,
                    "missing-warning",
                    "high",
                    f"A {name} is named without its warning: {rule['warning']}.",
                )
                break
    for sentence in listed:
        if _bare_dose(sentence):
            yield Defect(
                *sentence.span, "dose-without-context", "medium", "A dose stands without its route or purpose."
            )


def _offered(sentence: Sentence) -> bool:
    """Whether the sentence offers a medicine as treatment; mixing it is another matter."""
    return sentence.groups.isdisjoint(("combine", "overdose")) and not sentence.groups.isdisjoint(
        ("prescribe", "help_verb", "medication")
    )


def _bare_dose(sentence: Sentence) -> bool:
    if not any(quantity.unit in ("mg", "mg/kg", "g") for quantity in quantities(sentence.text)):
        return False
    return sentence.groups.isdisjoint((*_ROUTES, *_PURPOSES))
