"""What changes exposure, and what absorption may be joined to a model that lacks the route?

An `Interaction` is a published ratio or sentence; a `Pairing` is an assumption that its source declares.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ketsim.errors import InputError
from ketsim.evidence.field import Entry, Frozen, Identifier, Key, Name, NotNegative, Text, one_of
from ketsim.evidence.limits import Limits
from ketsim.evidence.model_spec import ROUTES, DrugName, RouteName
from ketsim.evidence.value import Certainty, Locator, Provenance

_known_way, _way_schema = one_of("route", (*ROUTES, "any"))


class RatioInterval(Frozen):
    """An interval of a ratio; its level where the source states it."""

    level: Annotated[float, Field(gt=0.0, lt=1.0, strict=True)] | None = None
    low: NotNegative
    high: NotNegative


class Interaction(Entry):
    """What another medicine, a gene or an organ does to exposure by one route."""

    id: Identifier
    factor: Text
    category: Text
    substrate: DrugName
    route: Annotated[str, _known_way, _way_schema]
    analyte: Text
    metric: Text
    ratio: NotNegative | None
    ci: RatioInterval | None = None
    text: Text | None = None
    dose: Text | None = None
    n: Annotated[int, Field(ge=1, strict=True)] | None = None
    mechanism: Literal[
        "hepatic_clint", "cyp2b6", "gut_clint", "clearance", "metabolite_clearance", "bioavailability", "none"
    ] = "none"
    provenance: Provenance
    certainty: Certainty
    where: Locator
    note: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.ratio is None and self.text is None:
            raise InputError("an interaction without a ratio (null) needs a text that says what is known.")
        return self

    @property
    def category_kind(self) -> Literal["medicine", "gene", "organ", "other"]:
        """What kind of factor it is, from the words of its category."""
        words = self.category.casefold()
        if any(w in words for w in ("inhibitor", "inducer", "substrate", "medicine", "drug")):
            return "medicine"
        if "genotype" in words or "gene" in words.split():
            return "gene"
        return "organ" if "organ" in words else "other"


class Pairing(Entry):
    """A declared assumption: an absorption for a route, joined to one disposition model that lacks the route.

    `fraction`, `rate` and `lag` name values of the same source. `rest` names the model's own route by which the share
    that is not absorbed goes on (what the nose does not take up is swallowed); without it that share is lost.
    """

    id: Identifier
    route: RouteName
    drugs: tuple[DrugName, ...]
    model: Key
    fraction: Name
    rate: Name
    lag: Name | None = None
    rest: RouteName | None = None
    default: bool
    because: Text
    certainty: Certainty
    limits: Limits = Limits()

    @property
    def value_names(self) -> tuple[str, ...]:
        """Names of the values it brings along."""
        return tuple(n for n in (self.fraction, self.rate, self.lag) if n is not None)
