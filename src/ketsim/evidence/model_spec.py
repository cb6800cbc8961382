"""What is a published model made of? Compartments, flows, routes, covariates and limits, as a source file states them.

A `ModelSpec` is structure and names only: its numbers are the `Value`s of its source, and what runs it lives elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from ketsim.errors import InputError
from ketsim.evidence.expression import Expression, ExpressionField
from ketsim.evidence.field import Entry, Finite, Frozen, Key, Name, NotNegative, Text, one_of
from ketsim.evidence.limits import Limits
from ketsim.evidence.value import Certainty, Locator, Provenance

DRUGS: Final = ("ketamine", "esketamine", "arketamine")
ROUTES: Final = ("iv", "im", "sc", "nasal", "oral", "sublingual", "buccal", "rectal", "inhaled", "smoked")
#: What a compartment's concentration is: a role in the model (or, in an enantiomer construct, an output by name).
ROLES: Final = ("parent", "norketamine", "dehydronorketamine", "hydroxynorketamine")
#: What a concentration is called outside a model: the racemate, S or R form of the drug and of its metabolites.
OUTPUTS: Final = tuple(form + substance for substance in ("ketamine", *ROLES[1:]) for form in ("", "s_", "r_"))

_known_drug, _drug_schema = one_of("drug", DRUGS)
_known_route, _route_schema = one_of("route", ROUTES)
_known_role, _role_schema = one_of("analyte", tuple(dict.fromkeys((*ROLES, *OUTPUTS))))
_known_output, _output_schema = one_of("analyte", OUTPUTS)
DrugName = Annotated[str, _known_drug, _drug_schema]
RouteName = Annotated[str, _known_route, _route_schema]
RoleName = Annotated[str, _known_role, _role_schema]
OutputName = Annotated[str, _known_output, _output_schema]
Sampling = Literal["arterial", "venous", "unknown"]

#: Where a flow goes that leaves the body.
OUT = "out"


class StandsFor(Frozen):
    """Why a model may be driven with another form of the drug: a declared assumption, for all or only some `routes`."""

    because: Text
    source: Key
    certainty: Certainty
    routes: tuple[RouteName, ...] | None = None


class Scaling(Frozen):
    """Parameters that go with a power of a covariate: ``p * (covariate / reference) ** exponent``; all are names."""

    of: tuple[Name, ...]
    covariate: Name
    reference: Name
    exponent: Name
    note: Text | None = None


class CovariateEffect(Frozen):
    """A parameter replaced by a formula, for everyone or only `when` a covariate is set; switched off unless said."""

    on: Name
    expression: ExpressionField
    when: Name | None = None
    default: Literal["on", "off"]
    because: Text | None = None

    @property
    def name(self) -> str:
        """The name it is switched on or off by: the covariate that triggers it, else the parameter it changes."""
        return self.when or self.on


class Correlation(Frozen):
    """Two parameters that vary together between people, on the scale on which they vary."""

    between: tuple[Name, Name]
    covariance: Finite
    where: Locator
    provenance: Provenance | None = None
    certainty: Certainty | None = None
    note: Text | None = None


class Compartment(Frozen):
    """Where drug can be. A concentration is read where an analyte and a volume are given."""

    volume: ExpressionField | None = None
    analyte: RoleName | None = None


class Flow(Frozen):
    """Exchange `between` two compartments, or a one-way flow from `source` to `target` ("out" leaves)."""

    between: tuple[Name, Name] | None = None
    source: Name | None = Field(default=None, validation_alias="from", serialization_alias="from")
    target: Name | None = Field(default=None, validation_alias="to", serialization_alias="to")
    clearance: ExpressionField | None = None
    rate: ExpressionField | None = None
    fraction: ExpressionField | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        if self.between is not None:
            if self.source is not None or self.target is not None or self.rate is not None or self.fraction is not None:
                raise InputError("an exchange has between and clearance, nothing else.")
            if self.clearance is None:
                raise InputError("an exchange between two compartments needs a clearance.")
            if self.between[0] == self.between[1]:
                raise InputError(f"an exchange between {self.between[0]} and itself moves nothing.")
            return self
        if self.source is None or self.target is None:
            raise InputError("a flow needs from and to (out leaves the body), or between for an exchange.")
        if (self.clearance is None) == (self.rate is None):
            raise InputError(f"the flow from {self.source} to {self.target} needs either a clearance or a rate.")
        if self.source == self.target or self.source == OUT:
            raise InputError(f"a flow from {self.source} to {self.target} is not possible.")
        return self


class RoutePart(Frozen):
    """One part of a dose: which share enters where, over how long (zero order), how late."""

    into: Name
    fraction: ExpressionField | None = None
    duration: ExpressionField | None = None
    lag: ExpressionField | None = None


class RouteSpec(Frozen):
    """How a dose by one route enters; `devices` names the value that is the amount of one device, if counted."""

    devices: Name | None = None
    parts: tuple[RoutePart, ...] = Field(min_length=1)


def _parts_alone(given: Any) -> Any:
    return {"parts": given} if isinstance(given, list | tuple) else given


RouteField = Annotated[RouteSpec, BeforeValidator(_parts_alone, json_schema_input_type=RouteSpec | list[RoutePart])]


class Residual(Frozen):
    """Residual error as published; recorded, drawn only on request."""

    prop_sd: NotNegative | None = None
    add_sd: NotNegative | None = None
    log_sd: NotNegative | None = None
    unit: str | None = None
    where: Locator | None = None
    provenance: Provenance | None = None
    certainty: Certainty | None = None
    note: Text | None = None


class ModelSpec(Entry):
    """One model of a source, in the words of its file."""

    key: Key
    label: Text
    status: Literal["shipped", "flagged", "record"]
    flag: Text | None = None
    drugs: tuple[DrugName, ...] = Field(min_length=1)
    stands_for: Mapping[DrugName, StandsFor] = {}
    sampling: Sampling = "unknown"
    matrix: Literal["plasma", "serum", "blood", "unknown"] = "unknown"
    dose_basis: Literal["base", "salt", "unstated"] = "unstated"
    amounts: Literal["molar", "mass"] = "mass"
    limits: Limits = Limits()
    uses: Mapping[Name, Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*\.[a-z][a-z0-9_]*$")]] = {}
    parameters: tuple[Name, ...] | None = None
    scaling: tuple[Scaling, ...] = ()
    covariates: tuple[CovariateEffect, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    derived: Mapping[Name, ExpressionField] = {}
    compartments: Mapping[Name, Compartment] = {}
    flows: tuple[Flow, ...] = ()
    routes: Mapping[RouteName, RouteField] = {}
    route_limits: Mapping[RouteName, Text] = {}
    sums: Mapping[OutputName, tuple[OutputName, ...]] = {}
    residual: Mapping[Name, Residual] = {}
    note: Text | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.status == "flagged" and self.flag is None:
            raise InputError(f"{self.key} is flagged; flag must say why.")
        if self.status != "record":
            stated = ("sampling", "matrix", "dose_basis", "amounts", "compartments", "flows", "routes")
            missing = [name for name in stated if name not in self.model_fields_set]
            if missing:
                raise InputError(
                    f"{self.key} is {self.status}, so it must state {', '.join(missing)} (or be a record)."
                )
        return self

    @property
    def readouts(self) -> tuple[tuple[str, str], ...]:
        """(analyte role, compartment) of every concentration that the model gives, in the order of the file."""
        return tuple((c.analyte, name) for name, c in self.compartments.items() if c.analyte is not None)

    @property
    def borrowed(self) -> Mapping[str, tuple[str, str]]:
        """Short name -> (source, value) of the numbers taken from other sources."""
        return {name: (there.split(".")[0], there.split(".")[1]) for name, there in self.uses.items()}

    @property
    def drifts(self) -> bool:
        """Whether a number of the model changes with the time since the first dose."""
        return any("time" in expression.names for _, expression in self.expressions())

    def expressions(self) -> Iterator[tuple[tuple[str | int, ...], Expression]]:
        """Every formula with its path inside the model, such as ("flows", 2, "clearance")."""
        for i, effect in enumerate(self.covariates):
            yield ("covariates", i, "expression"), effect.expression
        for name, expression in self.derived.items():
            yield ("derived", name), expression
        for name, compartment in self.compartments.items():
            if compartment.volume is not None:
                yield ("compartments", name, "volume"), compartment.volume
        for i, flow in enumerate(self.flows):
            for field, formula in (("clearance", flow.clearance), ("rate", flow.rate), ("fraction", flow.fraction)):
                if formula is not None:
                    yield ("flows", i, field), formula
        for route, spec in self.routes.items():
            for i, part in enumerate(spec.parts):
                for field, formula in (("fraction", part.fraction), ("duration", part.duration), ("lag", part.lag)):
                    if formula is not None:
                        yield ("routes", route, i, field), formula
