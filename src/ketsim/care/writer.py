"""How does a file become part of the directory? In one transaction: all of it or nothing, even if killed.

A newer file of the same source takes the place of the older one. Services of one organisation at one address become one
listing, whatever file they come from; a phone number identifies nobody.
"""

from __future__ import annotations

import json
import re
import sqlite3
import uuid
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from ketsim.care.codes import codes
from ketsim.care.geo import ZIP_FAR, miles
from ketsim.care.importers.batch import REJECTED_ROWS, Batch, Entry, refused
from ketsim.care.model import Phone, PhoneKind, SourceRecord, full_name
from ketsim.care.phone import read_listed_phone
from ketsim.care.place import zip_point
from ketsim.care.store import Store

NAMESPACE: Final = uuid.UUID("6f1d2c0a-6f0e-5a43-9a53-6b6574736d31")  # of ketsim's own, so that ids never meet others'

_PARTS: Final = re.compile(r"[^0-9a-z]+")
_RANK: Final = "CASE a.precision WHEN 'rooftop' THEN 0 WHEN 'zip_centroid' THEN 1 ELSE 2 END"


def write(store: Store, batches: Sequence[Batch], *, force: bool = False) -> tuple[SourceRecord, ...]:
    """Take batches over into the store, together or not at all. Returns what became of each.

    force: also take a file that is older than what is there. Raises `Refusal` with the code ``import_rejects``,
    ``import_unknown_codes`` or ``import_older``; then nothing was written.
    """
    for batch in batches:
        _check_shares(batch)
    with store.writing() as connection:
        records = tuple(_write_one(connection, batch, force=force) for batch in batches)
        _settle(connection)
    return records


def location_id(entry: Entry) -> str:
    """Id of an organisation at an address. The programme's name is left out: programmes at one address are services.

    Where a file has no streets, the point tells two sites of one organisation in one ZIP apart.
    """
    where = _plain(entry.street1) or ("" if entry.lat is None else f"{entry.lat:.4f},{entry.lon:.4f}")
    return str(uuid.uuid5(NAMESPACE, "|".join((_plain(entry.name1), where, entry.zip))))


def service_id(entry: Entry, source: str, repeat: int) -> str:
    """Id of a service: name1|name2|street1|zip5, which kind it is, who says so, and which of several alike."""
    parts = (entry.name1, entry.name2, entry.street1, entry.zip, entry.kind)
    return str(uuid.uuid5(NAMESPACE, "|".join((*map(_plain, parts), source, str(repeat)))))


def _check_shares(batch: Batch) -> None:
    if batch.rows_in == 0 or not batch.entries:
        raise refused(f"{batch.name} holds no listing; nothing was written.", "import_empty")
    if len(batch.rejects) > REJECTED_ROWS * batch.rows_in:
        first = "; ".join(f"row {row}: {reason}" for row, reason in batch.rejects[:3])
        raise refused(
            f"{len(batch.rejects):,} of {batch.rows_in:,} rows cannot be read, more than {REJECTED_ROWS:.0%}; nothing "
            f"was written ({first}).",
            "import_rejects",
        )
    unknown = sum(batch.unknown.values())
    if unknown > batch.most_unknown * batch.values:
        first = ", ".join(repr(code[:60]) for code, _ in Counter(batch.unknown).most_common(5))
        raise refused(
            f"{unknown:,} of {batch.values:,} codes are in no list that is known, more than {batch.most_unknown:.0%}; "
            f"nothing was written (most often: {first}).",
            "import_unknown_codes",
        )


def _write_one(connection: sqlite3.Connection, batch: Batch, *, force: bool) -> SourceRecord:
    there = connection.execute("SELECT as_of FROM source WHERE key = ?", (batch.key,)).fetchone()
    if there is not None and there[0] > batch.as_of and not force:
        raise refused(
            f"the directory holds {batch.key} of {there[0]}, and this file is of {batch.as_of}; it is older, so "
            "nothing was written (--force takes it all the same).",
            "import_older",
        )
    connection.execute("DELETE FROM source WHERE key = ?", (batch.key,))  # its services, phones and rejects go with it
    record = _insert_source(connection, batch)
    invalid = _insert_entries(connection, batch)
    connection.execute("UPDATE source SET invalid_phones = ? WHERE key = ?", (invalid, batch.key))
    connection.executemany(
        "INSERT INTO reject (source, row, reason) VALUES (?, ?, ?)",
        [(batch.key, row, reason) for row, reason in batch.rejects],
    )
    return SourceRecord(**{**record, "invalid_phones": invalid})  # type: ignore[arg-type]


def _insert_source(connection: sqlite3.Connection, batch: Batch) -> dict[str, object]:
    record: dict[str, object] = {
        "key": batch.key, "name": batch.name, "url": batch.url, "licence": batch.licence, "citation": batch.citation,
        "as_of": batch.as_of, "sha256": batch.sha256, "rows_in": batch.rows_in, "rows_kept": len(batch.entries),
        "rows_rejected": len(batch.rejects), "unknown_codes": tuple(sorted(batch.unknown.items())),
    }  # fmt: skip
    row = {**record, "unknown_codes": json.dumps(record["unknown_codes"], ensure_ascii=False), "invalid_phones": 0}
    marks = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT INTO source ({', '.join(row)}) VALUES ({marks})", row)
    return record


