"""Which furniture of a site stands in the text? Navigation, forms, traps, badges, vouchers, slots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ketsim.audit.defects.defect import Defect, Subject
from ketsim.audit.furniture import marks

_TYPES: Final = {"template": "template-slot", "affiliate": "affiliate-furniture"}
_SEVERITY: Final = {"template-slot": "medium", "affiliate-furniture": "medium"}
_BY_MARKUP: Final = ("navigation", "banner", "footer", "aside", "form", "button", "hidden", "comment")


def find(subject: Subject) -> Iterator[Defect]:
    """Marks of furniture in the text; what the markup itself calls navigation or a form is where it belongs."""
    for sentence in subject.sentences:
        if subject.page.form == "html" and sentence.passage.kind in _BY_MARKUP:
            continue
        for mark in marks():
            found = mark.pattern.search(sentence.text[:1000])
            if found is not None:
                kind = _TYPES.get(mark.label, "page-furniture")
                severity = _SEVERITY.get(kind, mark.severity)
                yield Defect(*sentence.span, kind, severity, f"{mark.reason[0].upper()}{mark.reason[1:]}.")
                break
