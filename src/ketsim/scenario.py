"""The one request type: who takes what, for how long, and what is to be looked at.

Python keywords, command-line flags, a YAML file and an HTTP body all make a `Scenario`; equal scenarios have equal
`Scenario.hash`, the key of any cache. A scenario knows no model's numbers and runs nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ketsim.dosing import Regimen, format_sentence, parse_sentence
from ketsim.errors import InputError
from ketsim.people import Population, Subject
from ketsim.units import to_canonical

_MAX_PEOPLE = 100_000_000


class Scenario(BaseModel):
    """Who (one person or a population) takes what (a dosing sentence) for how long, and which outputs at which times.

    dose: dosing sentence or `Regimen`. weight, age, height: number with a unit ("70 kg", "35 y", "180 cm") or a plain
    number in kg, years, cm. population: number of people instead of one person. sampling: "venous" or "arterial"; None
    means venous where a model allows it. models: model keys; none means the default rule. until, at: times ("6wk", "30
    min") or hours. uncertainty: number of parameter sets drawn from the published standard errors; 0 is none.

    Raises `InputError` with one sentence for anything that cannot be meant.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    dose: str
    weight: float | None = None
    age: float | None = None
    sex: Literal["female", "male"] | None = None
    height: float | None = None
    ethnicity: str | None = None
    liver: str | None = None
    kidney: str | None = None
    co_medication: tuple[str, ...] = ()
    cyp2b6: str | None = None
    population: int | None = Field(default=None)
    models: tuple[str, ...] = ()
    sampling: Literal["venous", "arterial"] | None = None
    until: float | None = None
    at: tuple[float, ...] = ()
    seed: int = 0
    uncertainty: int = 0
    options: tuple[str, ...] = ()
    name: str | None = None

    def __init__(self, dose: str | Regimen | None = None, /, **fields: Any) -> None:
        if dose is not None:
            fields["dose"] = dose
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise InputError(_sentence(error)) from None

    @field_validator("dose", mode="before")
    @classmethod
    def _canonical_dose(cls, dose: object) -> str:
        if isinstance(dose, Regimen):
            return format_sentence(dose)
        if not isinstance(dose, str):
            raise InputError(f'dose {dose!r} is not a dosing sentence; write for example "0.5 mg/kg iv over 40 min"')
        return format_sentence(parse_sentence(dose))

    @field_validator("weight", "age", "height", "until", mode="before")
    @classmethod
    def _canonical_quantity(cls, value: Any, info: Any) -> float | None:
        if value is None:
            return None
        kind, unit = _QUANTITIES[info.field_name]
        return to_canonical(value, kind, default_unit=unit, field=info.field_name)

    @field_validator("at", mode="before")
    @classmethod
    def _canonical_times(cls, value: Any) -> tuple[float, ...]:
        if value is None:
            return ()
        items: list[Any] = []
        for item in [value] if isinstance(value, str | int | float) else list(value):
            items += [part for part in item.split(",") if part.strip()] if isinstance(item, str) else [item]
        times = sorted({to_canonical(item, "time", default_unit="h", field="at") for item in items})
        if times and times[0] < 0:
            raise InputError(f"at {times[0]:g} h lies before the first dose; give times of zero or more.")
        return tuple(times)

    @field_validator("models", "co_medication", "options", mode="before")
    @classmethod
    def _as_tuple(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.population is not None and not 1 <= self.population <= _MAX_PEOPLE:
            raise InputError(f"population {self.population} is not possible; give from 1 to {_MAX_PEOPLE:,} people.")
        if self.until is not None and self.until <= 0:
            raise InputError(f"until {self.until:g} h is not after the first dose; give a positive time such as 24 h.")
        if not 0 <= self.seed < 2**63:
            raise InputError(f"seed {self.seed} is not possible; give a whole number from 0 to 2^63 - 1.")
        if not 0 <= self.uncertainty <= 10_000:
            raise InputError(
                f"uncertainty {self.uncertainty} is not possible; give a number of parameter sets from 0 to 10,000."
            )
        if self.until is not None and self.at and self.at[-1] > self.until:
            raise InputError(
                f"at {self.at[-1]:g} h lies after until {self.until:g} h; make until later or drop that time."
            )
        self.people()  # a subject that cannot exist is refused here, not in the middle of a run
        return self

    def with_(self, **changes: Any) -> Scenario:
        """The same scenario with some fields changed, checked anew."""
        return Scenario(**{**self.model_dump(exclude_defaults=True), **changes})

    @property
    def regimen(self) -> Regimen:
        """What is taken, parsed."""
        return parse_sentence(self.dose)

    def people(self) -> Subject | Population:
        """The person, or the population, that the scenario speaks of."""
        if self.population is None:
            return Subject(
                age=self.age,
                sex=self.sex,
                weight=self.weight,
                height=self.height,
                ethnicity=self.ethnicity,
                liver=self.liver,
                kidney=self.kidney,
                co_medication=self.co_medication,
                cyp2b6=self.cyp2b6,
            )
        return Population(
            size=self.population,
            weight=self.weight,
            age=self.age,
            sex=self.sex,
            height=self.height,
            ethnicity=self.ethnicity,
            liver=self.liver,
            kidney=self.kidney,
            co_medication=self.co_medication,
            cyp2b6=self.cyp2b6,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data, canonical units [h, kg, years, cm], defaults left out: the JSON `scenario` block."""
        return json.loads(self.model_dump_json(exclude_defaults=True))  # type: ignore[no-any-return]

    @property
    def hash(self) -> str:
        """Hexadecimal content hash: equal scenarios, equal hash, whatever door they came through."""
        body = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(body.encode()).hexdigest()[:16]

    def describe(self) -> str:
        """One line in words: what is taken and by whom."""
        weight = f" of {self.weight:g} kg" if self.weight is not None else ""
        age = f", {self.age:g} years" if self.age is not None else ""
        who = f"one person{weight}{age}" if self.population is None else f"{self.population:,} people{weight}{age}"
        return f"{self.dose}; {who}"

    @classmethod
    def from_yaml(cls, path: str | Path) -> Scenario:
        """Read a scenario file. Raises `InputError` with the file and the line of the field that is wrong."""
        from ketsim.evidence import read_document

        document = read_document(Path(path))
        fields = document.data
        if not isinstance(fields, dict) or not all(isinstance(key, str) for key in fields):
            raise InputError(
                'a scenario is a list of fields such as dose: "0.5 mg/kg iv over 40 min".', where=document.name
            )
        for key, value in fields.items():
            if isinstance(value, dict):
                raise InputError(f"{key} holds fields of its own; a scenario has none.", where=document.where((key,)))
        try:
            return cls(**fields)
        except InputError as error:
            if error.where is not None:
                raise
            guilty = next((key for key in fields if re.search(rf"\b{re.escape(key)}\b", error.sentence)), None)
            where = document.where((guilty,)) if guilty is not None else document.where(("dose",))
            raise InputError(error.sentence, where=where) from None


_QUANTITIES = {"weight": ("weight", "kg"), "age": ("age", "year"), "height": ("height", "cm"), "until": ("time", "h")}


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    inner = first.get("ctx", {}).get("error")
    if isinstance(inner, InputError):
        return str(inner)
    field = ".".join(str(part) for part in first["loc"]) or "scenario"
    if first["type"] == "extra_forbidden":
        return f"{field} is not a field of a scenario; known are {', '.join(Scenario.model_fields)}."
    if first["type"] == "missing":
        return f'{field} is missing; a scenario needs at least dose, for example "0.5 mg/kg iv over 40 min".'
    given = str(first.get("input"))[:80]
    return f"{field} {given!r} does not fit: {first['msg'][0].lower()}{first['msg'][1:]}."
