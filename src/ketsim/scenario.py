"""The one request type: who takes what, for how long, and what is to be looked at.

Python keywords, command-line flags, a YAML file and an HTTP body all make a `Scenario`; equal scenarios have equal
`Scenario.hash`, the key of any cache. A scenario knows no model's numbers and runs nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator, model_validator

from ketsim.course.asked import check_names
from ketsim.course.booster_rule import BoosterRule
from ketsim.course.use_rule import UseRule
from ketsim.dosing import Regimen, format_sentence, parse_sentence
from ketsim.dosing.instruction import LIFETIME
from ketsim.dosing.wording import hours
from ketsim.errors import InputError, did_you_mean
from ketsim.people import Population, Subject
from ketsim.units import to_canonical

_MAX_PEOPLE = 100_000_000
#: What may be said of a person, or of everybody in a population.
_PERSON = ("weight", "age", "height", "sex", "ethnicity", "liver", "kidney", "cyp2b6")

#: Fields that hold fields of their own, and what a first one of them may be.
_NESTED: Mapping[str, str] = {"use": "days: weekends", "booster": 'when: "madrs above 22"'}


class Scenario(BaseModel):
    """Who (one person or a population) takes what (a dosing sentence) for how long, and which outputs at which times.

    dose: dosing sentence or `Regimen`. weight, age, height: number with a unit ("70 kg", "35 y", "180 cm") or a plain
    number in kg, years, cm. population: number of people instead of one person. sampling: "venous" or "arterial"; None
    means venous where a model allows it. models: model keys; none means the default rule. until, at: times ("6wk", "30
    min") or hours. uncertainty: number of parameter sets drawn from the published standard errors; 0 is none. effects:
    names of effects to show; none means the default ones, ("none",) shows none, "default" among others adds to them.
    course: the same for what goes on over weeks, which is shown unasked from a look of a week on. treatments: what
    helps, such as "cbt from 26wk for 12wk". taper: time over which doses fall to nothing after the last, supervised.
    use: use that is decided on the way, session by session. booster: when a further dose is given in a clinical course.
    madrs: score of depression before the first dose, 0 to 60. setting: how people are kept in the dark about what they
    are given ("open label", "masked against midazolam", ...). background: what else goes on against the depression
    ("none", "ongoing", "new antidepressant").

    Raises `InputError` with one sentence for anything that cannot be meant.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    dose: str
    weight: float | None = None
    age: float | None = None
    sex: str | None = None
    height: float | None = None
    ethnicity: str | None = None
    liver: str | None = None
    kidney: str | float | None = None
    co_medication: tuple[str, ...] = ()
    cyp2b6: str | None = None
    population: int | None = None
    models: tuple[str, ...] = ()
    sampling: Literal["venous", "arterial"] | None = None
    until: float | None = None
    at: tuple[float, ...] = ()
    seed: int = 0
    uncertainty: int = 0
    options: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    course: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    taper: float | None = None
    use: UseRule | None = None
    booster: BoosterRule | None = None
    madrs: float | None = None
    setting: str | None = None
    background: str | None = None
    name: str | None = None

    def __init__(self, dose: str | Regimen | None = None, /, **fields: Any) -> None:
        if dose is not None:
            fields["dose"] = dose
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise _refusal(error) from None

    @field_validator("dose", mode="before")
    @classmethod
    def _canonical_dose(cls, dose: object) -> str:
        if isinstance(dose, Regimen):
            return format_sentence(dose)
        if not isinstance(dose, str):
            raise InputError(f'dose {dose!r} is not a dosing sentence; write for example "0.5 mg/kg iv over 40 min".')
        return format_sentence(parse_sentence(dose))

    @field_validator(*_PERSON, mode="before")
    @classmethod
    def _canonical_person(cls, value: Any, info: ValidationInfo) -> Any:
        """One spelling for everything that `Subject` reads in several, so that equal people have equal hashes."""
        name = str(info.field_name)
        return None if value is None else getattr(Subject(**{name: value}), name)

    @field_validator("until", "taper", mode="before")
    @classmethod
    def _canonical_until(cls, value: Any, info: ValidationInfo) -> float | None:
        return None if value is None else to_canonical(value, "time", default_unit="h", field=str(info.field_name))

    @field_validator("treatments", mode="before")
    @classmethod
    def _canonical_treatments(cls, value: Any) -> tuple[str, ...]:
        items = value.split(",") if isinstance(value, str) else () if value is None else value
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
            raise InputError(f'treatments {value!r} is not a list of treatments, such as "cbt from 26wk for 12wk".')
        if not items:
            return ()
        from ketsim.course.treatment_order import parse_treatment

        return tuple(sorted({str(parse_treatment(item)) for item in items}))

    @field_validator("madrs", mode="before")
    @classmethod
    def _canonical_score(cls, value: Any) -> float | None:
        if value is None:
            return None
        from ketsim.course.madrs import HIGHEST

        try:
            score = float(value)
        except (TypeError, ValueError):
            raise InputError(f"madrs {str(value)[:40]!r} is no score; give points, such as 33.") from None
        if isinstance(value, bool) or not 0.0 < score <= HIGHEST:
            raise InputError(f"madrs {str(value)[:40]} is not possible; the scale goes from 0 to {HIGHEST} points.")
        return score

    @field_validator("setting", "background", mode="before")
    @classmethod
    def _canonical_words(cls, value: Any, info: ValidationInfo) -> str | None:
        """One spelling; a name that is not known is refused with those that are."""
        if value is None:
            return None
        from ketsim.course import clinical

        if info.field_name == "setting":
            return clinical.setting(str(value)).name
        found = clinical.background(str(value))
        assert found.values  # refused here where no size was found
        return found.name

    @field_validator("use", "booster", mode="before")
    @classmethod
    def _nested(cls, value: object, info: ValidationInfo) -> object:
        if value is None or isinstance(value, Mapping | BaseModel):
            return value
        name = str(info.field_name)
        raise InputError(
            f"{name} {str(value)[:40]!r} does not fit; it holds fields of its own, such as {_NESTED[name]}."
        )

    @field_validator("at", mode="before")
    @classmethod
    def _canonical_times(cls, value: Any) -> tuple[float, ...]:
        if value is None:
            return ()
        if isinstance(value, Mapping):
            raise InputError(f"at {value!r} is not a list of times; give for example 30min,1h,24h.")
        items: list[Any] = []
        for item in _listed(value):
            items += [part for part in item.split(",") if part.strip()] if isinstance(item, str) else [item]
        times = sorted({to_canonical(item, "time", default_unit="h", field="at") for item in items})
        if times and times[0] < 0:
            raise InputError(f"at {times[0]:g} h lies before the first dose; give times of zero or more.")
        return tuple(times)

    @field_validator("models", "co_medication", "options", "effects", "course", mode="before")
    @classmethod
    def _names(cls, value: object, info: ValidationInfo) -> tuple[str, ...]:
        items = value.split(",") if isinstance(value, str) else () if value is None else value
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
            raise InputError(f"{info.field_name} {value!r} is not a list of names, such as one, another.")
        names = tuple(dict.fromkeys(item.strip() for item in items if item.strip()))
        if info.field_name == "co_medication":
            return Subject(co_medication=names).co_medication
        if info.field_name == "course":
            check_names(names)
        return tuple(sorted(names)) if info.field_name in ("options", "effects", "course") else names

    @field_validator("population", "seed", "uncertainty", mode="before")
    @classmethod
    def _no_truth(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, bool):
            raise InputError(f"{info.field_name} is {value}; expected a whole number.")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.population is not None and not 1 <= self.population <= _MAX_PEOPLE:
            raise InputError(f"population {self.population} is not possible; give from 1 to {_MAX_PEOPLE:,} people.")
        if self.until is not None and self.until <= 0:
            raise InputError(f"until {self.until:g} h is not after the first dose; give a positive time such as 24 h.")
        if self.taper is not None and not self.taper > 0.0:
            raise InputError(f"taper {self.taper:g} h is no time to taper over; give one such as 4wk.")
        if (last := max(self.until or 0.0, self.taper or 0.0, *self.at, 0.0)) > LIFETIME:
            name = "until" if last == self.until else "taper" if last == self.taper else "at"
            raise InputError(f"{name} {last:g} h is longer than a life; check the number and the unit.")
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
        said = {name: getattr(self, name) for name in (*_PERSON, "co_medication")}
        return Subject(**said) if self.population is None else Population(self.population, **said)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, canonical units [h, kg, years, cm], defaults left out: the JSON `scenario` block."""
        plain: dict[str, Any] = json.loads(self.model_dump_json(exclude_defaults=True))
        return plain

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
        taper = "" if self.taper is None else f", then a supervised taper over {hours(self.taper)}"
        helped = "".join(f"; {treatment}" for treatment in self.treatments)
        decided = "" if self.use is None else f", then use that is decided on the way{self.use.in_words}"
        boosted = "" if self.booster is None else f", then boosters when {self.booster.when}"
        return f"{self.dose}{taper}{decided}{boosted}; {who}{helped}"

    @classmethod
    def clinical(cls, key: str, **fields: Any) -> Scenario:
        """A clinical course by name, such as "six-infusions-two-weeks". Raises `InputError` for any other name."""
        from ketsim.course.clinical import clinical_course, clinical_courses

        course = clinical_course(key)
        if course is None:
            known = [one.key for one in clinical_courses()]
            hint = did_you_mean(key, known, otherwise=f"there are {', '.join(known)}.")
            raise InputError(f"there is no clinical course {key[:60]!r}; {hint}")
        return cls(**{"dose": course.dose, "background": course.background, "name": course.key, **fields})

    @classmethod
    def from_yaml(cls, path: str | Path) -> Scenario:
        """Read a scenario file. Raises `InputError` with the file and the line of the field that is wrong."""
        from ketsim.document import read_document

        document = read_document(Path(path))
        fields = document.data
        if not isinstance(fields, dict) or not all(isinstance(key, str) for key in fields):
            raise InputError(
                'a scenario is a list of fields such as dose: "0.5 mg/kg iv over 40 min".', where=document.name
            )
        for key, value in fields.items():
            if isinstance(value, dict) and key not in _NESTED:
                raise InputError(
                    f"{key} holds fields of its own; in a scenario only {' and '.join(_NESTED)} do.",
                    where=document.where((key,)),
                )
        try:
            return cls(**fields)
        except InputError as error:
            place = tuple(error.field.split(".")) if error.field is not None else ()
            raise InputError(error.sentence, where=document.where(place)) from None


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [value]
    try:
        return list(value)
    except TypeError:  # one number, or one quantity with a unit
        return [value]


def _refusal(error: ValidationError) -> InputError:
    errors = error.errors(include_url=False)
    first = next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])  # a misspelt name explains the rest
    named = [str(part) for part in first["loc"] if isinstance(part, str)]
    field = ".".join(named) or None
    holders: dict[str, type[BaseModel]] = {"use": UseRule, "booster": BoosterRule}
    nested = holders.get(named[0]) if len(named) > 1 else None
    inner = first.get("ctx", {}).get("error")
    if isinstance(inner, InputError):
        opening = inner.sentence.split(" ", 1)[0]  # what concerns two fields is said of the one named first
        return InputError(str(inner), field=field or (opening if opening in Scenario.model_fields else None))
    if first["type"] == "extra_forbidden" and nested is not None:
        inside = nested.model_fields[named[1]].annotation if len(named) > 2 else nested
        fields = inside.model_fields if isinstance(inside, type) and issubclass(inside, BaseModel) else {}
        return InputError(f"{field} is not known; {'.'.join(named[:-1])} has {', '.join(fields)}.", field=field)
    if first["type"] == "missing" and nested is not None:
        return InputError(f"{field} is missing; {named[0]} cannot do without it.", field=field)
    if first["type"] == "extra_forbidden":
        known = ", ".join(Scenario.model_fields)
        return InputError(f"{field} is not a field of a scenario; known are {known}.", field=field)
    if first["type"] == "missing":
        sentence = f'{field} is missing; a scenario needs at least dose, for example "0.5 mg/kg iv over 40 min".'
        return InputError(sentence, field=field)
    given = str(first.get("input"))[:80]
    reason = "it is no whole number" if first["type"].startswith("int_") else first["msg"][0].lower() + first["msg"][1:]
    return InputError(f"{field} {given!r} does not fit: {reason}.", field=field)
