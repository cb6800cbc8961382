"""How likely urinary symptoms are, by the days of use in the last half year.

logit p = logit p0 + D ln(OR), with D the days of use in the window before and OR the odds of each further day. Odds are
published for single symptoms and the background p0 for any symptom only. So the share with any symptom takes an odds
near those of one, and single symptoms are read as odds against no use. After use the excess over the background goes
as patients recovered, far slower than days leave the window: e(t) = max over s <= t of e(s) exp(-k (t - s)).
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, final

import numpy as np
from numpy.typing import NDArray

from ketsim.course.process import Process, Reading, See

Array = NDArray[np.float64]

SYMPTOMS: Final = {
    "frequency": "frequent urination",
    "urgency": "urgent urination",
    "pain": "painful urination",
    "blood": "blood in the urine",
}
#: The counter of days that a decider keeps, where doses are decided on the way.
_COUNTER: Final = "days_of_use"


@final
class Bladder(Process):
    """Read off along time; no states. days: beginnings [h] of the days with a dose, sorted."""

    parameters: ClassVar = {
        "urinary_window": "time",
        "urinary_background": "fraction",
        "urinary_odds_any": "dimensionless",
        "urinary_recovery": "rate",
        **{f"urinary_odds_{symptom}": "dimensionless" for symptom in SYMPTOMS},
    }
    readings: ClassVar = {
        "urinary_symptoms": Reading("people with any urinary symptom", "%", 0.0, 100.0, 5, direction=1),
        **{
            f"urinary_odds_of_{symptom}": Reading(
                f"odds of {words} against no use", "fold", 1.0, 1e6, 1.0, shown=False, direction=1
            )
            for symptom, words in SYMPTOMS.items()
        },
        "recent_days": Reading("days of use in the window before", "day", 0.0, 1e3, 1.0, shown=False),
    }

    def __init__(self, days: tuple[float, ...] = ()) -> None:
        self.days = days

    def read(self, name: str, see: See) -> Any:
        """Share in %, odds, or days."""
        p = see.p
        if name == "recent_days":
            window = p["urinary_window"]
            begun = np.asarray(self.days)
            planned = np.searchsorted(begun, see.t, side="right") - np.searchsorted(begun, see.t - window, side="right")
            return planned + _counted(see.t, see[_COUNTER], window) if _COUNTER in see else planned
        if name == "urinary_symptoms":
            background = p["urinary_background"]
            raised = background * p["urinary_odds_any"] ** see["recent_days"]
            excess = raised / (1.0 - background + raised) - background
            return 100.0 * (background + _lasting(see.t, excess, p["urinary_recovery"]))
        return p[f"urinary_odds_{name.rsplit('_', 1)[-1]}"] ** see["recent_days"]


def _lasting(times: Any, excess: Any, rate: Any) -> Any:
    """What is left of the largest excess so far; (subject, time)."""
    grown = np.exp(rate * times)
    return np.maximum.accumulate(np.atleast_1d(excess * grown), axis=-1) / grown


def _counted(times: Any, count: Any, window: Any) -> Any:
    """How far a counter (subject, time) has risen over the window before each time."""
    count = np.atleast_2d(count)
    times, before = np.broadcast_to(times, count.shape), np.broadcast_to(times - window, count.shape)
    then = np.stack([np.interp(at, t, n, left=0.0) for at, t, n in zip(before, times, count, strict=True)])
    return count - then
