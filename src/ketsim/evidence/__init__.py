"""Where numbers come from: sources with their values, models, measured data and gaps, each with place and certainty."""

from ketsim.evidence.brief import Catalog, ModelBrief, SourceBrief
from ketsim.evidence.document import read_document
from ketsim.evidence.expression import Expression
from ketsim.evidence.index import catalog, constant, load_library, load_source
from ketsim.evidence.interaction import Interaction, Pairing
from ketsim.evidence.limits import Limits
from ketsim.evidence.model_spec import Compartment, Flow, ModelSpec, RoutePart, RouteSpec
from ketsim.evidence.observation import Observation
from ketsim.evidence.source import Fact, Gap, Reference, Source, Study
from ketsim.evidence.template import source_template
from ketsim.evidence.unknown import gaps
from ketsim.evidence.value import Certainty, Locator, Provenance, Value, Variability, Via

__all__ = [
    "Catalog",
    "Certainty",
    "Compartment",
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
    "gaps",
    "load_library",
    "load_source",
    "read_document",
    "source_template",
]
