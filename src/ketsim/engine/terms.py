"""What does a right-hand side do? Terms that write down, each once, how they were made and what they rest on.

A right-hand side is written with the operations of `arithmetic`; run on terms instead of arrays it
leaves its notes here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from ketsim.engine.arithmetic import count_inside
from ketsim.errors import InputError

#: What a term may be made by: the operators, and the functions of `arithmetic`.
OPERATIONS: Final[dict[str, Callable[..., Any]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "minus": np.negative,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sine": np.sin,
    "power": np.power,
    "larger": np.maximum,
    "smaller": np.minimum,
    "choose": np.where,
    "inside": count_inside,
}
#: What a term rests on at most: numbers, parameters, the moment (time and drive), states.
NUMBER, PARAMETER, MOMENT, STATE = range(4)


class Term:
    """Something that a right-hand side has computed, by its number in the notes."""

    __slots__ = ("notes", "number")

    def __init__(self, notes: Notes, number: int) -> None:
        self.notes, self.number = notes, number

    def __add__(self, other: Any) -> Term:
        return self.notes.made("+", self, other)

    def __radd__(self, other: Any) -> Term:
        return self.notes.made("+", other, self)

    def __sub__(self, other: Any) -> Term:
        return self.notes.made("-", self, other)

    def __rsub__(self, other: Any) -> Term:
        return self.notes.made("-", other, self)

    def __mul__(self, other: Any) -> Term:
        return self.notes.made("*", self, other)

    def __rmul__(self, other: Any) -> Term:
        return self.notes.made("*", other, self)

    def __truediv__(self, other: Any) -> Term:
        return self.notes.made("/", self, other)

    def __rtruediv__(self, other: Any) -> Term:
        return self.notes.made("/", other, self)

    def __neg__(self) -> Term:
        return self.notes.made("minus", self)

    def __lt__(self, other: Any) -> Term:
        return self.notes.made("<", self, other)

    def __le__(self, other: Any) -> Term:
        return self.notes.made("<=", self, other)

    def __gt__(self, other: Any) -> Term:
        return self.notes.made(">", self, other)

    def __ge__(self, other: Any) -> Term:
        return self.notes.made(">=", self, other)

    def __bool__(self) -> bool:
        raise InputError("a right-hand side asks `if` of a value; expected `choose`, which has an answer a subject.")

    def apply(self, name: str, arguments: Sequence[Any]) -> Term:
        """A function of `arithmetic`."""
        return self.notes.made(name, *arguments)


@dataclass(slots=True)
class Notes:
    """All terms, each once.

    `made_by` name and arguments of each; `level` what it rests on; `numbers` those that are known.
    """

    made_by: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    level: list[int] = field(default_factory=list)
    numbers: dict[int, float] = field(default_factory=dict)
    _known: dict[Any, int] = field(default_factory=dict)

    def leaf(self, name: str, level: int) -> Term:
        """Something that is handed in."""
        return Term(self, self._noted(("leaf", name), name, (), level))

    def of(self, given: Any) -> Term:
        """A term, or a number as a term."""
        if isinstance(given, Term):
            return given
        number = float(given)
        place = self._noted(("number", number.hex()), "number", (), NUMBER)
        self.numbers[place] = number
        return Term(self, place)

    def made(self, name: str, *arguments: Any) -> Term:
        """What an operation makes; the same again is the same term."""
        terms = [self.of(argument) for argument in arguments]
        places = tuple(term.number for term in terms)
        known = [self.numbers.get(place) for place in places]
        if name in ("+", "*") and (idle := 0.0 if name == "+" else 1.0) in known:
            return terms[1 - known.index(idle)]
        if name in ("-", "/") and known[1] == (0.0 if name == "-" else 1.0):
            return terms[0]
        level = max(self.level[place] for place in places)
        if level == NUMBER:
            with np.errstate(all="ignore"):
                return self.of(OPERATIONS[name](*known))
        return Term(self, self._noted((name, places), name, places, level))

    def _noted(self, key: Any, name: str, places: tuple[int, ...], level: int) -> int:
        if key not in self._known:
            self._known[key] = len(self.level)
            self.made_by.append((name, places))
            self.level.append(level)
        return self._known[key]

    def behind(self, roots: Iterable[int], settled: dict[int, bool]) -> set[int]:
        """Everything that these terms need. settled: conditions with one answer for all."""
        found: set[int] = set()
        waiting = list(roots)
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                waiting += self.needed(place, settled)
        return found

    def needed(self, place: int, settled: dict[int, bool]) -> tuple[int, ...]:
        """What a term is made of; of a choice that is settled, what was chosen."""
        name, places = self.made_by[place]
        if name == "choose" and places[0] in settled:
            return (places[1] if settled[places[0]] else places[2],)
        return places
