"""What did a trial report of one of its arms? Scores, changes, shares and hazards, as the source states them.

Scales of depression and times to relapse: what a course is set against. Side effects and vital signs are measured
effects (`Response`) or facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from ketsim.evidence.field import Entry, Finite, Frozen, Identifier, Text, TimeQuantity, one_of
from ketsim.evidence.observation import Spread
from ketsim.evidence.value import Certainty, Locator, Provenance

#: What can be reported of an arm, and its unit.
OUTCOMES: Final[Mapping[str, str]] = {
    "score": "points",
    "change": "points",
    "change_in_percent": "%",
    "response": "%",
    "remission": "%",
    "sustained_response": "%",
    "response_kept": "%",
    "relapse": "%",
    "no_relapse": "%",
    "median_time_to_relapse": "day",
    "mean_time_to_relapse": "day",
    "difference": "points",
    "standardised_difference": "SD",
    "standardised_change": "SD",
    "odds_ratio_of_response": "ratio",
    "odds_ratio_of_remission": "ratio",
    "hazard_ratio": "ratio",
}
_known_outcome, _outcome_schema = one_of("outcome", tuple(OUTCOMES))
OutcomeName = Annotated[str, _known_outcome, _outcome_schema]


class ArmResult(Frozen):
    """One number. time: after the start of treatment, or of what the note says. of: the share of the arm that it speaks
    of, where that is not all. low, high: a 95 % interval.
    """

    outcome: OutcomeName
    scale: Text
    number: Finite
    time: TimeQuantity | None = None
    of: Text | None = None
    low: Finite | None = None
    high: Finite | None = None
    spread: Spread | None = None
    note: Text | None = None

    @property
    def unit(self) -> str:
        """What it is counted in."""
        return OUTCOMES[self.outcome]


class Arm(Entry):
    """One arm of a trial, or what a review pools. treatment: what was given, as the source says it. against: what a
    difference or ratio is taken against. use: for fitting a model of the course (calibration), or as what was known
    before (prior); arms that are kept for validation are not in the library.
    """

    id: Identifier
    label: Text
    n: Annotated[int, Field(ge=1, strict=True)] | None = None
    treatment: Text
    against: Text | None = None
    population: Text
    use: Literal["calibration", "prior"]
    results: Annotated[tuple[ArmResult, ...], Field(min_length=1)]
    provenance: Provenance
    certainty: Certainty
    where: Locator
    note: Text | None = None
