"""Which clauses does a sentence hold? Each can be true or false by itself, so each is judged by itself.

Split where a second statement begins: behind a semicolon or dash, at conjunctions before a verb, at relative clauses
and participles that go on. A condition ("if you have taken it for years, ...") stays with what it conditions. Without a
parser of grammar this is a rule of thumb, in words that can be read in ``clauses.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from ketsim.audit.words import Word, words
from ketsim.rule_file import read_rules

_FILE: Final = Path(__file__).with_name("clauses.yaml")
_SHORTEST: Final = 3  # words: a shorter piece says nothing by itself
_IS: Final = ("is", "are", "was", "were")
_ING: Final = re.compile(r"[a-z]{2,}ing")
_PAST: Final = re.compile(r"[a-z]{3,}ed")


@dataclass(frozen=True, slots=True)
class Speech:
    """Words by what they do in a sentence."""

    finite: frozenset[str]
    modal: frozenset[str]
    subject: frozenset[str]
    adverb: frozenset[str]
    joining: frozenset[str]
    relative: frozenset[str]
    contrast: frozenset[str]
    condition: frozenset[str]
    going_on: frozenset[str]
    not_verbs: frozenset[str]


@cache
def speech() -> Speech:
    """The words of ``clauses.yaml``."""
    return Speech(**{name: frozenset(map(str, listed)) for name, listed in read_rules(_FILE).items()})


def is_verb(word: str) -> bool:
    """Whether a word can be the verb of a statement: an auxiliary, or a verb in a form that shows time."""
    known = speech()
    return word in known.finite or word in known.modal


def has_verb(said: Sequence[Word]) -> bool:
    """Whether these words can make a statement."""
    return any(is_verb(word.text) or (_PAST.fullmatch(word.text) and i > 0) for i, word in enumerate(said))


def clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Start and end [characters] of the clauses of the sentence from `start` to `end`, in order."""
    said = words(text, start, end)
    cuts = [start, *(_cuts(text, said)), end]
    pieces: list[tuple[int, int]] = []
    for left, right in pairwise(cuts):
        if pieces and (_too_short(text, left, right) or _too_short(text, *pieces[-1])):
            pieces[-1] = (pieces[-1][0], right)
        else:
            pieces.append((left, right))
    return [_trimmed(text, left, right) for left, right in pieces if text[left:right].strip(" ,;:—–-")]


def _too_short(text: str, left: int, right: int) -> bool:
    return len(words(text, left, right)) < _SHORTEST


def _cuts(text: str, said: Sequence[Word]) -> Iterator[int]:
    """Places [characters] at which a new clause begins."""
    known = speech()
    opened = 0  # parentheses: what stands in them stays with the clause
    last = 0
    conditional = bool(said) and said[0].text in known.condition
    for index in range(1, len(said)):
        between = text[said[index - 1].end : said[index].start]
        opened += between.count("(") - between.count(")")
        if opened > 0:
            continue
        word, rest = said[index].text, said[index + 1 : index + 9]
        dash = bool(re.search(r"—|\s[–-]\s|--", between)) and word in known.subject | known.relative | known.contrast
        strong = ";" in between or ":" in between or dash
        comma = "," in between
        if (strong and has_verb(said[index:]) and has_verb(said[last:index])) or _opens(
            word, rest, comma, said[last:index], conditional
        ):
            yield said[index].start
            last, conditional = index, False
        elif comma and conditional and _statement(said[index : index + 9]):
            conditional = False  # behind the condition comes what it conditions: one clause
        elif comma and last == 0 and said[0].text in known.contrast and _statement(said[index : index + 9]):
            yield said[index].start  # "While it is often mild, ..." makes two statements
            last = index


def _opens(word: str, rest: Sequence[Word], comma: bool, before: Sequence[Word], conditional: bool) -> bool:
    """Whether a clause of its own begins with this word."""
    known = speech()
    if not _may_open(word, comma=comma) or not (has_verb(before) or _gerund(before)):
        return False
    following = [w.text for w in rest]
    if before[-1].text == "all" and word == "but":
        return False
    if word in known.contrast - {"rather", "instead"}:
        return has_verb(rest) or (word in ("but", "yet") and len(rest) >= 3)
    if word in known.relative:
        # Behind "which" a word in -s is its verb ("which lifts mood").
        verb = any(map(is_verb, following[:6])) or (bool(following) and following[0].endswith("s"))
        return (comma or word == "where") and verb
    if word in ("that", "that's"):
        # "a sedative that has many uses" says what it is, and what it has; "medicines that are not addictive" is one.
        described = any(w.text in _IS for w in before[1:4]) and len(before) > 4
        return described and (word == "that's" or (bool(following) and is_verb(following[0])))
    if word in known.joining:
        if word in ("or", "so") and not comma:
            return False
        return _continues(following, comma=comma, gerund_before=_gerund(before)) and not conditional
    if comma and word in known.going_on:
        return True
    return comma and bool(_ING.fullmatch(word)) and word not in known.not_verbs and len(rest) >= 2


def _may_open(word: str, *, comma: bool) -> bool:
    """Whether a clause can begin with this word at all; most words are passed over at once."""
    known = speech()
    return (
        word in known.contrast
        or word in known.relative
        or word in known.joining
        or word in ("that", "that's")
        or (comma and (word in known.going_on or bool(_ING.fullmatch(word))))
    )


def _continues(following: Sequence[str], *, comma: bool, gerund_before: bool) -> bool:
    """Whether what follows `and` says something of its own: a verb at once, or a subject and then a verb."""
    known = speech()
    bare = [word for word in following if word not in known.adverb]
    if not bare:
        return False
    if is_verb(bare[0]) and bare[0] not in known.not_verbs:
        return True
    if _ING.fullmatch(bare[0]) and bare[0] not in known.not_verbs:
        return len(bare) > 1 and (gerund_before or (comma and any(map(is_verb, bare[2:8]))))
    if bare[0] in known.subject or bare[0] in known.condition:
        return any(map(is_verb, bare[1:6]))
    return any(word in known.modal for word in bare[1 : 6 if comma else 4])


def _gerund(said: Sequence[Word]) -> bool:
    return any(_ING.fullmatch(word.text) and word.text not in speech().not_verbs for word in said[:3])


def _statement(said: Sequence[Word]) -> bool:
    return any(is_verb(word.text) and (i > 0 or "'" in word.text) for i, word in enumerate(said))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " ,;:—–-\u00a0":
        start += 1
    while end > start and text[end - 1] in " ,;:—–-\u00a0":
        end -= 1
    return start, end
