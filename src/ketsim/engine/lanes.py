"""How a block of subjects takes one step, each at its own time and with its own span.

Every array has the subject last and every operation is element by element, so that what a subject gets does not
depend, to the last bit, on its neighbours. Two solutions are marched side by side and never mixed: a fine one by two
steps of half the span, and a coarse one by a single step. What separates them, divided by fifteen, estimates how far
the fine one is off since the start, growth of errors included, and is taken off it where it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ketsim.engine.drive import Drive
from ketsim.engine.exponential import Step
from ketsim.engine.phi import Phi
from ketsim.engine.program import Given, Program
from ketsim.engine.system import Array, IntArray

# 2**4 - 1: the errors of one step and of two half steps of a method of order four differ by this share.
RICHARDSON = 1.0 / 15.0


@dataclass(frozen=True, slots=True)
class Wide:
    """Where computations begin: `given` for the subjects, `columns` and `drive` for four moments side by side."""

    given: Given
    columns: Given
    drive: Drive


@dataclass(slots=True)
class Lanes:
    """Subjects on the way, the subject last in every array.

    `who` (subject,) their places in the block; `t` [h] each one's time, `want` [h] the span it would take next, `edge`
    [h] where something enters it next; `z` (mode,) the linear system and `push` (mode,) what runs into it; `fine` and
    `coarse` (state,) the two solutions, `n` and `n_coarse` (state,) their remainders, and `c` (signal,) what drives
    them;
    `peak` and `off` (state,) the largest size and separation so far; `reader` the next output; `taken` and `refused`
    count steps. The rest is constant: `strict` (subject,) the doubt that one step may have, `rates` [1/h] (state,),
    `p` (parameter,) and `drive`; `wide` what follows from the last two, once it was asked for.
    """

    who: IntArray
    t: Array
    want: Array
    edge: Array
    z: Array
    push: Array
    fine: Array
    coarse: Array
    n: Array
    n_coarse: Array
    c: Array
    peak: Array
    off: Array
    reader: IntArray
    taken: IntArray
    refused: IntArray
    strict: Array
    rates: Array
    p: Array
    drive: Drive
    wide: Wide | None = None

    def rows(self, subjects: IntArray) -> Lanes:
        """Some of the subjects."""
        arrays = {name: getattr(self, name).take(subjects, axis=-1) for name in ("who", *MOVING, *CONSTANT)}
        return Lanes(**arrays, drive=self.drive.rows(subjects))

    def put(self, block: Lanes) -> None:
        """Hand what has changed back to the whole block."""
        for name in MOVING:
            getattr(block, name)[..., self.who] = getattr(self, name)

    def best(self) -> Array:
        """The fine solution less its estimated error, (state, subject)."""
        return self.fine + RICHARDSON * (self.fine - self.coarse)


#: What changes on the way.
MOVING: Final = (
    *("t", "want", "edge", "z", "push", "fine", "coarse", "n", "n_coarse", "c"),
    *("peak", "off", "reader", "taken", "refused"),
)
#: What does not, but for the drive.
CONSTANT: Final = ("strict", "rates", "p")


@dataclass(frozen=True, slots=True)
class Trial:
    """A step that was tried: what there is at its middle and at its end, and how good it was, (subject,)."""

    middle: tuple[Array, Array, Array, Array]
    z: Array
    c: Array
    fine: Array
    coarse: Array
    n: Array
    n_coarse: Array
    doubt: Array


def attempt(program: Program, lanes: Lanes, span: Array) -> Trial:
    """Step every subject by its own span [h]. The doubt is relative to the sizes that matter."""
    if lanes.wide is None:
        four = np.tile(np.arange(len(span)), 4)
        lanes.wide = Wide(program.given(lanes.p), program.given(lanes.p, four), lanes.drive.seeing(four))
    wide = lanes.wide
    quarter = 0.25 * span
    pushed = bool(lanes.push.any())
    carry = lanes.drive.carry(quarter, pushed=pushed)
    push = lanes.push if pushed else None
    z = [lanes.z]
    for _ in range(4):
        z.append(carry(z[-1], push))
    moments = np.concatenate([lanes.t + number * quarter for number in (1.0, 2.0, 3.0, 4.0)])
    c = program.signals(moments, wide.drive.read(np.concatenate(z[1:], axis=1)), wide.columns)
    slopes = program.slopes(moments, c, wide.columns, wide.given, 4)
    small = Phi.of(-lanes.rates * quarter)
    medium = small.doubled()
    large = medium.doubled()
    half, whole = Step.of(2.0 * quarter, small, medium), Step.of(span, medium, large)
    between, _ = half.take(lanes.fine, lanes.n, slopes[0], slopes[1])
    n_between = slopes[1](between)
    fine, _ = half.take(between, n_between, slopes[2], slopes[3])
    n = slopes[3](fine)
    coarse, _ = whole.take(lanes.coarse, lanes.n_coarse, slopes[1], slopes[3])
    n_coarse = slopes[3](coarse)
    # What is new in the separation: the rest of it is the old one, carried by the right-hand side as it was at the
    # start. Nothing of the new one goes into what is taken off, or it could cancel itself.
    new = fine - coarse
    part = lanes.fine - lanes.coarse
    part *= large.e
    new -= part
    part = lanes.n - lanes.n_coarse
    part *= large.one * span
    new -= part
    size = np.abs(fine)
    np.maximum(size, lanes.peak, out=size)
    np.maximum(size, program.system.scales[:, None], out=size)
    np.abs(new, out=new)
    new /= size
    doubt = RICHARDSON * new.max(axis=0)
    count = len(span)
    middle = (z[2], c[:, count : 2 * count], between, n_between)
    return Trial(middle, z[4], c[:, 3 * count :], fine, coarse, n, n_coarse, doubt)


def refresh(program: Program, lanes: Lanes) -> None:
    """Evaluate the drive and the remainder anew, where something has jumped."""
    given = program.given(lanes.p)
    lanes.c = program.signals(lanes.t, lanes.drive.read(lanes.z), given)
    slope = program.slope(lanes.t, lanes.c, given)
    lanes.n, lanes.n_coarse = slope(lanes.fine), slope(lanes.coarse)
