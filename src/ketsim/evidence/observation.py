"""What was measured? One number of a study with its dose, sampling and people, to test models against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from ketsim.errors import InputError
from ketsim.evidence.field import (
    COMPUTED,
    Entry,
    Finite,
    Frozen,
    Identifier,
    Key,
    Name,
    NotNegative,
    Text,
    TimeQuantity,
    check_ends,
    one_of,
)
from ketsim.evidence.limits import AgeRange, WeightRange
from ketsim.evidence.model_spec import OutputName, Sampling
from ketsim.evidence.value import Certainty, Locator, Provenance
from ketsim.units import fits, to_canonical

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
        check_ends("spread", self.low, self.high)
        return self


def _typical(given: Any) -> Any:
    """A mean written short: "70 kg"."""
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
    ethnicity: Name | None = None
    weight: Annotated[WeightRange, BeforeValidator(_typical, json_schema_input_type=str | WeightRange)] | None = None
    age: Annotated[AgeRange, BeforeValidator(_typical, json_schema_input_type=str | AgeRange)] | None = None


class Observation(Entry):
    """One measured number, to test models against."""

    id: Identifier
    analyte: OutputName
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
