"""What does a directory in the Open Referral standard say? HSDS JSON (3.0 and its /services reply), or a data package.

A package that ketsim wrote is restored whole, with its sources; one of another maker becomes one source of its own.
Codes of other taxonomies are kept as words, never matched to codes by their look.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from ketsim.care.codes import codes
from ketsim.care.hsds_export import unescaped
from ketsim.care.hsds_tables import CODES, EXPIRES, EXTERNAL, KIND, PRECISION, SOURCE, TABLES, VERBATIM
from ketsim.care.importers.archive import open_archive, read_part
from ketsim.care.importers.batch import (
    MOST_ROWS,
    Batch,
    Entry,
    cell,
    check_as_of,
    coordinates,
    digest,
    reason_against,
    refused,
)  # fmt: skip
from ketsim.care.model import KINDS, Code, PhoneKind, Precision

_KINDS: Final = {words: kind for kind, words in KINDS.items()}
_PRECISE: Final[tuple[Precision, ...]] = ("rooftop", "zip_centroid", "none")
_PHONES: Final[tuple[PhoneKind, ...]] = ("main", "intake", "hotline")

Row = Mapping[str, Any]


def looks_like(content: bytes) -> bool:
    """Whether JSON is HSDS: services that belong to organisations, not rows of a locator."""
    start = content[:200_000]
    return b'"organization' in start and (b'"service' in start or b'"contents"' in start) and b'"name1"' not in start


def read(content: bytes, *, name: str, as_of: str | None = None) -> tuple[Batch, ...]:
    """The batches of an HSDS file: those of the package's own sources, or one for the whole."""
    try:
        sources, services = _package(content, name) if content.startswith(b"PK") else _document(content, name)
        return _batches(sources, services, name, as_of, digest(content))
    except (AttributeError, KeyError, TypeError) as error:  # a text where an object was meant, and the like
        raise refused(f"{name} is not laid out as HSDS: {str(error)[:80].lower()}.", "import_header") from None


def _document(content: bytes, name: str) -> tuple[list[Row], list[Row]]:
    try:
        body = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise refused(f"{name} is not JSON: {str(error)[:80].lower()}.", "import_format") from None
    services = body if isinstance(body, list) else body.get("services", body.get("contents"))
    terms = {} if isinstance(body, list) else {str(term["id"]): term for term in body.get("taxonomy_terms") or []}
    if not isinstance(services, list) or len(services) > MOST_ROWS:
        raise refused(f'{name} has no list "services" of at most {MOST_ROWS:,}.', "import_header")
    if terms:
        for service in services:
            places = [at.get("location") or {} for at in service.get("service_at_locations") or []]
            for owner in (service, *places):
                for mark in owner.get("attributes") or []:
                    mark.setdefault("taxonomy_term", terms.get(str(mark.get("taxonomy_term_id")), {}))
    return (body.get("sources") or []) if isinstance(body, dict) else [], services


def _package(content: bytes, name: str) -> tuple[list[Row], list[Row]]:
    """Sources and services, nested as in JSON, from the CSV files of an archive."""
    archive = open_archive(content, name)
    there = {part.rpartition("/")[2]: part for part in archive.namelist()}
    for needed in ("datapackage.json", "service.csv", "organization.csv"):
        if needed not in there:
            raise refused(f"{name} holds no {needed}; an HSDS data package does.", "import_header")
    try:
        package = json.loads(read_part(archive, there["datapackage.json"], name))
    except (RecursionError, ValueError) as error:
        raise refused(f"datapackage.json in {name} is not JSON: {str(error)[:80].lower()}.", "import_format") from None
    tables = {
        table: _table(read_part(archive, there[f"{table}.csv"], name), f"{table}.csv")
        if f"{table}.csv" in there
        else []
        for table in TABLES
    }
    terms = {row["id"]: row for row in tables["taxonomy_term"]}
    marks = [{**row, "taxonomy_term": terms.get(row["taxonomy_term_id"], {})} for row in tables["attribute"]]
    locations: dict[str, dict[str, Any]] = {
        row["id"]: {**row, "addresses": [], "attributes": []} for row in tables["location"]
    }
    services: dict[str, dict[str, Any]] = {
        row["id"]: {**row, "phones": [], "attributes": [], "service_at_locations": []} for row in tables["service"]
    }
    organizations: dict[str, Row] = {row["id"]: row for row in tables["organization"]}
    for row in tables["address"]:
        if row["location_id"] in locations:
            locations[row["location_id"]]["addresses"].append(row)
    for row in tables["phone"]:
        if row.get("service_id") in services:
            services[row["service_id"]]["phones"].append(row)
    for mark in marks:
        link = str(mark["link_id"])
        owner = services.get(link) or locations.get(link)
        if owner is not None:
            owner["attributes"].append(mark)
    for row in tables["service_at_location"]:
        if row["service_id"] in services and row["location_id"] in locations:
            services[row["service_id"]]["service_at_locations"].append(
                {**row, "location": locations[row["location_id"]]}
            )
    for service in services.values():
        service["organization"] = organizations.get(str(service.get("organization_id")), {})
    return package.get("sources") or [], list(services.values())


