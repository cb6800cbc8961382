"""How much is taken, how often, and does use keep itself up? What a person's decisions leave behind, week by week.

Decisions move these states at once (`use_policy`); between decisions nothing changes. The loop gain of a week is the
number of sessions that craving alone would have brought, over the number of the week before: where it stays above one,
use goes on without any outer reason; where it stays below one, use dies out once habit ends.
"""

from __future__ import annotations

from typing import Any, ClassVar, final

from ketsim.course.process import Process, Reading, See

#: Milligrams in a gram.
_MG_PER_G = 1000.0


@final
class Use(Process):
    """What is remembered of use. Amounts [mg]."""

    parameters: ClassVar = {
        "chance_on_habit_day": "fraction",
        "chance_on_other_day": "fraction",
        "urge_by_craving": "dimensionless",
        "effect_sought": "fraction",
        "largest_rise": "dimensionless",
    }
    states: ClassVar = {
        "in_session": 1.0,
        "taken_this_session": 100.0,
        "taken_first_session": 100.0,
        "taken_this_week": 100.0,
        "taken_last_week": 100.0,
        "taken_an_occasion": 100.0,
        "sessions_this_week": 1.0,
        "sessions_last_week": 1.0,
        "craved_this_week": 1.0,
        "gain_last_week": 1.0,
        "days_of_use": 1.0,
        "gone_back": 1.0,
    }
    readings: ClassVar = {
        "amount_per_week": Reading(
            "ketamine taken in the last full week", "g/week", 0.0, 1e4, 0.1, direction=1, known_by=("at_end",)
        ),
        "amount_per_occasion": Reading(
            "ketamine taken an occasion, mean of the last week with use", "g", 0.0, 1e4, 0.1, known_by=("at_end",)
        ),
        "sessions_per_week": Reading(
            "sessions in the last full week", "1/week", 0.0, 10.0, 1.0, direction=1, known_by=("at_end",)
        ),
        "loop_gain": Reading(
            "sessions that craving alone brings, for each of the week before", "1", 0.0, 1e2, 1.0, known_by=("at_end",)
        ),
    }

    def read(self, name: str, see: See) -> Any:
        """Of the last full week."""
        if name == "amount_per_week":
            return see["taken_last_week"] / _MG_PER_G
        if name == "amount_per_occasion":
            return see["taken_an_occasion"] / _MG_PER_G
        return see["sessions_last_week" if name == "sessions_per_week" else "gain_last_week"]
