"""How do listings look as tables of the Open Referral standard (HSDS 3.0)? Out of a store, whole and in fixed order.

What HSDS has no column for stands as an attribute with a taxonomy of its own: codes, kind, source, how a point was
come by.
An extension is a number in HSDS; the number as written goes along, so that leading zeros survive.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from ketsim.care.model import KINDS, Code, Listing, Service
from ketsim.care.store import Store
from ketsim.care.writer import NAMESPACE

CODES: Final = "SAMHSA service codes "  # followed by the year of the list
KIND: Final = "ketsim kind of service"
SOURCE: Final = "ketsim source"
VERBATIM: Final = "words of the source"
EXTERNAL: Final = "id of the source"
PRECISION: Final = "ketsim precision of the point"
EXPIRES: Final = "expires "

TABLES: Final = {
    "organization": ("id", "name", "description"),
    "service": ("id", "organization_id", "name", "url", "status", "licenses", "assured_date"),
    "location": ("id", "location_type", "organization_id", "latitude", "longitude"),
    "service_at_location": ("id", "service_id", "location_id"),
    "address": (
        "id", "location_id", "address_1", "address_2", "city", "state_province", "postal_code", "country",
        "address_type",
    ),
    "phone": ("id", "service_id", "number", "extension", "type", "description"),
    "taxonomy_term": ("id", "code", "name", "taxonomy"),
    "attribute": ("id", "link_id", "taxonomy_term_id", "link_entity", "value"),
}  # fmt: skip

_PAGE: Final = 500  # listings read at once

Tables = dict[str, list[dict[str, Any]]]


def hsds_tables(store: Store) -> Tables:
    """Every table with its rows; the same store gives the same rows."""
    tables: Tables = {name: [] for name in TABLES}
    seen: set[str] = set()
    for listing in _every(store):
        _add(tables, seen, "organization", id=listing.organization.id, name=listing.organization.name, description="")
        _location(tables, seen, listing)
        for service in listing.services:
            _service(tables, seen, listing, service)
    for rows in tables.values():
        rows.sort(key=lambda row: str(row["id"]))
    return tables


def hsds_sources(store: Store) -> list[dict[str, Any]]:
    """The sources of a store: what a data package says beside its tables."""
    return [source.to_dict() for source in store.sources()]


def _every(store: Store) -> Iterator[Listing]:
    places = [int(n) for (n,) in store.connection.execute("SELECT n FROM location ORDER BY id")]
    for start in range(0, len(places), _PAGE):
        yield from store.listings(places[start : start + _PAGE])


def _location(tables: Tables, seen: set[str], listing: Listing) -> None:
    here = listing.location
    _add(
        tables, seen, "location", id=here.id, location_type="physical", organization_id=listing.organization.id,
        latitude=here.lat, longitude=here.lon,
    )  # fmt: skip
    _add(
        tables, seen, "address", id=_id("address", here.id), location_id=here.id, address_1=here.street1,
        address_2=here.street2, city=here.city, state_province=here.state, postal_code=here.zip, country="US",
        address_type="physical",
    )  # fmt: skip
    _mark(tables, seen, "location", here.id, PRECISION, here.precision, here.precision)


def _service(tables: Tables, seen: set[str], listing: Listing, service: Service) -> None:
    key = service.id
    _add(
        tables, seen, "service", id=key, organization_id=listing.organization.id,
        name=service.programme or KINDS.get(service.kind, service.kind), url=service.website, status=service.status,
        licenses=f"{EXPIRES}{service.expires_on}" if service.expires_on else "", assured_date=service.assured_on,
    )  # fmt: skip
    _add(tables, seen, "service_at_location", id=_id("at", key, listing.id), service_id=key, location_id=listing.id)
    for place, phone in enumerate(service.phones):
        digits = phone.extension if phone.extension and phone.extension.isdigit() else None
        _add(
            tables, seen, "phone", id=_id("phone", key, f"{place:03d}"), service_id=key, number=phone.text,
            extension=int(digits) if digits else None, type="voice", description=f"{place:03d} {phone.kind}",
        )  # fmt: skip
    _mark(tables, seen, "service", key, KIND, service.kind, KINDS.get(service.kind, service.kind))
    _mark(tables, seen, "service", key, SOURCE, service.source, service.source)
    for code in service.codes:
        _code(tables, seen, key, code)
    for place, words in enumerate(service.unknown):
        _mark(tables, seen, "service", key, VERBATIM, "", words, value=f"{place:03d}")
    if service.external_id:
        _mark(tables, seen, "service", key, EXTERNAL, service.external_id, service.external_id)


def _code(tables: Tables, seen: set[str], key: str, code: Code) -> None:
    name = f"{code.category}|{code.category_name}|{code.name}"
    _mark(tables, seen, "service", key, f"{CODES}{code.scheme_version}", code.code, name)


def _mark(
    tables: Tables, seen: set[str], entity: str, link: str, taxonomy: str, code: str, name: str, value: str = ""
) -> None:
    term = _term(taxonomy, code, name)
    _add(tables, seen, "taxonomy_term", id=term, code=code, name=name, taxonomy=taxonomy)
    _add(
        tables, seen, "attribute", id=_id("attribute", link, term, value), link_id=link, taxonomy_term_id=term,
        link_entity=entity, value=value,
    )  # fmt: skip


def _add(tables: Tables, seen: set[str], table: str, **row: Any) -> None:
    if row["id"] not in seen:
        seen.add(row["id"])
        tables[table].append(row)


@lru_cache(maxsize=4096)  # some hundred terms stand a million times
def _term(taxonomy: str, code: str, name: str) -> str:
    return _id("term", taxonomy, code, name)


def _id(*parts: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "hsds|" + "|".join(parts)))
