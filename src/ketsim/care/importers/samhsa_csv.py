"""What does a CSV of the national directory say? Two forms: ketsim's own table, and the export of FindTreatment.gov.

ketsim's own has one column of codes. The export has one column a code, its name in lower case, with 0 and 1 in it; a
code is read by its column's name, from the list of codes.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypedDict

from ketsim.care.codes import codes
from ketsim.care.importers.batch import (
    MOST_ROWS,
    Batch,
    Entry,
    cell,
    check_header,
    coordinates,
    digest,
    reason_against,
    refused,
    sort_codes,
    zip5,
)  # fmt: skip
from ketsim.care.model import PhoneKind

LICENCE: Final = (
    "public domain (17 U.S.C. 105); SAMHSA asks that it not be reproduced or distributed for a fee without its written "
    "authorisation"
)
PUBLISHER: Final = "Substance Abuse and Mental Health Services Administration"
URL: Final = "https://findtreatment.gov/locator"
NAMES: Final = {
    "su": "National Directory of Drug and Alcohol Use Treatment Facilities",
    "mh": "National Directory of Mental Health Treatment Facilities",
}

OWN: Final = ("source", "name1", "street1", "city", "state", "zip", "phone", "codes")
EXPORT: Final = ("name1", "street1", "city", "state", "zip", "phone")
PHONES: Final[tuple[tuple[str, PhoneKind], ...]] = (
    ("phone", "main"), ("intake1", "intake"), ("intake2", "intake"), ("intake1a", "intake"), ("intake2a", "intake"),
    ("hotline1", "hotline"), ("hotline2", "hotline"),
)  # fmt: skip

_FEWEST_FLAGS: Final = 10  # columns of codes without which a table is no export
_FIELD: Final = 131_072
_PLAIN: Final = {
    "name1", "name2", "street1", "street2", "city", "state", "zip", "zip4", "county", "phone", "intake1", "intake2",
    "intake1a", "intake2a", "hotline1", "hotline2", "website", "latitude", "longitude", "type_facility", "frid",
    "_irow",     "miles", "ou", "record_id",
}  # fmt: skip
#: Columns of codes look like this: two to eight small letters or digits. Longer names are columns of another kind.
_FLAG: Final = re.compile(r"[a-z][a-z0-9]{1,7}")

Rows = Iterator[tuple[int, Mapping[str, str]]]


def read_table(content: bytes, name: str) -> tuple[list[str], Rows]:
    """Header (small letters) and rows, numbered from 1, of a CSV in UTF-8. Raises `Refusal`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused(f"{name} is not UTF-8 text; save it as CSV UTF-8.", "import_format") from None
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [column.strip().casefold() for column in next(lines, [])]
    except csv.Error as error:
        raise refused(f"the first line of {name} is no CSV: {error}.", "import_format") from None
    if len(set(header)) != len(header):
        twice = Counter(header).most_common(1)[0][0]
        raise refused(f"{name} has the column {twice[:40]!r} twice.", "import_header")
    return header, _rows(lines, header, name)


def _rows(lines: Iterator[list[str]], header: Sequence[str], name: str) -> Rows:
    row = 0
    while True:
        row += 1
        try:
            values = next(lines, None)
        except csv.Error as error:
            raise refused(f"row {row} of {name} is no CSV: {error}.", "import_format") from None
        if values is None:
            return
        if row > MOST_ROWS:
            raise refused(f"{name} has more than {MOST_ROWS:,} rows; such files are not read.", "import_size")
        if any(values):
            short = len(header) - len(values)
            yield row, dict(zip(header, [*values, *[""] * short], strict=False))


def read(content: bytes, *, name: str, as_of: str, kind: str | None = None) -> tuple[Batch, ...]:
    """The batches of a CSV: one for each directory of ketsim's own table, one of an export."""
    header, rows = read_table(content, name)
    if "codes" in header:
        check_header(name, header, OWN)
        return _own(rows, content, as_of)
    check_header(name, header, EXPORT)
    return (_export(header, rows, content, name, as_of, kind),)


def looks_like(header: Sequence[str]) -> bool:
    """Whether a CSV with this header is one of the two."""
    return "codes" in header or len(_flags(header)) >= _FEWEST_FLAGS


class About(TypedDict):
    """What is said of a file as a whole."""

    key: str
    name: str
    url: str
    licence: str
    citation: str
    as_of: str
    sha256: str


class Basics(TypedDict):
    """Name and address of a row."""

    name1: str
    name2: str
    street1: str
    street2: str
    city: str
    state: str
    zip: str


def national(key: str, kind: str, as_of: str, sha256: str, year: str) -> About:
    """What is said of a file of the national directory."""
    title = f"{NAMES[kind]} {year}"
    return {
        "key": key, "name": f"SAMHSA {title}", "url": URL, "licence": LICENCE, "as_of": as_of, "sha256": sha256,
        "citation": f"{PUBLISHER}, {title}. Rockville, MD. Public domain.",
    }  # fmt: skip


