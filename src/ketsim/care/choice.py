"""In which order are those asked who may answer a general call? By rules anybody can run again, never by money.

Eligible is who may be called that day, serves the place, has the code asked for and is open now. The eligible are then
put in an order that follows from the day and the state alone: by the SHA-256 of "DAY|STATE|ID". So over the days each
comes first as often as any other, one who joins or leaves changes nothing between the others, and everybody can check
the order with the seed that is printed beside it. A `Desk` holds no payment: money cannot get in here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ketsim.care.provider import EVERYWHERE, Desk
from ketsim.care.states import STATES
from ketsim.errors import InputError, did_you_mean


@dataclass(frozen=True, slots=True)
class Area:
    """Where help is looked for: a state, and a three-digit ZIP area where that was said. Both empty: not said."""

    state: str = ""
    zip3: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What a desk may serve to serve this."""
        return tuple(filter(None, (self.state, self.zip3)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """ids in the order in which they are asked; seed: what it was made from; left_out: id -> why it is not asked."""

    ids: tuple[str, ...]
    seed: str
    left_out: tuple[tuple[str, str], ...]

    @property
    def rule(self) -> str:
        """How to recompute it, in a sentence."""
        return (
            f'Those open now are asked in the order of the SHA-256 of "{self.seed}|" and their id; '
            "nobody can pay for a place."
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"ids": list(self.ids), "seed": self.seed, "rule": self.rule, "left_out": dict(self.left_out)}


def order(desks: Iterable[Desk], *, area: Area = Area(), code: str | None = None, now: datetime) -> Order:
    """The fair order for a general call from that area, asking for that code, at that time (which has its zone)."""
    seed = f"{now.astimezone(UTC).date().isoformat()}|{area.state or EVERYWHERE}"
    asked, left_out = [], []
    for desk in desks:
        reason = _left_out(desk, area, code, now)
        if reason is None:
            asked.append(desk.id)
        else:
            left_out.append((desk.id, reason))
    return Order(
        ids=tuple(sorted(asked, key=lambda one: _place(seed, one))), seed=seed, left_out=tuple(sorted(left_out))
    )


def read_area(place: str | None) -> Area:
    """The area of words such as "CA", "CA 90210" or "90210, CA". Raises `InputError` for what names no state."""
    if place is None:
        return Area()
    words = place.replace(",", " ").upper().split()
    states = [word for word in words if word in STATES]
    zips = [word for word in words if re.fullmatch(r"[0-9]{3}|[0-9]{5}(-[0-9]{4})?", word, re.ASCII)]
    if len(states) != 1 or len(zips) > 1 or len(words) != len(states) + len(zips):
        hint = did_you_mean(place.upper()[:20], STATES, otherwise='expected a state such as CA, or "CA 90210".')
        raise InputError(f"place {place[:40]!r} does not name one state; {hint}", field="place")
    return Area(states[0], zips[0][:3] if zips else "")


def _left_out(desk: Desk, area: Area, code: str | None, now: datetime) -> str | None:
    if not desk.is_valid(now.astimezone(UTC).date()):
        return "not valid on this day"
    if not desk.reaches(area.names):
        return "does not serve this place" if area.names else "serves certain places, and none was said"
    if code is not None and code not in desk.codes:
        return f"does not offer {code}"
    return None if desk.is_open(now) else "closed now"


def _place(seed: str, one: str) -> tuple[str, str]:
    return hashlib.sha256(f"{seed}|{one}".encode()).hexdigest(), one
