"""How large is a unit, and what is its dimension? An exact table of the units of the field, and pint for all others.

The table answers by itself; pint is asked, once and lazily, only for a name that the table lacks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ketsim.errors import InputError, nearest

if TYPE_CHECKING:
    import pint

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
        "Hz": (3600, 1, (-1, 0, 0, 0)),
        "mmHg": (133322387415 * 1296, 10, (-2, 1, -1, 0)),
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

_FACTOR = re.compile(r"([A-Za-z][A-Za-z_]*|%|1)(?:(?:\^|\*\*)?(-?\d(?:\.\d+)?))?")
LONGEST: Final = 60  # characters of a unit; more is no unit, and is not repeated in full


@dataclass(frozen=True, slots=True)
class Unit:
    """Size as an exact ratio in h, mg, cm, umol (and kg below a fraction bar), with its dimension."""

    numerator: int
    denominator: int
    dimension: tuple[float, ...]  # time, mass, length, substance, body weight


def read_unit(text: str, field: str) -> Unit:
    """A product of powers of named units, such as mL/min/kg or mg*h/L."""
    plain = text.strip().replace("µ", "u").replace("μ", "u").replace("·", "*").replace("**", "^") or "1"
    numerator, denominator = 1, 1
    dimension = [0.0] * 5
    parts = re.split(r"\s*([/*])\s*", plain) if len(plain) <= LONGEST else [""]
    for position in range(0, len(parts), 2):
        match = _FACTOR.fullmatch(parts[position])
        if match is None:
            raise InputError(f"{field}: {text[:LONGEST]!r} is not a unit.")
        below = position > 0 and parts[position - 1] == "/"
        power = float(match[2] or 1) * (-1 if below else 1)
        name = _SPELLINGS.get(match[1], match[1])
        body = name in _BODY and power < 0
        size = _BODY_SIZE[name] if body else _atom(name, text, field)
        whole = int(power) if power == int(power) else 1
        if whole != power and size[:2] != (1, 1):
            raise InputError(
                f"{field}: {text[:LONGEST]!r} has a broken power of {name}; only kg^0.75 and the like are known."
            )
        up, down = (size[0], size[1]) if whole > 0 else (size[1], size[0])
        numerator, denominator = numerator * up ** abs(whole), denominator * down ** abs(whole)
        for axis, share in enumerate(size[2]):
            dimension[axis] += 0.0 if body else share * power
        dimension[4] += power if body else 0.0
    return Unit(numerator, denominator, tuple(dimension))


_BODY_SIZE: Final[Mapping[str, _Size]] = MappingProxyType({"kg": (1, 1, _MASS), "lb": (45359237, 10**8, _MASS)})
_PINT_AXES: Final[Mapping[str, int]] = MappingProxyType({"[time]": 0, "[mass]": 1, "[length]": 2, "[substance]": 3})


def _atom(name: str, text: str, field: str) -> _Size:
    if name in _ATOMS:
        return _ATOMS[name]
    meant = nearest(name, (*_ATOMS, *_SPELLINGS))
    unknown = InputError(f"{field}: {name!r} in {text[:LONGEST]!r} is not a known unit.{meant}")
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


@cache
def registry() -> pint.UnitRegistry[Any]:
    """The one pint registry, made when first asked for."""
    import pint

    return pint.UnitRegistry()
