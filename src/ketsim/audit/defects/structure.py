"""Is the text whole? Sentences that break off, headings without a text, lists that are not there, no author or date.

Terms or bylines of another publisher show that a page was taken from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ketsim.audit.defects.defect import Defect, Subject
from ketsim.audit.passage import HEADING, ITEM, PARAGRAPH, Passage

_LONG: Final = 120  # characters: a paragraph this long ends with a full stop
_ENDS: Final = re.compile(r"[.!?:;…][\"'”’)\]»]*$|\d\]?$")
_DANGLING: Final = re.compile(
    r"\b(?:the following|these|those|such) (?:symptoms|signs|side effects|steps|reasons|factors|"
    r"effects)\b(?! (?:can|may|include|are|often|usually|tend|is|were|will|range))|"
    r"\b(?:any of these|listed below|as follows|shown below|see the table|in the table below)\b",
    re.I,
)
_SOURCES: Final = re.compile(
    r"https?://|\bdoi\b|\b(?:references|sources|bibliography|citations|further reading)\b|et al\.|\[\d{1,3}\]|"
    r"\b(?:written|reviewed|updated|published|posted|edited) (?:by|on)\b|\blast (?:updated|reviewed)\b|"
    r"\b(?:label|leaflet|package insert|survey|statistics)\b",
    re.I,
)
_FOREIGN: Final = re.compile(
    r"(?:this article (?:originally|first) appeared (?:on|in)|originally published (?:on|in|by)|"
    r"reprinted (?:from|with permission)|republished (?:from|with)|"
    r"terms (?:and conditions )?of [A-Z]\w+(?:\.com| Media| Group| Inc)|courtesy of [A-Z]\w+|"
    r"content provided by|press release)[^.\n]{0,100}",
    re.I,
)
_CITED: Final = 1200  # characters from which a page of claims should name a source


def find(subject: Subject) -> Iterator[Defect]:
    """Breaks, gaps and missing sources."""
    body = [passage for passage in subject.page.passages if passage.is_body]
    yield from _broken(body)
    yield from _empty(body)
    yield from _missing_lists(body)
    for passage in subject.passages():
        for found in _FOREIGN.finditer(passage.text):
            start, end = passage.span(found.start(), found.end())
            yield Defect(
                start, end, "foreign-terms", "medium", "Byline or terms of another publisher stand on the page."
            )
    text = subject.page.text
    linked = any(passage.links for passage in subject.page.passages if passage.is_body)
    if len(text) >= _CITED and len(subject.judged) >= 8 and not linked and not _SOURCES.search(text):
        first = subject.judged[0].claim
        yield Defect(
            first.start, first.end, "no-citation", "medium", "No author, date or reference stands anywhere on the page."
        )


def _broken(body: Sequence[Passage]) -> Iterator[Defect]:
    for passage in body:
        if passage.kind == PARAGRAPH and len(passage.text) >= _LONG and not _ENDS.search(passage.text):
            last = max(passage.text.rfind(". "), passage.text.rfind("; ")) + 1
            start, end = passage.span(last + (passage.text[last : last + 1] == " "), len(passage.text))
            yield Defect(start, end, "truncated-sentence", "low", "The last sentence of the paragraph breaks off.")


def _empty(body: Sequence[Passage]) -> Iterator[Defect]:
    for index, passage in enumerate(body):
        if not _heads(passage):
            continue
        following = body[index + 1] if index + 1 < len(body) else None
        if following is None or (_heads(following) and (following.level or 9) <= (passage.level or 9)):
            yield Defect(
                *passage.span(0, len(passage.text)), "missing-content", "low", "A heading without a text below it."
            )


def _heads(passage: Passage) -> bool:
    if passage.kind == HEADING:
        return True
    short = len(passage.text) <= 80 and passage.kind == PARAGRAPH
    return (
        short
        and not _ENDS.search(passage.text)
        and passage.text[:1].isupper()
        and not any(c.isdigit() for c in passage.text)
    )


def _missing_lists(body: Sequence[Passage]) -> Iterator[Defect]:
    for index, passage in enumerate(body):
        found = _DANGLING.search(passage.text)
        if found is None or "," in passage.text[found.end() : found.end() + 60]:
            continue
        around = body[max(0, index - 2) : index + 3]
        listed = any(other.kind == ITEM for other in around) or any(
            other.text.count(",") >= 2 for other in body[max(0, index - 1) : index]
        )
        ends = passage.text.rstrip().endswith(":") and index + 1 < len(body)
        if not listed and not ends and passage.text.count(",") < 4:
            start, end = passage.span(0, len(passage.text))
            yield Defect(start, end, "missing-content", "medium", "It points to a list that is not there.")
