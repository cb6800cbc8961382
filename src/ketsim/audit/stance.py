"""How does a writer stand to a danger, and to what others say? Dangers played down, cares waived, sayings rejected.

"There is no need to see a doctor" and "mixing them is fine" deny a warning although they hold all of its words. "People
say it is harmless. It is not." claims that it is not. Words stand in ``patterns/stance_words.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ketsim.audit.frame import notions
from ketsim.audit.lexicon import Hit
from ketsim.audit.polarity import negations
from ketsim.audit.words import Word

if TYPE_CHECKING:
    from ketsim.audit.frame import Polarity
    from ketsim.audit.matching import Clause

_FILLERS: Final = frozenset(
    ("be", "very", "really", "that", "so", "at", "all", "particularly", "especially", "a", "any")
)
_LONGEST: Final = 6  # words of a reply
_POINTS: Final = frozenset(
    ("it", "it's", "that", "that's", "this", "they", "these", "you", "wrong", "false", "not", "no")
)
_TURNS: Final = frozenset(("sadly", "unfortunately", "in", "fact", "but", "actually", "yet", "however", "well"))
_AUXILIARY: Final = frozenset(
    (
        *("is", "are", "was", "were", "does", "do", "did", "can", "could", "will", "would", "has", "have", "may"),
        *("isn't", "aren't", "wasn't", "weren't", "doesn't", "don't", "didn't", "can't", "cannot", "won't", "hasn't"),
        *("haven't", "it's", "that's"),
    )
)


def on_a_danger(clause: Clause) -> Polarity | None:
    """Whether the clause plays a danger down (deny) or refuses to (affirm); None where it does neither."""
    hits = [hit for hit in clause.hits if hit.group in ("reassured", "waived")] or list(_no_peril(clause))
    if not hits or "condition_of_safety" in clause.groups:
        return None
    first = min(hits, key=lambda hit: hit.first)
    inside = {i for hit in hits for i in range(hit.first, hit.last + 1)}
    before = [hit for hit in negations(clause) if hit.first < first.first and hit.first not in inside]
    return "affirm" if (len(before) + ("myth" in clause.groups)) % 2 else "deny"


def _no_peril(clause: Clause) -> Iterator[Hit]:
    """Dangers that are denied with what denies them: "can not stop your breathing", "is not that dangerous"."""
    nots = {hit.last: hit for hit in negations(clause)}
    for hit in clause.hits:
        if hit.group == "peril":
            before = hit.first - 1
            while before >= 0 and clause.said[before].text in _FILLERS:
                before -= 1
            if before in nots:
                yield Hit("peril", nots[before].first, hit.last)


def is_rejected(text: str, start: int, end: int, following: tuple[int, int] | None) -> bool:
    """Whether the sentence behind the one from `start` to `end` takes back what that one reports."""
    if following is None:
        return False
    said, hits, groups = notions(text[slice(*following)])
    if not 0 < len(said) <= _LONGEST or text[following[1] - 1] == "?":
        return False
    reply = _without_turns(said)
    if not reply or reply[0].text not in _POINTS:
        return False
    if "myth" in groups or "false_word" in groups:
        return all(hit.group != "neg" or "myth" in groups for hit in hits)
    own = notions(text[start:end])[2]
    if "attributed" not in own or len(reply) > 3 or not any(word.text in _AUXILIARY for word in reply):
        return False
    return ("neg" in groups) != ("neg" in own)


def _without_turns(said: tuple[Word, ...]) -> tuple[Word, ...]:
    """A reply without "sadly," or "in fact," before it."""
    for index, word in enumerate(said):
        if word.text not in _TURNS:
            return said[index:]
    return ()
