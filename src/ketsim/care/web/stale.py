"""How old is what is shown? Past a set age, pages that show listings say so and point to the government's own."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from ketsim.care.search import STALE_AFTER, age_days


@dataclass(frozen=True, slots=True)
class Stale:
    """The oldest day among what is shown, and its age in days as text."""

    date: str
    age: str


def stale(days: Iterable[str], today: datetime.date) -> Stale | None:
    """None where the oldest of the days is young enough, or where there is none."""
    oldest = min(filter(None, days), default="")
    age = age_days(oldest, today)
    return Stale(oldest, f"{age:,}") if age is not None and age > STALE_AFTER else None
