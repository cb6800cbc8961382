"""What people ask and claim about ketamine: one registry of quantities and propositions, each with its evidence."""

from ketsim.observables.evidence import Evidence, Interval, convert, evidence
from ketsim.observables.observable import Item, Kind, Observable, Polarity, Series, Simulated, Truth, Verdict
from ketsim.observables.registry import (
    against,
    certainty_of,
    evidence_of,
    observable,
    reference_of,
    registry,
    sources_of,
)

__all__ = [
    "Evidence",
    "Interval",
    "Item",
    "Kind",
    "Observable",
    "Polarity",
    "Series",
    "Simulated",
    "Truth",
    "Verdict",
    "against",
    "certainty_of",
    "convert",
    "evidence",
    "evidence_of",
    "observable",
    "reference_of",
    "registry",
    "sources_of",
]
