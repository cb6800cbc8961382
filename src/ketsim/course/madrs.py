"""The score of depression (MADRS, 0 to 60): S = (S0 (1 - E) - P) (1 - d(t)) + e, cut off at both ends.

E = E_max (1 - (1 - a drive) (1 - B) (1 - w K)): a quick part while the drug's drive lasts, the benefit B of days and
what a series consolidates (K), up to what this person can gain (E_max). P is expectancy, d the background, e the error
of the first score. This structure is our own: no model of ketamine on this score with readable numbers was found.
Dissociation and this score share the concentration only, since over weeks the one did not go with the other.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, final

from ketsim.course.process import Process, Reading, See
from ketsim.engine.arithmetic import larger, smaller

HIGHEST: Final = 60
"""The scale has ten items of 0 to 6 points."""


@final
class Madrs(Process):
    """Read off; no state of its own."""

    parameters: ClassVar = {
        "baseline_madrs": "dimensionless",
        "most_gain": "fraction",
        "drug_acts": "fraction",
        "quick_part": "fraction",
        "weight_of_consolidation": "fraction",
    }
    readings: ClassVar = {
        "madrs": Reading("score of depression (MADRS)", "points", 0.0, HIGHEST, 2.0, direction=-1, known_by="at_end"),
        "true_score": Reading(
            "score of depression without the error of the first one", "points", 0, HIGHEST, 2.0, False
        ),
        "drug_gain": Reading("share of the score that the drug takes away", "1", 0.0, 1.0, 0.1, False),
    }

    def read(self, name: str, see: See) -> Any:
        """Points, or a share."""
        p = see.p
        if name == "drug_gain":
            left = (1.0 - p["quick_part"] * see["drive_of_mood"]) * (1.0 - see["benefit"])
            left = left * (1.0 - p["weight_of_consolidation"] * see["consolidated"])
            return p["most_gain"] * p["drug_acts"] * (1.0 - left)
        if name == "madrs":
            return smaller(larger(see["true_score"] + see["first_error"], 0.0), HIGHEST)
        score = larger(p["baseline_madrs"] * (1.0 - see["drug_gain"]) - see["expectancy_points"], 0.0)
        return score * (1.0 - see["drifted"])
