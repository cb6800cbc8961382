"""What enters which compartment with one dose? Orders for doses that are decided on the way, by any route.

The kinetic model turns one such dose into parts (what the nose takes up, what is swallowed, a zero-order part), each
with its compartment and duration; another amount of the same dose has the same parts in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketsim.engine.inputs import Inputs
from ketsim.engine.policy import Order
from ketsim.engine.system import IntArray
from ketsim.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Parts:
    """given: the dose [mg] (lane,). amount: what enters [mg] and duration: over which time [h], (lane, part); state:
    where (part,).
    """

    given: Array
    amount: Array
    duration: Array
    state: IntArray

    @classmethod
    def of(cls, inputs: Inputs, given: Array) -> Parts:
        """The parts of a dose at 0 h. Raises `InputError` where part of it enters later: decided doses act at once."""
        if (inputs.time > 0.0).any():
            raise InputError(
                "by this route part of a dose enters after a lag, and doses that are decided on the way enter when "
                "they are decided; take another route or another model."
            )
        shape = (len(given), inputs.records)
        return cls(given, np.broadcast_to(inputs.amount, shape), np.broadcast_to(inputs.duration, shape), inputs.state)

    def rows(self, lanes: IntArray) -> Parts:
        """Of some lanes, repeats allowed."""
        return Parts(self.given[lanes], self.amount[lanes], self.duration[lanes], self.state)

    def orders(self, lanes: IntArray, taken: Array) -> list[Order]:
        """What enters with `taken` [mg] of each of these lanes."""
        share = taken / self.given[lanes]
        return [
            Order(share * self.amount[lanes, part], int(state), self.duration[lanes, part])
            for part, state in enumerate(self.state)
        ]
