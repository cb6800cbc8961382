"""Which observable does a question ask for? A weighted comparison of words, the same for the same question.

A word weighs the more, the fewer observables speak of it; a word that nobody knows takes away from all. A
score is made of the wording nearest to the question, of all words of the observable together, and of its name.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from ketsim.answers.reading import Reader, Words
from ketsim.observables import Observable, registry

_LIGHT: Final = 0.4
"""What a light word weighs; a word of one observable alone weighs about fifteen times as much."""
_FORM: Final = frozenset({"howlong", "whenq", "peak", "many", "dose"})
_FORM_WEIGHT: Final = 1.3
"""Words that say what kind of number is asked for weigh more than their number alone gives."""
_SAID: Final = 0.5
"""What a word counts that stands in the answer only, and in no wording."""
_STRANGE: Final = 0.4
"""What a word that nobody knows weighs, as a part of the rarest known one: it may be a filler, or what matters."""
_ELSEWHERE: Final = 3.0
"""What a place weighs of which nothing is known: enough that no other place answers for it."""
#: Parts of a score: the wording nearest to the question, all words of the observable, its name.
_NEAREST, _COVERED, _NAMED = 0.35, 0.52, 0.13
_SAME: Final = 1.0 - 1e-9
"""The question is one of the wordings, word by word."""
#: From this score on the observable is taken for what was asked.
SURE: Final = 0.5
#: From this one on too, where the next one is as much less; below it an observable is only offered.
LIKELY, CLEAR_BY = 0.42, 0.05
#: From this score on hardly anything else can have been meant.
CERTAIN: Final = 0.9


@dataclass(frozen=True, slots=True)
class Candidate:
    """An observable with its score, from 0 (no word in common) to 1 (asked word by word), and the wording nearest."""

    name: str
    score: float
    wording: str


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    wordings: tuple[tuple[str, frozenset[str], frozenset[str]], ...]
    all: frozenset[str]
    said: frozenset[str]
    named: frozenset[str]


class Ranking:
    """Every observable as bags of words, and the weight of each word."""

    def __init__(self, observables: Iterable[Observable]) -> None:
        known = tuple(observables)
        self.reader = Reader(text for one in known for text in (*_texts(one), *_said(one)))
        self._entries = tuple(self._entry(one) for one in known)
        counts = Counter(word for entry in self._entries for word in entry.all)
        form = dict.fromkeys(_FORM, _FORM_WEIGHT)
        self._weights: Mapping[str, float] = {
            w: math.log(1 + len(known) / n) * form.get(w, 1.0) for w, n in counts.items()
        }
        self._rarest = math.log(1 + len(known))

    def rank(self, question: str, *, most: int = 5) -> tuple[Candidate, ...]:
        """The observables nearest to a question, best first; those without a word in common are left out."""
        words = self.reader.words(question)
        least = 0.0 if words.known else _SAME  # light words alone mean something only as they stand in the registry
        scored = (self._score(entry, words) for entry in self._entries) if words.known or words.light else ()
        found = sorted((c for c in scored if c.score > least), key=lambda c: (-round(c.score, 9), c.name))
        return tuple(found[:most])

    def understood(self, found: Sequence[Candidate], *, least: float = SURE) -> Candidate | None:
        """The first of these candidates where it is clear enough that it was meant, else None."""
        if not found or found[0].score >= least:
            return found[0] if found else None
        behind = found[1].score if len(found) > 1 else 0.0
        clear = least == SURE and found[0].score >= LIKELY and found[0].score - behind >= CLEAR_BY
        return found[0] if clear else None

    def _entry(self, one: Observable) -> _Entry:
        read = ((text, self.reader.words(text)) for text in one.asks)
        wordings = tuple((text, frozenset(words.known), frozenset(words.light)) for text, words in read)
        every = self._bag(_texts(one))
        return _Entry(one.name, wordings, every, self._bag(_said(one)) - every, self._bag((_name(one),)))

    def _bag(self, texts: Iterable[str]) -> frozenset[str]:
        return frozenset(w for text in texts for w in self.reader.words(text).known)

    def _score(self, entry: _Entry, words: Words) -> Candidate:
        asked, how = frozenset(words.known), frozenset(words.light)
        lost = self._rarest * (_STRANGE * len(words.strange) + _ELSEWHERE * len(words.elsewhere))
        near, wording = max((self._alike(asked, bag, how, light, lost), text) for text, bag, light in entry.wordings)
        whole = self._weight(asked) + lost
        if not whole or near > _SAME:
            return Candidate(entry.name, near, wording)
        covered = (self._weight(asked & entry.all) + _SAID * self._weight(asked & entry.said)) / whole
        named = self._weight(asked & entry.named) / (self._weight(entry.named) or 1.0)
        return Candidate(entry.name, _NEAREST * near + _COVERED * covered + _NAMED * named, wording)

    def _alike(
        self, asked: frozenset[str], bag: frozenset[str], how: frozenset[str], light: frozenset[str], lost: float
    ) -> float:
        both = self._weight(asked & bag) + _LIGHT * len(how & light)
        either = self._weight(asked | bag) + _LIGHT * len(how | light) + lost
        return both / either if either else 0.0

    def _weight(self, words: frozenset[str]) -> float:
        return math.fsum(self._weights.get(word, self._rarest) for word in words)


@cache
def ranking() -> Ranking:
    """The ranking over the registry as it comes with ketsim."""
    return Ranking(registry().values())


def _texts(one: Observable) -> tuple[str, ...]:
    return (*one.asks, one.definition, _name(one))


def _name(one: Observable) -> str:
    return " ".join((one.name, *one.also)).replace(".", " ").replace("_", " ")


def _said(one: Observable) -> tuple[str, ...]:
    items = (word for item in one.items for word in (item.words, *item.also))
    return (*(re.sub(r"\{[^}]*\}", " ", text) for text in one.says), one.missing or "", *items)
