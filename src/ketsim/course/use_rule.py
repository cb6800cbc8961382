"""What can be said of use that is decided on the way? On which days, how much at most, until when, and what feeds back.

A description of how somebody uses, for research and care; it holds no wish for an effect and searches for nothing.
"""

from __future__ import annotations

import re
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, field_validator, model_validator
from pydantic import ValidationInfo as Info

from ketsim.errors import InputError, did_you_mean
from ketsim.units import to_canonical

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Words for several days; the first one is the day at 0 h.
_SEVERAL: Final = {
    "daily": DAYS,
    "weekdays": DAYS[:5],
    "weekends": DAYS[4:6],
    "never": (),
}
_YES_NO: Final = {"on": True, "off": False, "yes": True, "no": False, "true": True, "false": False}
_PER_WEEK: Final = re.compile(r"\s*(?:per|/|a)\s*(?:week|wk)\s*$", re.IGNORECASE)


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _switch(value: object, field: str) -> object:
    """on or off, in the words of people and of YAML."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _YES_NO:
        return _YES_NO[value.strip().lower()]
    raise InputError(f"{field} is {str(value)[:40]!r}; expected on or off.")


class Feedback(_Said):
    """What feeds back. tolerance: the amounts follow what the body has got used to. relief: withdrawal feeds craving,
    since use takes it away.
    """

    tolerance: bool = True
    relief: bool = True

    @field_validator("tolerance", "relief", mode="before")
    @classmethod
    def _on_or_off(cls, value: object, info: Info) -> object:
        return _switch(value, f"use.feedback.{info.field_name}")


class Urge(_Said):
    """How likely a session is, where the defaults are not meant. habit_day, other_day: chance on a day of habit, and on
    another day, of a person without craving. craving: how much full craving adds to the log odds.
    """

    habit_day: float | None = None
    other_day: float | None = None
    craving: float | None = None

    @field_validator("habit_day", "other_day", mode="before")
    @classmethod
    def _chance(cls, value: Any, info: Info) -> float | None:
        if value is None:
            return None
        field = f"use.urge.{info.field_name}"
        chance = to_canonical(value, "fraction", default_unit="1", field=field)
        if not 0.0 < chance < 1.0:
            raise InputError(f"{field} is {value!r}; expected a chance between 0 and 100 %, such as 90 %.")
        return chance

    @field_validator("craving", mode="before")
    @classmethod
    def _log_odds(cls, value: Any) -> float | None:
        if value is None:
            return None
        number = to_canonical(value, "dimensionless", default_unit="1", field="use.urge.craving")
        if not 0.0 <= number <= 100.0:
            raise InputError(f"use.urge.craving is {number:g}; expected log odds from 0 (craving does nothing) to 100.")
        return number


class UseRule(_Said):
    """Use that is decided session by session.

    days: weekends, weekdays, daily, never, or a list of days; the first is the day at 0 h. other_days: whether craving
    may bring a session on other days too. line: amount of a first line without tolerance [mg]; the sentence's one dose
    where left out. session_most: the most in one session [mg]. supply: what there is a week [mg]; what is gone is gone
    until the next. habit_until: from then on only craving brings sessions [h]. start: when deciding begins [h]. stop:
    when the person stops [h]. returns: whether the stop may fail, by the hazard of relapse.
    """

    days: tuple[str, ...]
    other_days: bool = True
    line: float | None = None
    session_most: float | None = None
    supply: float | None = None
    habit_until: float | None = None
    start: float | None = None
    stop: float | None = None
    returns: bool = False
    feedback: Feedback = Feedback()
    urge: Urge = Urge()

    @field_validator("days", mode="before")
    @classmethod
    def _named_days(cls, value: object) -> tuple[str, ...]:
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
            raise InputError(f"use.days is {str(value)[:40]!r}; expected weekends, daily, never or a list of days.")
        days: list[str] = []
        for word in (part.strip().lower() for said in words for part in said.split(",")):
            if word not in DAYS and word not in _SEVERAL:
                known = (*_SEVERAL, *DAYS)
                hint = did_you_mean(word, known, otherwise=f"expected {', '.join(_SEVERAL)} or names of days.")
                raise InputError(f"use.days {word[:40]!r} is no day; {hint}")
            days += _SEVERAL.get(word, (word,))
        return tuple(dict.fromkeys(days))

    @field_validator("other_days", "returns", mode="before")
    @classmethod
    def _on_or_off(cls, value: object, info: Info) -> object:
        return _switch(value, f"use.{info.field_name}")

    @field_validator("line", "session_most", "supply", mode="before")
    @classmethod
    def _amount(cls, value: Any, info: Info) -> float | None:
        if value is None:
            return None
        field = f"use.{info.field_name}"
        if info.field_name == "supply" and isinstance(value, str):
            value = _PER_WEEK.sub("", value)
        amount = to_canonical(value, "amount", default_unit="mg", field=field)
        if not 0.0 < amount <= 1e6:
            raise InputError(f"{field} is {amount:g} mg; expected an amount above nothing and of a kilogram at most.")
        return amount

    @field_validator("habit_until", "start", "stop", mode="before")
    @classmethod
    def _time(cls, value: Any, info: Info) -> float | None:
        if value is None:
            return None
        field = f"use.{info.field_name}"
        time = to_canonical(value, "time", default_unit="h", field=field)
        if not 0.0 <= time <= 1e6:
            raise InputError(f"{field} is {time:g} h; expected a time after the beginning, such as 26wk.")
        return time

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.returns and self.stop is None:
            raise InputError("use.returns says that a stop may fail; say when it is, such as stop: 26wk.")
        if not self.days and not self.other_days:
            raise InputError("use.days is never and use.other_days off; then nothing is ever decided.")
        return self

    @property
    def in_words(self) -> str:
        """On which days and until when, for one line of text; no amounts."""
        days = ", ".join(self.days) if self.days else "no day of habit"
        return f" ({'daily' if self.days == DAYS else days})"
