"""What is said twice? Headings and sentences repeated word for word or nearly so, and labels doubled without a gap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ketsim.audit.defects.defect import Defect, Sentence, Subject
from ketsim.audit.words import words

_LEAST: Final = 4  # words: shorter pieces repeat by chance
_ALIKE: Final = 0.85  # share of words in common from which two sentences are nearly the same
_DOUBLED: Final = re.compile(r"([A-Z][\w ]{7,60}?)\s?\1")


def find(subject: Subject) -> Iterator[Defect]:
    """Repetitions, each at its second place and later ones."""
    seen: dict[tuple[str, ...], Sentence] = {}
    by_word: dict[str, list[tuple[frozenset[str], Sentence]]] = {}
    for sentence in subject.sentences:
        said = tuple(word.text for word in words(sentence.text))
        if len(said) < _LEAST:
            continue
        start, end = sentence.span
        if said in seen:
            yield Defect(start, end, "repeated-text", "low", "It stands on the page already, word for word.")
            continue
        seen[said] = sentence
        known = frozenset(said)
        if len(known) >= 6 and _near(known, by_word):
            yield Defect(start, end, "repeated-text", "medium", "It nearly repeats another sentence of the page.")
        for word in sorted(known, key=lambda word: (-len(word), word))[:3]:
            by_word.setdefault(word, []).append((known, sentence))
    for passage in subject.passages():
        for found in _DOUBLED.finditer(passage.text):
            start, end = passage.span(found.start(), found.end())
            yield Defect(start, end, "repeated-text", "low", "A label stands twice without a gap.")


def _near(known: frozenset[str], by_word: dict[str, list[tuple[frozenset[str], Sentence]]]) -> bool:
    """Whether a sentence nearly like this one stood before; compared only where one of the longest words is shared."""
    for word in sorted(known, key=lambda word: (-len(word), word))[:3]:
        for other, _ in by_word.get(word, ())[-60:]:
            if len(known & other) >= _ALIKE * len(known | other):
                return True
    return False
