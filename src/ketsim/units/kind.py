"""What role can a number have, and in which unit does ketsim keep it?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from ketsim.errors import InputError, did_you_mean


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
        "pressure": Kind("mmHg", "pressure", "93 mmHg", signed=True),
        "pulse": Kind("1/min", "pulse", "65 1/min", signed=True),
        "frequency": Kind("Hz", "frequency", "8 Hz", signed=True),
        "molar_amount": Kind("umol", "amount of substance", "100 umol"),
    }
)


def kind_named(kind: str) -> Kind:
    """The kind of that name. Raises `InputError` with the nearest names for another."""
    if kind not in KINDS:
        hint = did_you_mean(kind, KINDS, otherwise=f"expected one of {', '.join(KINDS)}.")
        raise InputError(f"kind {kind!r} is not known; {hint}")
    return KINDS[kind]


@cache
def powers(kind: str) -> Mapping[str, float]:
    """Symbols of the canonical unit of a kind with their powers.

    >>> dict(powers("clearance_per_weight"))
    {'L': 1.0, 'h': -1.0, 'kg': -1.0}
    """
    parts = re.split(r"([/*])", kind_named(kind).unit)
    found: dict[str, float] = {}
    for position in range(0, len(parts), 2):
        symbol, _, power = parts[position].partition("^")
        below = position > 0 and parts[position - 1] == "/"
        if symbol != "1":
            found[symbol] = found.get(symbol, 0.0) + float(power or 1) * (-1 if below else 1)
    return MappingProxyType(found)
