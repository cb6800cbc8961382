"""How does an audited page look with its verdicts? Its own words in place, each claim marked by colour, sign and word.

Only text is shown: no element, link or style of the document comes along.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ketsim.audit import AuditedDocument, Passage
from ketsim.report.markup import Child, Markup, tag

#: A sign for each verdict, so that colour is never alone; the word follows it.
SIGNS: Final = {
    "supported": "✓",
    "oversimplified": "≈",
    "unsupported": "?",
    "contradicted": "✗",
    "outdated": "↺",
    "harmful": "!",
    "not-checkable": "–",
}
_LONGEST: Final = 400_000  # characters of a document that are shown
_FURNITURE: Final = "furniture"


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    claim: int


def verdict_badge(verdict: str) -> Markup:
    """Sign and word of a verdict."""
    return tag("span", f"{SIGNS[verdict]} {verdict}", class_=f"verdict v-{verdict}")


def annotated(document: AuditedDocument, key: str) -> list[Child]:
    """The passages of a document with its claims marked; `key`: prefix of the anchors."""
    by_passage: dict[int, list[int]] = {}
    for index, one in enumerate(document.claims):
        by_passage.setdefault(one.claim.passage, []).append(index)
    shown: list[Child] = []
    length = 0
    for place, passage in enumerate(document.page.passages):
        length += len(passage.text)
        if length > _LONGEST:
            shown.append(
                tag("p", f"The document goes on; the first {_LONGEST:,} characters are shown.", class_="small")
            )
            break
        shown.append(_passage(passage, by_passage.get(place, []), document, key))
    return [tag("div", *shown, class_="audited")]


def _passage(passage: Passage, claims: Sequence[int], document: AuditedDocument, key: str) -> Markup:
    pieces = _pieces(passage, claims, document)
    children: list[Child] = []
    last = 0
    for piece in pieces:
        children.append(_plain(passage.text[last : piece.start]))
        children.append(_marked(passage.text[piece.start : piece.end], piece.claim, document, key))
        last = piece.end
    children.append(_plain(passage.text[last:]))
    marked = {piece.claim for piece in pieces}
    more = [_reference(index, document, key) for index in claims if index not in marked]
    name = "h3" if passage.kind == "heading" else "p"
    label = None if passage.is_body else tag("span", passage.kind, class_=_FURNITURE)
    return tag(name, label, *children, *more, dir="auto", class_=None if passage.is_body else _FURNITURE)


def _pieces(passage: Passage, claims: Sequence[int], document: AuditedDocument) -> list[_Piece]:
    """Where the claims stand in the text of the passage; of claims that overlap the first, longest one is marked."""
    found: list[_Piece] = []
    for index in claims:
        claim = document.claims[index].claim
        start = bisect_left(passage.places, claim.start)
        end = bisect_right(passage.places, claim.end - 1)
        if end > start:
            found.append(_Piece(start, end, index))
    found.sort(key=lambda piece: (piece.start, -piece.end, piece.claim))
    kept: list[_Piece] = []
    for piece in found:
        if not kept or piece.start >= kept[-1].end:
            kept.append(piece)
    return kept


def _marked(text: str, index: int, document: AuditedDocument, key: str) -> Markup:
    verdict = document.claims[index].verdict
    return tag("mark", _plain(text), " ", _reference(index, document, key), class_=f"v-{verdict}")


def _reference(index: int, document: AuditedDocument, key: str) -> Markup:
    verdict = document.claims[index].verdict
    return tag(
        "a",
        f"{SIGNS[verdict]} {verdict} {index + 1}",
        href=f"#{key}-claim-{index + 1}",
        id=f"{key}-text-{index + 1}",
        class_="verdict",
    )


def _plain(text: str) -> str:
    """Text without the characters that a page cannot show."""
    return "".join(c if c.isprintable() or c == " " else "\ufffd" for c in text)
