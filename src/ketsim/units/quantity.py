"""How much is this in our units, and how much is ours in another?

Strings, floats and pint quantities come in; canonical floats (h, mg, L, kg, mg/L, ...) go out, and the way back. It
does not know substances: nothing here turns nmol/mL into ng/mL, because that needs a molar mass.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from math import gcd, isfinite
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeVar

from ketsim.errors import InputError
from ketsim.units.kind import Kind, kind_named
from ketsim.units.unit import LONGEST, read_unit

if TYPE_CHECKING:
    import numpy as np
    import pint
    from numpy.typing import NDArray

    Number = TypeVar("Number", float, NDArray[np.float64])
else:
    Number = TypeVar("Number")

_QUANTITY = re.compile(r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*", re.DOTALL)


def to_canonical(
    value: str | float | pint.Quantity[Any], kind: str, *, default_unit: str | None = None, field: str = "value"
) -> float:
    """The number in the canonical unit of its kind.

    value: "70kg", "180 lb", a pint quantity, or a number in `default_unit`. kind: a key of `KINDS`. field: what to call
    it when it is wrong. Raises `InputError` for an unknown unit, another dimension, a missing unit, or a number that is
    not finite.

    >>> to_canonical("40 min", "time"), to_canonical(273, "concentration", default_unit="ng/mL")
    (0.6666666666666666, 0.273)
    """
    role = kind_named(kind)
    if "pint" in sys.modules and isinstance(value, sys.modules["pint"].Quantity):
        return _from_pint(value, role, field)
    unit: str | None = None
    if isinstance(value, str):
        number, unit = _split(value, role, field)
    else:
        number = _plain(value, role, field)
    if not unit:
        unit = default_unit or ("1" if role.unit == "1" else None)
    if unit is None:
        raise InputError(f"{field} {value!r} has no unit; expected {role.article} such as {role.example!r}.")
    numerator, denominator = _ratio(unit, kind, field)
    return _finite(_finite(number, role, field) * numerator / denominator, role, field)


def from_canonical(x: Number, unit: str, kind: str) -> Number:
    """A canonical number (or array) in another unit of the same kind.

    >>> from_canonical(0.273, "ng/mL", "concentration")
    273.0
    """
    numerator, denominator = _ratio(unit, kind, "unit")
    return x * denominator / numerator


def fits(unit: str, kind: str) -> bool:
    """Whether numbers of this kind can be given in this unit. Raises `InputError` if the unit itself is unknown."""
    return read_unit(unit, "unit").dimension == read_unit(kind_named(kind).unit, "unit").dimension


def _plain(value: object, role: Kind, field: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise InputError(f"{field} is {value!r}; expected {role.article} such as {role.example!r}.")
    return float(value)


def _split(text: str, role: Kind, field: str) -> tuple[float, str]:
    match = _QUANTITY.fullmatch(text[: 2 * LONGEST])
    if match is None or len(text) > 2 * LONGEST:
        shown = text if len(text) <= LONGEST else text[:LONGEST] + "..."
        raise InputError(
            f"{field} {shown!r} is not a number with a unit; expected {role.article} such as {role.example!r}."
        )
    return float(match[1]), match[2]


def _finite(number: float, role: Kind, field: str) -> float:
    if not isfinite(number):
        raise InputError(f"{field} is {number}; expected a finite {role.words} such as {role.example!r}.")
    return number


@cache
def _ratio(unit: str, kind: str, field: str) -> tuple[int, int]:
    """Exact size of `unit` in the canonical unit of `kind`, as (numerator, denominator)."""
    role = kind_named(kind)
    try:
        given = read_unit(unit, field)
    except InputError as error:
        raise InputError(f"{error.sentence} Expected {role.article} such as {role.example!r}.") from None
    ours = read_unit(role.unit, field)
    if given.dimension != ours.dimension:
        raise InputError(f"{field}: {unit!r} is no unit of {role.article}; expected one such as in {role.example!r}.")
    numerator, denominator = given.numerator * ours.denominator, given.denominator * ours.numerator
    shared = gcd(numerator, denominator)
    return numerator // shared, denominator // shared


def _from_pint(quantity: pint.Quantity[Any], role: Kind, field: str) -> float:
    import pint

    try:
        return _finite(float(quantity.to("" if role.unit == "1" else role.unit).magnitude), role, field)
    except pint.DimensionalityError:
        raise InputError(f"{field}: {quantity} is no {role.words}; expected one such as {role.example!r}.") from None
