"""The canonical words of a regimen: short, complete, and read back to the very same regimen.

Each number is written in the unit that makes it shortest while reading back to the same float. What a dose leaves
unsaid (its drug, base or salt, in how many doses a day) stays unsaid.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, nextafter
from typing import Final

from ketsim.dosing.dose import Basis, Dose, Drug
from ketsim.dosing.instruction import DAY, SPACED, WEEK, Instruction, Repeat
from ketsim.dosing.regimen import Regimen
from ketsim.units import from_canonical, to_canonical

_CLOCK: Final = ("h", "min", "s")
_INTERVAL: Final = ("h", "day", "week", "min", "s")
_SPAN: Final = ("week", "day", "h", "month", "year", "min", "s")
_IN_FULL: Final = ("day", "week", "month", "year")
_MASS: Final = ("mg", "ug", "g", "ng")
_PRECISIONS: Final = (12, 15, 16, 17)
_PLAIN_DIGITS: Final = 6
"""An infused amount that needs more digits than this is worded as its rate if that is shorter."""
_OFTEN: Final = {
    (DAY, SPACED[1]): "once daily",
    (WEEK, SPACED[1]): "once weekly",
    (WEEK, SPACED[2]): "twice weekly",
    (WEEK, SPACED[3]): "three times weekly",
}
_EVERY: Final = {DAY: "every day", WEEK: "every week"}
_LAST_DAY: Final = 1_000_000
_SALT: Final = {Basis.base: "base", Basis.salt: "hydrochloride"}


def word_regimen(regimen: Regimen) -> str:
    """All instructions in their order, joined by "then" where one begins as all before it ends, else by "and"."""
    words = ""
    end = group_start = 0.0
    timed = listed = False
    before: Dose | None = None
    for one in regimen.instructions:
        beside = one.start == group_start and not timed and not one.listed
        behind = before is not None and one.start == end < inf and not listed and not one.listed
        at = ""
        if before is None:
            at = "" if beside else _at(one)
        elif behind and not (beside and one.dose.route is not before.route):
            words, group_start, timed = f"{words} then ", end, False
        else:
            words, at = f"{words} and ", "" if beside else _at(one)
        timed, listed, end = timed or bool(at), listed or one.listed, max(end, one.end)
        before = _spoken(one.dose, before)
        words += " ".join(filter(None, (*_dose(one, before), *_times(one), at)))
    return words


def hours(value: float, units: Iterable[str] = _SPAN) -> str:
    """A time [h] in the unit that makes it shortest.

    >>> hours(2 / 3), hours(504.0)
    ('40 min', '3 weeks')
    """
    written = []
    for order, unit in enumerate(units):
        digits = _digits(value, unit, "time")
        if digits is not None:
            word = f"{unit}s" if unit in _IN_FULL and digits != "1" else unit
            written.append(("." in digits or "e" in digits, len(digits), order, f"{digits} {word}"))
    return min(written)[-1] if written else f"{value!r} h"


def _spoken(dose: Dose, before: Dose | None) -> Dose:
    """The dose with what must be said aloud, because silence would mean the drug or the salt of the dose before."""
    drug, basis = dose.drug, dose.basis
    if before is not None and drug is None:
        drug = Drug.ketamine if before.drug is not None else None
        if drug is None and basis is None and before.basis is not None:
            basis = Basis.base
    return Dose(dose.amount, dose.route, dose.per_kg, dose.duration, drug, basis)


def _dose(one: Instruction, dose: Dose) -> tuple[str, ...]:
    """Amount, drug, salt, route and length."""
    amount, length = _amount(dose, daily=one.daily), f"over {hours(dose.duration, _CLOCK)}" if dose.duration else ""
    if (
        dose.duration
        and len(amount.split()[0]) > _PLAIN_DIGITS
        and not one.daily
        and (not one.repeat or not one.repeat.span)
    ):
        rate = _rate(dose)
        if rate is not None and len(rate) < len(amount):
            amount, length = rate, f"for {hours(dose.duration)}"
    return amount, dose.drug or "", _SALT[dose.basis] if dose.basis else "", dose.route, length


def _amount(dose: Dose, *, daily: bool) -> str:
    per_kg = "/kg" if dose.per_kg else ""
    kind = "amount_per_weight" if dose.per_kg else "amount"
    texts = [(digits, unit) for unit in _MASS if (digits := _digits(dose.amount, f"{unit}{per_kg}", kind)) is not None]
    plain = 0.01 <= dose.amount < 1000.0 and texts and texts[0][1] == "mg" and len(texts[0][0]) <= _PLAIN_DIGITS
    digits, unit = texts[0] if plain else min(texts or [(repr(dose.amount), "mg")], key=lambda text: len(text[0]))
    return f"{digits} {unit}{per_kg}{'/day' if daily else ''}"


def _rate(dose: Dose) -> str | None:
    """The shortest rate that gives exactly this amount over its duration."""
    kind = "amount_rate_per_weight" if dose.per_kg else "amount_rate"
    texts = []
    for unit in (f"{mass}{'/kg' if dose.per_kg else ''}/{time}" for mass in _MASS for time in ("h", "min")):
        number = from_canonical(dose.amount / dose.duration, unit, kind)
        for precision in _PRECISIONS:
            digits = f"{number:.{precision}g}"
            if to_canonical(float(digits), kind, default_unit=unit) * dose.duration == dose.amount:
                texts.append(f"{digits} {unit}")
                break
    return min(texts, key=len) if texts else None


def _times(one: Instruction) -> tuple[str, ...]:
    """How often, until when, with which lag and from which state."""
    lag = f"lag {hours(one.lag, _CLOCK)}" if one.lag else ""
    return *_repeat(one.repeat, daily=one.daily), lag, "at steady state" if one.steady else ""


def _repeat(repeat: Repeat | None, *, daily: bool) -> tuple[str, ...]:
    if repeat is None or repeat.every is None:
        return ()
    end = (
        f"x {repeat.count}"
        if repeat.count is not None
        else f"for {hours(repeat.span)}"
        if repeat.span is not None
        else ""
    )
    if daily:
        return (end,)
    often = _OFTEN.get((repeat.every, repeat.times))
    if often is not None:
        return often, end
    every = _EVERY.get(repeat.every) or f"every {hours(repeat.every, _INTERVAL)}"
    if len(repeat.times) == 1:
        return every, end
    days = _days(repeat.times)
    if days is not None:
        return every, end, days
    return every, end, f"again after {', '.join(hours(t, _CLOCK) for t in repeat.times[1:])}"


def _at(one: Instruction) -> str:
    if one.repeat is None:
        return f"at {hours(one.start, _CLOCK)}"
    if not one.listed:
        return f"starting at {hours(one.start, _CLOCK)}"
    days = _days(tuple(one.start + t for t in one.repeat.times))
    if days is not None:
        return days
    return f"at {', '.join(_listed(one.start, t) for t in one.repeat.times)}"


def _listed(start: float, after: float) -> str:
    """The time `start + after` in words such that the difference to `start` is read back as exactly `after`."""
    close = start + after
    texts = [
        hours(time, _CLOCK) for time in (close, nextafter(close, 0.0), nextafter(close, inf)) if time - start == after
    ]
    return min(texts or [hours(close, _CLOCK)], key=len)


def _days(times: tuple[float, ...]) -> str | None:
    """ "on days 1, 3 to 6", or None if the times are not all at the start of a day."""
    if any(t % DAY for t in times) or times[-1] / DAY >= _LAST_DAY:
        return None
    runs: list[list[int]] = []
    for day in (int(t / DAY) + 1 for t in times):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return f"on days {', '.join(_run(run) for run in runs)}"


def _run(days: list[int]) -> str:
    return f"{days[0]} to {days[-1]}" if len(days) > 2 else ", ".join(map(str, days))


def _digits(value: float, unit: str, kind: str) -> str | None:
    """The shortest digits that are read back as exactly `value` in this unit, if up to 17 of them do."""
    number = from_canonical(value, unit, kind)
    for precision in _PRECISIONS:
        digits = f"{number:.{precision}g}"
        if to_canonical(float(digits), kind, default_unit=unit) == value:
            return digits
    return None
