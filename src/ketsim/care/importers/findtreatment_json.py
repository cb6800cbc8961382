"""What does a saved reply of FindTreatment.gov say? Names of services, not codes; texts where numbers are meant.

A name is a code only within its category: "Young adults" is two codes. A name that no list has is kept as it stands and
counted. The reply has no id but `frid` in later ones; `_irow` is a row of one reply and is not read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from ketsim.care.codes import named
from ketsim.care.geo import ZIP_FAR, miles
from ketsim.care.importers.batch import (
    MOST_ROWS,
    UNKNOWN_NAMES,
    Batch,
    Entry,
    cell,
    coordinates,
    digest,
    refused,
    zip5,
)  # fmt: skip
from ketsim.care.importers.samhsa_csv import LICENCE, PUBLISHER, URL, gather, kind_of, phones
from ketsim.care.place import zip_point

_WRONG: Final = 0.2  # share of rows at odds from which on the two coordinates stand in each other's place
_FEWEST: Final = 3
_FEW_STATES: Final = 3
_ROUNDED: Final = 0.2  # miles; the reply rounds to a tenth or a hundredth

Row = Mapping[str, Any]


def read(content: bytes, *, name: str, as_of: str) -> tuple[Batch, ...]:
    """The batch of one reply, of a list of replies (pages), or of a list of their rows."""
    found = list(_rows(_load(content, name), name))
    _check_order(found, name)
    tally: Counter[str] = Counter()
    values = 0

    def entry_of(number: int, row: Row) -> Entry:
        nonlocal values
        said, known, kept = _services(row, tally)
        values += said
        point = coordinates(row.get("latitude"), row.get("longitude"))
        return Entry(
            row=number, kind=kind_of(row.get("type_facility") or row.get("typeFacility"), known),
            name1=cell(row.get("name1") or row.get("name")), name2=cell(row.get("name2")),
            street1=cell(row.get("street1")), street2=cell(row.get("street2")),
            city=cell(row.get("city")), state=cell(row.get("state")).upper(), zip=zip5(cell(row.get("zip"))),
            lat=point and point[0], lon=point and point[1], precision="rooftop" if point else "zip_centroid",
            phones=phones(row), codes=known, unknown=kept, website=cell(row.get("website")),
            external_id=cell(row.get("frid")),
        )  # fmt: skip

    entries, rejects, count = gather(iter(enumerate(found, start=1)), entry_of)
    return (
        Batch(
            key=_key(entries), name=f"SAMHSA FindTreatment.gov reply of {as_of}", url=URL, licence=LICENCE, as_of=as_of,
            citation=f"{PUBLISHER}, FindTreatment.gov, retrieved {as_of}. Public domain.", sha256=digest(content),
            rows_in=count, entries=_once(entries), rejects=rejects, values=values, unknown=tally,
            most_unknown=UNKNOWN_NAMES,
        ),
    )  # fmt: skip


def _key(entries: Sequence[Entry]) -> str:
    """A reply holds one area: that of one state does not take the place of another's."""
    states = sorted({entry.state for entry in entries if len(entry.state) == 2})
    return "-".join(("findtreatment", *(states if len(states) <= _FEW_STATES else ()))).casefold()


def _load(content: bytes, name: str) -> Any:
    depth = deepest = 0
    for sign in content:
        if sign in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in b"]}":
            depth -= 1
    if deepest > 10_000:  # also counts brackets in texts, hence so many; the parser itself would overflow
        raise refused(f"{name} is nested too deep to be read.", "import_format")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise refused(f"{name} is not UTF-8 text.", "import_format") from None
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        raise refused(f"{name} is not JSON: {str(error)[:80].lower()}.", "import_format") from None


def _rows(body: Any, name: str) -> Iterator[Row]:
    count = 0
    pages = body if isinstance(body, list) else [body]
    for page in pages:
        if not isinstance(page, dict):
            raise refused(
                f"{name} holds {type(page).__name__} where a row or a reply with rows was expected.", "import_header"
            )
        rows = page.get("rows", [page])
        if not isinstance(rows, list):
            raise refused(f'"rows" in {name} is no list.', "import_header")
        for row in rows:
            if not isinstance(row, dict) or not ("name1" in row or "name" in row):
                raise refused(f'a row of {name} has no "name1"; it is no reply of FindTreatment.gov.', "import_header")
            count += 1
            if count > MOST_ROWS:
                raise refused(f"{name} has more than {MOST_ROWS:,} rows; such files are not read.", "import_size")
            yield row


def _services(row: Row, tally: Counter[str]) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """How many names stood there, their codes, and the names that are kept as they are."""
    said = 0
    known: dict[str, None] = {}
    kept: dict[str, None] = {}
    for category, names in _names(row):
        for name in filter(None, map(cell, names.split("; "))):
            said += 1
            found = named(name, category) or (named(name, None) if category else ())
            if len(found) == 1:
                known[found[0].code] = None
                continue
            kept[name] = None  # without its category an ambiguous name stays a name: nothing is guessed
            if not found:
                tally[name] += 1
    return said, tuple(known), tuple(kept)


def _names(row: Row) -> Iterator[tuple[str | None, str]]:
    services = row.get("services")
    if services is None:
        yield None, str(row.get("all_services") or "")
        return
    if not isinstance(services, list):
        raise ValueError("its services are no list")
    for service in services:
        if not isinstance(service, dict):
            raise ValueError("one of its services has no f1, f2 and f3")
        yield str(service.get("f2") or "") or None, str(service.get("f3") or "")


def _once(entries: Sequence[Entry]) -> list[Entry]:
    """Entries without those that repeat another in everything: pages of one search overlap."""
    first: dict[Entry, Entry] = {}
    for entry in entries:
        first.setdefault(replace(entry, row=0), entry)
    return list(first.values())


def _check_order(rows: Sequence[Row], name: str) -> None:
    """Refuse a file whose latitude and longitude stand in each other's place, by its miles and by its ZIP codes.

    The place asked for is not in a reply, yet for every row the distance to the nearest one differs from its miles by
    no more than that nearest row's miles (the triangle inequality).
    """
    points = [(point, row) for row in rows if (point := _point(row)) is not None]
    odd = sum(
        1 for point, row in points
        if (centre := zip_point(cell(row.get("zip"))[:5])) and abs(point[1]) <= 90
        and miles(*point, *centre) > ZIP_FAR >= miles(point[1], point[0], *centre)
    )  # fmt: skip
    measured = [(point, far) for point, row in points if (far := _miles(row)) is not None]
    astray = 0
    if len(measured) >= _FEWEST:
        nearest, least = min(measured, key=lambda pair: pair[1])
        astray = sum(abs(miles(*nearest, *point) - far) > least + 0.01 * far + _ROUNDED for point, far in measured)
    if odd > _WRONG * len(points) or astray > _WRONG * max(len(measured), 1):
        raise refused(
            f"latitude and longitude of {name} do not agree with its {'ZIP codes' if odd else 'miles'}; they may stand "
            "in each other's place.",
            "import_order",
        )


def _point(row: Row) -> tuple[float, float] | None:
    """The point of a row as it stands, also where it is off the globe."""
    try:
        return float(row["latitude"]), float(row["longitude"])
    except (KeyError, TypeError, ValueError):
        return None


def _miles(row: Row) -> float | None:
    try:
        return float(row["miles"])
    except (KeyError, TypeError, ValueError):
        return None
