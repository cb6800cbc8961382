"""When a dose is given: once, at listed times, or again and again on a cycle, bounded or open-ended.

An `Instruction` is one dose with its clock. It knows nothing of the other instructions of a regimen and has no words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, inf, isfinite
from typing import Final

from ketsim.dosing.dose import Dose, DoseEvent
from ketsim.errors import InputError

CLOCK = 1e-9
"""[h] Two times closer than this (4 microseconds) are the same time: the rounding of repeated addition, no more."""

MOST_EVENTS = 100_000
"""More single doses than this are refused before they are expanded."""

DAY, WEEK = 24.0, 168.0
"""[h]"""

SPACED: Final[Mapping[int, tuple[float, ...]]] = {1: (0.0,), 2: (0.0, 3 * DAY), 3: (0.0, 2 * DAY, 4 * DAY)}
"""How a number of doses a week is spaced [h]: twice is days 1 and 4, three times is days 1, 3 and 5."""

LIFETIME = 125 * 365.25 * 24.0
"""[h] Longer than anyone lives: a longer time is a slip of the pen."""


def check_number(number: float) -> None:
    """Refuse a number of single doses above `MOST_EVENTS`."""
    if number > MOST_EVENTS:
        raise InputError(
            f"this dosing expands to {number:,.0f} single doses, more than {MOST_EVENTS:,}; "
            "give a longer interval or a shorter span."
        )


@dataclass(frozen=True, slots=True)
class Repeat:
    """The further times of a dose, counted from its first.

    Parameters
        every: [h] length of the cycle; None: the times are given once, with no cycle.
        times: [h] within a cycle; rising, the first is 0, all shorter than the cycle.
        count: how many doses in all; or
        span: [h] doses are given while less than this has passed. Neither: the repetition is open-ended.

    `Repeat(168.0, (0.0, 72.0), span=504.0)` is days 1 and 4 of each of three weeks.
    """

    every: float | None
    times: tuple[float, ...] = (0.0,)
    count: int | None = None
    span: float | None = None

    def __post_init__(self) -> None:
        self._check_times()
        if self.every is None:
            if self.count is not None or self.span is not None:
                raise InputError("listed times have their own end; a count or a span needs an interval beside it.")
            return
        if self.count is not None and self.span is not None:
            raise InputError(f"say either how many doses ({self.count}) or for how long ({self.span:g} h), not both.")
        if self.count is not None and self.count < 1:
            raise InputError(f"a dose cannot be given {self.count} times; the number of doses must be 1 or more.")
        if self.span is not None and not (isfinite(self.span) and self.span > CLOCK):
            raise InputError(f"a dose cannot be repeated for {self.span:g} h; the span must be positive and finite.")
        if not self.open_ended:
            check_number(self.number_before(inf))

    def _check_times(self) -> None:
        if not self.times or self.times[0] != 0.0 or any(b - a <= CLOCK for a, b in pairwise(self.times)):
            raise InputError(f"the times of a repeated dose must rise from 0 h, each given once; got {self._listed} h.")
        if not all(isfinite(t) for t in self.times):
            raise InputError(f"the times of a repeated dose must be finite; got {self._listed} h.")
        if self.every is None:
            return
        if not (isfinite(self.every) and self.every > CLOCK):
            raise InputError(f"a dose cannot be given every {self.every:g} h; an interval must be positive and finite.")
        if self.times[-1] >= self.every - CLOCK:
            raise InputError(
                f"a dose {self.times[-1]:g} h into a cycle of {self.every:g} h belongs to the next cycle; "
                "the times must be shorter than the cycle."
            )

    @property
    def _listed(self) -> str:
        return ", ".join(f"{t:g}" for t in self.times)

    @property
    def open_ended(self) -> bool:
        """Nothing says when the repetition ends."""
        return self.every is not None and self.count is None and self.span is None

    def number_before(self, limit: float) -> float:
        """How many doses start less than `limit` [h] after the first; inf if nothing bounds them."""
        if self.every is None:
            return float(sum(t < limit - CLOCK for t in self.times))
        limit = min(limit, inf if self.span is None else self.span)
        counted = inf if self.count is None else float(self.count)
        if limit == inf:
            return counted
        cycles = (limit - CLOCK) / self.every
        if cycles > MOST_EVENTS:
            return min(counted, cycles * len(self.times))
        whole = max(0, ceil(cycles) - 1)
        rest = sum(whole * self.every + t < limit - CLOCK for t in self.times)
        return min(counted, float(whole * len(self.times) + rest))

    def time_of(self, number: int) -> float:
        """[h] Time of a dose (0 is the first) after the first, whether or not the count or the span still allows it."""
        if self.every is None:
            return self.times[number]
        cycle, place = divmod(number, len(self.times))
        return cycle * self.every + self.times[place]


@dataclass(frozen=True, slots=True)
class Instruction:
    """One dose on the clock of its regimen: what, when first, how often.

    Parameters
        dose: what is given each time.
        start: [h] the first time.
        repeat: the further times; None gives the dose once.
        lag: [h] between giving and the start of absorption.
        steady: at the first time the body is already at the steady state of this repetition.
        daily: the dose was said as an amount a day, and nobody said in how many doses; it is given once a day.
    """

    dose: Dose
    start: float = 0.0
    repeat: Repeat | None = None
    lag: float = 0.0
    steady: bool = False
    daily: bool = False

    def __post_init__(self) -> None:
        for field, hours in (("the start", self.start), ("the lag", self.lag)):
            if not (isfinite(hours) and hours >= 0.0):
                raise InputError(f"{field} of a dose cannot be {hours:g} h; it must be a finite time, zero or later.")
        if self.steady and (self.repeat is None or self.repeat.every is None or len(self.repeat.times) > 1):
            raise InputError(
                'a steady state needs one even interval, such as "10 mg iv q12h at steady state"; this dose has none.'
            )
        if self.daily and (self.repeat is None or self.repeat.every != DAY or len(self.repeat.times) > 1):
            raise InputError("an amount a day is repeated every 24 h; this dose is not.")

    @property
    def open_ended(self) -> bool:
        """Nothing says when this instruction ends."""
        return self.repeat is not None and self.repeat.open_ended

    @property
    def end(self) -> float:
        """[h] When this instruction is over; inf if it is open-ended.

        An infusion is over when it has run out. A repetition is over when its next dose would have been due (six
        doses 12 h apart end after 72 h), or when its last infusion has run out if that is later.
        """
        duration = self.dose.duration
        if self.repeat is None:
            return self.start + duration
        if self.repeat.open_ended:
            return inf
        number = int(self.number_before(inf))
        last = self.start + self.repeat.time_of(number - 1) + duration
        if self.repeat.every is None:
            return last
        span = self.repeat.time_of(number) if self.repeat.span is None else self.repeat.span
        return max(self.start + span, last)

    @property
    def listed(self) -> bool:
        """The times are given one by one, with no cycle."""
        return self.repeat is not None and self.repeat.every is None

    def number_before(self, horizon: float) -> float:
        """How many doses start before `horizon` [h] on the clock of the regimen."""
        if self.repeat is None:
            return float(self.start < horizon - CLOCK)
        return self.repeat.number_before(horizon - self.start)

    def events(self, horizon: float) -> Iterator[DoseEvent]:
        """The doses that start before `horizon` [h], one after another."""
        dose, repeat = self.dose, self.repeat
        for number in range(int(self.number_before(horizon))):
            first = number == 0
            yield DoseEvent(
                time=self.start if repeat is None else self.start + repeat.time_of(number),
                amount=dose.amount,
                per_kg=dose.per_kg,
                duration=dose.duration,
                drug=dose.meant_drug,
                route=dose.route,
                basis=dose.meant_basis,
                steady_interval=repeat.every if first and self.steady and repeat and repeat.every else 0.0,
                lag=self.lag,
            )

    def until(self, at: float) -> Instruction | None:
        """The doses that start before `at` [h]; None if there are none."""
        number = self.number_before(at)
        if number < 1.0:
            return None
        if self.repeat is None or number == self.number_before(inf):
            return self
        if self.repeat.every is not None:
            return replace(self, repeat=replace(self.repeat, count=None, span=at - self.start))
        times = self.repeat.times[: int(number)]
        return replace(self, repeat=Repeat(None, times) if len(times) > 1 else None)

    def stopped(self, at: float) -> tuple[Instruction, ...]:
        """What is given before `at` [h]; an infusion that runs then is cut there, at an unchanged rate."""
        started = self.number_before(at)
        check_number(started)
        whole = self.number_before(at - self.dose.duration + 2 * CLOCK)
        if whole >= started:
            kept = self.until(at)
            return () if kept is None else (kept,)
        if self.steady and whole < 1.0:
            raise InputError(
                f"stop at {at:g} h would cut the infusion that stands for a steady state; stop after its end."
            )
        times = [self.start + (self.repeat.time_of(n) if self.repeat else 0.0) for n in range(int(whole), int(started))]
        complete = self.until(times[0]) if whole >= 1.0 else None
        cut = (
            replace(self, dose=self.dose.cut(at - t), start=t, repeat=None, steady=False, daily=False) for t in times
        )
        return (*cut,) if complete is None else (complete, *cut)
