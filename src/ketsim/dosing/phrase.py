"""What one phrase of a dosing sentence says, clause by clause, as numbers in canonical units.

A phrase is the piece between "then" and "and": one dose and its times. Each clause may be said once. Whether the
clauses make sense together is asked in `meaning`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, NoReturn

from lark import Token, Tree

from ketsim.dosing.dose import Basis, Drug, Route
from ketsim.dosing.instruction import LIFETIME
from ketsim.dosing.words import TIME_UNITS, number
from ketsim.errors import InputError
from ketsim.units import to_canonical

VAGUE: Final = frozenset({"month", "year"})
"""Units of time whose length differs from one to the next: good for a span, not for an interval."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as it was said: 41 ug/kg/min is `Amount(41, "ug", per_kg=True, per="min")`."""

    number: float
    mass: str
    per_kg: bool
    per: str | None

    @property
    def mg(self) -> float:
        """The number without its time [mg], or [mg/kg]."""
        if self.per_kg:
            return to_canonical(self.number, "amount_per_weight", default_unit=f"{self.mass}/kg", field="dose")
        return to_canonical(self.number, "amount", default_unit=self.mass, field="dose")

    def over(self, hours: float) -> float:
        """What this rate gives in so many hours [mg], or [mg/kg]."""
        unit = f"{self.mass}/kg/{self.per}" if self.per_kg else f"{self.mass}/{self.per}"
        kind = "amount_rate_per_weight" if self.per_kg else "amount_rate"
        return to_canonical(self.number, kind, default_unit=unit, field="rate") * hours


@dataclass(frozen=True, slots=True)
class Period:
    """How often, before any count.

    Parameters
        length: [h] of one period.
        unit: its unit as said.
        bare: only the unit was said (daily, every week, per day), so that "twice" in front of it divides it.
        denominator: said with "per" or a slash: without a "twice" in front it belongs to the amount.
        times: how many times a period, where the word itself says so (bid, tiw).
    """

    length: float
    unit: str
    bare: bool = False
    denominator: bool = False
    times: int | None = None


@dataclass(slots=True)
class Phrase:
    """The clauses of one phrase; times in [h]. `columns` tells where each was said, counted from 1."""

    column: int
    text: str
    columns: dict[str, int] = field(default_factory=dict)
    amount: Amount | None = None
    drug: Drug | None = None
    basis: Basis | None = None
    route: Route | None = None
    form: str | None = None
    over: float | None = None
    span: float | None = None
    count: int | None = None
    divided: int | None = None
    times: int | None = None
    period: Period | None = None
    days: tuple[int, ...] = ()
    at: tuple[float, ...] = ()
    again: tuple[float, ...] = ()
    until: float | None = None
    stop: float | None = None
    lag: float | None = None
    steady: bool = False

    def refuse(self, clause: str, sentence: str) -> NoReturn:
        """Raise the error of this phrase, pointing at a clause."""
        raise InputError(sentence, where=f"column {self.columns.get(clause, self.column)}")

    @contextmanager
    def pointing_at(self, *clauses: str) -> Iterator[None]:
        """Give an error that has no place the column of the first of these clauses that was said."""
        try:
            yield
        except InputError as error:
            if error.where is not None:
                raise
            self.refuse(next((c for c in clauses if c in self.columns), ""), error.sentence)


def read_phrase(tree: Tree[Token], text: str) -> Phrase:
    """The clauses of a parsed phrase. Raises `InputError` for a clause said twice and for impossible numbers."""
    start, end = tree.meta.start_pos, tree.meta.end_pos
    phrase = Phrase(column=start + 1, text=" ".join(text[start:end].split()))
    for clause in _trees(tree):
        _add(phrase, clause)
    return phrase


def _add(phrase: Phrase, clause: Tree[Token]) -> None:
    field_name, read = _CLAUSES[str(clause.data)]
    column = clause.meta.start_pos + 1
    if field_name in phrase.columns:
        words = _NAMES.get(field_name, f'"{field_name}"')
        raise InputError(
            f'"{phrase.text}" says {words} twice; join two doses with "then" (one after the other) or "and".',
            where=f"column {column}",
        )
    phrase.columns[field_name] = column
    with phrase.pointing_at(field_name):
        setattr(phrase, field_name, read(clause))


_NAMES: Final = {
    "period": "how often",
    "times": "how many times",
    "count": "how many doses",
    "amount": "an amount",
    "drug": "a drug",
    "route": "a route",
    "at": "when it starts",
    "days": "the days",
    "span": '"for"',
}


