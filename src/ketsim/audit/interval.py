"""How does an interval that a page states lie to one that the evidence gives? After both stand in the same unit.

Ends may be open. The words for it: within, a part of a wide one, overlapping, beside it (near), far from it.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import Final

from ketsim.audit.quantity import DATE, TIMES, Quantity
from ketsim.errors import InputError
from ketsim.observables import convert
from ketsim.wording import unit_text

Ends = tuple[float | None, float | None]

_TOLERANCE: Final = 0.15  # share by which a rounded number may miss an end
_WIDE: Final = 7.0  # an interval whose ends differ by this factor leaves room for very different people
_PART: Final = 0.4  # share (on a logarithmic scale) of a wide interval that a claim has to cover to stand for it
_FAR: Final = 2.5  # factor between the nearest ends from which weak evidence contradicts too


_SPELLED: Final = ("day", "week", "month", "year")
_FIRST_YEAR: Final = 1800  # from this number on a year is a date
_COUNTS: Final = ("people", "deaths", "participants", "samples", "seizures", "studies")


class Compared(Enum):
    """How a stated interval lies to the reference."""

    WITHIN = "within"
    PART = "part of a wide one"
    OVERLAP = "overlapping"
    NEAR = "beside it"
    FAR = "far from it"


def stated(quantity: Quantity | None, unit: str | None) -> tuple[float | None, float | None, str]:
    """What a quantity states, in that unit; in its own where there is no way from one to the other."""
    if quantity is None:
        return None, None, ""
    low, high = quantity.low, quantity.high
    if low is None and (quantity.unit in TIMES or quantity.unit == "%"):
        low = 0.0
    if unit in _COUNTS and quantity.unit == "people":
        return low, high, unit
    if unit is None or unit == quantity.unit:
        return low, high, quantity.unit
    if quantity.unit == DATE:
        return low, high, "year" if unit == "year" else DATE
    try:
        ends = [None if end is None else round(convert(end, quantity.unit, unit), 6) for end in (low, high)]
    except InputError:
        return low, high, quantity.unit
    return ends[0], ends[1], unit


def unit_words(unit: str, most: float | None) -> str:
    """A unit behind a number, with an s where it is a word and there is more than one; nothing behind a date.

    >>> unit_words("day", 30.4), unit_words("month", 1), unit_words("mg/kg", 5), unit_words("year", 1999)
    ('days', 'month', 'mg/kg', '')
    """
    if most is not None and most > _FIRST_YEAR and unit in ("year", DATE):
        return ""
    return unit_text(unit) + "s" * (unit in _SPELLED and most != 1)


def compared(said: Ends, reference: Ends) -> Compared:
    """How the stated interval lies to the reference; an open end reaches as far as the other's."""
    low = 0.0 if reference[0] is None else reference[0]
    high = math.inf if reference[1] is None else reference[1]
    first = low if said[0] is None else said[0]
    last = max(high, first) if said[1] is None else said[1]
    if said[0] == 0.0 and last > 0:
        if last > high * _FAR and high > 0:
            return Compared.FAR  # "up to a year" where nobody saw more than weeks
        first = min(low, last)  # "within an hour" says nothing of the lower end
    if low > 1800 and high < 2200:  # calendar years are exact
        return Compared.WITHIN if first >= low and last <= high else Compared.FAR
    if last < low * (1 - _TOLERANCE) or first > high * (1 + _TOLERANCE):
        gap = low / last if last < low and last > 0 else first / high if high > 0 else math.inf
        return Compared.FAR if gap >= _FAR else Compared.NEAR
    if first < low * (1 - _TOLERANCE) or last > high * (1 + _TOLERANCE):
        return Compared.OVERLAP
    wide = low > 0 and math.isfinite(high) and high / low >= _WIDE
    if wide and last > 0 and first > 0 and math.log(last / first) < _PART * math.log(high / low):
        return Compared.PART
    return Compared.WITHIN


def disjoint(one: Ends, other: Ends) -> bool:
    """Whether two stated intervals share nothing, beyond rounding."""
    lows = [0.0 if ends[0] is None else ends[0] for ends in (one, other)]
    highs = [math.inf if ends[1] is None else ends[1] for ends in (one, other)]
    return highs[0] * (1 + _TOLERANCE) < lows[1] or highs[1] * (1 + _TOLERANCE) < lows[0]
