"""Which claims cannot both be true? Inside a document and across several, told from structure, never from likeness.

The same observable with opposite polarity or with intervals that share nothing; an order in time turned round; a rule
of ``relations.yaml`` (an implication, a kind of). Genuine: one of them is wrong. Tension: both may hold with more said.
Apparent: they speak of different things (another route, population or end point).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Final, Literal

from ketsim.audit.interval import disjoint
from ketsim.audit.verdict import Judgement
from ketsim.evidence.field import Frozen, Text
from ketsim.observables import convert
from ketsim.rule_file import read_rules

_FILE: Final = Path(__file__).with_name("relations.yaml")
_MOST: Final = 400  # pairs of one document or of one set of documents
_MOST_OF_A_KIND: Final = 40  # pairs of the same two observables
Nature = Literal["genuine", "tension", "apparent"]


class Clash(Frozen):
    """A rule: see the head of ``relations.yaml``."""

    a: Text
    b: Text
    a_says: Literal["affirm", "deny"] = "affirm"
    b_says: Literal["affirm", "deny"] = "affirm"
    a_words: tuple[Text, ...] = ()
    b_words: tuple[Text, ...] = ()
    b_over: float | None = None
    nature: Nature
    because: Text


class Order(Frozen):
    """What comes first, and what comes then."""

    first: Text
    then: Text
    because: Text


class _Relations(Frozen):
    clashes: tuple[Clash, ...]
    orders: tuple[Order, ...]
    scopes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two claims by their places in the list that was compared, the nature of the clash, and why."""

    a: int
    b: int
    nature: Nature
    reason: str


@cache
def relations() -> _Relations:
    """The rules as they come with ketsim."""
    return _Relations.model_validate(read_rules(_FILE))


def contradictions(found: Sequence[Judgement], groups: Sequence[int] | None = None) -> tuple[Contradiction, ...]:
    """The clashes between claims; with `groups` (the document of each claim) only those between documents."""
    by_name: dict[str, list[int]] = {}
    for index, one in enumerate(found):
        by_name.setdefault(one.claim.observable, []).append(index)
    made: dict[tuple[int, int], Contradiction] = {}
    for clash in _clashes(found, by_name):
        if groups is not None and groups[clash.a] == groups[clash.b]:
            continue
        made.setdefault((min(clash.a, clash.b), max(clash.a, clash.b)), clash)
        if len(made) >= _MOST:
            break
    return tuple(made[key] for key in sorted(made))


def _clashes(found: Sequence[Judgement], by_name: Mapping[str, Sequence[int]]) -> Iterator[Contradiction]:
    for name, places in by_name.items():
        if not name.startswith(("general.", "anecdote.")):
            yield from _limited(_same(found, places))
    rules = relations()
    for clash in rules.clashes:
        yield from _limited(_of_rule(clash, found, by_name))
    for order in rules.orders:
        yield from _limited(_of_order(order, found, by_name))


def _limited(pairs: Iterable[Contradiction]) -> Iterator[Contradiction]:
    for count, pair in enumerate(pairs):
        if count >= _MOST_OF_A_KIND:
            return
        yield pair


def _same(found: Sequence[Judgement], places: Sequence[int]) -> Iterator[Contradiction]:
    """The same observable: opposite polarity, or numbers that share nothing."""
    for a, b in combinations(places[:200], 2):
        one, other = found[a], found[b]
        if one.claim.polarity != other.claim.polarity and one.kind == other.kind == "proposition":
            nature, because = _scoped(one, other)
            yield Contradiction(a, b, nature, f"One affirms and the other denies it{because}.")
        elif one.claim.polarity == other.claim.polarity and _apart(one, other):
            nature, because = _scoped(one, other)
            yield Contradiction(a, b, nature, f"The numbers share nothing{because}.")


def _apart(one: Judgement, other: Judgement) -> bool:
    """Whether both state numbers in one unit that share nothing."""
    numeric = one.kind == other.kind == "numeric-range" and one.unit == other.unit
    return numeric and disjoint((one.low, one.high), (other.low, other.high))


def _scoped(one: Judgement, other: Judgement) -> tuple[Nature, str]:
    """Genuine, unless one names a route, a population or a setting that the other does not."""
    mine, theirs = (judgement.claim.groups & set(relations().scopes) for judgement in (one, other))
    differ = (mine ^ theirs) - (mine & theirs)
    if differ and mine and theirs and mine.isdisjoint(theirs):
        return "apparent", ", but about different routes, people or settings"
    return "genuine", ""


def _of_rule(rule: Clash, found: Sequence[Judgement], by_name: Mapping[str, Sequence[int]]) -> Iterator[Contradiction]:
    firsts = [i for i in _places(rule.a, by_name) if _says(found[i], rule.a_says, rule.a_words)]
    if not firsts:
        return
    seconds = [i for i in _places(rule.b, by_name) if _says(found[i], rule.b_says, rule.b_words)]
    for a in firsts:
        for b in seconds:
            if a != b and not _within(found[a], found[b]) and (rule.b_over is None or _over(found[b], rule.b_over)):
                yield Contradiction(a, b, rule.nature, f"They clash: {rule.because}.")


def _within(one: Judgement, other: Judgement) -> bool:
    """Whether both are read from the same words."""
    return (
        one.claim.start == other.claim.start and one.claim.end == other.claim.end and one.claim.text == other.claim.text
    )


def _of_order(rule: Order, found: Sequence[Judgement], by_name: Mapping[str, Sequence[int]]) -> Iterator[Contradiction]:
    for a in by_name.get(rule.first, ()):
        for b in by_name.get(rule.then, ()):
            one, other = found[a], found[b]
            if one.kind != "numeric-range" or other.kind != "numeric-range" or one.low is None or other.high is None:
                continue
            if one.unit in _TIMES and other.unit in _TIMES and one.low > convert(other.high, other.unit, one.unit):
                yield Contradiction(a, b, "genuine", f"The order in time is turned round: {rule.because}.")


_TIMES: Final = ("min", "h", "day", "week", "month")


def _places(name: str, by_name: Mapping[str, Sequence[int]]) -> list[int]:
    if name.endswith("*"):
        start = name[:-1]
        return sorted(place for known, places in by_name.items() if known.startswith(start) for place in places)
    return list(by_name.get(name, ()))


def _says(one: Judgement, polarity: str, groups: Sequence[str]) -> bool:
    return one.claim.polarity == polarity and (not groups or not one.claim.sentence.isdisjoint(groups))


def _over(one: Judgement, limit: float) -> bool:
    highest = one.high if one.high is not None else one.low
    return highest is not None and highest > limit
