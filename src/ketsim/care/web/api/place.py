"""How is a listing described to programs? The face of `ketsim.care.face`, field by field."""

from __future__ import annotations

from ketsim.care.web.api.reply import Described


class PhoneBody(Described):
    """A number of the center itself. e164: null where the text is no number. valid: whether such a number can exist."""

    number: str
    text: str
    e164: str | None
    extension: str | None
    kind: str
    valid: bool


class CodeName(Described):
    """A code and its name."""

    code: str
    name: str


class ServiceBody(Described):
    """What one source says of it."""

    id: str
    kind: str
    kind_name: str
    programme: str
    status: str
    expires_on: str | None
    as_of: str
    age_days: int | None
    source: str
    codes: list[str]
    unknown: list[str]
    phones: list[PhoneBody]


class ListingBody(Described):
    """A center at one address. miles: straight line; within: certain or possible, by what its point is worth."""

    id: str
    name: str
    phone: str | None
    phones: list[PhoneBody]
    address: str
    city: str
    state: str
    zip: str
    miles: float | None
    distance: str
    precision: str
    within: str
    lat: float | None
    lon: float | None
    flags: list[str]
    services: list[CodeName]
    as_of: str
    age_days: int | None
    source: str
    website: str | None
    offered_by: list[ServiceBody]
