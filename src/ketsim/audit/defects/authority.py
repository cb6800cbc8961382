"""Who is said to have said it? Agencies and universities without a link, quotations that are the page's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ketsim.audit.defects.defect import Defect, Sentence, Subject
from ketsim.audit.words import words

_NAMED: Final = re.compile(
    r"\b(?:[Aa]ccording to|[Aa]s (?:stated|reported|noted|published) (?:by|in)|[Aa] (?:study|report|"
    r"review) (?:by|from|at)|(?:reported|found|published|confirmed) by|"
    r"[Rr]esearch(?:ers)? (?:by|from|at)|[Ee]xperts (?:at|from)|[Ss]cientists (?:at|from))\s+(?:the\s+)?"
    r"((?:[A-Z][\w.&’'-]*|of|for|and|on|the|U\.\s?S\.)(?:\s+(?:[A-Z][\w.&’'-]*|of|for|and|on|the))*)"
)
_SAYS: Final = re.compile(
    r"\b(?:[Tt]he\s+)?((?:[A-Z][\w.&’'-]*\s+){0,6}(?:University|Institute|Administration|Agency|Association|"
    r"Department|Hospital|College|Center|Centre|Library|Council)"
    r"(?:\s+(?:of|on|for)\s+[A-Z][\w-]*(?:\s+(?:and\s+)?[A-Z][\w-]*)*)?)\s+(?:says?|said|states?|stated|"
    r"reports?|reported|found|finds|claims?|warns?|confirms?|estimates?)\b"
)
_VAGUE: Final = re.compile(
    r"\b(?:studies (?:show|have shown|prove|suggest)|research (?:shows|proves|has shown|suggests)|"
    r"experts (?:say|agree|believe)|scientists (?:say|have proven)|"
    r"it is (?:well known|widely known|scientifically proven))\b",
    re.I,
)
_QUOTED: Final = re.compile(r"[“\"]([^“”\"]{25,600})[”\"]")
_REFERENCE: Final = re.compile(r"https?://|\bdoi\b|\[\d{1,3}\]|\(\d{4}\)|\bet al\b|PMID", re.I)


def find(subject: Subject) -> Iterator[Defect]:
    """Named authorities that cannot be followed up, and suspect quotations."""
    for sentence in subject.sentences:
        named = _NAMED.search(sentence.text) or _SAYS.search(sentence.text)
        followed = _followed(subject, sentence)
        start, end = sentence.span
        if named is not None and len(named[1]) > 2 and not followed:
            yield Defect(
                start,
                end,
                "unsourced-authority",
                "medium",
                f"{_short(named[1])} is named without a link, title or date.",
            )
        elif _VAGUE.search(sentence.text) and not followed:
            yield Defect(start, end, "unsourced-authority", "low", "Studies or experts are named without saying which.")
        yield from _quotations(subject, sentence, named is not None)


def _followed(subject: Subject, sentence: Sentence) -> bool:
    """Whether the sentence carries a link or a reference."""
    linked = any(start < sentence.end and end > sentence.start for start, end, _ in sentence.passage.links)
    return linked or bool(_REFERENCE.search(sentence.text))


def _quotations(subject: Subject, sentence: Sentence, named: bool) -> Iterator[Defect]:
    for quoted in _QUOTED.finditer(sentence.text):
        said = [word.text for word in words(quoted[1])]
        if len(said) < 6:
            continue
        same = any(other is not sentence and _holds(other, said) for other in subject.sentences)
        if same and named:
            start, end = sentence.passage.span(sentence.start + quoted.start(), sentence.start + quoted.end())
            first, last = sentence.span
            reason = "The words quoted as somebody else's stand on the page as its own."
            yield Defect(min(first, start), max(last, end), "misattributed-quote", "high", reason)


def _holds(sentence: Sentence, said: list[str]) -> bool:
    """Whether a sentence says the same without quotation marks."""
    own = [word.text for word in words(sentence.text)]
    wanted = " ".join(said)
    return len(own) >= len(said) and wanted in " ".join(own) and not _QUOTED.search(sentence.text)


def _short(name: str) -> str:
    return " ".join(name.split())[:80]
