"""What is a place that helps? An organisation at a location, its services, their phones, and where each was read.

Plain frozen types. They know neither files nor tables nor pages. Distances are miles, places degrees (WGS 84), days
ISO 8601.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

Precision = Literal["rooftop", "zip_centroid", "none"]
PhoneKind = Literal["main", "intake", "hotline"]
Band = Literal["certain", "possible", "beyond"]

_BROKEN: Final = frozenset({"a", "an", "and", "at", "by", "for", "in", "of", "on", "the", "to", "with", "&", "-"})

#: What kinds of service a listing may have, in words.
KINDS: Final = {
    "su": "substance use treatment",
    "mh": "mental health treatment",
    "both": "substance use or mental health treatment",
    "other": "other service",
}


def full_name(organization: str, programmes: Iterable[str]) -> str:
    """What stands over the door; a programme's name belongs to it where there is only one.

    Directories break a long name over two lines, at times in the middle of it.

    >>> full_name("Hospital at", ["UCLA"]), full_name("Care Center", ["Day Clinic", ""]), full_name("X", ["A", "B"])
    ('Hospital at UCLA', 'Care Center, Day Clinic', 'X')
    """
    found = {programme for programme in programmes if programme}
    if len(found) != 1:
        return organization
    joint = " " if organization.casefold().split(" ")[-1] in _BROKEN else ", "
    return f"{organization}{joint}{found.pop()}"


@dataclass(frozen=True, slots=True)
class Organization:
    """Who runs it. id: UUIDv5 over the normalised name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where it is. lat, lon: degrees, None where `precision` is none. flags: doubts of the import, such as zip_far."""

    id: str
    street1: str
    street2: str
    city: str
    state: str
    zip: str
    lat: float | None
    lon: float | None
    precision: Precision
    flags: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The address on one line."""
        street = ", ".join(filter(None, (self.street1, self.street2)))
        return f"{street}, {self.city}, {self.state} {self.zip}".strip(" ,")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A number of a listing as the source wrote it, and what it means.

    e164: such as +12567344688; None where the text is no number at all. valid: whether such a number can exist; an
    invalid one is shown and marked, since what was printed may hold a slip that a person can see through.
    """

    text: str
    e164: str | None
    extension: str | None
    kind: PhoneKind
    valid: bool

    @property
    def shown(self) -> str:
        """The number as a person reads it."""
        if self.e164 is None or not self.e164.startswith("+1"):
            return self.text
        digits = self.e164[2:]
        plain = f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
        return f"{plain} ext. {self.extension}" if self.extension else plain


@dataclass(frozen=True, slots=True)
class Code:
    """A word of SAMHSA's list of services. scheme_version: year of the list; names and codes change between years."""

    code: str
    category: str
    category_name: str
    name: str
    scheme_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is done there, as one source says it.

    kind: a key of `KINDS`. programme: its own name (the second name line of a directory). status: active, or
    "licence expired". assured_on: the day for which the source vouches. expires_on: end of its licence, where known.
    codes: what it offers, accepts and serves. unknown: words of the source that no list of codes knows.
    """

    id: str
    kind: str
    programme: str
    status: str
    assured_on: str
    source: str
    expires_on: str | None
    website: str
    external_id: str
    codes: tuple[Code, ...]
    phones: tuple[Phone, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """A file that was imported: where it is from, its day, its rights, and what became of its rows.

    key: names the source; a newer file of the same key takes the place of an older one. as_of: the day it speaks of.
    unknown_codes: code or name -> how often it stood there.
    """

    key: str
    name: str
    url: str
    licence: str
    citation: str
    as_of: str
    sha256: str
    rows_in: int
    rows_kept: int
    rows_rejected: int
    unknown_codes: tuple[tuple[str, int], ...] = ()
    invalid_phones: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**asdict(self), "unknown_codes": dict(self.unknown_codes)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One organisation at one address with all its services: what a search shows.

    id: that of the location. miles: from where the search stood, in a straight line. within: ``possible`` where the
    point of the listing or of the search is only a ZIP centre and the line asked for lies within its error.
    """

    id: str
    organization: Organization
    location: Location
    services: tuple[Service, ...]
    miles: float | None = None
    within: Band = "certain"

    @property
    def name(self) -> str:
        """What stands over the door."""
        return full_name(self.organization.name, [service.programme for service in self.services])

    @property
    def phones(self) -> tuple[Phone, ...]:
        """Every number once, main numbers first."""
        order = {"main": 0, "intake": 1, "hotline": 2}
        every = (phone for service in self.services for phone in service.phones)
        first: dict[tuple[str, str | None], Phone] = {}
        for phone in sorted(every, key=lambda phone: (order[phone.kind], not phone.valid)):
            first.setdefault((phone.e164 or phone.text, phone.extension), phone)
        return tuple(first.values())

    @property
    def phone(self) -> Phone | None:
        """The number to call first."""
        return self.phones[0] if self.phones else None

    @property
    def distance(self) -> str:
        """The distance in words, with how sure it is."""
        if self.miles is None:
            return "distance not known"
        if self.location.precision == "zip_centroid":
            return f"about {self.miles:.0f} mi (ZIP centre)" if self.miles >= 1 else "about 1 mi or less (ZIP centre)"
        return f"{self.miles:.1f} mi"
