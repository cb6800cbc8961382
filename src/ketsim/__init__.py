"""ketsim: what happens when a person takes ketamine, keeps taking it and stops, with the source of every number.

>>> import ketsim
>>> result = ketsim.simulate(ketsim.Scenario("0.5 mg/kg iv over 40 min", weight="70 kg"))
>>> result.output("ketamine").unit
'ng/mL'

Public names load when first used, so that ``import ketsim`` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ketsim.version import __version__

if TYPE_CHECKING:
    from ketsim.answers import answer as answer
    from ketsim.comparison import Comparison as Comparison
    from ketsim.comparison import compare as compare
    from ketsim.dosing import Basis as Basis
    from ketsim.dosing import Dose as Dose
    from ketsim.dosing import Drug as Drug
    from ketsim.dosing import Regimen as Regimen
    from ketsim.dosing import Route as Route
    from ketsim.dosing import format_sentence as format_sentence
    from ketsim.dosing import parse_sentence as parse_sentence
    from ketsim.errors import InputError as InputError
    from ketsim.errors import MissingExtraError as MissingExtraError
    from ketsim.errors import NumericsError as NumericsError
    from ketsim.evidence import Certainty as Certainty
    from ketsim.evidence import Provenance as Provenance
    from ketsim.evidence import Source as Source
    from ketsim.evidence import Value as Value
    from ketsim.evidence import catalog as catalog
    from ketsim.evidence import gaps as gaps
    from ketsim.evidence import load_source as load_source
    from ketsim.kinetics.model import Model as Model
    from ketsim.people import Population as Population
    from ketsim.people import Subject as Subject
    from ketsim.report import write_report as write_report
    from ketsim.result import Output as Output
    from ketsim.result import Result as Result
    from ketsim.scenario import Scenario as Scenario
    from ketsim.simulation import simulate as simulate
    from ketsim.validation import validate as validate

_HOMES = {
    "Basis": "ketsim.dosing",
    "Certainty": "ketsim.evidence",
    "Comparison": "ketsim.comparison",
    "Dose": "ketsim.dosing",
    "Drug": "ketsim.dosing",
    "InputError": "ketsim.errors",
    "MissingExtraError": "ketsim.errors",
    "Model": "ketsim.kinetics.model",
    "NumericsError": "ketsim.errors",
    "Output": "ketsim.result",
    "Population": "ketsim.people",
    "Provenance": "ketsim.evidence",
    "Regimen": "ketsim.dosing",
    "Result": "ketsim.result",
    "Route": "ketsim.dosing",
    "Scenario": "ketsim.scenario",
    "Source": "ketsim.evidence",
    "Subject": "ketsim.people",
    "Value": "ketsim.evidence",
    "answer": "ketsim.answers",
    "catalog": "ketsim.evidence",
    "compare": "ketsim.comparison",
    "format_sentence": "ketsim.dosing",
    "gaps": "ketsim.evidence",
    "load_source": "ketsim.evidence",
    "parse_sentence": "ketsim.dosing",
    "simulate": "ketsim.simulation",
    "validate": "ketsim.validation",
    "write_report": "ketsim.report",
}

__all__ = ["__version__", *sorted(_HOMES)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'ketsim' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
