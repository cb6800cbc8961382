"""What does one source say? A publication with its numbers, its measured data, its facts, and what it leaves open.

One `Source` is one YAML file; ARCHITECTURE.md describes its shape. What a model is made of stands in `model_spec`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import quote

from pydantic import Field, StringConstraints, model_validator

from ketsim.errors import InputError
from ketsim.evidence.arm import Arm
from ketsim.evidence.effect_spec import EffectSpec
from ketsim.evidence.field import COMPUTED, Entry, Finite, Frozen, Identifier, Key, KindName, Name, Text, check_ends
from ketsim.evidence.interaction import Interaction, Pairing
from ketsim.evidence.limits import AgeRange, WeightRange
from ketsim.evidence.model_spec import ModelSpec
from ketsim.evidence.observation import Observation
from ketsim.evidence.response import Response
from ketsim.evidence.value import Certainty, Locator, Provenance, Value
from ketsim.units import to_canonical


class Reference(Frozen):
    """The publication, as a bibliography needs it, and what of it was really read."""

    key: Key
    kind: Literal["article", "label", "thesis", "report", "dataset", "review", "code"]
    title: Text
    authors: tuple[Text, ...]
    authors_note: Text | None = None
    year: Annotated[int, Field(ge=1900, le=2100, strict=True)] | None
    year_note: Text | None = None
    journal: Text | None = None
    volume: Text | None = None
    issue: Text | None = None
    pages: Text | None = None
    publisher: Text | None = None
    doi: Annotated[str, StringConstraints(pattern=r"^10\.[0-9]{4,9}/\S+$")] | None = None
    pmid: Annotated[str, StringConstraints(pattern=r"^[0-9]+$")] | None = None
    pmcid: Annotated[str, StringConstraints(pattern=r"^PMC[0-9]+$")] | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    read: Text
    note: Text | None = None

    @property
    def links(self) -> Mapping[str, str]:
        """Where it can be opened, the best place first: words of a link -> address."""
        found = {}
        if self.doi:
            found[f"doi:{self.doi}"] = f"https://doi.org/{quote(self.doi, safe='/')}"
        if self.pmid:
            found[f"PubMed {self.pmid}"] = f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        if not found and self.url:
            found["web page"] = self.url
        return found

    @property
    def link(self) -> str:
        """The first of `links`; empty if there is none."""
        return next(iter(self.links.values()), "")

    @model_validator(mode="after")
    def _blanks_explained(self) -> Self:
        if not self.authors and self.authors_note is None:
            raise InputError("an empty list of authors needs an authors_note that says who made it.")
        if self.year is None and self.year_note is None:
            raise InputError("a year that was not found (null) needs a year_note.")
        return self


class Study(Frozen):
    """The people that the numbers come from."""

    n: Annotated[int, Field(ge=1, strict=True)] | None = None
    text: Text
    health: Literal["healthy", "patient", "icu", "surgical", "mixed", "unknown"]
    age: AgeRange | None = None
    weight: WeightRange | None = None


class Fact(Entry):
    """A statement with, where the source gives one, a number or a range."""

    id: Identifier
    text: Text
    number: Finite | None = None
    low: Finite | None = None
    high: Finite | None = None
    unit: str | None = None
    kind: KindName | None = None
    provenance: Provenance
    certainty: Certainty
    where: Locator
    note: Text | None = None

    @model_validator(mode="after")
    def _unit_fits(self) -> Self:
        if self.kind is not None:
            for number in (self.number, self.low, self.high):
                if number is not None:
                    to_canonical(number, self.kind, default_unit=self.unit, field=self.id)
        check_ends("range", self.low, self.high)
        return self


class Gap(Entry):
    """A conflict, or something that was looked for and not found, in words.

    id: of a blank number SOURCE.value, of a model that is only a record its key.
    """

    id: Identifier
    text: Text
    size: Text | None = None
    about: tuple[Key, ...] = ()
    nature: Literal["stated", "blank", "record"] = Field(default="stated", json_schema_extra=COMPUTED)


class Source(Frozen):
    """One source with everything that was taken from it."""

    sections: ClassVar[tuple[str, ...]] = (
        "models",
        "effects",
        "observed",
        "responses",
        "arms",
        "facts",
        "interactions",
        "pairings",
        "gaps",
    )

    reference: Reference = Field(validation_alias="source", serialization_alias="source")
    study: Study | None = None
    values: Mapping[Name, Value] = {}
    models: tuple[ModelSpec, ...] = ()
    effects: tuple[EffectSpec, ...] = ()
    observed: tuple[Observation, ...] = ()
    responses: tuple[Response, ...] = ()
    arms: tuple[Arm, ...] = ()
    facts: tuple[Fact, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    pairings: tuple[Pairing, ...] = ()
    gaps: tuple[Gap, ...] = ()
    limits: Text | None = None

    @property
    def key(self) -> str:
        """The key of the source, which is also the name of its file."""
        return self.reference.key

    def values_of(self, spec: ModelSpec) -> Mapping[str, Value]:
        """The values that a model of this source names: listed, in formulas, scaling, covariate effects, devices."""
        named = set(spec.parameters or ()) | {name for _, formula in spec.expressions() for name in formula.names}
        named |= {n for scale in spec.scaling for n in (*scale.of, scale.reference, scale.exponent)}
        named |= {effect.on for effect in spec.covariates} | {n for pair in spec.correlations for n in pair.between}
        named |= {route.devices for route in spec.routes.values() if route.devices is not None}
        return {name: value for name, value in self.values.items() if name in named}

    def model(self, key: str) -> ModelSpec:
        """The model with that key. Raises `InputError` naming the models that the source has."""
        for spec in self.models:
            if spec.key == key:
                return spec
        has = ", ".join(m.key for m in self.models) or "none"
        raise InputError(f"{self.key} has no model {key}; it has {has}.")

    def effect(self, key: str) -> EffectSpec:
        """The effect with that key. Raises `InputError` naming the effects that the source has."""
        for spec in self.effects:
            if spec.key == key:
                return spec
        has = ", ".join(e.key for e in self.effects) or "none"
        raise InputError(f"{self.key} has no effect {key}; it has {has}.")