def _trees(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _tokens(clause: Tree[Token]) -> list[Token]:
    return list(clause.scan_values(lambda value: isinstance(value, Token)))


def _amount(clause: Tree[Token]) -> Amount:
    digits, mass, *rest = _tokens(clause)
    value = number(digits)
    if _ONE_OR_A_THOUSAND.fullmatch(digits):
        raise InputError(
            f"{digits} {mass} may be {value:g} or {digits.replace('.', '')} {mass}, as the point is read in different "
            "countries; leave the point or the last zero out."
        )
    if value <= 0.0:
        raise InputError(f"a dose of {digits} {mass} cannot be given; the amount must be above zero.")
    per = [t for t in rest if t.type in TIME_UNITS]
    return Amount(value, str(mass), any(t.type == "KG" for t in rest), str(per[0]) if per else None)


_ONE_OR_A_THOUSAND: Final = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{2}0")
"""Digits whose point may part thousands: nobody writes a third decimal that is zero, so 1.000 is not surely one."""


def _hours(clause: Tree[Token]) -> float:
    return _all_hours(clause)[0]


def _all_hours(clause: Tree[Token]) -> tuple[float, ...]:
    found = []
    for time in _trees(clause):
        digits, unit = _tokens(time)
        value = 1.0 if digits.type == "A" else number(digits)
        if value < 0.0:
            raise InputError(f"a time of {digits} {unit} is not possible; times count up from the start, at 0 h.")
        found.append(to_canonical(value, "time", default_unit=str(unit), field="time"))
        if found[-1] > LIFETIME:
            raise InputError(f"a time of {digits} {unit} is longer than a life; check the number and the unit.")
    return tuple(found)


def _whole(digits: Token, what: str) -> int:
    value = number(digits)
    if not (1.0 <= value <= 1e6 and value == int(value)):
        raise InputError(f"{what} {digits} is not possible; it must be a whole number, 1 or more.")
    return int(value)


def _count(clause: Tree[Token]) -> int:
    return next(_whole(t, "a number of doses of") for t in _tokens(clause) if t.type in ("NUMBER", "TWICE"))


def _days(clause: Tree[Token]) -> tuple[int, ...]:
    days: list[int] = []
    for part in _trees(clause):
        ends = [_whole(t, "day") for t in _tokens(part)]
        if ends[-1] - ends[0] > _MOST_DAYS:
            raise InputError(f"days {ends[0]} to {ends[-1]} are too many to list; say how often and for how long.")
        days += range(ends[0], ends[-1] + 1)
    if any(b <= a for a, b in pairwise(days)):
        raise InputError(f"days {', '.join(map(str, days))} must rise, each said once; day 1 is the first day.")
    return tuple(days)


_MOST_DAYS: Final = 10_000


def _end_of_day(clause: Tree[Token]) -> float:
    unit, digits = _tokens(clause)
    return to_canonical(_whole(digits, str(unit)), "time", default_unit=str(unit), field="until")


def _start_of_day(clause: Tree[Token]) -> tuple[float, ...]:
    unit, digits = _tokens(clause)
    return (to_canonical(_whole(digits, "day") - 1, "time", default_unit=str(unit), field="start"),)


def _stop_day(clause: Tree[Token]) -> float:
    unit, digits = _tokens(clause)
    raise InputError(
        f'"stop at {unit} {digits}" could mean its beginning or its end; give the time itself, such as "stop at 72 h".'
    )


def _unit_length(unit: str) -> float:
    return to_canonical(1.0, "time", default_unit=unit, field="interval")


def _often(clause: Tree[Token]) -> Period:
    times, unit = _tokens(clause)[0].split()
    return Period(_unit_length(unit), unit, bare=True, times=int(times) if times != "1" else None)


def _each(clause: Tree[Token], *, denominator: bool = False) -> Period:
    unit = str(_tokens(clause)[-1])
    return Period(_unit_length(unit), unit, bare=True, denominator=denominator)


def _every_other(clause: Tree[Token]) -> Period:
    unit = str(_tokens(clause)[-1])
    return Period(2 * _unit_length(unit), unit)


def _every(clause: Tree[Token]) -> Period:
    return Period(_hours(clause), str(_tokens(clause)[-1]))


_CLAUSES: Final[Mapping[str, tuple[str, Callable[[Tree[Token]], Any]]]] = {
    "amount": ("amount", _amount),
    "drug": ("drug", lambda clause: Drug(_tokens(clause)[0])),
    "basis": ("basis", lambda clause: Basis(_tokens(clause)[0])),
    "route": ("route", lambda clause: Route(_tokens(clause)[0])),
    "form": ("form", lambda clause: str(_tokens(clause)[0])),
    "over": ("over", _hours),
    "span": ("span", _hours),
    "count": ("count", _count),
    "divided": ("divided", _count),
    "times": ("times", _count),
    "often": ("period", _often),
    "per": ("period", lambda clause: _each(clause, denominator=True)),
    "each": ("period", _each),
    "every": ("period", _every),
    "every_other": ("period", _every_other),
    "days": ("days", _days),
    "at": ("at", _all_hours),
    "from_day": ("at", _start_of_day),
    "again": ("again", _all_hours),
    "until": ("until", _hours),
    "until_end_of": ("until", _end_of_day),
    "stop": ("stop", _hours),
    "stop_day": ("stop", _stop_day),
    "lag": ("lag", _hours),
    "steady": ("steady", lambda clause: True),
}
