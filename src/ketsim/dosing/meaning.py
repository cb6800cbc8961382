"""What the clauses of one phrase mean together: a dose on the clock, or a sentence on why they cannot be meant.

Contradictions are settled by rule or refused, never guessed. An amount with "over" is an infusion of that amount; a
rate with "for" is an infusion of that length; a rate with "over" is refused. "at", "on day" and "until" count from the
start of the whole sentence; the days of a repeated week count from the start of the phrase.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from typing import Final

from ketsim.dosing.dose import Dose, Route
from ketsim.dosing.instruction import CLOCK, DAY, SPACED, WEEK, Instruction, Repeat
from ketsim.dosing.phrase import VAGUE, Amount, Period, Phrase


@dataclass(frozen=True, slots=True)
class Before:
    """What stands before a phrase.

    Parameters
        start: [h] when the phrase begins unless it says so itself.
        earliest: [h] "then" may not begin before this.
        timed: the phrase must say itself when it begins; this sentence says why.
        dose: the dose before, whose drug and route hold on unless said anew.
        stop: [h] when the whole regimen is stopped, if it is.
        series: a series that "then" goes on from: how often may be all that is said anew.
    """

    start: float = 0.0
    earliest: float = 0.0
    timed: str | None = None
    dose: Dose | None = None
    stop: float = inf
    series: bool = False


@dataclass(frozen=True, slots=True)
class _Cycle:
    """How often: the length of the cycle and the times in it, in [h]."""

    every: float
    times: tuple[float, ...] = (0.0,)


def instruction(phrase: Phrase, before: Before) -> Instruction:
    """The dose of a phrase and its times. Raises `InputError` with the column for what cannot be meant."""
    if before.dose is not None and before.series and _says_only_when(phrase):
        return _same_dose(phrase, before, before.dose)
    amount, period = _amount(phrase)
    rate = amount.per is not None and (amount.per != "day" or phrase.form == "infusion")
    per_day = amount.per == "day" and not rate
    cycle, count = _cycle(phrase, period, per_day)
    if phrase.over is not None and rate:
        phrase.refuse(
            "over",
            '"over" goes with an amount and "for" with a rate; write for example "0.5 mg/kg over 40 min" '
            'or "0.1 mg/kg/h for 24 h".',
        )
    daily = per_day and cycle is None and not phrase.days
    if daily:
        cycle = _Cycle(DAY)
    start, times = _start(phrase, before, cycle)
    with phrase.pointing_at("again", "period", "days", "at"):
        repeat = _repeat(phrase, cycle, times, count, start, rate)
    duration = _duration(phrase, before, start, rate, repeated=repeat is not None)
    with phrase.pointing_at("amount"):
        amount_given = amount.over(duration) if rate else _share(phrase, amount, cycle, per_day, daily)
    with phrase.pointing_at("route"):
        dose = Dose(
            amount_given,
            route=_route(phrase, before.dose),
            per_kg=amount.per_kg,
            duration=duration,
            drug=phrase.drug or (before.dose.drug if before.dose else None),
            basis=phrase.basis or (before.dose.basis if before.dose and not phrase.drug else None),
        )
    with phrase.pointing_at("steady"):
        return Instruction(dose, start, repeat, phrase.lag or 0.0, phrase.steady, daily)


def _says_only_when(phrase: Phrase) -> bool:
    """Whether a phrase says how often and nothing of the dose, such as "weekly for 4 weeks"."""
    said = (phrase.amount, phrase.over, phrase.route, phrase.drug, phrase.basis, phrase.form)
    return phrase.period is not None and all(part is None for part in said)


def _same_dose(phrase: Phrase, before: Before, dose: Dose) -> Instruction:
    """The dose before, given anew as often as the phrase says."""
    _check_order(phrase)
    cycle, count = _cycle(phrase, phrase.period, per_day=False)
    start, times = _start(phrase, before, cycle)
    with phrase.pointing_at("again", "period", "days", "at"):
        repeat = _repeat(phrase, cycle, times, count, start, False)
    with phrase.pointing_at("steady"):
        return Instruction(dose, start, repeat, phrase.lag or 0.0, phrase.steady)


def _amount(phrase: Phrase) -> tuple[Amount, Period | None]:
    """The amount and the period, after "10 mg ... per day" has been read as an amount per day."""
    amount, period = phrase.amount, phrase.period
    _check_order(phrase)
    if amount is None:
        phrase.refuse(
            "", f'"{phrase.text}" has no amount; each dose needs one, such as 0.5 mg/kg, 56 mg or 0.1 mg/kg/h.'
        )
    if period is not None and period.denominator and phrase.times is None and amount.per is None:
        amount, period = replace(amount, per=period.unit), None
    if amount.per in {"week", *VAGUE}:
        phrase.refuse(
            "amount",
            f'an amount per {amount.per} does not say how often it is given; write for example "50 mg twice weekly".',
        )
    return amount, period


def _check_order(phrase: Phrase) -> None:
    """Refuse a number of doses that two readers would read differently, because of where it stands."""
    period, places, count, times = phrase.period, phrase.columns, phrase.count, phrase.times
    if period is None:
        return
    once = period.bare and period.times is None and times is None
    if count is not None and once and places["count"] < places["period"]:
        unit = period.unit
        phrase.refuse(
            "count", f'{count} a {unit}, or {count} in all? Write "{count} x per {unit}" or "every {unit} x {count}".'
        )
    if times is None or times == 1 or places["times"] > places["period"]:
        return
    if "amount" in places and places["times"] < places["amount"] < places["period"]:
        phrase.refuse(
            "times",
            f"{times} in front of an amount may be {times} at once or {times} one after the other; for {times} at once "
            f'write their sum, else the amount of one and how often behind it, such as "50 mg {times} x per day".',
        )
    if not period.bare:
        phrase.refuse(
            "times",
            f"{times} in each interval, or {times} in all? Say the time from one dose to the next, as in "
            f'"every 4 h", and "x {times}" behind it for {times} in all.',
        )


def _cycle(phrase: Phrase, period: Period | None, per_day: bool) -> tuple[_Cycle | None, int | None]:
    """How often, and how many doses in all where the words say so."""
    count, times = phrase.count, phrase.times
    if phrase.divided is not None:
        if not per_day or period is not None:
            phrase.refuse("divided", '"in 4 doses" divides an amount per day, such as "1 g/day in 4 doses".')
        return _again(phrase, _Cycle(DAY / phrase.divided)), count
    if period is None:
        if phrase.again:
            phrase.refuse("again", '"again after" needs a cycle, such as "every 24 h, again after 2 h".')
        if times is not None and times > 1:
            phrase.refuse(
                "times", f"{times} times in what time? Write for example {times} times daily, or q12h x {times}."
            )
        return None, count
    if period.unit in VAGUE:
        phrase.refuse(
            "period", f'a {period.unit} has no fixed length; write for example "every 4 weeks" or "every 30 d".'
        )
    if times == 1 and phrase.columns["times"] < phrase.columns["period"]:
        times = None  # "once every 4 weeks" is every 4 weeks
    if times is not None and (not period.bare or phrase.columns["times"] > phrase.columns["period"]):
        if period.bare:
            phrase.refuse(
                "times", f'say "x {times}" for {times} doses in all, or "{times} times daily" for {times} a day.'
            )
        if count is not None:
            phrase.refuse("times", f"{times} times or {count} doses? Say once how many.")
        count, times = times, None
    if times is not None and period.times is not None:
        phrase.refuse("times", f"{times} times or {period.times} times? Say once how often.")
    times = times or period.times
    if period.unit == "week" and period.bare:
        return _again(phrase, _weekly(phrase, times)), count
    if phrase.days:
        return _on_days(phrase, period.length, times), count
    return _again(phrase, _Cycle(period.length / (times or 1))), count


def _weekly(phrase: Phrase, times: int | None) -> _Cycle:
    if phrase.days:
        return _on_days(phrase, WEEK, times)
    if (times or 1) not in SPACED:
        phrase.refuse("times", f'{times} times a week on which days? Write for example "weekly on days 1, 2, 4, 5".')
    return _Cycle(WEEK, SPACED[times or 1])


def _on_days(phrase: Phrase, length: float, times: int | None) -> _Cycle:
    if times is not None and times != len(phrase.days):
        phrase.refuse("days", f"{times} times, but {len(phrase.days)} days are named; name as many days as doses.")
    if phrase.again:
        phrase.refuse("again", '"again after" and named days cannot stand together; give each its own dose with "and".')
    offsets = tuple((day - 1) * DAY for day in phrase.days)
    if offsets[-1] >= length:
        phrase.refuse("days", f"day {phrase.days[-1]} lies outside a cycle of {length / DAY:g} days.")
    return _Cycle(length, offsets)


def _again(phrase: Phrase, cycle: _Cycle) -> _Cycle:
    if not phrase.again:
        return cycle
    if len(cycle.times) > 1:
        phrase.refuse("again", '"again after" needs one even interval, such as "every 24 h, again after 2 h".')
    return replace(cycle, times=(0.0, *phrase.again))


def _start(phrase: Phrase, before: Before, cycle: _Cycle | None) -> tuple[float, tuple[float, ...]]:
    """When the first dose is given [h], and the further times after it [h]."""
    own = phrase.at
    if phrase.days and cycle is None:
        if own:
            phrase.refuse("at", 'say either "on day 3" or "at 54 h"; the hour of a day is counted from the start.')
        own = tuple((day - 1) * DAY for day in phrase.days)
    elif cycle is not None and len(own) > 1:
        phrase.refuse("at", 'a repeated dose starts at one time; give each start its own dose with "and".')
    if not own and before.timed is not None:
        phrase.refuse("", before.timed)
    first = own[0] if own else before.start
    if first < before.earliest - CLOCK:
        phrase.refuse(
            "at" if phrase.at else "days",
            f'"then" would start at {first:g} h, while the doses before it go on until {before.earliest:g} h; '
            'write "and" for doses at the same time, or a later start.',
        )
    if cycle is not None:
        shift = cycle.times[0]
        return first + shift, tuple(t - shift for t in cycle.times)
    if any(b - a <= CLOCK for a, b in pairwise(own)):
        phrase.refuse("at", f"the times {', '.join(f'{t:g}' for t in own)} h must rise, each said once.")
    return first, tuple(t - first for t in own) or (0.0,)


def _repeat(
    phrase: Phrase, cycle: _Cycle | None, times: tuple[float, ...], count: int | None, start: float, rate: bool
) -> Repeat | None:
    ends = [
        name
        for name in ("count", "span", "until")
        if getattr(phrase, name) is not None and not (rate and name == "span")
    ]
    if cycle is None:
        single = len(times) == 1
        if ends == ["count"] and count == 1 and single:
            ends = []
        if ends == ["until"] and rate and single:
            ends = []
        if ends and phrase.days:
            phrase.refuse(ends[0], 'the named days already say when it ends; to repeat them add "every week".')
        if ends == ["span"]:
            phrase.refuse(
                "span",
                'how often? "for" gives the length of a repetition ("daily for 3 weeks") or of a rate '
                '("0.1 mg/kg/h for 24 h"); an amount is infused "over" a time.',
            )
        if ends:
            phrase.refuse(ends[0], 'how often? Add the interval, such as "daily", "q12h" or "twice weekly".')
        return None if single else Repeat(None, times)
    if count is not None and "count" not in ends:
        ends.append("times")
    if len(ends) > 1:
        phrase.refuse(ends[1], f"the end is said twice, {_ENDS[ends[0]]} and {_ENDS[ends[1]]}; say it once.")
    span = None
    if phrase.span is not None and not rate:
        shift = cycle.times[0]
        span = phrase.span - shift
    elif phrase.until is not None:
        span = phrase.until - start
    if span is not None and span <= CLOCK:
        phrase.refuse(ends[0], "this ends before its first dose; give a later end.")
    return Repeat(cycle.every, times, count, span)


_ENDS: Final = {
    "count": "as a number of doses",
    "times": "as a number of times",
    "span": 'by "for"',
    "until": 'by "until"',
}


def _duration(phrase: Phrase, before: Before, start: float, rate: bool, *, repeated: bool) -> float:
    """[h] Length of the infusion, 0 for a bolus."""
    if not rate:
        if phrase.over is None and phrase.form == "infusion":
            phrase.refuse(
                "form", 'an infusion needs its length; write for example "0.5 mg/kg iv infusion over 40 min".'
            )
        if phrase.over is not None and phrase.over <= 0.0:
            phrase.refuse("over", 'an infusion over no time is a bolus; leave "over" out.')
        return phrase.over or 0.0
    if phrase.form == "bolus":
        phrase.refuse("form", "a bolus has an amount, not a rate; write the amount, such as 10 mg iv bolus.")
    if phrase.span is not None:
        if phrase.until is not None and not repeated:
            phrase.refuse("until", 'the length of this infusion is said twice; say either "for" or "until".')
        duration = phrase.span
    elif repeated:
        phrase.refuse(
            "amount", 'each infusion at a rate needs its length; write for example "0.1 mg/kg/h for 1 h daily x 5".'
        )
    elif phrase.until is not None or before.stop < inf:
        duration = (before.stop if phrase.until is None else phrase.until) - start
    else:
        phrase.refuse("amount", 'a rate needs its length; write for example "0.1 mg/kg/h for 24 h" or "until 24 h".')
    if duration <= CLOCK:
        phrase.refuse(
            "span" if phrase.span is not None else "until", "this infusion ends before it begins; give a later end."
        )
    return duration


def _share(phrase: Phrase, amount: Amount, cycle: _Cycle | None, per_day: bool, daily: bool) -> float:
    """One dose [mg or mg/kg]; of an amount per day its share."""
    if not per_day or daily or phrase.days or cycle is None:
        return amount.mg
    if cycle.every > DAY or len(cycle.times) > 1:
        phrase.refuse(
            "period", 'an amount per day is given at least daily; write the single amount, such as "50 mg weekly".'
        )
    return amount.mg * cycle.every / DAY


def _route(phrase: Phrase, before: Dose | None) -> Route:
    if phrase.route is not None:
        return phrase.route
    if before is None:
        phrase.refuse("", f'"{phrase.text}" has no route; add one of {", ".join(Route)}.')
    return before.route
