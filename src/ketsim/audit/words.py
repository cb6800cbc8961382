"""Which words does a text hold, and where? Lower case, curly apostrophes straight, hyphens between words split.

`don't` stays one word, `habit-forming` is two, the s of a possessive goes; a number with its decimals is one word;
signs such as % stand alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*\d*|[%$£€+&]")
_STRAIGHT: Final = str.maketrans("’‘ʼ", "'''")
_CONTRACTED: Final = frozenset(("it", "that", "there", "he", "she", "what", "who", "let", "here", "where", "how"))


@dataclass(frozen=True, slots=True)
class Word:
    """A word in lower case and its place in the text [characters]."""

    text: str
    start: int
    end: int


def words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The words of a text, or of a part of it; places count from the start of the whole text."""
    stop = len(text) if end is None else end
    return [Word(_plain(found[0]), found.start(), found.end()) for found in _WORD.finditer(text, start, stop)]


def _plain(word: str) -> str:
    if word == "&":
        return "and"
    said = word.translate(_STRAIGHT).casefold()
    owner = said.removesuffix("'s")
    return said if owner in _CONTRACTED else owner
