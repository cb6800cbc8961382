"""What does an audit of documents find? Every claim with its verdict, the contradictions, the defects, and the counts.

Documents are read one after the other and never run. The same input gives the same result, byte for byte.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketsim.audit.claims import claims_of
from ketsim.audit.contradictions import Contradiction, contradictions
from ketsim.audit.defects import SEVERITIES, Defect, defects
from ketsim.audit.own_words import held_to_their_words
from ketsim.audit.passage import Page
from ketsim.audit.reader import read_bytes, read_file, read_text
from ketsim.audit.verdict import VERDICTS, Judgement, judged
from ketsim.errors import InputError


@dataclass(frozen=True, slots=True)
class AuditedDocument:
    """A page with what was found in it. contradictions: between its own claims, by their places in `claims`."""

    page: Page
    claims: tuple[Judgement, ...]
    contradictions: tuple[Contradiction, ...]
    defects: tuple[Defect, ...]

    @property
    def verdicts(self) -> Mapping[str, int]:
        """How many claims got each verdict."""
        counted = Counter(one.verdict for one in self.claims)
        return {verdict: counted[verdict] for verdict in VERDICTS}

    @property
    def severities(self) -> Mapping[str, int]:
        """How many defects are how grave."""
        counted = Counter(defect.severity for defect in self.defects)
        return {severity: counted[severity] for severity in SEVERITIES}

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "name": self.page.name,
            "form": self.page.form,
            "characters": len(self.page.text),
            "notes": list(self.page.notes),
            "claims": [_claim(index, one) for index, one in enumerate(self.claims)],
            "contradictions": [
                {"a": clash.a, "b": clash.b, "nature": clash.nature, "reason": clash.reason}
                for clash in self.contradictions
            ],
            "defects": [
                {"start": d.start, "end": d.end, "type": d.type, "severity": d.severity, "reason": d.reason}
                for d in self.defects
            ],
            "counts": {
                "claims": len(self.claims),
                "verdicts": dict(self.verdicts),
                "contradictions": dict(Counter(sorted(clash.nature for clash in self.contradictions))),
                "defects": dict(self.severities),
            },
        }


@dataclass(frozen=True, slots=True)
class Across:
    """A clash between two documents: (document, claim) of each side, by their places."""

    a: tuple[int, int]
    b: tuple[int, int]
    nature: str
    reason: str


@dataclass(frozen=True, slots=True)
class Audit:
    """Several documents, and what clashes between them."""

    documents: tuple[AuditedDocument, ...]
    across: tuple[Across, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "documents": [document.to_dict() for document in self.documents],
            "contradictions_across": [
                {
                    "a": {"document": clash.a[0], "claim": clash.a[1]},
                    "b": {"document": clash.b[0], "claim": clash.b[1]},
                    "nature": clash.nature,
                    "reason": clash.reason,
                }
                for clash in self.across
            ],
        }


def audit(documents: Sequence[Path | tuple[str, bytes] | Page]) -> Audit:
    """Judge documents: files, (name, content) pairs, or pages that were read. Raises `InputError`."""
    if not documents:
        raise InputError("an audit needs at least one document.")
    found = tuple(audit_page(_page(document)) for document in documents)
    return Audit(found, _across(found))


def audit_text(text: str, name: str = "text") -> AuditedDocument:
    """Judge one text: HTML, Markdown or plain.

    >>> found = audit_text("Ketamine is not a controlled substance in the United States.")
    >>> [(one.claim.observable, one.verdict) for one in found.claims]
    [('legal.us_controlled', 'contradicted')]
    """
    return audit_page(read_text(text, name))


def audit_page(page: Page) -> AuditedDocument:
    """Judge one page."""
    claims = held_to_their_words([judged(claim) for claim in claims_of(page)])
    return AuditedDocument(page, claims, contradictions(claims), defects(page, claims))


def _page(document: Path | tuple[str, bytes] | Page) -> Page:
    match document:
        case Path():
            return read_file(document)
        case (name, content):
            return read_bytes(content, name)
        case _:
            return document


def _across(found: Sequence[AuditedDocument]) -> tuple[Across, ...]:
    if len(found) < 2:
        return ()
    every = [one for document in found for one in document.claims]
    owners = [place for place, document in enumerate(found) for _ in document.claims]
    firsts = [0]
    for document in found:
        firsts.append(firsts[-1] + len(document.claims))
    return tuple(
        Across(
            (owners[clash.a], clash.a - firsts[owners[clash.a]]),
            (owners[clash.b], clash.b - firsts[owners[clash.b]]),
            clash.nature,
            clash.reason,
        )
        for clash in contradictions(every, owners)
    )


def _claim(index: int, one: Judgement) -> dict[str, Any]:
    return {
        "id": index,
        "start": one.claim.start,
        "end": one.claim.end,
        "text": one.claim.text,
        "observable": one.claim.observable,
        "kind": one.kind,
        "low": one.low,
        "high": one.high,
        "unit": one.unit,
        "polarity": one.claim.polarity,
        "verdict": one.verdict,
        "reference": one.reference,
        "sources": list(one.sources),
        "certainty": one.certainty,
        "reason": one.reason,
        "candidates": list(one.candidates),
    }
