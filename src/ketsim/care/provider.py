"""Who answers calls: what a call needs to know of them, and, kept apart, who pays them.

`Desk` is all that an order may be made from; it holds no money, no name and no sign of either.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from ketsim.care.disclosure import Told
from ketsim.care.funding import Funding
from ketsim.care.hours import Hours

#: A desk that serves this serves every place.
EVERYWHERE: Final = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where calls are answered. serves: states, three-digit ZIP areas, or `EVERYWHERE`. codes: what is offered.

    starts, ends: the days it may be called, both included.
    """

    id: str
    serves: tuple[str, ...]
    codes: tuple[str, ...]
    hours: Hours
    starts: date
    ends: date | None

    def is_valid(self, on: date) -> bool:
        """Whether it may be called on that day."""
        return self.starts <= on and (self.ends is None or on <= self.ends)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody answers at that time."""
        return self.hours.is_open(at)

    def reaches(self, areas: tuple[str, ...]) -> bool:
        """Whether it serves one of these areas."""
        return EVERYWHERE in self.serves or any(area in self.serves for area in areas)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One who answers, or is called by the number of a listing. recorded: whether calls are; None where not known."""

    desk: Desk
    name: str
    phone: str
    listing: str | None
    recorded: bool | None
    funding: tuple[Funding, ...]

    @property
    def id(self) -> str:
        """The id that stands in the log."""
        return self.desk.id

    def told(self, on: date) -> Told:
        """What a person is told about it on that day."""
        holding = [one for one in self.funding if one.holds(on) and one.amount_basis != "none"]
        return Told(
            name=self.name,
            pays=tuple(f"{one.payer}, {one.text}" for one in holding if one.kind == "listing"),
            funded=tuple((one.payer, one.text) for one in holding if one.kind == "service"),
            recorded=self.recorded,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, days as ISO 8601."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), default=date.isoformat))
        return plain

    @property
    def digest(self) -> str:
        """SHA-256 of everything that is held of it."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def provider_of(plain: Mapping[str, Any]) -> Provider:
    """The provider that `Provider.to_dict` gave."""
    desk = plain["desk"]
    hours = Hours(desk["hours"]["time_zone"], tuple(tuple((a, b) for a, b in day) for day in desk["hours"]["spans"]))
    return Provider(
        **{key: value for key, value in plain.items() if key not in ("desk", "funding")},
        desk=Desk(
            id=desk["id"],
            serves=tuple(desk["serves"]),
            codes=tuple(desk["codes"]),
            hours=hours,
            starts=date.fromisoformat(desk["starts"]),
            ends=_day(desk["ends"]),
        ),
        funding=tuple(
            Funding(**{**one, "starts": date.fromisoformat(one["starts"]), "ends": _day(one["ends"])})
            for one in plain["funding"]
        ),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