def _table(content: bytes, name: str) -> list[dict[str, str]]:
    try:
        lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), restval="", strict=True)
        rows = [{key: unescaped(text) for key, text in row.items() if key is not None} for row in lines]
    except (UnicodeDecodeError, csv.Error) as error:
        raise refused(f"{name} is no CSV in UTF-8: {str(error)[:80].lower()}.", "import_format") from None
    if len(rows) > 10 * MOST_ROWS:
        raise refused(f"{name} has more than {10 * MOST_ROWS:,} rows; such files are not read.", "import_size")
    return rows


def _batches(sources: list[Row], services: list[Row], name: str, as_of: str | None, sha256: str) -> tuple[Batch, ...]:
    entries: dict[str, list[Entry]] = {}
    rejects: dict[str, list[tuple[int, str]]] = {}
    explained: dict[tuple[str, str], Code] = {}
    own = {str(source.get("key")): source for source in sources if source.get("key") and source.get("as_of")}
    foreign = f"hsds-{name.rpartition('.')[0] or name}"[:60].casefold()
    values = 0
    for row, service in enumerate(services, start=1):
        marks = list(_marks(service))
        key = next((code for taxonomy, code, _, _ in marks if taxonomy == SOURCE and code in own), foreign)
        for taxonomy, code, words, _ in marks:
            if taxonomy.startswith(CODES):
                values += 1
                found = _code(taxonomy, code, words)
                if codes().get(found.code) != found:
                    explained[found.code, found.scheme_version] = found
        try:
            for entry in _entries(row, service, marks):
                against = reason_against(entry)
                if against:
                    raise ValueError(against)
                entries.setdefault(key, []).append(entry)
        except ValueError as reason:
            rejects.setdefault(key, []).append((row, str(reason)))
    if not services:
        raise refused(f"{name} holds no service; nothing was read.", "import_empty")
    if foreign in {*entries, *rejects} and as_of is None:
        raise refused(f"{name} does not say of which day it is; add --as-of YYYY-MM-DD.", "import_as_of")
    return tuple(
        _restored(own[key], entries.get(key, []), rejects.get(key, []), tuple(explained.values()))
        if key in own
        else Batch(
            key=key, name=f"HSDS file {name}", url="", licence="not stated", citation=f"{name}, as of {as_of}.",
            as_of=as_of or "", sha256=sha256, rows_in=len(services), entries=entries.get(key, []),
            rejects=rejects.get(key, []), values=values,
        )
        for key in dict.fromkeys((*entries, *rejects))
    )  # fmt: skip


def _restored(source: Row, entries: list[Entry], rejects: list[tuple[int, str]], explained: tuple[Code, ...]) -> Batch:
    """The batch of a source that the package itself describes."""
    texts = {key: str(source.get(key, "")) for key in ("key", "name", "url", "licence", "citation", "sha256")}
    unknown = {str(code): int(count) for code, count in dict(source.get("unknown_codes") or {}).items()}
    rows_in = max(int(source.get("rows_in", 0)), len(entries) + len(rejects))
    return Batch(
        **texts, as_of=check_as_of(str(source["as_of"])), rows_in=rows_in, entries=entries, rejects=rejects, values=1,
        unknown=unknown, most_unknown=float("inf"), codes=explained,
    )  # fmt: skip


