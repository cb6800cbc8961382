"""What does a course rest on, in words: which rivals run, what of their numbers was measured, and what is only assumed?

Every sentence is made from ``structures.yaml`` and the sources, so that it stays true when a number changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ketsim.course.structure import Structure
from ketsim.evidence import Certainty, Provenance, Value, load_source
from ketsim.wording import listed, number, sentence_case

#: Provenances that come from something observed; the others are taken.
_SEEN: Final = (Provenance.ESTIMATED, Provenance.DIGITISED, Provenance.DERIVED)


def rivals_in_words(side_by_side: Sequence[Structure]) -> Iterator[str]:
    """The structures of one part, why each stands, and that nobody knows which is right."""
    for one in side_by_side:
        yield f"{one.key}: {one.label}; {one.because}."
    if len(side_by_side) > 1:
        keys = listed([one.key for one in side_by_side])
        yield f"{keys} stand side by side: which of them is right is not known, and none is preferred."


def grounds_in_words(side_by_side: Sequence[Structure]) -> Iterator[str]:
    """Which numbers of these structures rest on something measured, which are assumed, and what the sources cannot
    say.
    """
    numbers = _numbers(side_by_side)
    seen = [value for value in numbers if value.provenance in _SEEN]
    taken = [value for value in numbers if value.provenance not in _SEEN]
    of = f"of the {len(numbers)} numbers behind the course of {side_by_side[0].part}"
    if seen:
        labels = dict.fromkeys(value.label or value.name for value in seen)
        yield f"Measured, or derived from something measured: {len(seen)} {of} ({'; '.join(labels)})."
    if taken:
        weak = sum(value.certainty is Certainty.VERY_LOW for value in taken)
        yield (
            f"Assumed: {len(taken)} {of}, {weak} of them with very low certainty; the band is drawn over their ranges."
        )
    for key in dict.fromkeys(value.source for value in numbers):
        if limits := load_source(key).limits:
            yield " ".join(limits.split())


def expressed_in_words(side_by_side: Sequence[Structure]) -> Iterator[str]:
    """Whom the line stands for where something is there in some people only."""
    chances = {value.name: value for one in side_by_side for value in one.chances.values()}
    if not chances:
        return
    shares = [f"{value.label or name}, {number(100.0 * value.required())} %" for name, value in chances.items()]
    yield (
        "The line is a typical person who shows all of what only some people show; in the band each shows it by chance "
        f"({'; '.join(shares)}), so its lower edge can be nothing at all."
    )


def _numbers(side_by_side: Sequence[Structure]) -> list[Value]:
    found = {
        f"{value.source}.{value.name}": value
        for one in side_by_side
        for value in (*one.values.values(), *one.chances.values())
    }
    return list(found.values())


def sentences(side_by_side: Sequence[Structure], *, typical: bool = True) -> tuple[str, ...]:
    """Everything that a reader must know of one part before trusting its curves. typical: the line is one person."""
    whom = expressed_in_words(side_by_side) if typical else ()
    said = (*rivals_in_words(side_by_side), *grounds_in_words(side_by_side), *whom)
    return tuple(sentence_case(text) for text in said)
