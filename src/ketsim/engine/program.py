"""What has to be computed when, of a right-hand side that is written once?

The right-hand side is run a single time on terms that write down what is done to them. Out of that come lists of plain
array operations, each of them once: what rests on parameters alone is computed before the march, what rests on time and
drive once for every moment, and only the remainder for every set of states. Where a condition that does not look at
states has one answer for all subjects, what the other answer would need is left out; no subject's numbers change by it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np

from ketsim.engine.exponential import Slope
from ketsim.engine.slow import SlowSystem
from ketsim.engine.system import Array, IntArray
from ketsim.engine.terms import MOMENT, OPERATIONS, PARAMETER, STATE, Notes
from ketsim.errors import InputError

#: A place for every term, with what is known of it so far.
Given: TypeAlias = list[Any]
# One operation: the function, where its result goes, and what hands it its arguments.
_Doing: TypeAlias = tuple[Callable[..., Any], int, Callable[[Given], Any]]


@dataclass(frozen=True, slots=True)
class _Work:
    """What is done for every set of states: operations, where the states go (place, row), and which rows of the answer
    come from which place.
    """

    doings: tuple[_Doing, ...]
    states: tuple[tuple[int, int], ...]
    rows: tuple[tuple[int, int], ...]
    still: tuple[tuple[int, int], ...]


class Program:
    """The remainder and the signals of a slow system as lists of operations over arrays, the subject last.

    names: the parameters in order. outputs: how many concentrations there are.
    """

    def __init__(self, system: SlowSystem, names: Sequence[str], outputs: int) -> None:
        notes = Notes()
        t = notes.leaf("t", MOMENT)
        p = {name: notes.leaf(f"p {name}", PARAMETER) for name in names}
        shown = [notes.leaf(f"output {number}", MOMENT) for number in range(outputs)]
        if system.signals is None:
            signals = shown
        else:
            signals = [notes.of(one) for one in _run(system.signals, t, shown, p)]
        # what was a signal is handed in when it is looked at, so that its own making is forgotten
        c = [notes.leaf(f"signal {number}", MOMENT) for number in range(len(signals))]
        y = [notes.leaf(f"state {number}", STATE) for number in range(len(system.states))]
        rest = [notes.of(one) for one in _run(system.rest, t, y, p, c)]
        if len(rest) != len(y):
            raise InputError(f"a right-hand side gives {len(rest)} numbers; expected {len(y)}, one a state.")
        self._notes = notes
        self._blank: list[Any] = [notes.numbers.get(place) for place in range(len(notes.level))]
        self.system = system
        self._t, self._y = t.number, [one.number for one in y]
        self._p, self._shown = [one.number for one in p.values()], [one.number for one in shown]
        self._c, self._signals = [one.number for one in c], [one.number for one in signals]
        self._rest = [one.number for one in rest]
        needed = notes.behind([*self._signals, *self._rest], {})
        self._derived = [x for x in sorted(needed) if notes.level[x] == PARAMETER and notes.made_by[x][1]]
        self._before = self._doings(self._derived, {})
        ours = notes.behind(self._signals, {})
        self._to_signals = self._doings([x for x in sorted(ours) if self._is_made(x, MOMENT)], {})
        later = notes.behind(self._rest, {})
        self._at_moment = self._doings([x for x in sorted(later) if self._is_made(x, MOMENT)], {})
        conditions = {notes.made_by[x][1][0] for x in later if notes.made_by[x][0] == "choose"}
        self._conditions = tuple(sorted(x for x in conditions if PARAMETER <= notes.level[x] <= MOMENT))
        self._works: dict[tuple[bool | None, ...], _Work] = {}
        seen = {x for place in needed if notes.level[place] >= MOMENT for x in notes.made_by[place][1]}
        seen |= {*self._signals, *self._rest}
        rows = enumerate([*self._p, *self._derived])
        handed = {x for place in later if notes.level[place] == STATE for x in notes.made_by[place][1]}
        handed |= {*self._rest, *self._conditions}
        self._of_moment = tuple(sorted(x for x in handed if notes.level[x] == MOMENT))
        self._looked_at = tuple((row, place) for row, place in rows if place in seen)

    def prepared(self, p: Array) -> Array:
        """Parameters (parameter, subject) with everything that rests on them alone behind them."""
        values = self._blank.copy()
        for place, row in zip(self._p, p, strict=True):
            values[place] = row
        _do(self._before, values)
        whole = np.empty((len(p) + len(self._derived), p.shape[1]))
        whole[: len(p)] = p
        for target, place in zip(whole[len(p) :], self._derived, strict=True):
            target[:] = values[place]
        return whole

    def given(self, p: Array, who: IntArray | None = None) -> Given:
        """Where every computation begins of these subjects, or of some of them, repeats allowed; p as `prepared`."""
        values = self._blank.copy()
        for row, place in self._looked_at:
            values[place] = p[row] if who is None else p[row].take(who)
        return values

    def signals(self, t: Array, shown: Array, given: Given) -> Array:
        """What drives the states at a time, (signal, subject), from concentrations (output, subject)."""
        if self._signals == self._shown:
            return shown
        values = given.copy()
        values[self._t] = t
        for place, row in zip(self._shown, shown, strict=True):
            values[place] = row
        _do(self._to_signals, values)
        return _stacked(values, self._signals, len(t))

    def slopes(self, t: Array, c: Array, wide: Given, given: Given, moments: int) -> list[Slope]:
        """The remainder at each of several moments as a function of states; every answer is an array of its own.

        t: [h] (moment times subject,), one moment after the other. c: (signal, moment times subject). wide: where
        computations begin for as many columns. given: for the subjects.
        """
        values = wide.copy()
        values[self._t] = t
        for place, row in zip(self._c, c, strict=True):
            values[place] = row
        _do(self._at_moment, values)
        subjects = len(t) // moments
        parts = [slice(number * subjects, (number + 1) * subjects) for number in range(moments)]
        return [self._at(part, values, given) for part in parts]

    def slope(self, t: Array, c: Array, given: Given) -> Slope:
        """The remainder at one moment."""
        return self.slopes(t, c, given, given, 1)[0]

    def _at(self, part: slice, wide: Given, given: Given) -> Slope:
        """At one moment, the columns `part` of what was computed for several."""
        values = given.copy()
        for place in self._of_moment:
            values[place] = wide[place][part]
        work = self._work(tuple(_answer(values[place]) for place in self._conditions))
        ready = np.empty((len(self._rest), part.stop - part.start))
        for row, place in work.still:
            ready[row] = values[place]

        def slope(y: Array) -> Array:
            found = ready.copy()
            if work.rows:
                now = values.copy()
                for place, row in work.states:
                    now[place] = y[row]
                _do(work.doings, now)
                for row, place in work.rows:
                    found[row] = now[place]
            return found

        return slope

    def _is_made(self, place: int, level: int) -> bool:
        return self._notes.level[place] == level and bool(self._notes.made_by[place][1])

    def _work(self, answers: tuple[bool | None, ...]) -> _Work:
        """What is left to do when these are the answers to the conditions; None where they differ."""
        if answers not in self._works:
            settled = {x: a for x, a in zip(self._conditions, answers, strict=True) if a is not None}
            rest = [self._chosen(place, settled) for place in self._rest]
            needed = self._notes.behind(rest, settled)
            doings = self._doings([x for x in sorted(needed) if self._is_made(x, STATE)], settled)
            moving = [self._notes.level[place] == STATE for place in rest]
            self._works[answers] = _Work(
                doings,
                tuple((place, row) for row, place in enumerate(self._y) if place in needed),
                tuple((row, place) for row, place in enumerate(rest) if moving[row]),
                tuple((row, place) for row, place in enumerate(rest) if not moving[row]),
            )
        return self._works[answers]

    def _chosen(self, place: int, settled: dict[int, bool]) -> int:
        """The term itself, or what a settled choice has chosen."""
        while self._notes.made_by[place][0] == "choose" and self._notes.made_by[place][1][0] in settled:
            (place,) = self._notes.needed(place, settled)
        return place

    def _doings(self, places: Sequence[int], settled: dict[int, bool]) -> tuple[_Doing, ...]:
        """Operations in order: terms are numbered as they were made, so that what is needed comes first."""
        found = []
        for place in places:
            name, _ = self._notes.made_by[place]
            if self._chosen(place, settled) == place:
                arguments = [self._chosen(x, settled) for x in self._notes.needed(place, settled)]
                found.append((OPERATIONS[name], place, _picked(arguments)))
        return tuple(found)


def _run(side: Callable[..., Sequence[Any]], *terms: Any) -> Sequence[Any]:
    """A right-hand side on terms instead of arrays."""
    return side(*terms)


def _picked(places: list[int]) -> Callable[[Given], Any]:
    """Hands out the values at these places."""
    return itemgetter(*places) if len(places) > 1 else itemgetter(slice(places[0], places[0] + 1))


def _do(doings: Sequence[_Doing], values: Given) -> None:
    for function, place, arguments in doings:
        values[place] = function(*arguments(values))


def _answer(condition: Any) -> bool | None:
    """What a condition says of all subjects, None where they differ."""
    yes = np.count_nonzero(condition)
    return True if yes == np.size(condition) else None if yes else False


def _stacked(values: Given, places: Sequence[int], subjects: int) -> Array:
    """Rows (subject,), or single numbers, as one array of its own (row, subject)."""
    stacked = np.empty((len(places), subjects))
    for target, place in zip(stacked, places, strict=True):
        target[:] = values[place]
    return stacked
