"""Why the first score of a trial is too high: people come on a bad day, and only who scores enough is let in.

The first score errs by e, drawn from a logistic distribution of scale s and cut off below at (entry cut - score); e is
never added again. In a course outside a trial nobody is screened, and e is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See
from ketsim.engine.arithmetic import choose, exp, log


@final
class Regression(Process):
    """screened: whether these are people of a trial, let in by their score."""

    readings: ClassVar = {
        "first_error": Reading("how far the first score lies above the true one", "points", -1e2, 1e2, 1.0, False)
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
        place = refused + p["luck"] * (1.0 - refused)
        return choose(see.t <= 0.0, p["screening_scale"] * log(place / (1.0 - place)), 0.0)
