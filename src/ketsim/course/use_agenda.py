"""At which moments is something decided about use? Only where it can be: at the hours of possible sessions.

Day 0 begins at 0 h and is the first day of habit; a session may begin at the same hour of every day, and further lines
are thought of in the hours after. Weeks are counted from 0 h.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ketsim.course.use_rule import DAYS, UseRule

Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

DAY: Final = 24  # [h]


@dataclass(frozen=True, slots=True)
class Agenda:
    """All (decision,): times [h] rising; opens, whether it is asked if a session begins; lines, whether one can be
    taken; habit, whether habit asks for one; stopped, whether the person has stopped by then; new_week, whether a week
    begins.
    """

    times: Array
    opens: BoolArray
    lines: BoolArray
    habit: BoolArray
    stopped: BoolArray
    new_week: BoolArray


def agenda(rule: UseRule, *, start: float, until: float, between: float, length: float) -> Agenda:
    """Every moment from `start` to `until` [h] at which something is decided. between, length: of lines in a session
    [h]. Craving is looked at every day, sessions can be on some of them only.
    """
    first = DAYS.index(rule.days[0]) if rule.days else 0
    stop = inf if rule.stop is None else rule.stop
    habit_until = inf if rule.habit_until is None else rule.habit_until
    lines = int(np.ceil(length / between))
    rows: list[tuple[float, ...]] = []
    for day in range(ceil(until / DAY)):
        begin = float(day * DAY)
        stopped = begin >= stop
        habit = DAYS[(first + day) % len(DAYS)] in rule.days and begin < habit_until
        opens = begin >= start and (rule.returns or not stopped)
        may = opens and (stopped or habit or rule.other_days)
        new_week = day > 0 and day % len(DAYS) == 0
        if opens or new_week:
            rows.append((begin, opens, may, habit, stopped, new_week))
        if may:
            rows += [(begin + line * between, False, True, habit, stopped, False) for line in range(1, lines)]
    table = np.array([row for row in rows if row[0] <= until]).reshape(-1, 6)
    flags = table[:, 1:] > 0.0
    return Agenda(table[:, 0], *flags.T)