def _entries(row: int, service: Row, marks: list[tuple[str, str, str, str]]) -> Iterator[Entry]:
    """An entry for every location of a service; one without a place where it has none."""
    organization = service.get("organization") or {}
    said = {taxonomy: code for taxonomy, code, _, _ in marks}
    kind = said.get(KIND, "other")
    programme = cell(service.get("name"))
    licence = cell(service.get("licenses"))
    assured = cell(service.get("assured_date")) or None
    expires = licence.removeprefix(EXPIRES) if licence.startswith(EXPIRES) else None
    for day in (assured, expires):
        if day:
            date.fromisoformat(day)
    ours, others = _codes(marks)
    phones = tuple(_phone(phone) for phone in _ordered(service.get("phones") or []))
    places = [at.get("location") or {} for at in service.get("service_at_locations") or []] or [{}]
    for number, location in enumerate(places):
        address: Row = next(iter(location.get("addresses") or []), {})
        precision = next((code for taxonomy, code, _, _ in _marks(location) if taxonomy == PRECISION), "rooftop")
        point = coordinates(location.get("latitude"), location.get("longitude"))
        yield Entry(
            row=row, kind=kind if kind in KINDS else "other", name1=cell(organization.get("name")),
            name2="" if programme in _KINDS else programme, street1=cell(address.get("address_1")),
            street2=cell(address.get("address_2")), city=cell(address.get("city")),
            state=cell(address.get("state_province")), zip=cell(address.get("postal_code"))[:10],
            lat=point and point[0], lon=point and point[1],
            precision=_precise(precision) if point else "none" if location else "zip_centroid",
            phones=phones, codes=ours, unknown=others, status=cell(service.get("status")) or "active",
            assured_on=assured, expires_on=expires,
            website=cell(service.get("url")), external_id=said.get(EXTERNAL, ""),
            organization_id=cell(organization.get("id")) or None, location_id=cell(location.get("id")) or None,
            service_id=cell(service.get("id")) or None if number == 0 else None,
        )  # fmt: skip


def _precise(said: str) -> Precision:
    return next((known for known in _PRECISE if known == said), "rooftop")


def _marks(of: Row) -> Iterator[tuple[str, str, str, str]]:
    """Taxonomy, code, name and value of every attribute."""
    for mark in of.get("attributes") or []:
        term = mark.get("taxonomy_term") or {}
        yield (
            str(term.get("taxonomy") or ""),
            str(term.get("code") or ""),
            str(term.get("name") or ""),
            str(mark.get("value") or ""),
        )


def _codes(marks: list[tuple[str, str, str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    ours = tuple(code for taxonomy, code, _, _ in marks if taxonomy.startswith(CODES))
    words = sorted((value, name) for taxonomy, _, name, value in marks if taxonomy == VERBATIM)
    own = (KIND, SOURCE, VERBATIM, EXTERNAL, PRECISION)
    foreign = [
        f"{taxonomy}: {name or code}" for taxonomy, code, name, _ in marks
        if taxonomy not in own and not taxonomy.startswith(CODES)
    ]  # fmt: skip
    return ours, (*(name for _, name in words), *foreign)


def _code(taxonomy: str, code: str, words: str) -> Code:
    category, _, rest = words.partition("|")
    category_name, _, name = rest.partition("|")
    return Code(code, category, category_name, name, taxonomy.removeprefix(CODES))


def _ordered(phones: list[Row]) -> list[Row]:
    return sorted(phones, key=lambda phone: str(phone.get("description") or ""))


def _phone(phone: Row) -> tuple[str, PhoneKind]:
    number, extension = cell(phone.get("number")), cell(phone.get("extension"))
    words = cell(phone.get("description")).split()
    kind: PhoneKind = next((known for known in _PHONES if known in words), "main")
    written = (
        number if not extension or extension.lstrip("0") in number[-len(extension) - 4 :] else f"{number} x{extension}"
    )
    return written, kind
