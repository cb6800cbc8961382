"""The measured answer times of the last days, worked out again only when the log has grown or the day has changed."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from ketsim.care.log import Log
from ketsim.care.metrics import Measure, measure

DAYS: Final = 90  # of the window


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures of live calls in a window of days, both ends included."""

    since: datetime.date
    until: datetime.date
    measures: tuple[Measure, ...]


class Measurer:
    """Measures a log; None measures nothing."""

    def __init__(self, log: Log | None, clock: Callable[[], datetime.datetime]) -> None:
        self._log = log
        self._clock = clock
        self._lock = Lock()
        self._known: tuple[object, Measured] | None = None

    def measured(self) -> Measured:
        """What the log gives now."""
        until = self._clock().date()
        since = until - datetime.timedelta(days=DAYS - 1)
        if self._log is None:
            return Measured(since, until, ())
        with self._lock:
            mark = (self._log.head(), until)
            if self._known is None or self._known[0] != mark:
                live = [one for one in measure(self._log.entries(), since=since, until=until) if one.mode == "live"]
                self._known = (mark, Measured(since, until, tuple(live)))
            return self._known[1]
