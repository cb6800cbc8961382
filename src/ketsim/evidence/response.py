"""What effect was measured? One number of a study with its dose (or held concentration), to test effects against."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ketsim.errors import InputError
from ketsim.evidence.field import (
    Entry,
    Finite,
    Frozen,
    Identifier,
    Key,
    Name,
    Quantity,
    Text,
    TimeQuantity,
    check_ends,
    quantity_of,
)
from ketsim.evidence.model_spec import OutputName
from ketsim.evidence.observation import Group, Spread
from ketsim.evidence.value import Certainty, Locator, Provenance

#: What is read off a curve at a time: its value, its change from baseline, its share of the highest change.
AT_TIME = ("value", "change", "share_of_peak")

_read_level, _write_level = quantity_of("concentration")


class Held(Frozen):
    """A concentration held constant, as by a target-controlled infusion."""

    analyte: OutputName
    level: Annotated[Quantity, _read_level, _write_level]


class Response(Entry):
    """One measured effect.

    metric: a measure of the effect (peak, change_at_peak, time_of_peak, onset, duration, ...) or, with `time`, its
    value, change or share_of_peak; or share_of_people. number, or low and high where only a range is stated.
    relative_to: of a share of people, the row that says from which strength on they report it. misfit: why the
    prediction lies outside, where it does.
    """

    id: Identifier
    effect: Name
    metric: Name
    number: Finite | None = None
    low: Finite | None = None
    high: Finite | None = None
    unit: str
    spread: Spread | None = None
    time: TimeQuantity | None = None
    dose: Text | None = None
    dose_text: Text | None = None
    held: Held | None = None
    relative_to: Identifier | None = None
    n: Annotated[int, Field(ge=1, strict=True)] | None = None
    population: Group
    data_type: Literal["observed", "digitised", "label", "model_estimate", "tertiary"]
    fitted_by: tuple[Key, ...] = ()
    misfit: Text | None = None
    provenance: Provenance
    certainty: Certainty
    where: Locator
    note: Text | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.number is None and (self.low is None or self.high is None):
            raise InputError("a measured effect needs a number, or low and high.")
        check_ends("range", self.low, self.high)
        if self.dose is None and self.held is None and self.dose_text is None:
            raise InputError("a measured effect needs the dose it followed: dose, held, or dose_text in words.")
        if (self.metric in AT_TIME) and self.time is None and self.held is None:
            raise InputError(f"{self.metric} needs its time after the start of the first dose, such as time: 2 h.")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest that the source allows; both the number where it states no range."""
        low = self.low if self.low is not None else self.number
        high = self.high if self.high is not None else self.number
        assert low is not None
        assert high is not None
        return low, high
