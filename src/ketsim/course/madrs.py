"""The score of depression (MADRS, 0 to 60): S = (S0 (1 - E) - P) (1 - d(t)) + e, cut off at both ends.

E = E_max (1 - (1 - a drive) (1 - B) (1 - w K)): a quick part while the drug's drive lasts, the benefit B of days and
what a series consolidates (K), up to what this person can gain (E_max). P is expectancy, d the background, e the error
of the first score. This structure is our own: no model of ketamine on this score with readable numbers was found.
Dissociation and this score share the concentration only, since over weeks the one did not go with the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, final

import numpy as np
from numpy.typing import NDArray

from ketsim.course.process import Process, Reading, See
from ketsim.engine.arithmetic import larger, smaller

Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

HIGHEST: Final = 60
"""The scale has ten items of 0 to 6 points."""
_DAY, _WEEK = 24, 168


@final
class Madrs(Process):
    """Read off; no state of its own."""

    parameters: ClassVar = {
        "baseline_madrs": "dimensionless",
        "most_gain": "fraction",
        "drug_acts": "fraction",
        "quick_part": "fraction",
        "weight_of_consolidation": "fraction",
        "response_share": "fraction",
        "remission_score": "dimensionless",
        "relapse_score": "dimensionless",
    }
    readings: ClassVar = {
        "madrs": Reading(
            "score of depression (MADRS)", "points", 0.0, HIGHEST, 2.0, direction=-1, known_by=("at_end",)
        ),
        "madrs_in_control_arm": Reading(
            "score of depression (MADRS), control arm", "points", 0.0, HIGHEST, 2.0, known_by=("at_end",)
        ),
        "true_score": Reading(
            "score of depression without the error of the first one", "points", 0, HIGHEST, 2.0, False
        ),
        "drug_gain": Reading("share of the score that the drug takes away", "1", 0.0, 1.0, 0.1, False),
    }

    #: Measures that are 0 or 1 for a person, and a share of people otherwise.
    shares: ClassVar = ("responded", "in_remission", "relapsed_of_responders")

    def read(self, name: str, see: See) -> Any:
        """Points, or a share."""
        p = see.p
        if name == "drug_gain":
            left = (1.0 - p["quick_part"] * see["drive_of_mood"]) * (1.0 - see["benefit"])
            left = left * (1.0 - p["weight_of_consolidation"] * see["consolidated"])
            return p["most_gain"] * p["drug_acts"] * (1.0 - left)
        if name == "madrs":
            return smaller(larger(see["true_score"] + see["first_error"], 0.0), HIGHEST)
        if name == "madrs_in_control_arm":
            score = larger(p["baseline_madrs"] - see["control_points"], 0.0) * (1.0 - see["drifted"])
            return smaller(larger(score + see["first_error"], 0.0), HIGHEST)
        score = larger(p["baseline_madrs"] * (1.0 - see["drug_gain"]) - see["expectancy_points"], 0.0)
        return smaller(score * (1.0 - see["drifted"]), HIGHEST)

    def measures(
        self, name: str, times: Array, values: Array, p: Mapping[str, Array], *, stop: float
    ) -> dict[str, Array]:
        """What trials report, each (lane,): changes from the first score after a day, a week and at the end; whether a
        person has responded and is in remission a day after the last session, and whether and when [h] after it a
        responder relapses (a score from the threshold on).
        """
        first = values[:, 0]
        found = {}
        for what, hour in (("change_at_24_h", _DAY), ("change_on_day_7", _WEEK)):
            if times[-1] >= hour:
                found[what] = _at(times, values, hour) - first
        found["change_at_end"] = values[:, -1] - first
        judged = min(stop + _DAY, float(times[-1]))
        then = _at(times, values, judged)
        responded = then <= (1.0 - p["response_share"]) * first
        found["responded"] = np.where(responded, 1.0, 0.0)
        found["in_remission"] = np.where(then <= p["remission_score"], 1.0, 0.0)
        if judged < times[-1]:
            relapsed, when = relapse(times, values, p["relapse_score"], after=judged)
            found["relapsed_of_responders"] = np.where(responded, np.where(relapsed, 1.0, 0.0), np.nan)
            found["time_to_relapse"] = np.where(responded, when - stop, np.nan)
        return found


def relapse(times: Array, values: Array, threshold: Array, *, after: float) -> tuple[BoolArray, Array]:
    """Whether and when [h] curves (lane, time) first stand at the threshold (lane,) or above, after a time [h]; NaN for
    those that never do.
    """
    above = (values >= threshold[:, None]) & (times > after)
    relapsed = above.any(axis=1)
    return np.asarray(relapsed), np.where(relapsed, times[above.argmax(axis=1)], np.nan)


def _at(times: Array, values: Array, hour: float) -> Array:
    """Curves (lane, time) at one time, straight between points."""
    place = int(np.clip(np.searchsorted(times, hour), 1, len(times) - 1))
    share = (hour - times[place - 1]) / (times[place] - times[place - 1])
    return np.asarray(values[:, place - 1] + share * (values[:, place] - values[:, place - 1]))
