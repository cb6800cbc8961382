"""How much is taken within one hour, at most?

A dose counts whole; an infusion by what enters within the hour. Doses by several routes or of several forms within one
hour count together, as if all of it had gone the way of each of them: nothing sourced says how they add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ketsim.dosing import DoseEvent, Drug, Route
from ketsim.dosing.instruction import CLOCK

Array = NDArray[np.float64]
Way = tuple[Route, Drug]

HOUR: Final = 1.0
"""[h]"""
_NOTHING: Final = 1e-6
"""Of the largest amount: less is the rounding of a running sum, not a dose."""


@dataclass(frozen=True, slots=True)
class Portion:
    """A dose, and how much it counts in a unit in which doses can be added."""

    event: DoseEvent
    amount: float

    @property
    def way(self) -> Way:
        """How it goes in, and in which form."""
        return self.event.route, self.event.drug

    @property
    def end(self) -> float:
        """[h] When all of it is in."""
        return self.event.time + self.event.duration


@dataclass(frozen=True, slots=True)
class Load:
    """The most within an hour that holds a dose by this way: the amount, and the doses that make it."""

    way: Way
    amount: float
    events: tuple[DoseEvent, ...]


def worst_hours(portions: Sequence[Portion]) -> tuple[Load, ...]:
    """For each way in, the largest amount within an hour that holds a dose by that way.

    The largest sum over a sliding hour is met where the hour begins or ends with a dose, or ends with an infusion.
    """
    ways = tuple(dict.fromkeys(portion.way for portion in portions))
    ends = [p.end - HOUR for p in portions if p.event.duration > CLOCK]
    first = np.array([p.event.time for p in portions])
    starts = np.unique(np.concatenate([first, first - HOUR + 2 * CLOCK, ends]))
    each = {way: _within([p for p in portions if p.way == way], starts) for way in ways}
    total = np.sum(list(each.values()), axis=0)
    found = []
    for way in ways:
        present = each[way] > _NOTHING * np.max(each[way])
        here = np.where(present, total, 0.0)
        place = int(np.argmax(here))
        start = float(starts[place])
        inside = (p.event for p in portions if p.event.time < start + HOUR - CLOCK and p.end >= start)
        found.append(Load(way, float(here[place]), tuple(inside)))
    return tuple(found)


def _within(portions: Sequence[Portion], starts: Array) -> Array:
    """What enters in each of the hours that begin at `starts`."""
    at_once = [p for p in portions if p.event.duration <= CLOCK]
    infusions = [p for p in portions if p.event.duration > CLOCK]
    return _boluses(at_once, starts) + _infusions(infusions, starts)


def _boluses(boluses: Sequence[Portion], starts: Array) -> Array:
    times = np.array([p.event.time for p in boluses])
    order = np.argsort(times, kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(np.array([p.amount for p in boluses])[order])])
    before = np.searchsorted(times[order], starts, side="left")
    # Doses an hour apart are not within one hour.
    until = np.searchsorted(times[order], starts + HOUR - CLOCK, side="right")
    return np.asarray(sums[until] - sums[before])


def _infusions(infusions: Sequence[Portion], starts: Array) -> Array:
    if not infusions:
        return np.zeros_like(starts)
    begin = np.array([p.event.time for p in infusions])
    end = np.array([p.end for p in infusions])
    rate = np.array([p.amount for p in infusions]) / (end - begin)
    turns = np.concatenate([begin, end])
    order = np.argsort(turns, kind="stable")
    turns = turns[order]
    running = np.cumsum(np.concatenate([rate, -rate])[order])
    entered = np.concatenate([[0.0], np.cumsum(running[:-1] * np.diff(turns))])
    upto = np.interp(starts + HOUR, turns, entered)
    return np.asarray(upto - np.interp(starts, turns, entered))
