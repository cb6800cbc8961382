"""What may a right-hand side be written with? The few named functions that every driver knows.

A right-hand side is written once and run by several drivers: NumPy here, others elsewhere. It may use `+ - * /`, a
minus sign, the comparisons `< <= > >=` inside `choose`, numbers, and the functions below; nothing else: no `if` on a
value, no indexing of arrays, no loops over subjects, no sums over them, nothing of NumPy. Then it runs on arrays with
the subject axis, on single numbers, and on whatever another driver hands it: an object that overloads the operators
and answers `apply(name, arguments)` for the functions named here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from ketsim.engine.system import Array, BoolArray

_NUMBERS = (np.ndarray, float, int, np.generic)


def exp(x: Array) -> Array:
    """e to the x."""
    return _run("exp", np.exp, x)


def log(x: Array) -> Array:
    """The natural logarithm."""
    return _run("log", np.log, x)


def sqrt(x: Array) -> Array:
    """The square root."""
    return _run("sqrt", np.sqrt, x)


def sine(x: Array) -> Array:
    """The sine of an angle in radians, for rhythms."""
    return _run("sine", np.sin, x)


def power(base: Array, exponent: Array | float) -> Array:
    """The base, not negative, to the exponent."""
    return _run("power", np.power, base, exponent)


def larger(a: Array | float, b: Array | float) -> Array:
    """The larger of two."""
    return _run("larger", np.maximum, a, b)


def smaller(a: Array | float, b: Array | float) -> Array:
    """The smaller of two."""
    return _run("smaller", np.minimum, a, b)


def choose(condition: BoolArray, a: Array | float, b: Array | float) -> Array:
    """`a` where the condition holds, else `b`; both are computed."""
    return _run("choose", np.where, condition, a, b)


def inside(x: Array, *ends: float) -> Array:
    """1 where x lies in a stretch, else 0. ends of the stretches: begin (inside), end (outside), and so on, rising."""
    return _run("inside", count_inside, x, *ends)


def count_inside(x: Array, *ends: float) -> Array:
    """What `inside` is on arrays: one search, however many stretches there are."""
    return np.asarray(np.searchsorted(ends, x, side="right") % 2, dtype=float)


def _run(name: str, function: Callable[..., Array], *arguments: Any) -> Array:
    """The function on numbers; other drivers' objects are asked to do it themselves."""
    for argument in arguments:
        if not isinstance(argument, _NUMBERS):
            return cast(Array, argument.apply(name, arguments))
    return function(*arguments)
