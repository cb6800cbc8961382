"""The functions of exponential integrators: what a push of a given shape has become after a span, per unit of span.

With z = -rate span: phi_1 belongs to a constant push, phi_2 and phi_3 to one that grows with the first and second power
of time. phi_0 is e^z, and phi_(k+1)(z) = (phi_k(z) - 1/k!) / z, which loses all its digits near z = 0: there the series
is used. Arrays have any shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np

from ketsim.engine.system import Array

# 1 / (TERMS + 3)! is below one rounding of phi_3 where |z| is at most one.
TERMS = 15
_SERIES = tuple(1.0 / factorial(power + 3) for power in range(TERMS, -1, -1))


@dataclass(frozen=True, slots=True)
class Phi:
    """e^z, phi_1(z), phi_2(z), phi_3(z) for z not above zero."""

    e: Array
    one: Array
    two: Array
    three: Array

    @classmethod
    def of(cls, z: Array) -> Phi:
        """By series where |z| is at most one, by recurrence beyond.

        >>> [round(float(part), 6) for part in (Phi.of(np.zeros(1)).one[0], Phi.of(np.array([-2.0])).two[0])]
        [1.0, 0.283834]
        """
        near = np.maximum(z, -1.0)
        three = np.full_like(near, _SERIES[0])
        for term in _SERIES[1:]:
            three *= near
            three += term
        two = near * three
        two += 0.5
        one = near * two
        one += 1.0
        e = near * one
        e += 1.0
        far = z < -1.0
        if far.any():
            far_z = np.where(far, z, -1.0)
            far_e = np.exp(far_z)
            far_one = (far_e - 1.0) / far_z
            far_two = (far_one - 1.0) / far_z
            far_three = (far_two - 0.5) / far_z
            e, one = np.where(far, far_e, e), np.where(far, far_one, one)
            two, three = np.where(far, far_two, two), np.where(far, far_three, three)
        return cls(e, one, two, three)

    def doubled(self) -> Phi:
        """The same for 2 z, without a loss of digits."""
        one = self.e + 1.0
        one *= self.one
        one *= 0.5
        both = self.one + self.two
        two = self.e * self.two
        two += both
        two *= 0.25
        three = self.e * self.three
        three += self.three
        three += both
        three -= 0.5 * self.one
        three *= 0.125
        return Phi(self.e * self.e, one, two, three)
