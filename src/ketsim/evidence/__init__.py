"""Where numbers come from: sources with their values, models, measured data and gaps, each with place and certainty."""

from ketsim.evidence.expression import Expression
from ketsim.evidence.model_spec import Compartment, Flow, Limits, ModelSpec, RoutePart, RouteSpec
from ketsim.evidence.source import Fact, Gap, Interaction, Observation, Pairing, Reference, Source, Study
from ketsim.evidence.value import Certainty, Locator, Provenance, Value, Variability, Via

__all__ = [
    "Certainty",
    "Compartment",
    "Expression",
    "Fact",
    "Flow",
    "Gap",
    "Interaction",
    "Limits",
    "Locator",
    "ModelSpec",
    "Observation",
    "Pairing",
    "Provenance",
    "Reference",
    "RoutePart",
    "RouteSpec",
    "Source",
    "Study",
    "Value",
    "Variability",
    "Via",
]
