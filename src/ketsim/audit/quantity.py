"""Which quantities does a sentence state? Numbers in figures and words, ranges, bounds, vague amounts, dates, shares.

Each has a low and a high end, None where the words leave it open, the unit as the evidence writes it, and its place.
Vague words (`a few`) are ranges fixed in ``quantities.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from ketsim.rule_file import read_rules

_FILE: Final = Path(__file__).with_name("quantities.yaml")
TIMES: Final = ("s", "min", "h", "day", "week", "month", "year")
DATE: Final = "date"  # a calendar year
_YEAR: Final = re.compile(
    r"\b(?:in|since|from|by|until|till|of|before|after|during|year|around|[Jj]an\w*|[Ff]eb\w*|[Mm]ar\w*|"
    r"[Aa]pr\w*|[Mm]ay|[Jj]un\w*|[Jj]ul\w*|[Aa]ug\w*|"
    r"[Ss]ep\w*|[Oo]ct\w*|[Nn]ov\w*|[Dd]ec\w*|\d{1,2},|\()\s*((?:19|20)\d{2})(?:\s*(?:-|–|to|and)\s*((?:19|"
    r"20)\d{2}))?(?!\d|\s*(?:mg|people|users|patients|%))"
)
_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "tenth": 10}
_ORDINAL: Final = re.compile(
    r"\b(?:(days?|weeks?|months?|hours?)\s+(\d{1,3}|one|two|three|four|five|six|seven|ten)(?:\s*(?:-|–|to|and|"
    r"or|through)\s*(?:days?\s+)?(\d{1,3}|one|two|three|four|five|six|seven|ten))?"
    r"|(first|second|third|fourth|fifth|sixth|seventh|tenth)(?:\s*(?:-|–|to|and|or|"
    r"through)\s*(?:the\s+)?(first|second|third|fourth|fifth|sixth|seventh|tenth))?\s+(day|week|month|"
    r"hour)s?)\b",
    re.I,
)
_SHARE: Final = re.compile(
    r"\b(?:(one|two|three|four|nine|\d{1,3})\s+(?:in|out of)\s+(?:every\s+)?(two|three|four|five|six|eight|"
    r"ten|twenty|\d{1,4}|a hundred)"
    r"|(?:(a|one|two|three)[ -])?(half|third|thirds|quarter|quarters|fifth|fifths)\s+of\b)",
    re.I,
)
_SHARES: Final = {"half": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5}
_UPPER: Final = re.compile(
    r"(?:up to|as (?:long|much|high|many) as|at (?:the )?most|less than|fewer than|under|within|no (?:more|"
    r"longer) than|not (?:more|longer) than|"
    r"below|maximum of|inside|in under|shorter than|before|<|≤)\s*(?:of|the first|about|around|just|only|the|"
    r"a mere)?\s*$",
    re.I,
)
_LOWER: Final = re.compile(
    r"(?:more than|at (?:the )?least|over|longer than|no less than|greater than|above|upwards of|exceed\w*|"
    r"minimum of|in excess of|beyond|from|well over|>|≥)\s*$",
    re.I,
)
_ABOUT: Final = re.compile(
    r"(?:about|around|approximately|roughly|some|nearly|almost|circa|~|an average of|on average)\s*$", re.I
)


_MAY_COUNT: Final = re.compile(
    r"[\d½%]|\b(?:second|minute|hour|day|week|month|year|night|half|third|quarter|fifth)s?\b|percent|per cent|"
    r"people|patients|users|adults|gram",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """low, high: its ends [unit], None where open; place in the text [characters]; bound: the word that leaves it open.

    about: said to be approximate, or a vague word.
    """

    low: float | None
    high: float | None
    unit: str
    start: int
    end: int
    bound: str = ""
    about: bool = False

    @property
    def is_time(self) -> bool:
        """A length of time."""
        return self.unit in TIMES


@dataclass(frozen=True, slots=True)
class _Grammar:
    pattern: re.Pattern[str]
    numbers: Mapping[str, float]
    vague: Mapping[str, tuple[float, float]]
    units: tuple[tuple[re.Pattern[str], str], ...]


@cache
def _grammar() -> _Grammar:
    rules: Mapping[str, Any] = read_rules(_FILE)
    numbers = {word: float(value) for word, value in rules["words"].items()}
    vague = {word: (float(low), float(high)) for word, (low, high) in rules["vague"].items()}
    spoken = "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted((*numbers, *vague), key=len, reverse=True))
    amount = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?(?:\s*½)?|½|(?:{spoken})(?![\w'’]))"
    forms = [(form, unit) for unit, listed in rules["units"].items() for form in listed]
    forms.sort(key=lambda pair: -len(pair[0]))
    unit = "|".join(form for form, _ in forms)
    pattern = re.compile(
        rf"(?<![\w.])(?:between\s+)?(?P<one>{amount})(?:[\s-]*(?P<first>{unit})(?![\w/]))?"
        r"(?:\s*(?P<to>-|–|—|to|or|and|through|until)\s*(?:up to\s+|as (?:long|much|many) as\s+)?"
        rf"(?P<two>{amount}))?[\s-]*(?P<unit>{unit})(?![\w/])",
        re.I,
    )
    compiled = tuple((re.compile(form, re.I), name) for form, name in forms)
    return _Grammar(pattern, numbers, vague, compiled)


def quantities(text: str, start: int = 0, end: int | None = None) -> list[Quantity]:
    """The quantities of a text, in order; places count from the start of the whole text."""
    stop = len(text) if end is None else end
    if not _MAY_COUNT.search(text, start, stop):
        return []
    found = [*_amounts(text, start, stop), *_years(text, start, stop), *_shares(text, start, stop)]
    found += _ordinals(text, start, stop)
    found.sort(key=lambda quantity: (quantity.start, -quantity.end))
    kept: list[Quantity] = []
    for quantity in found:
        if not kept or quantity.start >= kept[-1].end:
            kept.append(quantity)
    return kept


def _amounts(text: str, start: int, stop: int) -> Iterator[Quantity]:
    grammar = _grammar()
    position = start
    while (found := grammar.pattern.search(text, position, stop)) is not None:
        position = found.end()
        unit = _unit(found["unit"])
        one = _value(found["one"])
        first_unit = _unit(found["first"]) if found["first"] else unit
        two = _value(found["two"]) if found["two"] else None
        low, high = one
        if two is not None:
            low, high = _scaled(low, first_unit, unit), two[1]
            if low > high:
                low, high = two[0], one[1]
        elif found["first"]:
            continue  # "5 minutes 30 mg": no range
        vague = found["one"].lower() in grammar.vague
        low, high, position = _or_two(text, found, low, high, position, stop)
        quantity = Quantity(low, high, unit, found.start(), position, about=vague)
        yield _bounded(quantity, text[max(start, found.start() - 40) : found.start()])
    yield from _plural_units(text, start, stop)


def _or_two(
    text: str, found: re.Match[str], low: float, high: float, position: int, stop: int
) -> tuple[float, float, int]:
    """`an hour or two`, `a day or so`, `an hour and a half`."""
    half = re.compile(r"\s+and\s+a\s+half\b", re.I).match(text, position, stop)
    if half is not None and not found["two"]:
        return low + 0.5, high + 0.5, half.end()
    more = re.compile(r"\s+or\s+(two|three|so|less)\b", re.I).match(text, position, stop)
    if more is None or found["two"]:
        return low, high, position
    word = more[1].lower()
    return (low, {"two": 2.0, "three": 3.0}.get(word, high), more.end())


def _plural_units(text: str, start: int, stop: int) -> Iterator[Quantity]:
    """`for weeks or months`, `within hours`: a bare plural is `several`; two of them span from one to the other."""
    pattern = re.compile(
        r"\b(?:for|within|over|after|in|takes?|lasts?|lasting|last)\s+(?:many\s+|just\s+|only\s+)?(minutes|"
        r"hours|days|weeks|months|years)"
        r"(?:\s*(?:,|or|to|and|or even)\s*(?:even\s+)?(hours|days|weeks|months|years))?\b",
        re.I,
    )
    several = _grammar().vague["several"]
    for found in pattern.finditer(text, start, stop):
        first, second = _unit(found[1]), _unit(found[2] or found[1])
        low = _scaled(several[0], first, second)
        yield Quantity(low, several[0] * 2 if found[2] else several[1], second, found.start(1), found.end(), about=True)


def _bounded(quantity: Quantity, before: str) -> Quantity:
    if _UPPER.search(before):
        return replace(quantity, low=None if quantity.low == quantity.high else quantity.low, bound="at most")
    # "0.5 mg/kg over 40 minutes" is how long an infusion runs, not a bound.
    lasting = quantity.is_time and before.rstrip().lower().endswith("over")
    if not lasting and _LOWER.search(before) and quantity.low == quantity.high:
        return replace(quantity, high=None, bound="at least")
    return replace(quantity, about=quantity.about or bool(_ABOUT.search(before)))


def _years(text: str, start: int, stop: int) -> Iterator[Quantity]:
    for found in _YEAR.finditer(text, start, stop):
        low = float(found[1])
        yield Quantity(low, float(found[2] or low), DATE, found.start(1), found.end())


def _shares(text: str, start: int, stop: int) -> Iterator[Quantity]:
    numbers = _grammar().numbers
    for found in _SHARE.finditer(text, start, stop):
        if found[1]:
            part = numbers.get(found[1].lower()) or _float(found[1])
            whole = numbers.get(found[2].lower()) or _float(found[2])
        else:
            part, whole = numbers.get((found[3] or "one").lower(), 1.0), float(_SHARES[found[4].lower()])
        if whole > 0 and part <= whole:
            share = round(100 * part / whole, 4)
            yield Quantity(share, share, "%", found.start(), found.end(), about=True)


def _ordinals(text: str, start: int, stop: int) -> Iterator[Quantity]:
    """`day 3`, `days three to seven`, `the second or third day`: the time since the start."""
    numbers = _grammar().numbers
    for found in _ORDINAL.finditer(text, start, stop):
        if found[1]:
            low = numbers.get(found[2].lower()) or _float(found[2])
            high = (numbers.get(found[3].lower()) or _float(found[3])) if found[3] else low
            unit = _unit(found[1])
        else:
            low = float(_ORDINALS[found[4].lower()])
            high = float(_ORDINALS[(found[5] or found[4]).lower()])
            unit = _unit(found[6])
        if low <= high:
            yield Quantity(low - 1 if found[4] and not found[5] else low, high, unit, found.start(), found.end())


def _unit(written: str) -> str:
    for pattern, unit in _grammar().units:
        if pattern.fullmatch(written):
            return unit
    return written.lower()


def _value(written: str) -> tuple[float, float]:
    grammar = _grammar()
    plain = " ".join(written.lower().split())
    if plain in grammar.vague:
        return grammar.vague[plain]
    value = grammar.numbers[plain] if plain in grammar.numbers else _float(plain)
    return value, value


def _float(written: str) -> float:
    half = 0.5 if "½" in written else 0.0
    digits = written.replace("½", "").replace(",", "").strip()
    try:
        return min(float(digits), 1e12) + half if digits else half
    except ValueError:
        return _grammar().numbers.get(digits, half)


def _scaled(value: float, unit: str, to: str) -> float:
    """A length of time in another unit; other units are left, since a range shares its unit."""
    if unit == to or unit not in TIMES or to not in TIMES:
        return value
    from ketsim.observables import convert

    return convert(value, unit, to)
