"""Where numbers come from: sources with their values, models, measured data and gaps, each with place and certainty."""

from ketsim.evidence.arm import Arm, ArmResult
from ketsim.evidence.brief import Catalog, EffectBrief, ModelBrief, SourceBrief
from ketsim.evidence.effect_spec import Drive, EffectSpec
from ketsim.evidence.expression import Expression
from ketsim.evidence.index import catalog, constant, fact, load_library, load_source, responses
from ketsim.evidence.interaction import Interaction, Pairing
from ketsim.evidence.limits import Limits
from ketsim.evidence.model_spec import Compartment, Flow, ModelSpec, RoutePart, RouteSpec
from ketsim.evidence.observation import Observation
from ketsim.evidence.response import AT_TIME, Response
from ketsim.evidence.source import Fact, Gap, Reference, Source, Study
from ketsim.evidence.template import source_template
from ketsim.evidence.unknown import gaps
from ketsim.evidence.value import Certainty, Locator, Provenance, Value, Variability, Via

__all__ = [
    "AT_TIME",
    "Arm",
    "ArmResult",
    "Catalog",
    "Certainty",
    "Compartment",
    "Drive",
    "EffectBrief",
    "EffectSpec",
    "Expression",
    "Fact",
    "Flow",
    "Gap",
    "Interaction",
    "Limits",
    "Locator",
    "ModelBrief",
    "ModelSpec",
    "Observation",
    "Pairing",
    "Provenance",
    "Reference",
    "Response",
    "RoutePart",
    "RouteSpec",
    "Source",
    "SourceBrief",
    "Study",
    "Value",
    "Variability",
    "Via",
    "catalog",
    "constant",
    "fact",
    "gaps",
    "load_library",
    "load_source",
    "responses",
    "source_template",
]
