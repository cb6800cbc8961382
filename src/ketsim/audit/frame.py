"""What does a claim about an observable look like? Frames of notions, read from ``patterns/*.yaml``.

A frame is a line of notions that have to meet in one clause, in any order::

    ~withdrawal peak #time -tolerance

``name`` a group of words in the clause; ``~name`` in the clause or just before it (sentence, heading); ``-name`` not in
the clause; ``#time`` a quantity of that sort. The last notion that stands in the clause is what the claim turns on. A
line may open with ``affirm|``: what it says then, whatever is negated; ``asserts|`` and ``deny|``: what it says unless
a negation outside of its notions turns it round; ``outdated|``: it denies with what was true once. Frames hold no
number and no truth: what is true stands in the registry of observables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from ketsim.audit.lexicon import Hit, Lexicon, shared_words, unfolded
from ketsim.audit.quantity import DATE, TIMES, Quantity
from ketsim.audit.words import Word, words
from ketsim.errors import InputError
from ketsim.evidence.field import Frozen, Text
from ketsim.rule_file import read_rules

_FOLDER: Final = Path(__file__).with_name("patterns")
Polarity = Literal["affirm", "deny"]
_SORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "time": TIMES,
    "minutes": ("s", "min", "h"),
    "days": ("h", "day", "week", "month", "year"),
    "long": ("day", "week", "month", "year"),
    "years": ("year", "month"),
    "date": (DATE,),
    "share": ("%",),
    "amount": ("mg", "g", "ug"),
    "per_weight": ("mg/kg",),
    "concentration": ("ng/mL", "mg/L"),
    "pressure": ("mmHg",),
    "count": ("people",),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One line. clause, near, absent: groups; values: sorts of quantities; key: what it turns on; says: fixed."""

    observable: str
    clause: tuple[str, ...]
    near: tuple[str, ...]
    absent: tuple[str, ...]
    values: tuple[str, ...]
    key: str
    says: Polarity | None
    outdated: bool = False
    negatable: bool = False

    @property
    def weight(self) -> int:
        """How telling its quantities and what lies around it are; the notions in the clause count by `Book.weights`."""
        return 3 * len(self.values) + len(self.near)


class Pattern(Frozen):
    """How claims about one observable are put.

    frames: lines. each: a group of which every mention is a claim of its own (medicines in a row). complete: groups of
    which the sentence needs one, or the bare claim is oversimplified. fixed: the verdict where the claim is about the
    writer's own service or experience. others: it may be about other drugs.
    forbids: a prohibition ("do not mix it") affirms it. partial: naming a part of a list is enough. hazard: it states a
    danger or a precaution; to play it down denies it, and to deny it can hurt.
    """

    frames: tuple[Text, ...] = Field(min_length=1)
    each: Text | None = None
    complete: tuple[Text, ...] = ()
    fixed: Literal["not-checkable", "harmful", "unsupported"] | None = None
    others: bool = False
    forbids: bool = False
    partial: bool = False
    hazard: bool = False
    because: Text | None = None


class _File(Frozen):
    everyday: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    words: Mapping[str, tuple[str | int, ...]] = {}
    claims: Mapping[Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z0-9_]+)+$")], Pattern] = {}


@dataclass(frozen=True, slots=True)
class Book:
    """Every pattern by its observable, the frames by what they turn on, the words of all.

    weights: how telling a group is: an everyday notion (`everyday` in a file) counts 1, a name that hardly
    means anything else (`telling`) 4, any other 2.
    """

    patterns: Mapping[str, Pattern]
    frames: Mapping[str, tuple[Frame, ...]]
    lexicon: Lexicon
    weights: Mapping[str, int]


@cache
def book() -> Book:
    """The patterns as they come with ketsim. Raises `InputError` for a slip in a file."""
    raw = shared_words()
    patterns: dict[str, Pattern] = {}
    frames: list[Frame] = []
    files = [(path, _File.model_validate(read_rules(path))) for path in sorted(_FOLDER.glob("*.yaml"))]
    for path, file in files:
        for name, phrases in file.words.items():
            if name in raw:
                raise InputError(f"the group {name!r} stands elsewhere already.", where=path.name)
            raw[name] = phrases
    groups = unfolded(raw)
    for path, file in files:
        for name, pattern in file.claims.items():
            if name in patterns:
                raise InputError(f"{name} stands in another file already.", where=path.name)
            patterns[name] = pattern
            frames += [_frame(name, line, groups, path.name) for line in pattern.frames]
    everyday = {name for _, file in files for name in file.everyday}
    telling = {name for _, file in files for name in file.telling}
    weights = {name: 1 if name in everyday else 4 if name in telling else 2 for name in groups}
    return Book(patterns, _indexed(frames), Lexicon(groups), weights)


@lru_cache(maxsize=20_000)
def notions(sentence: str) -> tuple[tuple[Word, ...], tuple[Hit, ...], frozenset[str]]:
    """The words of a sentence, the groups found in them, and the names of those groups."""
    said = tuple(words(sentence))
    hits = tuple(book().lexicon.hits(said))
    return said, hits, frozenset(hit.group for hit in hits)


def _indexed(frames: Sequence[Frame]) -> dict[str, tuple[Frame, ...]]:
    """Frames by their rarest-looking group: the key, so that a clause tries few of them."""
    found: dict[str, list[Frame]] = {}
    for frame in frames:
        found.setdefault(frame.key, []).append(frame)
    return {key: tuple(listed) for key, listed in found.items()}


def _frame(observable: str, line: str, groups: Mapping[str, Sequence[str]], where: str) -> Frame:
    said, _, rest = line.rpartition("|")
    parts = rest.split()
    names = [part.lstrip("~-#") for part in parts]
    for part, name in zip(parts, names, strict=True):
        known = _SORTS if part.startswith("#") else groups
        if name not in known:
            raise InputError(f"{observable}: {part!r} in {line!r} is no group and no sort of quantity.", where=where)
    inside = [part for part in parts if part[0] not in "~-"]
    if not inside or said not in ("", "deny", "affirm", "asserts", "outdated"):
        raise InputError(f"{observable}: the frame {line!r} needs a notion in the clause itself.", where=where)
    return Frame(
        observable,
        clause=tuple(part for part in inside if part[0] != "#"),
        near=tuple(part[1:] for part in parts if part[0] == "~"),
        absent=tuple(part[1:] for part in parts if part[0] == "-"),
        values=tuple(part[1:] for part in parts if part[0] == "#"),
        key=inside[-1],
        says="deny" if said in ("deny", "outdated") else "affirm" if said in ("affirm", "asserts") else None,
        outdated=said == "outdated",
        negatable=said in ("asserts", "deny"),
    )


def of_sort(quantity: Quantity, sort: str) -> bool:
    """Whether a quantity is of that sort."""
    return quantity.unit in _SORTS[sort]


def sorts(found: Sequence[Quantity]) -> frozenset[str]:
    """The sorts of these quantities, written as frames write them."""
    return frozenset(f"#{sort}" for sort, units in _SORTS.items() if any(quantity.unit in units for quantity in found))
