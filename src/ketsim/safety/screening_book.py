"""Which questions stand on the checklist before a treatment, and what do sources say to a yes? From ``screening.yaml``.

How answers are judged is the business of `screening`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from ketsim.evidence.field import Frozen, Identifier, Text
from ketsim.rule_file import read_rules
from ketsim.safety.names import plain

Product = Literal["esketamine nasal", "ketamine"]
Setting = Literal["care", "trial"]
Verdict = Literal["clear", "not answered", "caution", "exclusion", "contraindicated"]

PRODUCTS: Final[tuple[Product, ...]] = get_args(Product)
SETTINGS: Final[tuple[Setting, ...]] = get_args(Setting)
#: From the mildest to the one that stops the treatment.
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)

_FILE: Final = Path(__file__).with_name("screening.yaml")


class Says(Frozen):
    """What a source says to a yes. verdict: by product; trial: what it means in a trial instead."""

    text: Text
    verdict: Mapping[Product, Literal["contraindicated", "caution"]]
    trial: Literal["exclusion"] | None = None
    facts: Annotated[tuple[Identifier, ...], Field(min_length=1)]

    def of(self, product: Product, setting: Setting) -> Verdict | None:
        """The verdict for that product in that setting; None where it says nothing about them."""
        return self.trial if self.trial is not None and setting == "trial" else self.verdict.get(product)


class Item(Frozen):
    """id; asks: the question in plain words. words: other names. says: what sources say to a yes. alarm: its kind."""

    id: Identifier
    asks: Text
    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    alarm: Literal["combination", "symptom"] | None = None
    says: Annotated[tuple[Says, ...], Field(min_length=1)]


class Limit(Says):
    """What a source says of a blood pressure above these [mmHg]."""

    systolic: int
    diastolic: int


class Pressure(Frozen):
    """The question for the blood pressure, and the limits that sources set."""

    id: Identifier
    asks: Text
    limits: tuple[Limit, ...]


class Checklist(Frozen):
    """All questions."""

    pressure: Pressure
    items: tuple[Item, ...]

    @property
    def questions(self) -> tuple[tuple[str, str], ...]:
        """Every item as (id, question)."""
        return ((self.pressure.id, self.pressure.asks), *((item.id, item.asks) for item in self.items))

    def names(self) -> dict[str, str]:
        """Every name of an item, in the form in which names are compared -> its id."""
        pressure = {plain(name): self.pressure.id for name in (self.pressure.id, "bp")}
        return pressure | {plain(name): item.id for item in self.items for name in (item.id, *item.words)}


@cache
def checklist() -> Checklist:
    """The checklist that comes with ketsim."""
    return Checklist.model_validate(read_rules(_FILE))
