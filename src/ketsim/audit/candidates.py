"""Which observables look like a statement that no pattern knows? Likeness of words, for a person to look at.

A ranking by likeness proposes and never judges: it cannot tell a claim from its denial.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from math import log, sqrt
from typing import Final

from ketsim.audit.words import words
from ketsim.observables import registry

_MOST: Final = 3
_LIKE: Final = 0.2  # below this likeness (0 to 1) a proposal would be noise
_MASKED: Final = frozenset(
    ("ketamine", "the", "a", "an", "of", "and", "or", "is", "are", "in", "to", "it", "that", "for")
)


@lru_cache(maxsize=4096)
def candidates(text: str) -> tuple[str, ...]:
    """Names of the nearest observables, nearest first; ties by name."""
    weights = _weights()
    said = _vector(text, weights)
    size = sqrt(sum(value * value for value in said.values()))
    if size == 0:
        return ()
    found: list[tuple[float, str]] = []
    for name, (known, length) in _known().items():
        shared = sum(value * known[part] for part, value in said.items() if part in known)
        likeness = round(shared / (size * length), 4)
        if likeness >= _LIKE:
            found.append((-likeness, name))
    return tuple(name for _, name in sorted(found)[:_MOST])


def _parts(text: str) -> Counter[str]:
    """Pieces of four letters of the words, the drug's name left out because it stands everywhere."""
    counted: Counter[str] = Counter()
    for word in words(text[:2000]):
        if word.text not in _MASKED:
            padded = f" {word.text} "
            counted.update(padded[i : i + 4] for i in range(max(len(padded) - 3, 1)))
    return counted


@cache
def _texts() -> Mapping[str, str]:
    return {
        name: " ".join((name.replace(".", " ").replace("_", " "), one.definition, *one.asks))
        for name, one in registry().items()
    }


@cache
def _weights() -> Mapping[str, float]:
    counted: Counter[str] = Counter()
    for text in _texts().values():
        counted.update(_parts(text).keys())
    total = len(_texts())
    return {part: log((1 + total) / (1 + count)) for part, count in counted.items()}


@cache
def _known() -> Mapping[str, tuple[Mapping[str, float], float]]:
    made: dict[str, tuple[Mapping[str, float], float]] = {}
    for name, text in _texts().items():
        vector = _vector(text, _weights())
        made[name] = (vector, sqrt(sum(value * value for value in vector.values())) or 1.0)
    return made


def _vector(text: str, weights: Mapping[str, float]) -> dict[str, float]:
    return {part: count * weights[part] for part, count in _parts(text).items() if part in weights}
