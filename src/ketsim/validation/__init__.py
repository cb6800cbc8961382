"""Predicted against observed, for every measured number in the sources: nothing dropped, every large miss explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ketsim.dosing import parse_sentence
from ketsim.evidence import catalog, load_source
from ketsim.observables.simulated import Beside, all_beside
from ketsim.validation.effects import EffectPrediction, predict_effects
from ketsim.validation.predict import EXPOSURES, Prediction, predict
from ketsim.validation.score import Score, grouped, score
from ketsim.version import __version__

__all__ = ["EffectPrediction", "Prediction", "Score", "Validation", "predict", "score", "validate"]

_MEASURED = frozenset({"observed", "digitised", "label"})
_LARGE = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Validation:
    """Every observed row with its prediction, and the scores. `headline`: adult intravenous rows, no model's fitting
    data.
    """

    predictions: tuple[Prediction, ...]
    effects: tuple[EffectPrediction, ...] = ()
    observables: tuple[Beside, ...] = ()

    @property
    def apart(self) -> tuple[Beside, ...]:
        """Findings: simulated values of observables that lie apart from their evidence."""
        return tuple(row for row in self.observables if row.apart)

    @property
    def effect_tests(self) -> tuple[EffectPrediction, ...]:
        """Measured effects that the predicting entry was not derived from."""
        return tuple(p for p in self.effects if p.predicted is not None and not p.fitted)

    @property
    def measured(self) -> tuple[Prediction, ...]:
        """Measurements (not a model's own published output), concentrations and areas only."""
        return tuple(p for p in self.predictions if p.row.data_type in _MEASURED and p.row.metric in EXPOSURES)

    @property
    def independent(self) -> tuple[Prediction, ...]:
        """Measurements that the predicting model was not fitted to."""
        return tuple(p for p in self.measured if not p.fitted)

    @property
    def headline(self) -> Score | None:
        """Adult intravenous rows that are no model's own fitting data."""
        return score(p for p in self.independent if _route(p) == "iv" and _group(p) in ("adult", "icu"))

    @property
    def unexplained(self) -> tuple[Prediction, ...]:
        """Measured rows of any metric beyond twofold without a sentence that explains them."""
        measured = (p for p in self.predictions if p.row.data_type in _MEASURED and p.fold is not None)
        return tuple(p for p in measured if p.fold is not None and p.fold > _LARGE and not p.row.misfit)

    @property
    def summary(self) -> dict[str, Any]:
        """Scores: headline, all independent rows, own fitting data, by model, route and study, and counts."""
        return {
            "headline": _dict(self.headline),
            "independent": _dict(score(self.independent)),
            "fitted": _dict(score(p for p in self.measured if p.fitted)),
            "published_predictions": _dict(score(p for p in self.predictions if p.row.data_type == "model_prediction")),
            "by_route": {k: s.to_dict() for k, s in grouped(self.independent, _route).items()},
            "fitted_by_route": {
                k: s.to_dict() for k, s in grouped([p for p in self.measured if p.fitted], _route).items()
            },
            "by_model": {k: s.to_dict() for k, s in grouped(self.independent, lambda p: p.model or "").items()},
            "by_study": {k: s.to_dict() for k, s in grouped(self.independent, lambda p: p.study).items()},
            "rows": len(self.predictions),
            "predicted": sum(p.fold is not None for p in self.predictions),
            "unexplained": [p.row.id for p in self.unexplained],
            "effects": {
                "rows": len(self.effects),
                "fitted": sum(p.fitted for p in self.effects),
                "independent": len(self.effect_tests),
                "inside": sum(p.difference == 0.0 for p in self.effect_tests),
                "outside": [p.row.id for p in self.effect_tests if p.difference],
                "unexplained": [p.row.id for p in self.effects if p.difference and not p.row.misfit],
            },
            "observables": {
                "rows": len(self.observables),
                "compared": sum(row.apart is not None for row in self.observables),
                "apart": list(dict.fromkeys(row.observable for row in self.apart)),
                "unexplained": list(dict.fromkeys(row.observable for row in self.apart if not row.because)),
                "findings": [{"observable": row.observable, **row.to_dict()} for row in self.apart],
            },
        }

    @property
    def rows(self) -> tuple[dict[str, Any], ...]:
        """One plain row per observed number, the unpredictable ones with their reason."""
        return tuple(_plain(p) for p in self.predictions)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``ketsim validate --json``."""
        return {
            "schema": "ketsim.validate/1",
            "summary": self.summary,
            "rows": list(self.rows),
            "effects": [p.to_dict() for p in self.effects],
            "rule": "model named by ketsim.kinetics.choose from dose, route, sampling site and age; one vote "
            "per study beside the mean over rows",
            "version": __version__,
        }


def validate(keys: Sequence[str] = ()) -> Validation:
    """Predict every observed row of the sources named (all by default)."""
    wanted = keys or [entry.key for entry in catalog().sources if entry.observed]
    sources = [load_source(key) for key in wanted]
    return Validation(
        tuple(predict(row, source) for source in sources for row in source.observed),
        tuple(p for p in predict_effects() if not keys or p.row.source in keys),
        () if keys else all_beside(),
    )


def _route(p: Prediction) -> str:
    return "unknown" if p.row.dose is None else _routes_of(p.row.dose)


@cache  # every score asks it of the same few hundred doses
def _routes_of(dose: str) -> str:
    return " and ".join(dict.fromkeys(str(i.dose.route) for i in parse_sentence(dose).instructions))


def _group(p: Prediction) -> str:
    return p.row.population.group


def _dict(s: Score | None) -> dict[str, Any] | None:
    return None if s is None else s.to_dict()


def _plain(p: Prediction) -> dict[str, Any]:
    row = p.row
    return {
        "id": row.id,
        "study": p.study,
        "source": p.study,
        "data_type": row.data_type,
        "dose": row.dose or row.dose_text,
        "route": _route(p),
        "analyte": row.analyte,
        "metric": row.metric,
        "time_h": row.time.canonical if row.time is not None else None,
        "sampling": row.sampling,
        "group": _group(p),
        "n": row.n,
        "model": p.model,
        "observed": p.observed,
        "predicted": p.predicted,
        "unit": p.unit,
        "fold": p.fold,
        "fitted": p.fitted,
        "certainty": str(row.certainty),
        "explanation": row.misfit,
        "reason": p.reason,
        "note": row.note,
    }
