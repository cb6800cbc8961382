"""What are the states at outputs that lie inside steps? Kept until there are many of them, then read in one go.

Each output comes from a short step of its own, so that it does not matter when it is read, nor beside which others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np

from ketsim.engine.exponential import Step
from ketsim.engine.lanes import RICHARDSON, Lanes, Trial
from ketsim.engine.phi import Phi
from ketsim.engine.program import Program
from ketsim.engine.system import Array, IntArray

#: Outputs that are read together.
MANY: Final = 8192

# What there is at a moment: the linear system, what drives, states, their remainder; the subject last.
Side: TypeAlias = tuple[Array, Array, Array, Array]


@dataclass(frozen=True, slots=True)
class Kept:
    """Steps with outputs inside, the subject last.

    `who` (subject,) places in the block; `t` and `span` [h]; `start` and `middle` what there is then; `push`; `apart`
    and `apart2` what separates the two solutions at the start and at the end; `first`, `count` (subject,) its outputs.
    """

    who: IntArray
    t: Array
    span: Array
    start: Side
    middle: Side
    push: Array
    apart: Array
    apart2: Array
    first: IntArray
    count: IntArray

    @classmethod
    def of(cls, lanes: Lanes, trial: Trial, span: Array, here: IntArray, count: IntArray) -> Kept:
        """Of the subjects `here`, with `count` (subject,) outputs each."""

        def some(array: Array) -> Array:
            return array.copy() if len(here) == len(span) else array.take(here, axis=-1)

        return cls(
            who=lanes.who[here],
            t=lanes.t[here],
            span=span[here],
            start=(some(lanes.z), some(lanes.c), some(lanes.fine), some(lanes.n)),
            middle=(some(trial.middle[0]), some(trial.middle[1]), some(trial.middle[2]), some(trial.middle[3])),
            push=some(lanes.push),
            apart=some(lanes.fine - lanes.coarse),
            apart2=some(trial.fine - trial.coarse),
            first=lanes.reader[here],
            count=count[here],
        )

    @classmethod
    def joined(cls, parts: Sequence[Kept]) -> Kept:
        """Many steps as one."""

        def whole(name: str) -> Any:
            return np.concatenate([getattr(part, name) for part in parts], axis=-1)

        def side(name: str) -> Side:
            z, c, y, n = zip(*(getattr(part, name) for part in parts), strict=True)
            return tuple(np.concatenate(arrays, axis=-1) for arrays in (z, c, y, n))  # type: ignore[return-value]

        return cls(
            who=whole("who"),
            t=whole("t"),
            span=whole("span"),
            start=side("start"),
            middle=side("middle"),
            push=whole("push"),
            apart=whole("apart"),
            apart2=whole("apart2"),
            first=whole("first"),
            count=whole("count"),
        )


@dataclass(slots=True)
class Between:
    """Outputs that wait to be read; `waiting` is how many. `doubt` (state, subject) is the largest of what was read."""

    doubt: Array
    waiting: int = 0
    _kept: list[Kept] = field(default_factory=list)

    def keep(self, kept: Kept, outputs: int) -> None:
        """Wait with these."""
        self._kept.append(kept)
        self.waiting += outputs

    def read(self, program: Program, lanes: Lanes, times: Array) -> tuple[IntArray, IntArray, Array, Array] | None:
        """Everything that waits: subjects (output,), numbers of their outputs, states (state, output), concentrations.

        lanes: all of the block. times: [h] of all outputs. None where nothing waits.
        """
        if not self._kept:
            return None
        whole = Kept.joined(self._kept)
        self._kept, self.waiting = [], 0
        count = whole.count
        row = np.repeat(np.arange(len(count)), count)
        number = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + whole.first[row]
        states, shown, doubt = _read(program, lanes, whole, row, times[number])
        who = whole.who[row]
        for largest, row_doubt in zip(self.doubt, doubt / RICHARDSON, strict=True):
            np.maximum.at(largest, who, row_doubt)
        return who, number, states, shown


def _read(program: Program, lanes: Lanes, kept: Kept, row: IntArray, times: Array) -> tuple[Array, Array, Array]:
    """States, concentrations and doubts about the states at `times` [h] (output,) inside the steps `row`.

    They come from a short step of its own, from the middle where that is nearer to the end, so that it is never longer
    than the steps of the fine solution. The separation of the two solutions is read off in between; it says nothing
    about states that forget their start within the short step, and these are doubted as much as the remainder at its
    end was foreseen badly.
    """
    who = kept.who[row]
    given = program.given(lanes.p, who)
    rates = lanes.rates.take(who, axis=-1)
    drive = lanes.drive.seeing(who)
    begin, span = kept.t[row], kept.span[row]
    since = times - begin
    late = since > 0.5 * span
    sides = zip(kept.start, kept.middle, strict=True)
    z, c, y, n = (np.where(late, later[..., row], sooner[..., row]) for sooner, later in sides)
    begin = np.where(late, begin + 0.5 * span, begin)
    quarter = np.where(late, since - 0.5 * span, since) * 0.5
    pushed = bool(kept.push.any())
    carry = drive.carry(quarter, pushed=pushed)
    push = kept.push[..., row] if pushed else None
    slopes = []
    shown = c
    for half in (1.0, 2.0):
        moment = begin + half * quarter
        z = carry(z, push)
        shown = drive.read(z)
        slopes.append(program.slope(moment, program.signals(moment, shown, given), given))
    small = Phi.of(-rates * quarter)
    short = Step.of(2.0 * quarter, small, small.doubled())
    states, foreseen = short.take(y, n, *slopes)
    doubt = np.abs(short.last * slopes[1](states) - foreseen)
    doubt *= 1.0 - short.whole
    share = since / np.where(span > 0.0, span, 1.0)
    apart = (1.0 - share) * kept.apart[..., row] + share * kept.apart2[..., row]
    return states + RICHARDSON * apart, shown, doubt
