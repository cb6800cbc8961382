"""Which harms of long use are known and yet not predicted, and why: no source says how they grow with use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ketsim.course.planned import PlannedCourse
from ketsim.effects.planned import NotKnown
from ketsim.evidence import load_source

#: What is not predicted: (name, why not, facts that tell what is known).
_NOT_TOLD: Final = (
    (
        "upper_abdominal_pain",
        "no source says how it grows with amount or time of use",
        ("Harding2025.H11", "Poon2010.N045", "AcmdPress2013.N046", "AvraCramps.H12"),
    ),
    (
        "cognition",
        "no source gives a size for an amount or a time of use",
        ("Morgan2010.H15", "Tang2019.H16"),
    ),
    (
        "natural_recovery",
        "nobody has followed people who stop ketamine alone; relapse here rests on other drugs, and who is not seen "
        "again is not known to be well",
        ("Lankenau2010.N054", "TwelveStepRelapse.D09", "Kirshenbaum2009.D10"),
    ),
)
_WITH: Final = "urinary_symptoms"


def not_told(course: PlannedCourse) -> Iterator[NotKnown]:
    """What stands beside the harm that is predicted."""
    if _WITH not in course.wanted:
        return
    for name, why, places in _NOT_TOLD:
        known = " ".join(f"{_text(place)} ({place.partition('.')[2]})" for place in places)
        yield NotKnown(name, f"{why}. Known: {known}")


def _text(place: str) -> str:
    source, _, name = place.partition(".")
    return next(fact.text for fact in load_source(source).facts if fact.id == name)
