"""Why the first score of a trial is too high: people come on a bad day, and only who scores enough is let in.

The first score errs by e, drawn from a logistic distribution of scale s and cut off below at (entry cut - score); e is
never added again. In a course outside a trial nobody is screened, and e is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See
from ketsim.engine.arithmetic import choose, exp, larger, log, smaller

# Who could never be let in is let in by the luckiest of errors, and no error is longer than the scale.
_NEARLY_ALL = 1.0 - 1e-9
_FARTHEST = 60


@final
class Regression(Process):
    """screened: whether these are people of a trial, let in by their score."""

    readings: ClassVar = {
        "first_error": Reading("how far the first score lies above the true one", "points", -60, 60, 1.0, False)
    }

    def __init__(self, screened: bool = False) -> None:
        self.screened = screened

    def needs(self) -> Mapping[str, str]:
        """Nothing where nobody is screened."""
        if not self.screened:
            return {}
        return {
            "screening_scale": "dimensionless",
            "entry_cut": "dimensionless",
            "luck": "fraction",
            "baseline_madrs": "dimensionless",
        }

    def read(self, name: str, see: See) -> Any:
        """Points at the first score, nothing after it."""
        if not self.screened:
            return 0.0
        p = see.p
        refused = 1.0 / (1.0 + exp((p["baseline_madrs"] - p["entry_cut"]) / p["screening_scale"]))
        place = smaller(refused + p["luck"] * (1.0 - refused), _NEARLY_ALL)
        error = p["screening_scale"] * log(place / (1.0 - place))
        return choose(see.t <= 0.0, larger(smaller(error, _FARTHEST), -_FARTHEST), 0.0)
