"""How is the directory given to others? As HSDS JSON, or as a data package of CSV files in one archive.

A cell that a spreadsheet would run as a formula (= + - @ at its start) gets an apostrophe before it, which reading
takes away.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from typing import Any, Final

from ketsim.care.hsds_tables import TABLES, hsds_sources, hsds_tables
from ketsim.care.store import Store

VERSION: Final = "3.0"

_RISKY: Final = re.compile(r"'*[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE]-?[0-9]+)?")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same store gives the same bytes
_UNDER: Final = {"service": "services", "organization": "organizations", "location": "locations"}


def export_json(store: Store) -> bytes:
    """The directory as one HSDS JSON document: services with all that belongs to them, terms of taxonomies once."""
    tables = hsds_tables(store)
    organizations = {row["id"]: row for row in tables["organization"]}
    addresses = _by(tables["address"], "location_id")
    marks: dict[str, list[dict[str, Any]]] = {}
    for row in tables["attribute"]:  # a million of them: no more than has to be said
        mark = {"id": row["id"], "taxonomy_term_id": row["taxonomy_term_id"]}
        marks.setdefault(row["link_id"], []).append(mark | ({"value": row["value"]} if row["value"] else {}))
    locations = {
        row["id"]: {**row, "addresses": addresses.get(row["id"], []), "attributes": marks.get(row["id"], [])}
        for row in tables["location"]
    }
    at = _by(
        [{**row, "location": locations[row["location_id"]]} for row in tables["service_at_location"]], "service_id"
    )
    phones = _by(tables["phone"], "service_id")
    services = [
        {
            **row,
            "organization": organizations[row["organization_id"]],
            "service_at_locations": at.get(row["id"], []),
            "phones": phones.get(row["id"], []),
            "attributes": marks.get(row["id"], []),
        }
        for row in tables["service"]
    ]
    body = {
        "hsds_version": VERSION,
        "sources": hsds_sources(store),
        "taxonomy_terms": tables["taxonomy_term"],
        "services": services,
    }
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def export_csv(store: Store) -> bytes:
    """The directory as an archive of CSV files with its ``datapackage.json``."""
    tables = hsds_tables(store)
    package = {
        "name": "ketsim-care",
        "profile": "tabular-data-package",
        "hsds_version": VERSION,
        "sources": [{**source, "title": source["name"]} for source in hsds_sources(store)],
        "resources": [
            {
                "name": _UNDER.get(name, name), "path": f"{name}.csv", "profile": "tabular-data-resource",
                "schema": {"fields": [{"name": column} for column in columns], "primaryKey": "id"},
            }
            for name, columns in TABLES.items()
        ],
    }  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "datapackage.json", json.dumps(package, ensure_ascii=False, indent=1))
        for name, columns in TABLES.items():
            lines = io.StringIO(newline="")
            writer = csv.writer(lines, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([escaped(row[column]) for column in columns] for row in tables[name])
            _put(archive, f"{name}.csv", lines.getvalue())
    return packed.getvalue()


def escaped(value: object) -> str:
    """The text of a cell that no spreadsheet takes for a formula.

    >>> escaped("=1+1"), escaped("-118.25"), escaped("plain")
    ("'=1+1", '-118.25', 'plain')
    """
    text = "" if value is None else str(value)
    return f"'{text}" if _RISKY.match(text) and not _NUMBER.fullmatch(text) else text


def unescaped(text: str) -> str:
    """What `escaped` made the text from."""
    return text[1:] if text.startswith("'") and _RISKY.match(text[1:]) else text


def _by(rows: list[dict[str, Any]], column: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


def _put(archive: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, text)
