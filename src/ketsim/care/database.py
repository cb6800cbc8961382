"""How is a file of calls or requests opened: by several processes at once, with its mark, never another's?

WAL, so that readers do not wait; synchronous FULL, so that what was said to be kept is on disk. What is in the tables
is the business of those who open them.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ketsim.errors import InputError

WAIT: Final = 60.0  # [s] for another writer


def open_database(
    path: Path, *, mark: int, schema: str, what: str, durable: bool = True, secure_delete: bool = False
) -> sqlite3.Connection:
    """A connection to `path`, made with `schema` where it is new. mark: the application_id of this kind of file.

    durable=False gives up the disk for speed. secure_delete: what is deleted is overwritten with zeros. Threads may
    share the connection under a lock. Raises `InputError` for a file of something else, or one that cannot be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise InputError(f"{path} cannot be opened as {what}: {str(error).lower()}.") from None
    try:
        refuse_others(db, path, mark=mark, what=what)
        _patiently(db, "PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        db.execute(f"PRAGMA secure_delete = {'ON' if secure_delete else 'OFF'}")
        if db.execute("PRAGMA application_id").fetchone()[0] != mark:
            # Under the write lock, so that two processes that meet over a new file make one of it.
            db.executescript(f"BEGIN IMMEDIATE; {schema} PRAGMA application_id = {mark}; COMMIT;")
    except InputError:
        db.close()
        raise
    except sqlite3.Error as error:
        db.close()
        raise InputError(f"{path} cannot be opened as {what}: {str(error).lower()}.") from None
    return db


def refuse_others(db: sqlite3.Connection, path: Path, *, mark: int, what: str) -> None:
    """Raise `InputError` for a file that is no database, or one without this mark."""
    try:
        # One statement, so that both are of one moment: another process may be making the file.
        found, tables = db.execute(
            "SELECT (SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)"
        ).fetchone()
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise InputError(f"{path} is not {what} of ketsim: {str(error).lower()}.") from None
    if found != mark and tables:
        raise InputError(f"{path} is a database of something else, not {what} of ketsim.")


@contextmanager
def writing(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A transaction that holds the write lock from its beginning; undone where the block fails."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # a failed COMMIT may have ended it already
            db.execute("ROLLBACK")
        raise


def _patiently(db: sqlite3.Connection, statement: str) -> None:
    """Run what SQLite does not wait for by itself: the first switch to WAL, while another process opens the file."""
    until = time.monotonic() + WAIT
    while True:
        try:
            db.execute(statement)
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
