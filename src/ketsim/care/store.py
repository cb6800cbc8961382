"""Where is the directory kept, and what lies within a distance? One SQLite file, no server.

Reading only; `writer` writes. Every thread has its own connection. It ranks nothing: order is the search's business.
"""

from __future__ import annotations

import json
import math
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, NamedTuple

from ketsim.care.database import writing
from ketsim.care.geo import RADIUS, boxes
from ketsim.care.model import Code, Listing, Location, Organization, Phone, Service, SourceRecord
from ketsim.care.schema import APPLICATION_ID, TABLES, VERSION
from ketsim.errors import InputError
from ketsim.files import cannot_write

_BUSY: Final = 30.0  # seconds to wait while another process writes
_GROUND: Final = "SELECT n, lat, lon, name, id, precision FROM point"


class Hit(NamedTuple):
    """A listing within the distance asked for [mi]. Hits sort by distance, then name, then id; by nothing else."""

    miles: float
    name: str
    id: str
    n: int
    precision: str


class Store:
    """A directory in one file. Open it with `Store.open`."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._threads = threading.local()

    def __repr__(self) -> str:
        sources = ", ".join(f"{s.key} ({s.as_of}, {s.rows_kept:,} listings)" for s in self.sources())
        return f"Store({str(self.path)!r}: {sources or 'empty'})"

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False) -> Store:
        """The directory at `path`, made anew where there is none. Raises `InputError` for another kind of file."""
        target = Path(path)
        if read_only and not target.is_file():
            raise InputError(f"{target} is no directory of care listings: there is no such file.")
        store = cls(target, read_only=read_only)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            store._prepare()
        except OSError as error:
            raise cannot_write(target, error) from None
        except sqlite3.DatabaseError as error:
            raise InputError(f"{target} is no directory of care listings: {str(error).lower()}.") from None
        return store

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of this thread."""
        found: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if found is None:
            mode = "ro" if self.read_only else "rwc"
            address = f"{self.path.absolute().as_uri()}?mode={mode}"
            found = sqlite3.connect(address, uri=True, timeout=_BUSY, isolation_level=None)
            found.execute("PRAGMA foreign_keys = ON")
            self._threads.connection = found
        return found

    def close(self) -> None:
        """Close the connection of this thread."""
        found: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if found is not None:
            found.close()
            self._threads.connection = None

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """One transaction: all inside is kept, or nothing, also if the process is killed. One writer at a time."""
        return writing(self.connection)

    def sources(self) -> tuple[SourceRecord, ...]:
        """The files that were imported, by key."""
        names = ", ".join(f.name for f in fields(SourceRecord))
        rows = self.connection.execute(f"SELECT {names} FROM source ORDER BY key")
        return tuple(_source(row) for row in rows)

    def rejects(self, source: str) -> tuple[tuple[int, str], ...]:
        """Row and reason of what was not taken over from a source."""
        rows = self.connection.execute("SELECT row, reason FROM reject WHERE source = ? ORDER BY row", (source,))
        return tuple((int(row), str(reason)) for row, reason in rows)

    def counts(self) -> Mapping[str, int]:
        """How many locations, services and phones there are, and locations without a point."""
        return {
            "locations": self._count("location"),
            "services": self._count("service"),
            "phones": self._count("phone"),
            "without_point": self._count("location WHERE precision = 'none'"),
        }

    def within(self, lat: float, lon: float, radius: float) -> list[Hit]:
        """Every listing within `radius` [mi] of a point [degrees], nearest first; ties by name, then id."""
        phi, here = math.radians(lat), math.radians(lon)
        cosine, sine, radians, hit = math.cos(phi), math.sin, math.radians, Hit
        # The comparison is made in haversines, so that the arc sine is taken for hits only.
        limit = 1.0 if radius >= math.pi * RADIUS else math.sin(radius / (2 * RADIUS)) ** 2
        hits = []
        for south, north, west, east in boxes(lat, lon, radius):
            rows = self.connection.execute(
                f"{_GROUND} WHERE north >= ? AND south <= ? AND east >= ? AND west <= ?", (south, north, west, east)
            )
            for n, to_lat, to_lon, name, key, precision in rows:
                to_phi = radians(to_lat)
                across, along = sine((to_phi - phi) / 2), sine((radians(to_lon) - here) / 2)
                h = across * across + cosine * math.cos(to_phi) * along * along
                if h <= limit:
                    hits.append(hit(2 * RADIUS * math.asin(min(1.0, math.sqrt(h))), name, key, n, precision))
        hits.sort()
        return hits

    def unlocated(self, zip5: str) -> list[int]:
        """Listings of a ZIP that have no point: they are found by their ZIP."""
        rows = self.connection.execute(
            "SELECT n FROM location WHERE zip = ? AND precision = 'none' ORDER BY id", (zip5,)
        )
        return [int(n) for (n,) in rows]

    def named(self, words: str) -> set[int]:
        """Listings whose organisation or programme holds these words."""
        pattern = "%" + words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
        rows = self.connection.execute(
            r"""SELECT l.n FROM location l JOIN organization o ON o.n = l.organization WHERE o.name LIKE ?1 ESCAPE '\'
            UNION SELECT a.location FROM service_at_location a JOIN service s ON s.n = a.service
            WHERE s.programme LIKE ?1 ESCAPE '\'""",
            (pattern,),
        )
        return {int(n) for (n,) in rows}

    def town(self, city: str, state: str) -> tuple[float, float] | None:
        """The middle of the listings of a town [degrees]; None where there are none."""
        lat, lon, n = self.connection.execute(
            "SELECT avg(lat), avg(lon), count(lat) FROM location WHERE city = ? COLLATE NOCASE AND state = ?",
            (city, state),
        ).fetchone()
        return (float(lat), float(lon)) if n else None

    def offering(self, places: Iterable[int], groups: Sequence[Sequence[str]]) -> set[int]:
        """Those of `places` with one service that has a code of every group (any of a group, each group)."""
        numbers = [self._numbers(group) for group in groups]
        wanted = "".join(
            f" AND EXISTS (SELECT 1 FROM service_code x WHERE x.service = a.service AND x.code IN ({found}))"
            for found in numbers
        )
        rows = self.connection.execute(
            "SELECT DISTINCT a.location FROM json_each(?) j JOIN service_at_location a ON a.location = j.value "
            f"WHERE 1{wanted}",
            (json.dumps(list(places)),),
        )
        return {int(n) for (n,) in rows}

    def listing(self, key: str) -> Listing | None:
        """The listing with this id."""
        found = self.connection.execute("SELECT n FROM location WHERE id = ?", (key,)).fetchone()
        return None if found is None else self.listings([int(found[0])])[0]

    def listings(self, places: Sequence[int]) -> list[Listing]:
        """The listings with these row numbers, in this order."""
        if not places:
            return []
        asked = (json.dumps(list(places)),)
        services = self._services(asked)
        rows = self.connection.execute(
            """SELECT l.n, l.id, o.id, o.name, street1, street2, city, state, zip, lat, lon, precision, flags
            FROM json_each(?) j JOIN location l ON l.n = j.value JOIN organization o ON o.n = l.organization""",
            asked,
        )
        found = {}
        for n, key, organization, name, street1, street2, city, state, zip5, lat, lon, precision, flags in rows:
            location = Location(
                id=key, street1=street1, street2=street2, city=city, state=state, zip=zip5, lat=lat, lon=lon,
                precision=precision, flags=tuple(flags.split()),
            )  # fmt: skip
            found[n] = Listing(
                id=key, organization=Organization(organization, name), location=location, services=tuple(services[n])
            )
        return [found[n] for n in places]

    def _services(self, asked: tuple[str]) -> Mapping[int, list[Service]]:
        here = "FROM json_each(?) j JOIN service_at_location a ON a.location = j.value"
        known = {n: Code(*rest) for n, *rest in self.connection.execute(
            "SELECT n, code, category, category_name, name, scheme_version FROM code ORDER BY n"
        )}  # fmt: skip
        codes: dict[int, list[Code]] = defaultdict(list)
        for n, code in self.connection.execute(
            f"SELECT x.service, x.code {here} JOIN service_code x ON x.service = a.service ORDER BY x.service, x.code",
            asked,
        ):
            codes[n].append(known[code])
        phones: dict[int, list[Phone]] = defaultdict(list)
        for n, text, e164, extension, kind, valid in self.connection.execute(
            f"SELECT p.service, p.text, p.e164, p.extension, p.kind, p.valid {here} "
            "JOIN phone p ON p.service = a.service ORDER BY p.n",
            asked,
        ):
            phones[n].append(Phone(text=text, e164=e164, extension=extension, kind=kind, valid=bool(valid)))
        found: dict[int, list[Service]] = defaultdict(list)
        for place, n, *rest, unknown in self.connection.execute(
            f"""SELECT a.location, s.n, s.id, s.kind, s.programme, s.status, s.assured_on, s.source, s.expires_on,
            s.website, s.external_id, s.unknown {here} JOIN service s ON s.n = a.service
            ORDER BY s.assured_on DESC, s.source, s.id""",
            asked,
        ):
            said = dict(zip(_SERVICE, rest, strict=True))
            found[place].append(
                Service(**said, codes=tuple(codes[n]), phones=tuple(phones[n]), unknown=tuple(json.loads(unknown)))
            )
        return found

    def _numbers(self, group: Sequence[str]) -> str:
        """Row numbers of these codes, of any year, for a list in SQL."""
        rows = self.connection.execute(
            "SELECT n FROM code WHERE code IN (SELECT value FROM json_each(?))", (json.dumps(list(group)),)
        )
        return ", ".join(str(int(n)) for (n,) in rows)

    def _count(self, what: str) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])

    def _prepare(self) -> None:
        connection = self.connection
        made = int(connection.execute("PRAGMA user_version").fetchone()[0])
        owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
        if made == 0 and owner == 0 and not self.read_only and not self._has_tables():
            connection.execute("PRAGMA journal_mode = WAL")  # readers go on while an import is under way
            connection.execute("BEGIN IMMEDIATE")
            if not self._has_tables():  # another process may have been faster
                for statement in filter(str.strip, TABLES.split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")
            return
        if owner != APPLICATION_ID:
            raise InputError(f"{self.path} is no directory of care listings; choose another file.")
        if made != VERSION:
            raise InputError(
                f"{self.path} was made by another version of ketsim (layout {made}, this one reads {VERSION}); "
                "import its sources anew into another file."
            )

    def _has_tables(self) -> bool:
        return self._count("sqlite_master") > 0


_SERVICE: Final = (
    "id", "kind", "programme", "status", "assured_on", "source", "expires_on", "website", "external_id"
)  # fmt: skip


def _source(row: Sequence[Any]) -> SourceRecord:
    said = dict(zip((f.name for f in fields(SourceRecord)), row, strict=True))
    said["unknown_codes"] = tuple((str(code), int(count)) for code, count in json.loads(said["unknown_codes"]))
    return SourceRecord(**said)
