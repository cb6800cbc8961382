"""What the effects say about one measured effect: predicted beside observed, inside the stated range or how far out.

Every entry of the effect that was found with the form of the drug answers by itself, so that rivals stand side by side.
Rows that an entry was derived from are marked: they show how well it keeps its own data, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ketsim.dosing import Drug
from ketsim.effects.driver import feed_of
from ketsim.effects.effect import Seen, named
from ketsim.effects.planned import numbers_of, parameters_of
from ketsim.errors import InputError
from ketsim.evidence import EffectSpec, Response, catalog, constant, load_source, responses
from ketsim.kinetics.analytes import output_name
from ketsim.kinetics.parameters import Variation
from ketsim.people import Cohort, Subject
from ketsim.result import Output, Result, central
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

Array = NDArray[np.float64]

_MINUTES = 60.0  # in an hour
_PRINTED: Final = 0.05  # share by which a number printed with two digits may differ from what was meant
_PEOPLE: Final = 1_000  # simulated for a share of people


@dataclass(frozen=True, slots=True)
class EffectPrediction:
    """One row set against one entry. predicted: in the unit of the row; without one `reason` says why."""

    row: Response
    entry: str | None
    predicted: float | None
    fitted: bool
    reason: str | None

    @property
    def difference(self) -> float | None:
        """How far outside the stated range, in the unit of the row: 0 inside, negative below."""
        if self.predicted is None:
            return None
        low, high = _allowed(self.row)
        return min(self.predicted - low, 0.0) or max(self.predicted - high, 0.0)

    @property
    def fold(self) -> float | None:
        """How many times outside the stated range: 1 inside; None where a ratio means nothing."""
        if self.predicted is None:
            return None
        low, high = _allowed(self.row)
        if low <= self.predicted <= high:
            return 1.0
        if self.predicted <= 0.0 or low <= 0.0:
            return None
        return max(low / self.predicted, self.predicted / high)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        row, (low, high) = self.row, self.row.ends
        return {
            "id": row.id,
            "source": row.source,
            "effect": row.effect,
            "entry": self.entry,
            "metric": row.metric,
            "time_h": row.time.canonical if row.time is not None else None,
            "dose": row.dose or (f"{row.held.analyte} held at {row.held.level}" if row.held else row.dose_text),
            "observed": row.number,
            "low": low,
            "high": high,
            "unit": row.unit,
            "predicted": self.predicted,
            "inside": None if self.difference is None else self.difference == 0.0,
            "difference": self.difference,
            "fold": self.fold,
            "fitted": self.fitted,
            "n": row.n,
            "certainty": str(row.certainty),
            "misfit": row.misfit,
            "reason": self.reason,
            "note": row.note,
        }


def _allowed(row: Response) -> tuple[float, float]:
    """The stated range; around a number without one as much as printing it in two digits leaves open."""
    low, high = row.ends
    return (low, high) if low != high else (low - abs(low) * _PRINTED, high + abs(high) * _PRINTED)


def predict_effects() -> tuple[EffectPrediction, ...]:
    """Every measured effect of the sources, each set against every entry that can answer."""
    return tuple(prediction for row in responses() for prediction in _predictions(row))


def _predictions(row: Response) -> Iterator[EffectPrediction]:
    if row.dose is None and row.held is None:
        yield EffectPrediction(row, None, None, False, "the source does not say the dose well enough to predict it")
        return
    known = [e for e in catalog().effects if e.effect == row.effect and e.status != "record"]
    if row.fitted_by:  # a row that entries rest on is theirs alone
        known = [e for e in known if e.key in row.fitted_by]
    reason = "no entry of this effect was found with that form of the drug"
    answered = False
    for brief in known:
        spec = load_source(brief.source).effect(brief.key)
        try:
            predicted = _held(row, spec) if row.held is not None else _after_dose(row, spec)
        except InputError as error:
            reason = error.sentence
            continue
        answered = True
        yield EffectPrediction(row, spec.key, predicted, spec.key in row.fitted_by, None)
    if not answered:
        yield EffectPrediction(row, None, None, False, reason)


def _held(row: Response, spec: EffectSpec) -> float:
    """The effect at a concentration that is held, for a typical person."""
    assert row.held is not None
    assert spec.drive is not None
    drug = next(d for d in Drug if output_name("parent", d) == row.held.analyte)
    factor = feed_of(spec, drug, (row.held.analyte,)).factor
    level = np.full((1, 2), row.held.level.canonical * factor)
    nothing = np.zeros_like(level)
    seen = Seen(np.array([0.0, 1.0]), (level, *(nothing for _ in spec.drive.analytes[1:])))
    effect = named(spec.effect)
    p = parameters_of(spec, numbers_of(spec), Cohort.of(Subject()), Variation())
    value = float(effect.response(p, seen)[0, -1])
    return value - float(np.max(effect.baseline(p))) if row.metric == "change" else value


def _after_dose(row: Response, spec: EffectSpec) -> float:
    if row.metric == "share_of_people":
        return _share_of_people(row, spec.key)
    result = _simulated(_scenario(row, spec.key))
    output = _output(result, spec.key)
    measures = {name: central(value) for name, value in output.measures.items()}
    if row.time is None:
        value = measures[row.metric]
        if not np.isfinite(value):
            raise InputError(f"the effect never comes as far as its {row.metric.replace('_', ' ')} after this dose.")
        return value * _MINUTES if row.unit == "min" else value
    at = float(np.interp(row.time.canonical, result.times, output.median))
    if row.metric == "value":
        return at
    change = at - measures["baseline"]
    if row.metric == "change":
        return change
    return change / measures["change_at_peak"] if measures["change_at_peak"] else 0.0


def _share_of_people(row: Response, key: str) -> float:
    """Percent of people whose peak reaches the strength from which `relative_to` reports it."""
    if row.relative_to is None:
        return float(row.ends[0])
    first = next(r for r in responses() if r.id == row.relative_to)
    threshold = np.quantile(_peaks(first, key), 1.0 - first.ends[0] / 100.0)
    return float(100.0 * np.mean(_peaks(row, key) >= threshold))


def _peaks(row: Response, key: str) -> Array:
    values = _output(_simulated(_scenario(row, key).with_(population=_PEOPLE, weight=None)), key).values
    assert values is not None
    return np.asarray(values.max(axis=1))


def _scenario(row: Response, key: str) -> Scenario:
    weight = row.population.weight.typical if row.population.weight is not None else None
    at = () if row.time is None else (row.time.canonical,)
    weight = constant("weight_ref") if weight is None else weight
    return Scenario(row.dose, weight=weight, effects=(key,), at=at)


def _output(result: Result, key: str) -> Output:
    found = [o for o in result.outputs if o.kind == "effect" and o.model == key]
    if not found:
        raise InputError(result.not_known[0].because if result.not_known else f"{key} gives nothing for this dose.")
    return found[0]


@lru_cache(maxsize=256)
def _simulated(scenario: Scenario) -> Result:
    return simulate(scenario)
