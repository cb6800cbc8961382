"""Where does this number come from, and how sure is it?

A `Value` is a published number with its unit, spread, place in the source, provenance and certainty; it can cite
itself. It does not know what the number means in a model; that is the business of a `ModelSpec`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from math import log1p
from typing import Annotated, Any, Self

from pydantic import Field, Strict, model_validator

from ketsim.errors import InputError
from ketsim.evidence.field import (
    COMPUTED,
    AgeQuantity,
    Entry,
    Finite,
    Frozen,
    HeightQuantity,
    KindName,
    NotNegative,
    Text,
    WeightQuantity,
    check_ends,
)
from ketsim.units import KINDS, to_canonical


class Certainty(Enum):
    """How sure a number is, in the words of GRADE, from the weakest to the strongest."""

    VERY_LOW = "very low"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"

    def __str__(self) -> str:
        return self.value

    @property
    def rank(self) -> int:
        """0 for very low up to 3 for high."""
        return list(Certainty).index(self)

    def __lt__(self, other: Certainty) -> bool:
        return self.rank < other.rank

    def __le__(self, other: Certainty) -> bool:
        return self.rank <= other.rank

    @classmethod
    def weakest(cls, links: Iterable[Certainty]) -> Certainty:
        """The certainty of a chain: its weakest link. Raises `ValueError` for no links at all.

        >>> str(Certainty.weakest([Certainty.HIGH, Certainty.LOW]))
        'low'
        """
        return min(links)


class Provenance(Enum):
    """How the source (or we) came to the number."""

    ESTIMATED = "estimated"
    FIXED = "fixed"
    DERIVED = "derived"
    DIGITISED = "digitised"
    ASSUMED = "assumed"
    INHERITED = "inherited"

    def __str__(self) -> str:
        return self.value


class Via(Enum):
    """Through which text the number was read."""

    ABSTRACT = "abstract"
    FULL_TEXT = "full text"
    LABEL = "label"
    TRANSCRIPTION = "transcription"
    THIRD_PARTY_CODE = "third-party code"
    SECONDARY_TEXT = "secondary text"
    DERIVATION = "derivation"
    ASSUMPTION = "assumption"

    def __str__(self) -> str:
        return self.value


class Locator(Frozen):
    """The place in the source ("Table 4, row F1") and the text through which it was read."""

    at: Text
    via: Via

    def __str__(self) -> str:
        return self.at


class At(Frozen):
    """The reference subject that a number is stated for."""

    weight: WeightQuantity | None = None
    age: AgeQuantity | None = None
    height: HeightQuantity | None = None
    text: Text | None = None


class Interval(Frozen):
    """A confidence interval, in the unit of its number."""

    level: Annotated[float, Strict(), Field(gt=0.0, lt=1.0)]
    low: Finite
    high: Finite

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        check_ends("interval", self.low, self.high)
        return self


class Extent(Frozen):
    """The range of what is known of a number, in its unit; no confidence interval."""

    low: Finite
    high: Finite

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        check_ends("range", self.low, self.high)
        return self


class Variability(Frozen):
    """Differences between people or occasions: a log-normal variance, a coefficient of variation, or a logit SD."""

    omega2: NotNegative | None = None
    cv: NotNegative | None = None
    logit_sd: NotNegative | None = None
    where: Locator | None = None
    certainty: Certainty | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(x is not None for x in (self.omega2, self.cv, self.logit_sd)) != 1:
            raise InputError("variability is written one way: omega2, or cv (0.24 for 24 %), or logit_sd.")
        return self

    @property
    def variance(self) -> float:
        """Variance of the random effect: ``omega2`` or ``log(1 + cv^2)``; on the logit scale ``logit_sd^2``."""
        if self.omega2 is not None:
            return self.omega2
        if self.cv is not None:
            return log1p(self.cv * self.cv)
        assert self.logit_sd is not None
        return self.logit_sd**2

    @property
    def scale(self) -> str:
        """The scale on which people differ: "logit" for numbers between 0 and 1 that vary so, else "log"."""
        return "log" if self.logit_sd is None else "logit"


class Value(Entry):
    """One published number, able to say where it comes from."""

    name: str = Field(default="", json_schema_extra=COMPUTED)
    number: Finite | None
    unit: str
    kind: KindName
    label: Text | None = None
    at: At | None = None
    se: NotNegative | None = None
    rse: NotNegative | None = None
    ci: Interval | None = None
    range: Extent | None = None
    iiv: Variability | None = None
    iov: Variability | None = None
    provenance: Provenance
    certainty: Certainty
    where: Locator
    note: Text | None = None
    canonical: float | None = Field(default=None, json_schema_extra=COMPUTED)

    @model_validator(mode="before")
    @classmethod
    def _in_canonical_units(cls, given: Any) -> Any:
        """Add the canonical number if it is not there yet; what is missing or misshapen is reported field by field."""
        if not isinstance(given, dict) or given.get("canonical") is not None:
            return given
        number, unit, kind = given.get("number"), given.get("unit"), str(given.get("kind"))
        if not isinstance(unit, str) or kind not in KINDS:
            return given
        name = str(given.get("name") or "number")
        if isinstance(number, bool) or not isinstance(number, int | float):
            to_canonical(0.0, kind, default_unit=unit, field=name)  # a blank number has a unit too
            return given
        return {**given, "canonical": to_canonical(number, kind, default_unit=unit, field=name)}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if sum(x is not None for x in (self.se, self.rse, self.ci)) > 1:
            raise InputError("its precision is written one way: se, or rse (0.08 for 8 %), or ci.")
        if self.number is None and self.note is None:
            raise InputError("a number that was not found (null) needs a note that says what was looked for.")
        if self.number is not None and self.number < 0.0 and not KINDS[self.kind].signed:
            raise InputError(f"{self.number:g} {self.unit} is no {KINDS[self.kind].words}; it cannot be negative.")
        logit = any(v is not None and v.logit_sd is not None for v in (self.iiv, self.iov))
        if logit and self.canonical is not None and not 0.0 < self.canonical < 1.0:
            raise InputError(f"{self.printed} cannot vary on the logit scale; that needs a number between 0 and 1.")
        return self

    def required(self) -> float:
        """The number in canonical units. Raises `InputError` where it was looked for and not found."""
        if self.canonical is None:
            raise InputError(f"{self.source}.{self.name} is blank (null), and the number is needed.")
        return self.canonical

    def cite(self) -> str:
        """Source and place, such as "Simons2022, Table 4"."""
        return f"{self.source}, {self.where.at}" if self.source else self.where.at

    @property
    def printed(self) -> str:
        """The number as printed, with its unit, such as "1.48 L/min"."""
        if self.number is None:
            return "not found"
        return f"{self.number:.12g}" + ("" if self.unit in ("", "1") else f" {self.unit}")

    def in_words(self) -> str:
        """The number with what is known of its range, such as "0.23 (0.11 to 0.5)"."""
        ends = self.range or self.ci
        return self.printed + (f" ({ends.low:.12g} to {ends.high:.12g})" if ends is not None else "")

    def __str__(self) -> str:
        return f"{self.name} = {self.printed} ({self.cite()}; {self.provenance}; {self.certainty} certainty)"

    def standard_error(self) -> float | None:
        """Standard error in canonical units, from an interval by its normal width; None if not published."""
        if self.number is None or self.canonical is None:
            return None
        if self.rse is not None:
            return self.rse * abs(self.canonical)
        if self.se is not None:
            printed = self.se
        elif self.ci is not None:
            from statistics import NormalDist

            printed = (self.ci.high - self.ci.low) / (2.0 * NormalDist().inv_cdf(0.5 + self.ci.level / 2.0))
        else:
            return None
        return to_canonical(printed, self.kind, default_unit=self.unit, field=self.name)

    @property
    def relative_error(self) -> float | None:
        """Standard error over the number; None if not published or the number is zero."""
        error = self.standard_error()
        return None if error is None or not self.canonical else error / abs(self.canonical)
