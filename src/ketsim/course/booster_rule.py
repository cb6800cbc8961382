"""When is a booster given in a clinical course? A rule that two clinics would carry out alike.

``when`` names a reading and a bound ("madrs above 22"), or says "response lost": the reading had fallen to half of what
it was at the beginning, and stands above that half again. Interval and number are always bounded.
"""

from __future__ import annotations

import re
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from ketsim.dosing import DoseEvent, format_sentence, parse_sentence
from ketsim.errors import InputError
from ketsim.units import to_canonical

_BOUND: Final = re.compile(r"([a-z_]+)\s+(above|below)\s+(-?\d+(?:\.\d+)?)")
_LOST: Final = re.compile(r"(?:([a-z_]+)\s+)?response lost")
#: The reading whose response is meant where none is named.
_MOOD: Final = "madrs"
_DAY: Final = 24
_MOST: Final = 1_000


class BoosterRule(BaseModel):
    """when: the rule. least_interval: between any two doses [h]. most: boosters in all. dose: one dose, the last of the
    sentence where left out. check_every: how often the rule is looked at [h], a day where left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: str
    least_interval: float
    most: int
    dose: str | None = None
    check_every: float = _DAY

    @field_validator("when", mode="before")
    @classmethod
    def _canonical_rule(cls, value: object) -> str:
        text = " ".join(str(value).lower().split())
        if bound := _BOUND.fullmatch(text):
            return f"{bound[1]} {bound[2]} {float(bound[3]):g}"
        if lost := _LOST.fullmatch(text):
            return f"{lost[1] or _MOOD} response lost"
        raise InputError(
            f'booster.when is {str(value)[:60]!r}; expected a reading and a bound such as "madrs above 22", '
            'or "response lost".'
        )

    @field_validator("least_interval", "check_every", mode="before")
    @classmethod
    def _time(cls, value: Any, info: Any) -> float:
        field = f"booster.{info.field_name}"
        time = to_canonical(value, "time", default_unit="h", field=field)
        if not 1.0 <= time <= 1e6:
            raise InputError(f"{field} is {time:g} h; expected an hour or more, such as 2wk.")
        return time

    @field_validator("most", mode="before")
    @classmethod
    def _count(cls, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _MOST:
            raise InputError(f"booster.most is {str(value)[:40]}; expected a whole number from 1 to {_MOST:,}.")
        return value

    @field_validator("dose", mode="before")
    @classmethod
    def _canonical_dose(cls, value: object) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise InputError(f'booster.dose is {str(value)[:40]!r}; expected one dose, such as "0.5 mg/kg iv".')
        return format_sentence(parse_sentence(value))

    @model_validator(mode="after")
    def _one_dose(self) -> Self:
        if self.dose is not None:
            regimen = parse_sentence(self.dose)
            if regimen.open_ended or len(regimen.events()) != 1:
                raise InputError(f"booster.dose is {self.dose!r}; expected a single dose.")
        return self

    @property
    def reading(self) -> str:
        """What is looked at."""
        return self.when.split()[0]

    @property
    def bound(self) -> tuple[str, float] | None:
        """above or below, and the number; None for a lost response."""
        words = self.when.split()
        return None if words[1] == "response" else (words[1], float(words[2]))

    @property
    def event(self) -> DoseEvent | None:
        """The dose that is given, at 0 h; None where the last one of the sentence is meant."""
        return None if self.dose is None else parse_sentence(self.dose).events()[0]
