"""How far predictions lie from measurements: fold errors, their geometric mean, and shares within stated folds.

The headline counts only rows that are no model's own fitting data, concentrations and areas only. Each study has one
vote in `study_gmfe`, so that one densely sampled paper does not decide; the plain mean over rows stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ketsim.validation.predict import Prediction

WITHIN = (1.25, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Score:
    """gmfe: geometric mean fold error over rows; study_gmfe: with one vote per study; within: share of rows."""

    rows: int
    studies: int
    gmfe: float
    study_gmfe: float
    within: dict[float, float]
    study_within: dict[float, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "rows": self.rows,
            "studies": self.studies,
            "gmfe": round(self.gmfe, 4),
            "gmfe_one_vote_per_study": round(self.study_gmfe, 4),
            **{f"within_{str(k).replace('.', '_')}": round(v, 4) for k, v in self.within.items()},
            **{
                f"within_{str(k).replace('.', '_')}_one_vote_per_study": round(v, 4)
                for k, v in self.study_within.items()
            },
        }


def score(predictions: Iterable[Prediction]) -> Score | None:
    """The score of rows that have a prediction; None when there is none."""
    folds = [(p.study, p.fold) for p in predictions if p.fold is not None]
    if not folds:
        return None
    logs = np.log([f for _, f in folds])
    studies = sorted({s for s, _ in folds})
    per_study = [np.array([np.log(f) for s, f in folds if s == study]) for study in studies]
    return Score(
        rows=len(folds),
        studies=len(studies),
        gmfe=float(np.exp(logs.mean())),
        study_gmfe=float(np.exp(np.mean([x.mean() for x in per_study]))),
        within={k: float(np.mean(logs <= np.log(k))) for k in WITHIN},
        study_within={k: float(np.mean([np.mean(x <= np.log(k)) for x in per_study])) for k in WITHIN},
    )


def grouped(predictions: Sequence[Prediction], key: Callable[[Prediction], str]) -> dict[str, Score]:
    """Scores by model, route, study or whatever `key` names, sorted by name."""
    groups: dict[str, list[Prediction]] = {}
    for p in predictions:
        groups.setdefault(key(p), []).append(p)
    scores = {name: score(groups[name]) for name in sorted(groups)}
    return {name: s for name, s in scores.items() if s is not None}