def gather(
    rows: Rows, entry_of: Callable[[int, Mapping[str, str]], Entry]
) -> tuple[list[Entry], list[tuple[int, str]], int]:
    """Entries, rejected rows with their reason, and how many rows there were."""
    entries: list[Entry] = []
    rejects: list[tuple[int, str]] = []
    count = 0
    for number, row in rows:
        count += 1
        try:
            entry = entry_of(number, row)
        except ValueError as reason:
            rejects.append((number, str(reason)))
            continue
        against = reason_against(entry)
        if against:
            rejects.append((number, against))
        else:
            entries.append(entry)
    return entries, rejects, count


def basics(row: Mapping[str, str]) -> Basics:
    """Name and address of a row with the columns of the directory."""
    return {
        "name1": cell(row.get("name1")), "name2": cell(row.get("name2")), "street1": cell(row.get("street1")),
        "street2": cell(row.get("street2")), "city": cell(row.get("city")), "state": cell(row.get("state")).upper(),
        "zip": zip5(row.get("zip") or ""),
    }  # fmt: skip


def phones(row: Mapping[str, object]) -> tuple[tuple[str, PhoneKind], ...]:
    """The numbers of a row, as written."""
    return tuple((text, kind) for column, kind in PHONES if (text := cell(row.get(column))))


def kind_of(stated: object, said: Sequence[str]) -> str:
    """The kind of a service: as the file states it, else by its codes."""
    kind = cell(stated).casefold()
    if kind in ("su", "mh"):
        return kind
    return "both" if {"SA", "MH"} <= set(said) else "mh" if "MH" in said else "su" if "SA" in said else "other"


def _own(rows: Rows, content: bytes, as_of: str) -> tuple[Batch, ...]:
    groups: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    for number, row in rows:
        groups.setdefault(cell(row["source"]), []).append((number, row))
    return tuple(_own_batch(source, found, digest(content), as_of) for source, found in groups.items())


def _own_batch(source: str, rows: list[tuple[int, Mapping[str, str]]], sha256: str, as_of: str) -> Batch:
    kind = source.rpartition("-")[2]
    if kind not in NAMES:
        raise refused(f"the source {source[:40]!r} ends neither in -su nor in -mh.", "import_format")
    tally: Counter[str] = Counter()
    values = 0

    def entry_of(number: int, row: Mapping[str, str]) -> Entry:
        nonlocal values
        said = (row["codes"] or "").replace("*", " ").split()
        values += len(said)
        known, strange = sort_codes(said, tally)
        point = coordinates(row.get("lat"), row.get("lon"))
        return Entry(
            row=number, kind=kind, **basics(row), phones=phones(row), codes=known, unknown=strange,
            lat=point and point[0], lon=point and point[1], precision="zip_centroid",
        )  # fmt: skip

    entries, rejects, count = gather(iter(rows), entry_of)
    year = (re.findall(r"20[0-9]{2}", source) or [as_of[:4]])[-1]
    about = national(f"samhsa-{kind}", kind, as_of, sha256, year)
    return Batch(**about, rows_in=count, entries=entries, rejects=rejects, values=values, unknown=tally)


def _flags(header: Sequence[str]) -> dict[str, str]:
    """Column -> code, for the columns that are codes of the list."""
    known = {code.casefold(): code for code in codes()}
    return {column: known[column] for column in header if column in known and column not in _PLAIN}


def _export(header: Sequence[str], rows: Rows, content: bytes, name: str, as_of: str, kind: str | None) -> Batch:
    flags = _flags(header)
    if len(flags) < _FEWEST_FLAGS:
        raise refused(
            f"{name} has neither a column of codes nor columns named by codes, such as sa, dt and op.", "import_header"
        )
    strange = [c for c in header if c not in flags and c not in _PLAIN and _FLAG.fullmatch(c)]
    tally: Counter[str] = Counter()
    values = 0

    def entry_of(number: int, row: Mapping[str, str]) -> Entry:
        nonlocal values
        said = tuple(code for column, code in flags.items() if _is_set(row[column], column))
        # Some other column may have a short name; only one that holds nothing but 0 and 1 is a code nobody knows.
        odd = tuple(column.upper() for column in strange if row[column].strip() == "1")
        values += len(said) + len(odd)
        tally.update(odd)
        point = coordinates(row.get("latitude"), row.get("longitude"))
        return Entry(
            row=number, kind=kind or kind_of(row.get("type_facility"), said), **basics(row), phones=phones(row),
            codes=said, unknown=odd,
            lat=point and point[0], lon=point and point[1], precision="rooftop" if point else "zip_centroid",
            website=cell(row.get("website")), external_id=cell(row.get("frid")),
        )  # fmt: skip

    entries, rejects, count = gather(rows, entry_of)
    return Batch(
        key="findtreatment", name=f"SAMHSA FindTreatment.gov export of {as_of}", url=URL, licence=LICENCE, as_of=as_of,
        citation=f"{PUBLISHER}, FindTreatment.gov, exported {as_of}. Public domain.", sha256=digest(content),
        rows_in=count, entries=entries, rejects=rejects, values=values, unknown=tally,
    )  # fmt: skip


def _is_set(text: str, column: str) -> bool:
    said = text.strip()
    if said not in ("0", "1", ""):
        raise ValueError(f"the column {column} holds {said[:20]!r}; 0 or 1 was expected")
    return said == "1"
