"""In which unit is this number, and how much is it in ours?

Strings, floats and pint quantities come in; canonical floats (h, mg, L, kg, mg/L, ...) go out, and labels for the way
back. A small exact table answers for the units of the field; pint is asked, once and lazily, only for a name that the
table lacks. It does not know substances: nothing here turns nmol/mL into ng/mL, because that needs a molar mass.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from math import gcd, isfinite
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ketsim.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import pint
    from numpy.typing import NDArray

    Number = TypeVar("Number", float, NDArray[np.float64])
else:
    Number = TypeVar("Number")


@dataclass(frozen=True, slots=True)
class Kind:
    """The role of a number: its canonical unit, its name in words, and an example to teach with."""

    unit: str
    words: str
    example: str
    signed: bool = False

    @property
    def article(self) -> str:
        """Its name with the article: "a volume", "an amount"."""
        return f"{'an' if self.words[0] in 'aeiou' else 'a'} {self.words}"


#: Every role a number can have. A negative number fits only the signed ones.
KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "time": Kind("h", "time", "40 min"),
        "amount": Kind("mg", "amount", "50 mg"),
        "weight": Kind("kg", "body weight", "70 kg"),
        "height": Kind("cm", "height", "175 cm"),
        "age": Kind("year", "age", "40 years"),
        "body_mass_index": Kind("kg/m^2", "body mass index", "24 kg/m^2"),
        "volume": Kind("L", "volume", "25 L"),
        "volume_per_weight": Kind("L/kg", "volume per body weight", "3 L/kg"),
        "concentration": Kind("mg/L", "mass concentration", "150 ng/mL"),
        "molar_concentration": Kind("umol/L", "molar concentration", "0.6 nmol/mL"),
        "clearance": Kind("L/h", "clearance", "84 L/h"),
        "clearance_per_weight": Kind("L/h/kg", "clearance per body weight", "19 mL/min/kg"),
        "clearance_per_age": Kind(
            "L/h/year", "change of clearance or flow per year of age", "-2 L/h/year", signed=True
        ),
        "clearance_per_weight_power": Kind(
            "L/h/kg^0.75", "clearance per body weight to the power 0.75", "4 L/h/kg^0.75"
        ),
        "flow": Kind("L/h", "flow", "1.5 L/min"),
        "rate": Kind("1/h", "rate constant", "2 1/h"),
        "fraction": Kind("1", "fraction", "0.5 or 50 %"),
        "fraction_per_age": Kind("1/year", "change of a fraction per year of age", "-0.01 1/year", signed=True),
        "dimensionless": Kind("1", "pure number", "0.75", signed=True),
        "auc": Kind("mg*h/L", "area under the concentration curve", "250 ng*h/mL"),
        "molar_auc": Kind("umol*h/L", "area under the molar concentration curve", "1 umol*h/L"),
        "amount_per_weight": Kind("mg/kg", "amount per body weight", "0.5 mg/kg"),
        "amount_rate": Kind("mg/h", "amount per time", "10 mg/h"),
        "amount_rate_per_weight": Kind("mg/kg/h", "amount per body weight and time", "0.1 mg/kg/h"),
        "molar_mass": Kind("g/mol", "molar mass", "238 g/mol"),
        "molar_amount": Kind("umol", "amount of substance", "100 umol"),
    }
)

# Exact size of each unit as (numerator, denominator) in h, mg, cm, umol; its power of (time, mass, length, substance).
_TIME, _MASS, _LENGTH, _VOLUME, _SUBSTANCE, _PURE = (
    (1, 0, 0, 0),
    (0, 1, 0, 0),
    (0, 0, 1, 0),
    (0, 0, 3, 0),
    (0, 0, 0, 1),
    (0, 0, 0, 0),
)
_Size = tuple[int, int, tuple[int, int, int, int]]
_ATOMS: Final[Mapping[str, _Size]] = MappingProxyType(
    {
        "s": (1, 3600, _TIME),
        "min": (1, 60, _TIME),
        "h": (1, 1, _TIME),
        "day": (24, 1, _TIME),
        "week": (168, 1, _TIME),
        "month": (1461, 2, _TIME),
        "year": (8766, 1, _TIME),
        "kg": (10**6, 1, _MASS),
        "g": (10**3, 1, _MASS),
        "mg": (1, 1, _MASS),
        "ug": (1, 10**3, _MASS),
        "ng": (1, 10**6, _MASS),
        "pg": (1, 10**9, _MASS),
        "lb": (45359237, 100, _MASS),
        "m": (100, 1, _LENGTH),
        "cm": (1, 1, _LENGTH),
        "mm": (1, 10, _LENGTH),
        "inch": (254, 100, _LENGTH),
        "ft": (3048, 100, _LENGTH),
        "L": (10**3, 1, _VOLUME),
        "dL": (10**2, 1, _VOLUME),
        "mL": (1, 1, _VOLUME),
        "uL": (1, 10**3, _VOLUME),
        "mol": (10**6, 1, _SUBSTANCE),
        "mmol": (10**3, 1, _SUBSTANCE),
        "umol": (1, 1, _SUBSTANCE),
        "nmol": (1, 10**3, _SUBSTANCE),
        "pmol": (1, 10**6, _SUBSTANCE),
        "1": (1, 1, _PURE),
        "%": (1, 100, _PURE),
    }
)
_SPELLINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        spelling: atom
        for atom, spellings in {
            "s": "sec secs second seconds",
            "min": "mins minute minutes",
            "h": "hr hrs hour hours",
            "day": "d days",
            "week": "wk wks weeks",
            "month": "mo months",
            "year": "y yr yrs years",
            "kg": "kgs kilogram kilograms",
            "g": "gram grams",
            "mg": "mgs milligram milligrams",
            "ug": "mcg microgram micrograms",
            "ng": "nanogram nanograms",
            "lb": "lbs pound pounds",
            "m": "metre metres meter meters",
            "inch": "in inches",
            "ft": "foot feet",
            "L": "l litre litres liter liters",
            "dL": "dl",
            "mL": "ml millilitre millilitres milliliter milliliters",
            "uL": "ul",
            "%": "percent",
            "1": "fraction ratio",
        }.items()
        for spelling in spellings.split()
    }
)
_BODY: Final = frozenset({"kg", "lb"})  # below a fraction bar these are body weight, not drug: mg/kg is no pure number

_QUANTITY = re.compile(r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*", re.DOTALL)
_FACTOR = re.compile(r"([A-Za-z][A-Za-z_]*|%|1)(?:(?:\^|\*\*)?(-?\d(?:\.\d+)?))?")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class _Unit:
    """Size as an exact ratio in h, mg, cm, umol (and kg below a fraction bar), with its dimension."""

    numerator: int
    denominator: int
    dimension: tuple[float, ...]  # time, mass, length, substance, body weight


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
    role = _kind(kind)
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


def canonical_unit(kind: str) -> str:
    """The unit that numbers of this kind have inside ketsim, such as "mg/L" for a concentration."""
    return _kind(kind).unit


@cache
def powers(kind: str) -> Mapping[str, float]:
    """Symbols of the canonical unit of a kind with their powers.

    >>> dict(powers("clearance_per_weight"))
    {'L': 1.0, 'h': -1.0, 'kg': -1.0}
    """
    parts = re.split(r"([/*])", _kind(kind).unit)
    found: dict[str, float] = {}
    for position in range(0, len(parts), 2):
        symbol, _, power = parts[position].partition("^")
        below = position > 0 and parts[position - 1] == "/"
        if symbol != "1":
            found[symbol] = found.get(symbol, 0.0) + float(power or 1) * (-1 if below else 1)
    return MappingProxyType(found)


def label(kind: str, unit: str | None = None) -> str:
    """Name and unit for an axis or a column.

    >>> label("concentration", "ng/mL"), label("fraction")
    ('mass concentration [ng/mL]', 'fraction')
    """
    role = _kind(kind)
    shown = unit or role.unit
    return role.words if shown == "1" else f"{role.words} [{shown}]"


def fits(unit: str, kind: str) -> bool:
    """Whether numbers of this kind can be given in this unit. Raises `InputError` if the unit itself is unknown."""
    return _unit(unit, "unit").dimension == _unit(_kind(kind).unit, "unit").dimension


@cache
def registry() -> pint.UnitRegistry[Any]:
    """The one pint registry, made when first asked for."""
    import pint

    return pint.UnitRegistry()


def _plain(value: object, role: Kind, field: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise InputError(f"{field} is {value!r}; expected {role.article} such as {role.example!r}.")
    return float(value)


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(KINDS)}."
        raise InputError(f"kind {kind!r} is not known; {hint}")
    return KINDS[kind]


def _split(text: str, role: Kind, field: str) -> tuple[float, str]:
    match = _QUANTITY.fullmatch(text[: 2 * _LONGEST])
    if match is None or len(text) > 2 * _LONGEST:
        shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
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
    role = _kind(kind)
    try:
        given = _unit(unit, field)
    except InputError as error:
        raise InputError(f"{error.sentence} Expected {role.article} such as {role.example!r}.") from None
    ours = _unit(role.unit, field)
    if given.dimension != ours.dimension:
        raise InputError(f"{field}: {unit!r} is no unit of {role.article}; expected one such as in {role.example!r}.")
    numerator, denominator = given.numerator * ours.denominator, given.denominator * ours.numerator
    shared = gcd(numerator, denominator)
    return numerator // shared, denominator // shared


def _unit(text: str, field: str) -> _Unit:
    """A product of powers of named units, such as mL/min/kg or mg*h/L."""
    plain = text.strip().replace("µ", "u").replace("μ", "u").replace("·", "*").replace("**", "^") or "1"
    numerator, denominator = 1, 1
    dimension = [0.0] * 5
    parts = re.split(r"\s*([/*])\s*", plain) if len(plain) <= _LONGEST else [""]
    for position in range(0, len(parts), 2):
        match = _FACTOR.fullmatch(parts[position])
        if match is None:
            raise InputError(f"{field}: {text[:_LONGEST]!r} is not a unit.")
        below = position > 0 and parts[position - 1] == "/"
        power = float(match[2] or 1) * (-1 if below else 1)
        name = _SPELLINGS.get(match[1], match[1])
        body = name in _BODY and power < 0
        size = _BODY_SIZE[name] if body else _atom(name, text, field)
        whole = int(power) if power == int(power) else 1
        if whole != power and size[:2] != (1, 1):
            raise InputError(
                f"{field}: {text[:_LONGEST]!r} has a broken power of {name}; only kg^0.75 and the like are known."
            )
        up, down = (size[0], size[1]) if whole > 0 else (size[1], size[0])
        numerator, denominator = numerator * up ** abs(whole), denominator * down ** abs(whole)
        for axis, share in enumerate(size[2]):
            dimension[axis] += 0.0 if body else share * power
        dimension[4] += power if body else 0.0
    return _Unit(numerator, denominator, tuple(dimension))


_BODY_SIZE: Final[Mapping[str, _Size]] = MappingProxyType({"kg": (1, 1, _MASS), "lb": (45359237, 10**8, _MASS)})
_PINT_AXES: Final[Mapping[str, int]] = MappingProxyType({"[time]": 0, "[mass]": 1, "[length]": 2, "[substance]": 3})


def _atom(name: str, text: str, field: str) -> _Size:
    if name in _ATOMS:
        return _ATOMS[name]
    near = get_close_matches(name, [*_ATOMS, *_SPELLINGS], n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    unknown = InputError(f"{field}: {name!r} in {text[:_LONGEST]!r} is not a known unit.{hint}")
    ureg = registry()
    if not _defined(ureg, name):
        raise unknown
    quantity = ureg.Quantity(1, name)
    powers = [0, 0, 0, 0]
    for axis, power in quantity.dimensionality.items():
        whole = float(str(power))
        if axis not in _PINT_AXES or whole != int(whole):
            raise unknown
        powers[_PINT_AXES[axis]] = int(whole)
    ours = (
        ureg.hour ** powers[0]
        * ureg.milligram ** powers[1]
        * ureg.centimeter ** powers[2]
        * ureg.micromole ** powers[3]
    )
    numerator, denominator = float(quantity.to(ours).magnitude).as_integer_ratio()
    return numerator, denominator, (powers[0], powers[1], powers[2], powers[3])


def _defined(ureg: pint.UnitRegistry[Any], name: str) -> bool:
    """Whether pint knows the name as it stands; "hh" is a slip and no hectohour, "nanomole" is meant."""
    readings = ureg.parse_unit_name(name)
    return any(not prefix or prefix + unit == name.removesuffix("s") for prefix, unit, _ in readings)


def _from_pint(quantity: pint.Quantity[Any], role: Kind, field: str) -> float:
    import pint

    try:
        return _finite(float(quantity.to("" if role.unit == "1" else role.unit).magnitude), role, field)
    except pint.DimensionalityError:
        raise InputError(f"{field}: {quantity} is no {role.words}; expected one such as {role.example!r}.") from None
