"""One step of an exponential integrator of order four (ETDRK4 of Cox and Matthews, 2002).

The decay of every state is exact; the remainder is sampled at the start, twice in the middle and at the end of the
step, and integrated against the decay. Linear systems with a constant push are exact at any step. Knows neither doses
nor subjects; arrays are (state, subject), and worked on in place where that spares memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ketsim.engine.phi import Phi
from ketsim.engine.system import Array

# The remainder (state, subject) of states (state, subject) at a moment of the step, as an array of its own.
Slope: TypeAlias = Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class Step:
    """The weights of a step, all (state, subject).

    `half` and `whole` are what is left of a state after half the step and after all of it, `lift` [h] what a push of
    the first half comes to; `first`, `middle` and `last` [h] weigh the remainders.
    """

    half: Array
    lift: Array
    whole: Array
    first: Array
    middle: Array
    last: Array

    @classmethod
    def of(cls, span: Array, half: Phi, whole: Phi) -> Step:
        """Of a span [h] (subject,), from the functions at half of it and at all of it."""
        bend = 4.0 * whole.three
        last = bend - whole.two
        last *= span
        middle = 2.0 * whole.two
        middle -= bend
        middle *= span
        first = -3.0 * whole.two
        first += whole.one
        first += bend
        first *= span
        lift = half.one * (0.5 * span)
        return cls(half.e, lift, whole.e, first, middle, last)

    def take(self, y: Array, n: Array, middle: Slope, end: Slope) -> tuple[Array, Array]:
        """States after the step, and what the remainder foreseen at its end adds to them.

        `y` states and `n` their remainder at the start; `middle` and `end` give remainders in the middle and at the
        end.
        """
        faded = self.half * y
        early = self.lift * n
        early += faded
        n_early = middle(early)
        late = self.lift * n_early
        late += faded
        n_late = middle(late)
        far = 2.0 * n_late
        far -= n
        far *= self.lift
        early *= self.half
        far += early
        n_far = end(far)
        after: Array = self.whole * y
        after += self.first * n
        n_early += n_late
        n_early *= self.middle
        after += n_early
        n_far *= self.last
        after += n_far
        return after, n_far