def _insert_entries(connection: sqlite3.Connection, batch: Batch) -> int:
    """Write the entries of a batch. Returns how many of their phone numbers cannot exist."""
    numbers = _code_numbers(connection, batch)
    organizations = dict(connection.execute("SELECT id, n FROM organization"))
    locations = dict(connection.execute("SELECT id, n FROM location"))
    repeats: Counter[str] = Counter()
    invalid = 0
    phones: list[tuple[object, ...]] = []
    marks: list[tuple[int, int]] = []
    for entry in batch.entries:
        owner = entry.organization_id or str(uuid.uuid5(NAMESPACE, _plain(entry.name1)))
        if owner not in organizations:
            organizations[owner] = _inserted(
                connection, "INSERT INTO organization (id, name) VALUES (?, ?)", owner, entry.name1
            )
        place = entry.location_id or location_id(entry)
        if place not in locations:
            locations[place] = _inserted(
                connection,
                "INSERT INTO location (id, organization, street1, street2, city, state, zip, precision, flags) "
                "VALUES (?, ?, '', '', '', '', ?, 'none', '')",
                place, organizations[owner], entry.zip,
            )  # fmt: skip
        alike = service_id(entry, batch.key, 0)
        key = entry.service_id or service_id(entry, batch.key, repeats[alike])
        repeats[alike] += 1
        service = _inserted(
            connection,
            "INSERT INTO service (id, source, kind, programme, status, assured_on, expires_on, website, external_id, "
            "unknown) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            key, batch.key, entry.kind, entry.name2, entry.status, entry.assured_on or batch.as_of, entry.expires_on,
            entry.website, entry.external_id, json.dumps(entry.unknown, ensure_ascii=False),
        )  # fmt: skip
        lat, lon, precision, flags = _point(entry)
        connection.execute(
            "INSERT INTO service_at_location VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                service,
                locations[place],
                entry.street1,
                entry.street2,
                entry.city,
                entry.state,
                lat,
                lon,
                precision,
                flags,
            ),
        )
        for phone in (_phone(text, kind) for text, kind in entry.phones):
            invalid += not phone.valid
            phones.append((service, phone.text, phone.e164, phone.extension, phone.kind, phone.valid))
        marks.extend((service, numbers[code]) for code in entry.codes)
    connection.executemany(
        "INSERT INTO phone (service, text, e164, extension, kind, valid) VALUES (?, ?, ?, ?, ?, ?)", phones
    )
    connection.executemany("INSERT OR IGNORE INTO service_code (service, code) VALUES (?, ?)", marks)
    return invalid


def _code_numbers(connection: sqlite3.Connection, batch: Batch) -> dict[str, int]:
    """Row numbers of codes: those of the shipped list, and over them those that the file itself explains otherwise."""
    connection.executemany(
        "INSERT OR IGNORE INTO code (code, category, category_name, name, scheme_version) VALUES (?, ?, ?, ?, ?)",
        [(c.code, c.category, c.category_name, c.name, c.scheme_version) for c in (*codes().values(), *batch.codes)],
    )
    numbers = {(code, year): int(n) for code, year, n in connection.execute("SELECT code, scheme_version, n FROM code")}
    return {c.code: numbers[c.code, c.scheme_version] for c in (*codes().values(), *batch.codes)}


def _inserted(connection: sqlite3.Connection, statement: str, *values: object) -> int:
    row = connection.execute(statement, values).lastrowid
    assert row is not None
    return row


@lru_cache(maxsize=65_536)  # a third of the numbers stand more than once
def _phone(text: str, kind: PhoneKind) -> Phone:
    return read_listed_phone(text, kind=kind)


def _point(entry: Entry) -> tuple[float | None, float | None, str, str]:
    """Point, precision and doubts: a site far from its ZIP has a slip in one of the two, which is only flagged."""
    centre = zip_point(entry.zip) if entry.zip else None
    flags = ["zip_unknown"] if entry.zip and centre is None else []
    if entry.precision == "none":
        return None, None, "none", " ".join(flags)
    if entry.lat is None or entry.lon is None:
        return (*centre, "zip_centroid", " ".join(flags)) if centre else (None, None, "none", " ".join(flags))
    if centre is not None and miles(entry.lat, entry.lon, *centre) > ZIP_FAR:
        flags.append("zip_far")
    return entry.lat, entry.lon, entry.precision, " ".join(flags)


def _settle(connection: sqlite3.Connection) -> None:
    """Bring locations and points in line with the services: the best point and the latest address of each location."""
    connection.execute("DELETE FROM location WHERE n NOT IN (SELECT location FROM service_at_location)")
    connection.execute("DELETE FROM organization WHERE n NOT IN (SELECT organization FROM location)")
    connection.execute(
        f"""UPDATE location SET street1 = b.street1, street2 = b.street2, city = b.city, state = b.state, lat = b.lat,
        lon = b.lon, precision = b.precision, flags = b.flags FROM (
          SELECT a.*, row_number() OVER (
            PARTITION BY a.location ORDER BY {_RANK}, s.assured_on DESC, s.source, s.id) AS place
          FROM service_at_location a JOIN service s ON s.n = a.service) b
        WHERE b.place = 1 AND b.location = location.n"""
    )
    connection.execute("DELETE FROM point")
    programmes: dict[int, list[str]] = {}
    for place, programme in connection.execute(
        "SELECT a.location, s.programme FROM service_at_location a JOIN service s ON s.n = a.service"
    ):
        programmes.setdefault(place, []).append(programme)
    rows = connection.execute(
        "SELECT l.n, lat, lon, o.name, l.id, precision FROM location l JOIN organization o ON o.n = l.organization "
        "WHERE lat IS NOT NULL"
    ).fetchall()
    connection.executemany(
        "INSERT INTO point VALUES (?1, ?2, ?2, ?3, ?3, ?2, ?3, ?4, ?5, ?6)",
        [(n, lat, lon, full_name(name, programmes[n]), key, precision) for n, lat, lon, name, key, precision in rows],
    )


def _plain(text: str) -> str:
    return _PARTS.sub(" ", text.casefold()).strip()
