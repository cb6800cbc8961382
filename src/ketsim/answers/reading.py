"""What does a question say? Its words, brought to one form: spelling mended, words of one meaning made one word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final

from ketsim.rule_file import read_rules

_FILE: Final = Path(__file__).with_name("vocabulary.yaml")
LONGEST: Final = 2_000
"""Characters of a question that are read; a question is short."""
_LONGEST_WORD: Final = 30
_MOST_WORDS: Final = 120
_SLIP_FROM: Final = 5  # letters from which a word may be misspelt
_ALIKE: Final = 0.82  # of `difflib`: how like a word must be to a known one
_ALIKE_HEAD: Final = 0.9  # the same for the beginning of a word, which is shorter and so more easily alike
_ENDINGS: Final = ("ations", "ation", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly")
_STEM: Final = 4  # letters that stay at least when an ending is taken off


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a question: `known` stand in the registry, `strange` do not, `light` say how it is asked.

    elsewhere: places of which nothing is known.
    """

    known: tuple[str, ...]
    light: tuple[str, ...]
    strange: tuple[str, ...]
    elsewhere: tuple[str, ...]


class Reader:
    """Reads questions with the words that stand in the registry; `texts` are all texts that may be met."""

    def __init__(self, texts: Iterable[str]) -> None:
        known: dict[str, None] = {}
        for text in texts:
            known.update(dict.fromkeys(self._plain(text)))
        self._known = frozenset(known)
        self._mended: dict[str, str | None] = {}

    def words(self, text: str) -> Words:
        """The words of a question; a misspelt one becomes the nearest known word."""
        known: list[str] = []
        light: list[str] = []
        strange: list[str] = []
        elsewhere: list[str] = []
        for word in self._plain(text)[:_MOST_WORDS]:
            if word in _elsewhere():
                elsewhere.append(word)
                continue
            found = word if word in self._known or word in _light() else self._mend(word)
            if found is None:
                strange.append(word)
            elif found in _light():
                light.append(found)
            elif found not in _empty():
                known.append(found)
        return Words(*(tuple(dict.fromkeys(words)) for words in (known, light, strange, elsewhere)))

    def _mend(self, word: str) -> str | None:
        if len(word) < _SLIP_FROM:
            return None
        if word not in self._mended:
            if len(self._mended) > 5_000:
                self._mended.clear()
            self._mended[word] = self._nearest(word)
        return self._mended[word]

    def _nearest(self, word: str) -> str | None:
        writings = _writings()
        if get_close_matches(word, ("ketamine",), n=1, cutoff=_ALIKE):
            return "ketamine"
        near = get_close_matches(word, [w for w in writings if abs(len(w) - len(word)) <= 2], n=1, cutoff=_ALIKE)
        if near:
            return writings[near[0]]
        for stem, stands_for in _stems():
            # the beginning of a longer word, misspelt: "adictive" begins as "addict*" does
            heads = {word[: len(stem) + more] for more in (-1, 0, 1)}
            if len(stem) > _SLIP_FROM and get_close_matches(stem, sorted(heads), n=1, cutoff=_ALIKE_HEAD):
                return stands_for
        likely = [w for w in self._known if abs(len(w) - len(word)) <= 2 and w[0] == word[0]]
        near = get_close_matches(word, sorted(likely), n=1, cutoff=_ALIKE)
        return near[0] if near else None

    @staticmethod
    def _plain(text: str) -> tuple[str, ...]:
        """Small letters, phrases made one word, words of one meaning made one, endings taken off."""
        plain = unicodedata.normalize("NFKD", text[:LONGEST]).casefold().replace("’", "'")
        plain = "".join(c for c in plain if not unicodedata.combining(c))
        plain = f" {' '.join(_TOKEN.findall(plain))} "
        for phrase, stands_for in _phrases().items():
            if phrase in plain:
                plain = plain.replace(phrase, f" {stands_for} ")
        return tuple(w for word in plain.split() if (w := _one(word[:_LONGEST_WORD])) and w not in _empty())


_TOKEN: Final = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*|%")


def _one(word: str) -> str:
    """A word as the member of its group, else without its ending."""
    if word in _groups() or word in _empty() or word in _light() or word in _elsewhere():
        return _groups().get(word, word)
    for stem, stands_for in _stems():
        if word.startswith(stem):
            return stands_for
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word


@cache
def _said() -> Mapping[str, Mapping[str, tuple[str, ...]] | str]:
    found: Mapping[str, Mapping[str, tuple[str, ...]] | str] = read_rules(_FILE)
    return found


@cache
def _empty() -> frozenset[str]:
    return frozenset(str(_said()["empty"]).split())


@cache
def _elsewhere() -> frozenset[str]:
    return frozenset(str(_said()["elsewhere"]).split())


@cache
def _light() -> frozenset[str]:
    return frozenset(str(_said()["light"]).split())


@cache
def _same() -> Mapping[str, tuple[str, ...]]:
    same = _said()["same"]
    assert not isinstance(same, str)  # a mapping, by the shape of the file
    return {name: tuple(map(str, words)) for name, words in same.items()}


@cache
def _phrases() -> Mapping[str, str]:
    """Phrases of several words, the longest first, with spaces around them -> the word they stand for."""
    found = {f" {w} ": name for name, words in _same().items() for w in words if " " in w}
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0])))


@cache
def _groups() -> Mapping[str, str]:
    whole = {w: name for name, words in _same().items() for w in words if " " not in w and not w.endswith("*")}
    return {**{name: name for name in _same()}, **whole}


@cache
def _stems() -> tuple[tuple[str, str], ...]:
    found = [(w[:-1], name) for name, words in _same().items() for w in words if w.endswith("*") and " " not in w]
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair[0])))


@cache
def _writings() -> Mapping[str, str]:
    """How the words of the groups are written -> the word of the group, for mending slips."""
    found = {w.rstrip("*"): name for name, words in _same().items() for w in words if " " not in w}
    return {w: name for w, name in found.items() if len(w) >= _SLIP_FROM}
