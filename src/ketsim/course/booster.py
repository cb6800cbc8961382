"""Which boosters were given in a clinical course, and on what finding? Moved by the booster rule alone."""

from __future__ import annotations

from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See


@final
class Booster(Process):
    """What is remembered of boosters; times [h], findings in the unit of the reading that is looked at."""

    states: ClassVar = {
        "boosters_given": 1.0,
        "last_booster": 100.0,
        "found_at_booster": 1.0,
        "found_at_first": 1.0,
        "has_responded": 1.0,
    }
    readings: ClassVar = {
        "boosters": Reading("boosters given so far", "1", 0.0, 1e3, 1.0, known_by=("at_end",)),
        "booster_finding": Reading("what was found when the last booster was given", "1", -1e6, 1e6, 1.0, False),
    }

    def read(self, name: str, see: See) -> Any:
        """How many, or what was found."""
        return see["boosters_given" if name == "boosters" else "found_at_booster"]
