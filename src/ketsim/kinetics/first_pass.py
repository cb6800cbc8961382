"""What the gut wall and the liver take before and after the drug reaches the circulation.

Named structures that the expressions of a source file may call. Each is plain arithmetic over arrays and knows no
number: flows, intrinsic clearances and unbound fractions come from the sources. They do not know saturation: every one
is linear.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any


def well_stirred_clearance(flow: Array, intrinsic: Array) -> Array:
    """Blood clearance of a well-stirred organ [L/h]: ``flow * intrinsic / (flow + intrinsic)``.

    `flow` is the organ's blood flow [L/h]; `intrinsic` the unbound intrinsic clearance referred to blood [L/h].
    """
    return flow * intrinsic / (flow + intrinsic)


def well_stirred_availability(flow: Array, intrinsic: Array) -> Array:
    """Fraction that escapes one passage through a well-stirred organ: ``flow / (flow + intrinsic)``."""
    return flow / (flow + intrinsic)


def permeability_limited_flow(flow: Array, permeability: Array) -> Array:
    """Effective gut flow of the Q-gut model [L/h]: villous flow and mucosal permeability in series.

    ``flow * permeability / (flow + permeability)``.
    """
    return flow * permeability / (flow + permeability)


def gut_availability(flow: Array, intrinsic: Array) -> Array:
    """Fraction that escapes the gut wall, Q-gut model: ``flow / (flow + intrinsic)``, `flow` from the Q-gut term."""
    return flow / (flow + intrinsic)


def choose(condition: Array, yes: Array, no: Array) -> Array:
    """`yes` where the condition is non-zero, else `no` (the expression word is ``where``)."""
    return np.where(np.asarray(condition) != 0, yes, no)


#: The words an expression of a source file may call, and what they do.
FUNCTIONS: dict[str, Callable[..., Array]] = {
    "min": np.minimum,
    "max": np.maximum,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "where": choose,
    "well_stirred_clearance": well_stirred_clearance,
    "well_stirred_availability": well_stirred_availability,
    "permeability_limited_flow": permeability_limited_flow,
    "gut_availability": gut_availability,
}
