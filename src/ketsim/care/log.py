"""What happened to the calls, in an order that nobody can change unseen? An append-only, hash-chained log in one file.

A line holds: its number, the hour, a random case id, the event, the provider, ids and versions, and a hash over all
that and over the line before. It holds no phone number, address, place, service, word or health of a person who calls.
What a line does tell is which providers a call could reach, and so roughly where they serve.

Every event goes through `ketsim.care.routing` inside the transaction that writes it, so the state of a call is always
what its lines make of it, with any number of writers. A line is on disk before `record` returns (WAL, synchronous
FULL).

A chain finds every changed, added or missing line but one kind: lines cut off at the end, by somebody who also puts the
counter back, or a whole chain written anew. Against that, publish `head` and give it to `verify`.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ketsim.care.database import WAIT, open_database, refuse_others, writing
from ketsim.care.entry import CASE_ID, COLUMNS, GENESIS, Consent, Entry, Head, coarse, consent, digest, written
from ketsim.care.event import Event
from ketsim.care.routing import RULES, Case, Refused, fold, step
from ketsim.errors import InputError

_MARK: Final = 0x6B746C67  # application_id, so that no other SQLite file is taken for a log
_WHAT: Final = "a log of calls"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS entry (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, case_id TEXT NOT NULL, event TEXT NOT NULL,
  provider TEXT NOT NULL, detail TEXT NOT NULL, rules TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entry_case ON entry (case_id, seq);
CREATE TRIGGER IF NOT EXISTS entry_stays BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'a line of the log is never changed'); END;
CREATE TRIGGER IF NOT EXISTS entry_remains BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'a line of the log is never removed'); END;
CREATE TRIGGER IF NOT EXISTS entry_follows BEFORE INSERT ON entry
  WHEN NEW.seq IS NOT (SELECT ifnull(max(seq), 0) + 1 FROM entry)
    OR NEW.prev_hash IS NOT ifnull((SELECT hash FROM entry ORDER BY seq DESC LIMIT 1), printf('%064d', 0))
  BEGIN SELECT RAISE(ABORT, 'a line of the log follows the last one'); END;
"""


class Log:
    """A log open for reading and writing; safe for threads, processes and a kill at any point.

    clock: the time, with its zone. durable=False gives up the disk for speed, for a log that is thrown away.
    Raises `InputError` for a file that is something else or cannot be opened.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] | None = None, durable: bool = True) -> None:
        self.path = path
        self._clock = clock or (lambda: datetime.now(UTC))
        self._durable = durable
        self._lock = threading.RLock()
        self._process = os.getpid()
        self._db = self._open()

    def record(self, case_id: str, event: Event) -> Case | Refused:
        """Write the event if the call can meet it, and return the call after it; else write nothing and say why."""
        fine = coarse(event)
        provider, detail = written(fine)
        if not CASE_ID.fullmatch(case_id):
            raise InputError("a case id is 32 hexadecimal digits from new_case().", field="case_id")
        with self._using() as open_, writing(open_) as db:
            after = step(_case(db, case_id), fine)
            if isinstance(after, Refused):
                return after
            last = _head(db)
            at = self._clock().astimezone(UTC).strftime("%Y-%m-%dT%HZ")
            line = (last.seq + 1, at, case_id, fine.name, provider, detail, RULES, last.hash)
            db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*line, digest(line)))
        return after

    def case(self, case_id: str) -> Case:
        """Where the call stands; NEW for an id that no line names."""
        with self._using() as db:
            return _case(db, case_id)

    def entries(self, case_id: str | None = None) -> tuple[Entry, ...]:
        """The lines in order: all of them, or those of one call."""
        with self._using() as db:
            return _entries(db, case_id)

    def consents(self) -> tuple[Consent, ...]:
        """Every consent that was ever given, in order. They stay when the phone number is long erased."""
        return tuple(consent(entry) for entry in self.entries() if entry.event == "consented")

    def head(self) -> Head:
        """The last line; publish it, and nobody can cut the log shorter unseen."""
        with self._using() as db:
            return _head(db)

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> sqlite3.Connection:
        return open_database(self.path, mark=_MARK, schema=_SCHEMA, what=_WHAT, durable=self._durable)

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._process != os.getpid():  # a connection must not cross a fork
                self._process, self._db = os.getpid(), self._open()
            yield self._db


def default_path() -> Path:
    """Where the log lies unless another place is said: KETSIM_CARE_LOG, or the data folder of the user."""
    said = os.environ.get("KETSIM_CARE_LOG")
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return Path(said) if said else home / "ketsim" / "care-log.sqlite"


def broken_case(log: Log) -> str | None:
    """The id of the first call whose lines the rules of routing do not allow, or None: a whole chain can still hold
    one.
    """
    cases: dict[str, list[Event]] = {}
    for entry in log.entries():
        cases.setdefault(entry.case_id, []).append(entry.said)
    for case_id, events in cases.items():
        try:
            fold(events)
        except ValueError:
            return case_id
    return None


def verify(path: Path, head: Head | None = None) -> int | None:
    """The number of the first line that is not as it was written, or None where the chain is whole.

    head: an earlier `Head` of this log, which must still be in it. A file so damaged that SQLite cannot read on
    counts as a bad line behind the last one read. Raises `InputError` where there is no log to verify.
    """
    if not path.is_file():
        raise InputError(f"there is no log at {path}.")
    db = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    seq, previous, met_head = 0, GENESIS, head is None or head.seq == 0
    try:
        refuse_others(db, path, mark=_MARK, what=_WHAT)
        db.text_factory = bytes  # a damaged letter must not stop the reading
        for row in db.execute(f"SELECT {', '.join(COLUMNS)} FROM entry NOT INDEXED ORDER BY seq"):
            line = tuple(_text(value) for value in row)
            if line[0] != seq + 1 or line[7] != previous or line[8] != digest(line[:8]):
                return seq + 1
            seq, previous = seq + 1, str(line[8])
            if head is not None and seq == head.seq:
                if previous != head.hash:
                    return seq
                met_head = True
        counted = db.execute("SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'entry'").fetchone()[0]
    except InputError:
        raise
    except sqlite3.OperationalError as error:
        if any(word in str(error) for word in ("unable to open", "readonly", "locked")):  # not the fault of a line
            raise InputError(f"{path} cannot be read: {str(error).lower()}.") from None
        return seq + 1
    except (sqlite3.Error, TypeError, ValueError):
        return seq + 1
    finally:
        db.close()
    return None if met_head and counted == seq else seq + 1


def _case(db: sqlite3.Connection, case_id: str) -> Case:
    try:
        return fold(entry.said for entry in _entries(db, case_id))
    except ValueError as error:
        raise InputError(f"the log does not hold together at case {case_id}: {error}; run verify-log.") from None


def _entries(db: sqlite3.Connection, case_id: str | None) -> tuple[Entry, ...]:
    where, given = ("", ()) if case_id is None else ("WHERE case_id = ?", (case_id,))
    rows = db.execute(f"SELECT {', '.join(COLUMNS)} FROM entry {where} ORDER BY seq", given)
    return tuple(Entry(**dict(zip(COLUMNS, row, strict=True))) for row in rows)


def _head(db: sqlite3.Connection) -> Head:
    row = db.execute("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(*row) if row else Head(0, GENESIS)


def _text(value: object) -> object:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value
