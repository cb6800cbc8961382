"""Which windows and rules on tests come with ketsim? Read from ``detection.yaml``; every number comes from a fact.

A row names a matrix, an analyte and a method, and points at the facts that hold its numbers ("PD173.high"). What the
rows say together, and what is simulated beside them, is the business of `detection`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from ketsim.errors import InputError
from ketsim.evidence import fact
from ketsim.evidence.field import Frozen, Identifier, Text
from ketsim.rule_file import read_rules
from ketsim.safety.names import expected, meant
from ketsim.units import from_canonical, to_canonical

_FILE: Final = Path(__file__).with_name("detection.yaml")

#: A fact and one of its fields: "PD173.high".
Pointer = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*\.(number|low|high)$")]
Names = Mapping[str, tuple[Text, ...]]


class Window(Frozen):
    """How long a test finds an analyte, as published.

    low, high: time after the last use; for `reach` "covers" the time before the sample in which use shows. cutoff: the
    concentration from which the method counts. detects: false where the test does not look for it at all.
    """

    id: Identifier
    matrix: Text
    analyte: Text
    assay: Text | None = None
    history: Text | None = None
    population: Text
    reach: Literal["until", "covers"] = "until"
    detects: bool = True
    cutoff: Pointer | None = None
    low: Pointer | None = None
    high: Pointer | None = None
    facts: tuple[Identifier, ...] = Field(min_length=1)

    @property
    def low_h(self) -> float | None:
        """[h]"""
        return None if self.low is None else _number(self.low, "time", "h")

    @property
    def high_h(self) -> float | None:
        """[h]"""
        return None if self.high is None else _number(self.high, "time", "h")

    @property
    def cutoff_ng_ml(self) -> float | None:
        """[ng/mL]"""
        return None if self.cutoff is None else _number(self.cutoff, "concentration", "ng/mL")


class SimulatedCutoff(Frozen):
    """The cut-off [ng/mL] that a simulation uses where none is named."""

    analyte: Text
    matrix: Text
    number: Pointer
    name: Text

    @property
    def ng_ml(self) -> float:
        """[ng/mL]"""
        return _number(self.number, "concentration", "ng/mL")

    @property
    def fact(self) -> str:
        """Id of the fact behind it."""
        return self.number.rpartition(".")[0]


class ReadingRule(Frozen):
    """How to read a result. quote: its facts are added in their own words. matrices: empty means always."""

    id: Identifier
    text: Text
    quote: bool = False
    facts: tuple[Identifier, ...] = Field(min_length=1)
    matrices: tuple[Text, ...] = ()


class DetectionBook(Frozen):
    """The whole file."""

    matrices: Names
    analytes: Names
    assays: Names
    histories: tuple[Text, ...]
    windows: tuple[Window, ...]
    simulated_cutoffs: tuple[SimulatedCutoff, ...]
    rules: tuple[ReadingRule, ...]

    def matrix(self, given: str | None) -> str | None:
        """The matrix meant. Raises `InputError` for none that is known."""
        return None if given is None else expected("matrix", given, self.matrices)

    def analyte(self, given: str | None) -> str | None:
        """The analyte meant. Raises `InputError` for none that is known."""
        return None if given is None else expected("analyte", given, self.analytes)

    def history(self, given: str | None) -> str | None:
        """The history meant. Raises `InputError` for none that is known."""
        return None if given is None else expected("history", given, dict.fromkeys(self.histories, ()))

    def assay(self, given: str) -> str | None:
        """The method meant; None for one without data, since there are more methods than anybody lists."""
        return meant(given, self.assays)


@cache
def detection_book() -> DetectionBook:
    """The windows and rules as they come with ketsim."""
    return DetectionBook.model_validate(read_rules(_FILE))


def _number(pointer: str, kind: str, unit: str) -> float:
    """The number of a fact in this unit. Raises `InputError` where the fact leaves it blank."""
    name, _, field = pointer.rpartition(".")
    found = fact(name)
    number = {"number": found.number, "low": found.low, "high": found.high}[field]
    if number is None:
        raise InputError(f"{pointer} is blank, and a window needs it.")
    return from_canonical(to_canonical(number, kind, default_unit=found.unit, field=pointer), unit, kind)
