"""Whom do the numbers hold for? Ranges of age and weight over people, as a source prints them."""

from __future__ import annotations

from math import inf
from typing import ClassVar, Self

from pydantic import model_validator

from ketsim.errors import InputError
from ketsim.evidence.field import Finite, Frozen, NotNegative, Text, check_ends
from ketsim.units import to_canonical


class Range(Frozen):
    """A range over people, as printed, with its unit; `kind` says what it is a range of."""

    kind: ClassVar[str]

    low: Finite | None = None
    high: Finite | None = None
    mean: Finite | None = None
    median: Finite | None = None
    sd: NotNegative | None = None
    unit: str

    @model_validator(mode="after")
    def _fits(self) -> Self:
        numbers = [n for n in (self.low, self.high, self.mean, self.median) if n is not None]
        if not numbers:
            raise InputError(f"a range of {self.kind} needs at least one of low, high, mean, median.")
        for number in numbers:
            to_canonical(number, self.kind, default_unit=self.unit, field=self.kind)
        check_ends(self.kind, self.low, self.high)
        return self

    def _canonical(self, number: float | None) -> float | None:
        return None if number is None else to_canonical(number, self.kind, default_unit=self.unit, field=self.kind)

    @property
    def bounds(self) -> tuple[float, float]:
        """Low and high end in canonical units, infinite where open."""
        low, high = self._canonical(self.low), self._canonical(self.high)
        return (-inf if low is None else low, inf if high is None else high)

    @property
    def typical(self) -> float | None:
        """Mean, else median, else the middle of the range, in canonical units."""
        if self.mean is not None or self.median is not None:
            return self._canonical(self.mean if self.mean is not None else self.median)
        low, high = self._canonical(self.low), self._canonical(self.high)
        return None if low is None or high is None else (low + high) / 2.0

    def contains(self, x: float) -> bool:
        """Whether a canonical number lies in the range."""
        low, high = self.bounds
        return low <= x <= high

    @property
    def words(self) -> str:
        """The range in words, such as "18 to 65 years" or "from 18 years"."""
        unit = f"{self.unit}s" if self.unit in ("day", "week", "month", "year") else self.unit
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g} {unit}"
        if self.low is not None:
            return f"from {self.low:g} {unit}"
        if self.high is not None:
            return f"up to {self.high:g} {unit}"
        return f"about {self.mean if self.mean is not None else self.median:g} {unit}"


class AgeRange(Range):
    """A range of ages; canonical unit year."""

    kind: ClassVar[str] = "age"


class WeightRange(Range):
    """A range of body weights; canonical unit kg."""

    kind: ClassVar[str] = "weight"


class Limits(Frozen):
    """Whom a model was built on; outside of it, it refuses."""

    age: AgeRange | None = None
    weight: WeightRange | None = None
    text: Text | None = None

    def of(self, covariate: str) -> Range | None:
        """The limit on "age" or "weight", if there is one."""
        return {"age": self.age, "weight": self.weight}.get(covariate)
