"""How is a listing put before a person? Its own number, what it reported in words, and the day and origin of that."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ketsim.care.model import Code, Listing, Phone, Service, SourceRecord
from ketsim.care.search import age_days, expired
from ketsim.care.web.choices import BOXES
from ketsim.care.web.words import Words

#: What a list shows, in the words of the form; the page of the listing shows everything.
_IN_SHORT: Final = ("offers", "setting", "payment", "language")
_KETAMINE: Final = "KIT"


@dataclass(frozen=True, slots=True)
class ShownPhone:
    """A number: what it is for, how it reads, and the link that dials it; no link where it cannot be dialled."""

    kind: str
    said: str
    link: str | None


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A category and the names in it."""

    name: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """What one source says: which kind of service, since when, how old, and anything against it."""

    kind: str
    dated: str
    doubts: tuple[str, ...]
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A listing as a page shows it."""

    id: str
    name: str
    address: str
    distance: str | None
    possible: bool
    phones: tuple[ShownPhone, ...]
    short: tuple[ShownGroup, ...]
    more: int
    whole: tuple[ShownGroup, ...]
    unknown: tuple[str, ...]
    records: tuple[ShownRecord, ...]
    ketamine: bool
    doubts: tuple[str, ...]


def card(
    listing: Listing,
    words: Words,
    *,
    today: datetime.date,
    sources: Mapping[str, SourceRecord],
    searched: bool = True,
    beyond: bool = False,
) -> Card:
    """A listing in a language. searched: whether it answers a search, and so has a distance. beyond: far outside it."""
    codes = {code.code: code for service in listing.services for code in service.codes}
    short, told = _in_short(codes, words)
    return Card(
        id=listing.id,
        name=listing.name,
        address=listing.location.address,
        distance=_distance(listing, words) if searched else None,
        possible=searched and not beyond and listing.within == "possible",
        phones=tuple(_phone(phone, words) for phone in listing.phones),
        short=short,
        more=len(codes) - told,
        whole=_whole(codes.values()),
        unknown=tuple(dict.fromkeys(word for service in listing.services for word in service.unknown)),
        records=tuple(_record(service, words, today, sources) for service in listing.services),
        ketamine=_KETAMINE in codes,
        doubts=tuple(words(f"flag.{flag}") for flag in listing.location.flags if words.knows(f"flag.{flag}")),
    )


def tel(phone: Phone) -> str | None:
    """The link that dials a number, with its extension (RFC 3966); None where it cannot be dialled.

    >>> tel(Phone(text="256-734-4688 x3971", e164="+12567344688", extension="3971", kind="main", valid=True))
    'tel:+12567344688;ext=3971'
    """
    if phone.e164 is None or not phone.valid:
        return None
    return f"tel:{phone.e164};ext={phone.extension}" if phone.extension else f"tel:{phone.e164}"


def _phone(phone: Phone, words: Words) -> ShownPhone:
    said = phone.shown.partition(" ext. ")[0]
    if phone.extension:
        said = f"{said}, {words('listing.extension', extension=phone.extension)}"
    return ShownPhone(words(f"listing.phone.{phone.kind}"), said, tel(phone))


def _distance(listing: Listing, words: Words) -> str:
    if listing.miles is None:
        return words("listing.unplaced")
    if listing.location.precision == "zip_centroid":
        near = listing.miles < 1
        return words("listing.close") if near else words("listing.about", miles=f"{listing.miles:.0f}")
    return words("listing.straight", miles=f"{listing.miles:.1f}")


def _in_short(codes: Collection[str], words: Words) -> tuple[tuple[ShownGroup, ...], int]:
    """The groups of a list, and how many codes they hold."""
    held = [(name, [code for code in BOXES[name] if code in codes]) for name in _IN_SHORT]
    shown = tuple(
        ShownGroup(words(f"form.{name}"), tuple(words(f"choice.{name}.{code}") for code in found))
        for name, found in held
        if found
    )
    return shown, sum(len(found) for _, found in held)


def _whole(codes: Iterable[Code]) -> tuple[ShownGroup, ...]:
    """Every code by its category, in the words of the directory."""
    held: dict[str, tuple[str, list[str]]] = {}
    for code in codes:
        held.setdefault(code.category, (code.category_name, []))[1].append(code.name)
    return tuple(ShownGroup(name, tuple(sorted(set(names)))) for name, names in held.values())


def _record(service: Service, words: Words, today: datetime.date, sources: Mapping[str, SourceRecord]) -> ShownRecord:
    source = sources.get(service.source)
    origin = source.name if source is not None else service.source
    age = age_days(service.assured_on, today) or 0
    doubts = []
    if expired(service.expires_on, today):
        doubts.append(words("listing.expired", date=service.expires_on))
    return ShownRecord(
        words(f"kind.{service.kind}"),
        words("listing.date", date=service.assured_on, age=f"{age:,}", source=origin),
        tuple(doubts),
        origin,
    )
