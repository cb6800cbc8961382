"""How is a number of the evidence put into a sentence of an answer? Only from here do numbers come into answers."""

from __future__ import annotations

import re
from typing import Final

from ketsim.observables import Evidence, Interval, evidence

_PLACE: Final = re.compile(r"\{([^{}]+)\}")
_FIRST_YEAR: Final = 1800
"""From this number on a year is a date and not a length of time."""
_UNITS: Final = {
    "h": ("hour", "hours"),
    "min": ("minute", "minutes"),
    "s": ("second", "seconds"),
    "day": ("day", "days"),
    "week": ("week", "weeks"),
    "month": ("month", "months"),
    "year": ("year", "years"),
    "1": ("", ""),
    "1/min": ("beat a minute", "beats a minute"),
    "g/day": ("g a day", "g a day"),
    "fold": ("time", "times"),
    "umol/L": ("µmol/L", "µmol/L"),
    "ug/L": ("µg/L", "µg/L"),
    "standardised mortality ratio": ("", ""),
    "times per week": ("time a week", "times a week"),
    "sessions per week": ("session a week", "sessions a week"),
    "exposures per quarter": ("exposure in a quarter", "exposures in a quarter"),
    "odds ratio": ("", ""),
    "hazard ratio": ("", ""),
    "prevalence ratio": ("", ""),
}


def filled(text: str, interval: Interval | None = None) -> str:
    """A sentence of the registry with the numbers of its evidence in place of {ID}, and {interval} for its reference.

    >>> filled("by the label {PD107}")
    'by the label 5 to 10 minutes'
    """

    def told(found: re.Match[str]) -> str:
        return span(interval) if found[1] == "interval" and interval is not None else spoken(evidence(found[1]))

    return _PLACE.sub(told, text)


def spoken(found: Evidence) -> str:
    """The number of a piece of evidence with its unit, as a sentence says it; its range where it has no centre."""
    if found.number is not None:
        return amount(found.number, found.unit)
    return span(Interval(found.low, found.high, found.unit or "1"))


def span(interval: Interval) -> str:
    """An interval in words: "5 to 10 minutes", "up to 24 hours"."""
    low, high, unit = interval.low, interval.high, interval.unit
    if low is not None and high is not None and low != high:
        return f"{plain(low, unit)} to {amount(high, unit)}"
    if high is not None:
        return amount(high, unit) if low == high else f"up to {amount(high, unit)}"
    return "" if low is None else f"from {amount(low, unit)} on"


def amount(number: float, unit: str | None) -> str:
    """A number with its unit in words."""
    one, many = _UNITS.get(unit or "1", (unit or "", unit or ""))
    word = one if number == 1 else many
    if unit == "year" and number >= _FIRST_YEAR:
        word = ""
    return f"{plain(number, unit)} {word}".strip()


def plain(number: float, unit: str | None = None) -> str:
    """The number as its source prints it, without digits that say nothing."""
    text = f"{number:.6g}" if unit == "year" and number >= _FIRST_YEAR else f"{number:,.6g}"
    return text.removesuffix(".0")


def spread(found: Evidence) -> str:
    """The number and its range, as a list of numbers shows them; empty for evidence in words alone."""
    if found.number is None:
        return spoken(found)
    ends = (found.low, found.high)
    if all(end is not None for end in ends) and ends[0] != ends[1]:
        return f"{spoken(found)} ({plain(float(found.low or 0))} to {plain(float(found.high or 0))})"
    return spoken(found)
