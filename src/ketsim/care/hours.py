"""Is it open now? Opening hours by weekday in the place's own time zone; a span may go past midnight."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ketsim.errors import InputError

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS: Final = "always"

_SPAN: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]|24):([0-5][0-9])")
_DAY: Final = 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class Hours:
    """spans: for each day from Monday, the spans [minutes after midnight]; an end beyond 1440 lies on the next day."""

    time_zone: str
    spans: tuple[tuple[tuple[int, int], ...], ...]

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at that time (which has its zone)."""
        here = at.astimezone(zone(self.time_zone))
        minute = here.hour * 60 + here.minute
        today, yesterday = self.spans[here.weekday()], self.spans[(here - timedelta(days=1)).weekday()]
        return any(start <= minute < end for start, end in today) or any(
            minute + _DAY < end for start, end in yesterday
        )


def read_hours(time_zone: str, days: Mapping[str, tuple[str, ...]] | None) -> Hours:
    """Hours from spans such as "08:00-17:30" by day; None for always. Raises `InputError` for what is none."""
    zone(time_zone)
    if days is None:
        return Hours(time_zone, (((0, _DAY),),) * 7)
    strange = [day for day in days if day not in DAYS]
    if strange:
        raise InputError(f"{strange[0]!r} is no day; expected {', '.join(DAYS)}.", field="hours")
    return Hours(time_zone, tuple(tuple(_span(text) for text in days.get(day, ())) for day in DAYS))


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone of that name. Raises `InputError`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            f"time_zone {name[:40]!r} is not known; expected a name such as America/Chicago.", field="time_zone"
        ) from None


def _span(text: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise InputError(f"{text[:40]!r} is no span of opening hours; expected such as 08:00-17:30.", field="hours")
    start, end = (int(found[i]) * 60 + int(found[i + 1]) for i in (1, 3))
    if end > _DAY or start == end:
        raise InputError(
            f"{text[:40]!r} ends when it begins, or after 24:00; expected such as 08:00-17:30.", field="hours"
        )
    return start, end if end > start else end + _DAY
