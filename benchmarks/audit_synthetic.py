"""Pages made from labelled ones by rules that the patterns were not written for: numbers, denials, splices, rewording.

Every rule is mechanical and every sentence that it applies to is used, so that nothing is picked to look well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]|,\d)")
AUXILIARY = re.compile(r"\b(is|are|can|may|will|has been|should)\b(?! not|n't| never| no)")
ANCHORS = (
    "best online casino bonus",
    "cheap viagra online",
    "payday loans near me",
    "locksmith near you",
    "buy essay online",
    "crypto trading platform",
)
#: (pattern, other words): none of them stands in the pattern files as a pair.
REWORDED = (
    (r"\bKetamine\b", "The drug ketamine"),
    (r"\bcan\b", "is able to"),
    (r"\bpeople\b", "individuals"),
    (r"\babout\b", "roughly"),
    (r"\boften\b", "in many cases"),
    (r"\bdoctors?\b", "physician"),
    (r"\bbecause\b", "given that"),
    (r"\bmay\b", "might"),
    (r"\bdamage\b", "harm"),
    (r"\bstopping\b", "quitting"),
    (r"\btrouble sleeping\b", "sleeplessness"),
    (r"\banaesthetic\b", "anesthetic"),
    (r"\bwithin\b", "in under"),
)
OPENINGS = ("It is worth knowing that ", "Keep in mind that ", "As a rule, ")


def with_wrong_number(sentence: str) -> str | None:
    """The sentence with its first number ten times as large; None where it holds none, or a year."""
    found = NUMBER.search(sentence)
    if found is None or re.search(r"\b(?:19|20)\d\d\b|\d{3}[-. ]\d{4}|mg", sentence):
        return None
    return f"{sentence[: found.start()]}{float(found[0]) * 10:g}{sentence[found.end() :]}"


def denied(sentence: str) -> str | None:
    """The sentence with `not` behind its first auxiliary; None where it has none or denies already."""
    if re.search(r"\b(?:not|no|never|cannot|without|n't|don't|isn't)\b|n't", sentence, re.I):
        return None
    found = AUXILIARY.search(sentence)
    return None if found is None else f"{sentence[: found.end()]} not{sentence[found.end() :]}"


def spliced(sentences: Sequence[str]) -> Iterator[str]:
    """Each sentence with a foreign anchor in its middle."""
    for place, sentence in enumerate(sentences):
        parts = sentence.split(" ")
        if len(parts) >= 6:
            half = len(parts) // 2
            yield " ".join([*parts[:half], ANCHORS[place % len(ANCHORS)], *parts[half:]])


def reworded(sentence: str, place: int) -> str:
    """The sentence in other words."""
    said = sentence
    for pattern, other in REWORDED:
        said = re.sub(pattern, other, said, count=1)
    opening = OPENINGS[place % len(OPENINGS)]
    return f"{opening}{said[:1].lower()}{said[1:]}" if not said.startswith(("I ", "In the U")) else said
