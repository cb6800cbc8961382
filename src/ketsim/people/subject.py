"""Who is this person, as far as it was said?

Every field is optional and None means "not said": nothing is filled in here. Units in words come in, canonical floats
(kg, years, cm) stay. What it does not know: which of these a model needs, and what liver, kidney, genotype or another
medicine do to the drug; that is the business of kinetics.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from ketsim.errors import InputError, did_you_mean
from ketsim.units import from_canonical, to_canonical

__all__ = ["ETHNICITIES", "LIMITS", "Subject", "checked_ethnicity", "checked_quantity", "checked_sex"]

#: Outside these a number is a slip of the finger or of the unit, not a person. Nothing is computed from them.
LIMITS = {"weight": (0.2, 650.0, "kg"), "age": (0.0, 125.0, "year"), "height": (20.0, 280.0, "cm")}
_EGFR_LIMITS = (0.0, 300.0)

LIVER = ("normal", "child_pugh_a", "child_pugh_b", "child_pugh_c")
KIDNEY = ("normal", "mild", "moderate", "severe")

#: What each ethnicity says to a model: (Asian, Japanese).
ETHNICITIES = {
    "asian": (True, False),
    "black": (False, False),
    "chinese": (True, False),
    "hispanic": (False, False),
    "japanese": (True, True),
    "korean": (True, False),
    "taiwanese": (True, False),
    "white": (False, False),
}

_SEXES = {"female": "female", "f": "female", "woman": "female", "male": "male", "m": "male", "man": "male"}
_GENOTYPE = re.compile(r"\*(\d{1,3})([A-Z]?)\s*/\s*\*(\d{1,3})([A-Z]?)")
_PER_BODY_SURFACE = re.compile(r"\s*/\s*1\.73\s*m(\^?2|²)\s*$")


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Subject:
    """One person; every field may be unsaid (None).

    age [year], weight [kg], height [cm]: numbers, or strings with a unit such as "180 lb". sex: "female" or "male".
    ethnicity: a key of `ETHNICITIES`. liver: normal, child_pugh_a, child_pugh_b or child_pugh_c. kidney: normal, mild,
    moderate, severe, or the estimated glomerular filtration rate [mL/min] as a number or "60 mL/min". co_medication:
    names of other medicines. cyp2b6: genotype such as "*1/*6". Raises `InputError` with one sentence for anything else.

    >>> Subject(weight="180 lb", age=35, sex="f")
    Subject(age=35.0, sex='female', weight=81.6466266)
    """

    age: float | None
    sex: str | None
    weight: float | None
    height: float | None
    ethnicity: str | None
    liver: str | None
    kidney: str | float | None
    co_medication: tuple[str, ...]
    cyp2b6: str | None

    def __init__(
        self,
        *,
        age: str | float | None = None,
        sex: str | None = None,
        weight: str | float | None = None,
        height: str | float | None = None,
        ethnicity: str | None = None,
        liver: str | None = None,
        kidney: str | float | None = None,
        co_medication: str | Sequence[str] = (),
        cyp2b6: str | None = None,
    ) -> None:
        checked = {
            "age": None if age is None else checked_quantity("age", age),
            "sex": None if sex is None else checked_sex(sex),
            "weight": None if weight is None else checked_quantity("weight", weight),
            "height": None if height is None else checked_quantity("height", height),
            "ethnicity": None if ethnicity is None else checked_ethnicity(ethnicity),
            "liver": None if liver is None else _word("liver", liver, LIVER),
            "kidney": None if kidney is None else _kidney(kidney),
            "co_medication": _medicines(co_medication),
            "cyp2b6": None if cyp2b6 is None else _genotype(cyp2b6),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return f"Subject({', '.join(f'{name}={value!r}' for name, value in said.items() if value not in (None, ()))})"

    def assumptions(self) -> tuple[str, ...]:
        """What is taken for granted about this person, in sentences."""
        if self.ethnicity == "asian":
            return ('Ethnicity "asian" does not say from where: the person counts as not Japanese.',)
        return ()


def checked_quantity(field: str, value: str | float) -> float:
    """A weight [kg], age [year] or height [cm] in canonical units, refusing what no person can be."""
    low, high, unit = LIMITS[field]
    number = to_canonical(value, field, default_unit=unit, field=field)
    if not low <= number <= high:
        plural = "years" if unit == "year" else unit
        raise InputError(f"{field} {value!r} fits no person; expected {low:g} to {high:g} {plural}.")
    return number


def checked_sex(value: object) -> str:
    """The sex in one word: "female" or "male"."""
    sex = _SEXES.get(value.strip().lower()) if isinstance(value, str) else None
    if sex is None:
        raise InputError(
            f'sex {value!r} is not known; expected "female" or "male" (what body size and models differ by).'
        )
    return sex


def checked_ethnicity(value: object) -> str:
    """A key of `ETHNICITIES`."""
    return _word("ethnicity", value, tuple(ETHNICITIES))


def _word(field: str, value: object, known: tuple[str, ...]) -> str:
    word = re.sub(r"[\s-]+", "_", value.strip().lower()) if isinstance(value, str) else ""
    if word not in known:
        hint = did_you_mean(word, known, otherwise=f"expected one of {', '.join(known)}.")
        raise InputError(f"{field} {value!r} is not known; {hint}")
    return word


def _kidney(value: str | float) -> str | float:
    if isinstance(value, str) and not any(character.isdigit() for character in value):
        return _word("kidney", value, KIDNEY)
    rate = _PER_BODY_SURFACE.sub("", value) if isinstance(value, str) else value
    number = from_canonical(
        to_canonical(rate, "clearance", default_unit="mL/min", field="kidney"), "mL/min", "clearance"
    )
    low, high = _EGFR_LIMITS
    if not low <= number <= high:
        raise InputError(
            f"kidney {value!r} fits no person; expected a filtration rate of {low:g} to {high:g} mL/min, or one of "
            f"{', '.join(KIDNEY)}."
        )
    return number


def _medicines(names: str | Sequence[str]) -> tuple[str, ...]:
    parts = names.split(",") if isinstance(names, str) else list(names)
    if not all(isinstance(part, str) for part in parts):
        raise InputError(f'co_medication {names!r} is not a list of names; expected for example "clarithromycin".')
    return tuple(dict.fromkeys(part.strip().lower() for part in parts if part.strip()))


def _genotype(value: object) -> str:
    match = _GENOTYPE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise InputError(f'cyp2b6 {value!r} is not a genotype; expected two star alleles such as "*1/*6".')
    alleles = sorted([(int(match[1]), match[2]), (int(match[3]), match[4])])
    return "/".join(f"*{number}{letter}" for number, letter in alleles)
