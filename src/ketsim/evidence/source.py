"""What does one source say? A publication with its numbers, its measured data, its facts, and what it leaves open.

One `Source` is one YAML file; ARCHITECTURE.md describes its shape. What a model is made of stands in `model_spec`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from ketsim.errors import InputError
from ketsim.evidence.model_spec import ROUTES, AgeRange, DrugName, Limits, ModelSpec, RouteName, Sampling, WeightRange
from ketsim.evidence.value import (
    COMPUTED,
    Certainty,
    Entry,
    Finite,
    Frozen,
    Key,
    KindName,
    Locator,
    Name,
    NotNegative,
    Provenance,
    Text,
    TimeQuantity,
    Value,
    one_of,
)
from ketsim.units import fits, to_canonical

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]

_CONCENTRATION, _TIME, _AUC = ("concentration", "molar_concentration"), ("time",), ("auc", "molar_auc")
_CLEARANCE, _VOLUME, _SHARE = ("clearance", "clearance_per_weight"), ("volume", "volume_per_weight"), ("fraction",)
#: What can be measured, and the kinds of number that it can be.
METRICS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("concentration", "cmax", "cmin", "cavg", "css"), _CONCENTRATION),
    **dict.fromkeys(("tmax", "half_life", "half_life_alpha", "half_life_beta", "absorption_half_life", "mrt"), _TIME),
    **dict.fromkeys(("first_measurable",), _TIME),
    **dict.fromkeys(("auc", "auc_inf"), _AUC),
    **dict.fromkeys(("cl", "cl_f"), _CLEARANCE),
    **dict.fromkeys(("v1", "vd", "vss", "vss_f", "vz", "vbeta"), _VOLUME),
    **dict.fromkeys(("f", "f_nasal", "f_swallowed", "auc_ratio", "cmax_ratio", "accumulation"), _SHARE),
    **dict.fromkeys(("protein_binding", "renal_excretion"), _SHARE),
}


_known_metric, _metric_schema = one_of("metric", tuple(METRICS))
MetricName = Annotated[str, _known_metric, _metric_schema]


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


class Spread(Frozen):
    """How far the measurements lie apart, in the unit of their number: one number, or a low and a high end."""

    kind: Annotated[str, StringConstraints(pattern=r"^(sd|se|cv|gsd|gcv|range|iqr|[0-9]{1,2}% CI)$")]
    number: NotNegative | None = None
    low: Finite | None = None
    high: Finite | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ends = (self.low is not None) + (self.high is not None)
        if (self.number is None) == (ends == 0) or ends == 1:
            raise InputError("a spread is either one number, or low and high.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise InputError(f"the spread runs from {self.low:g} to {self.high:g}; write the lower end as low.")
        return self


def _typical(given: Any) -> Any:
    """ "70 kg" is short for a mean of 70 kg."""
    if not isinstance(given, str):
        return given
    number, _, unit = given.strip().partition(" ")
    try:
        return {"mean": float(number), "unit": unit.strip()}
    except ValueError:
        raise InputError(
            f"{given!r} is not a number with a unit, such as '70 kg' or {{low: 50, high: 90, unit: kg}}."
        ) from None


class Group(Frozen):
    """The people a measurement was made in."""

    text: Text | None = None
    group: Literal["adult", "child", "icu", "elderly"]
    weight: Annotated[WeightRange, BeforeValidator(_typical, json_schema_input_type=str | WeightRange)] | None = None
    age: Annotated[AgeRange, BeforeValidator(_typical, json_schema_input_type=str | AgeRange)] | None = None


class Observation(Entry):
    """One measured number, to test models against."""

    id: Identifier
    analyte: Name
    metric: MetricName
    number: Finite
    unit: str
    spread: Spread | None = None
    time: TimeQuantity | None = None
    window: tuple[TimeQuantity, TimeQuantity] | None = None
    dose: Text | None = None
    dose_text: Text | None = None
    sampling: Sampling
    matrix: Literal["plasma", "serum", "blood", "unknown"] = "unknown"
    dose_basis: Literal["base", "salt", "unstated"] = "unstated"
    n: Annotated[int, Field(ge=1, strict=True)] | None = None
    population: Group
    data_type: Literal["observed", "digitised", "label", "model_prediction", "model_estimate", "tertiary"]
    fitted_by: tuple[Key, ...] = ()
    misfit: Text | None = None  # why models miss it, where they do: sampling site, dose basis, population
    provenance: Provenance
    certainty: Certainty
    where: Locator
    note: Text | None = None
    kind: str = Field(default="", json_schema_extra=COMPUTED)
    canonical: float = Field(default=0.0, json_schema_extra=COMPUTED)

    @model_validator(mode="before")
    @classmethod
    def _in_canonical_units(cls, given: Any) -> Any:
        if not isinstance(given, dict) or given.get("kind"):
            return given
        number, unit, metric = given.get("number"), given.get("unit"), str(given.get("metric"))
        numeric = isinstance(number, int | float) and not isinstance(number, bool)
        if not isinstance(unit, str) or metric not in METRICS or not numeric:
            return given
        kinds = METRICS[metric]
        kind = next((k for k in kinds if fits(unit, k)), kinds[0])
        return {**given, "kind": kind, "canonical": to_canonical(number or 0.0, kind, default_unit=unit, field=metric)}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.dose is None and self.dose_text is None:
            raise InputError(
                "an observation needs the dose it was made after: dose, or dose_text if the source says too little."
            )
        if self.metric == "concentration" and self.time is None and self.note is None:
            raise InputError("a concentration needs its time after the start of the first dose, such as time: 1.5 h.")
        if self.metric == "auc" and self.window is None and self.note is None:
            raise InputError("an auc needs its window, such as window: [0 h, 24 h]; to infinity it is auc_inf.")
        if self.window is not None and self.window[0].canonical >= self.window[1].canonical:
            raise InputError(
                f"the window runs from {self.window[0]} to {self.window[1]}; write the earlier time first."
            )
        return self


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
        if self.low is not None and self.high is not None and self.low > self.high:
            raise InputError(f"the range runs from {self.low:g} to {self.high:g}; write the lower end as low.")
        return self


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

    `fraction`, `rate` and `lag` name values of the same source.
    """

    id: Identifier
    route: RouteName
    drugs: tuple[DrugName, ...]
    model: Key
    fraction: Name
    rate: Name
    lag: Name | None = None
    default: bool
    because: Text
    certainty: Certainty
    limits: Limits = Limits()

    @property
    def value_names(self) -> tuple[str, ...]:
        """Names of the values it brings along."""
        return tuple(n for n in (self.fraction, self.rate, self.lag) if n is not None)


class Gap(Entry):
    """A conflict, or something that was looked for and not found, in words."""

    id: Identifier
    text: Text
    size: Text | None = None
    about: tuple[Key, ...] = ()
    nature: Literal["stated", "blank", "record"] = Field(default="stated", json_schema_extra=COMPUTED)

    @property
    def name(self) -> str:
        """What it is called in lists: the id of a stated gap, SOURCE.value of a blank, the key of a record."""
        return self.id


class Source(Frozen):
    """One source with everything that was taken from it."""

    sections: ClassVar[tuple[str, ...]] = ("models", "observed", "facts", "interactions", "pairings", "gaps")

    reference: Reference = Field(validation_alias="source", serialization_alias="source")
    study: Study | None = None
    values: Mapping[Name, Value] = {}
    models: tuple[ModelSpec, ...] = ()
    observed: tuple[Observation, ...] = ()
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
