"""Which frames fit a clause? The most telling one, and others that turn on words of their own.

A notion counts by how telling it is, a quantity most; one word is never two notions of a frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ketsim.audit.frame import Book, Frame, of_sort, sorts
from ketsim.audit.lexicon import Hit
from ketsim.audit.quantity import Quantity
from ketsim.audit.words import Word

_MOST: Final = 3  # claims of one clause
_ENOUGH: Final = 4  # how telling a second claim of a clause has to be: two notions that are not everyday ones
_IN_ROWS: Final = ("approval", "use", "medication")  # topics that are claimed in rows: "for pain and depression"
_MEMBER: Final = "withdrawal.symptom."
_LIST: Final = "withdrawal.symptoms"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause ready to be tried: its place, words, notions, quantities, and the notions around it.

    rejected: the writer takes back what it says, further on.
    """

    start: int
    end: int
    said: Sequence[Word]
    hits: Sequence[Hit]
    groups: frozenset[str]
    found: Sequence[Quantity]
    around: frozenset[str]
    sentence: frozenset[str]
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A frame that fits: first and last word of what it turns on, its quantity, how telling, which words it uses."""

    frame: Frame
    first: int
    last: int
    quantity: Quantity | None
    score: int
    used: frozenset[int]


def matches_of(clause: Clause, known: Book) -> list[Match]:
    """The frames that fit: the most telling one, and others that share no word with it and tell enough alone."""
    present = clause.groups | sorts(clause.found)
    every: dict[str, list[Match]] = {}
    for key in sorted(present):
        for frame in known.frames.get(key, ()):
            match = _fits(frame, clause, present, known)
            if match is not None:
                every.setdefault(frame.observable, []).append(match)
    for found in every.values():
        found.sort(key=_rank, reverse=True)
    ranked = sorted(
        (found[0] for found in every.values()),
        key=lambda match: (-match.score, -len(match.used), match.frame.observable),
    )
    ranked = _member_before_list(ranked)
    kept = ranked[:1]
    for best in ranked[1:]:
        each = known.patterns[best.frame.observable].each is not None
        free = (match for match in every[best.frame.observable] if all(_apart(match, other) for other in kept))
        match = next(free, None)
        if match is not None and (each or match.score >= _ENOUGH) and len(kept) < _MOST:
            kept.append(match)
    return sorted(kept, key=lambda match: match.first)


def _rank(match: Match) -> tuple[int, bool, int]:
    """How telling a match is; of two alike the one whose frame says itself what is claimed, then the longer one."""
    return match.score, match.frame.says is not None, len(match.used)


def _member_before_list(ranked: list[Match]) -> list[Match]:
    """A single symptom is a claim about that symptom; from two on, about the list of them."""
    members = [match for match in ranked if match.frame.observable.startswith(_MEMBER)]
    if len(members) != 1:
        return [match for match in ranked if match not in members] if _lists(ranked) else ranked
    return [match for match in ranked if not match.frame.observable.startswith(_LIST)]


def _lists(ranked: list[Match]) -> bool:
    return any(match.frame.observable.startswith(_LIST) for match in ranked)


def _apart(match: Match, other: Match) -> bool:
    """Whether two claims can stand in one clause: they share no word, or belong together and turn on different ones.

    "Approved for pain and depression" makes two claims about approval.
    """
    if match.used.isdisjoint(other.used):
        return True
    topic = match.frame.observable.partition(".")[0]
    turns = range(match.first, match.last + 1)
    return (
        topic in _IN_ROWS
        and other.frame.observable.startswith(f"{topic}.")
        and other.used.isdisjoint(turns)
        and match.used.isdisjoint(range(other.first, other.last + 1))
    )


def _fits(frame: Frame, clause: Clause, present: frozenset[str], known: Book) -> Match | None:
    if not present.issuperset(frame.clause) or not clause.groups.isdisjoint(frame.absent):
        return None
    if any(f"#{sort}" not in present for sort in frame.values):
        return None
    missing = [name for name in frame.near if name not in clause.groups]
    if any(name not in clause.around for name in missing):
        return None
    if _about_another_drug(clause) and not known.patterns[frame.observable].others:
        return None
    words_of = {name: _words_of(clause, name) for name in frame.clause}
    quantity = _nearest(clause, frame, words_of[frame.clause[-1]] if frame.clause else frozenset())
    used = frozenset().union(*words_of.values())
    if len(used) < len(frame.clause):
        return None  # one word cannot be two notions of a frame
    key = words_of.get(frame.key) or _inside(clause, quantity)
    if quantity is not None:
        used |= _inside(clause, quantity)
    weight = frame.weight + sum(known.weights[name] for name in frame.clause) + 2 * (frame.says is not None)
    return Match(frame, min(key, default=0), max(key, default=0), quantity, weight - len(missing), used)


def _nearest(clause: Clause, frame: Frame, near: frozenset[int]) -> Quantity | None:
    """The quantity of the sort the frame asks for that stands nearest to its last notion; the later one of two."""
    if not frame.values:
        return None
    fitting = [quantity for quantity in clause.found if of_sort(quantity, frame.values[-1])]
    places = [clause.said[i].start for i in near] or [clause.start]
    return min(fitting, key=lambda q: (min(abs(q.start - place) for place in places), -q.start), default=None)


def _words_of(clause: Clause, group: str) -> frozenset[int]:
    """The words of a group; a negation that one of its phrases passes over ("can not fail") stays the clause's own."""
    hits = [hit for hit in clause.hits if hit.group == group]
    nots = {hit.first for hit in clause.hits if hit.group == "neg"}
    return frozenset(i for hit in hits for i in range(hit.first, hit.last + 1) if i not in hit.passed or i not in nots)


def _inside(clause: Clause, quantity: Quantity | None) -> frozenset[int]:
    """The words of a quantity."""
    if quantity is None:
        return frozenset()
    return frozenset(i for i, w in enumerate(clause.said) if w.start >= quantity.start and w.end <= quantity.end)


def _about_another_drug(clause: Clause) -> bool:
    """Whether the clause speaks of another drug and neither it nor its sentence of this one."""
    own = {"ketamine", "esketamine"}
    return "other_drug" in clause.groups and own.isdisjoint(clause.sentence)
