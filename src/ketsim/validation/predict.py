"""What the default models say about one measured number, or why they say nothing.

The model for a row is named by the rule of `ketsim.kinetics.choose` from the row's dose, sampling site and population
alone; a published model prediction is set against the model that published it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ketsim.dosing import parse_sentence
from ketsim.errors import InputError
from ketsim.evidence import Observation, Source, constant
from ketsim.kinetics.analytes import molar_mass_name
from ketsim.kinetics.choose import Site, choose_model, named_model
from ketsim.kinetics.model import Model
from ketsim.measures import auc
from ketsim.result import Output, Result
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

#: Concentrations and areas are scored; times and half-lives are shown beside, since sampling schedules decide them.
EXPOSURES = frozenset({"cmax", "auc", "auc_inf", "concentration", "css"})
TIMES = frozenset({"tmax", "half_life"})

_NG_PER_MG = 1e6
_ML_PER_L = 1e3


@dataclass(frozen=True, slots=True)
class Prediction:
    """One row set against a model. predicted and observed in `unit`: ng/mL, ng*h/mL or h. Without a prediction `reason`
    says why, and observed stands as printed.
    """

    row: Observation
    study: str
    model: str | None
    observed: float | None
    predicted: float | None
    unit: str
    fitted: bool
    reason: str | None

    @property
    def fold(self) -> float | None:
        """How far apart, always at least 1; None where there is no prediction."""
        if not self.predicted or not self.observed:
            return None
        ratio = self.predicted / self.observed
        return max(ratio, 1.0 / ratio)


#: Effects, off by default, that a paper's own prediction for people of that origin was made with.
_ETHNIC_EFFECTS = {"asian": ("asian",), "japanese": ("asian", "japanese")}


def predict(row: Observation, source: Source) -> Prediction:
    """The prediction for one observed row of a source, or the reason why there is none."""

    def without(reason: str) -> Prediction:
        return Prediction(row, source.key, None, row.number, None, row.unit, False, reason)

    if row.metric not in EXPOSURES | TIMES:
        return without(f"{row.metric} is a parameter, not a measurement that a dose predicts")
    if row.dose is None:
        return without("the source does not say dose and time well enough to predict it")
    try:
        model = _model(row, source)
        result = _simulated(_scenario(row, model.key))
        output = result.output(row.analyte)
    except InputError as error:
        return without(str(error))
    predicted = _measured(row, result, output)
    observed = _in_shown_unit(row)
    if predicted is None:
        return without("the row gives no time, so that no point of the curve belongs to it")
    unit = {"auc": "ng*h/mL", "auc_inf": "ng*h/mL", "tmax": "h", "half_life": "h"}.get(row.metric, "ng/mL")
    fitted = not {model.key, *(pairing.id for pairing in model.pairings)}.isdisjoint(row.fitted_by)
    return Prediction(row, source.key, output.model, observed, predicted, unit, fitted, None)


def _model(row: Observation, source: Source) -> Model:
    events = parse_sentence(row.dose or "").events(None)
    if row.data_type == "model_prediction" and source.models:
        return named_model(source.models[0].key, events, site=None).model
    return choose_model(events, site=_site(row), age=_age(row), output=row.analyte).model


def _scenario(row: Observation, model: str) -> Scenario:
    """What was done, for the typical person; a paper's own prediction is met with the effects that it was made with."""
    own = row.data_type == "model_prediction"
    ethnicity = row.population.ethnicity if own else None
    at = tuple(t.canonical for t in (row.time, *(row.window or ())) if t is not None)
    weight = row.population.weight.typical if row.population.weight is not None else None
    return Scenario(
        row.dose,
        weight=weight if weight is not None else constant("weight_ref"),
        age=_age(row),
        ethnicity=ethnicity,
        options=() if ethnicity is None else _ETHNIC_EFFECTS[ethnicity],
        sampling=None if own else _site(row),
        models=(model,),
        at=at,
    )


def _site(row: Observation) -> Site | None:
    return row.sampling if row.sampling != "unknown" else None


def _age(row: Observation) -> float | None:
    return row.population.age.typical if row.population.age is not None else None


@lru_cache(maxsize=512)
def _simulated(scenario: Scenario) -> Result:
    return simulate(scenario)


def _measured(row: Observation, result: Result, output: Output) -> float | None:
    curve = output.median
    if row.metric == "cmax":
        if row.window is None:
            return float(curve.max())
        first, last = (t.canonical for t in row.window)
        inside = (result.times >= first) & (result.times <= last)
        return float(curve[inside].max())
    if row.metric in ("concentration", "css"):
        time = row.time.canonical if row.time is not None else None
        if time is None and row.metric == "css":
            time = _end_of_input(result)
        return None if time is None else float(np.interp(time, result.times, curve))
    if row.metric == "auc":
        start, stop = (t.canonical for t in row.window) if row.window else (0.0, float(result.times[-1]))
        return float(auc(result.times, curve, start=start, until=stop)[()])
    value = output.measures[row.metric]
    return float(value) if isinstance(value, float) and np.isfinite(value) else None


def _end_of_input(result: Result) -> float | None:
    ends = [d.time + d.duration for d in result.doses if d.duration > 0.0]
    return max(ends) if ends else None


def _in_shown_unit(row: Observation) -> float:
    """The observed number in ng/mL, ng*h/mL or h; molar ones through the molar mass of the analyte."""
    if row.metric in TIMES:
        return row.canonical
    if not row.kind.startswith("molar"):
        return row.canonical * _NG_PER_MG / _ML_PER_L
    return row.canonical * constant(molar_mass_name(row.analyte))  # umol/L x g/mol = ng/mL
