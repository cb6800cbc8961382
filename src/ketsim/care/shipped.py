"""Which directory is searched when nobody imported one? The files that come with ketsim, made into a store once.

The store lies in the user's cache folder and is made anew when the files change. It is built beside its place and moved
there whole, so that no reader ever sees half of it.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from ketsim.care.codes import DATA
from ketsim.care.schema import VERSION
from ketsim.care.store import Store
from ketsim.files import replacing

#: The day each file speaks of: that of its own metadata (2022), and of its retrieval (California).
SHIPPED: Final = {
    "samhsa_national_directory_2022.csv.gz": "2022-05-19",
    "ca_dhcs_facilities.csv.gz": "2026-08-21",
}
_DAY: Final = 86_400.0  # seconds
_TABLES: Final = ("zip_points.csv.gz", "service_codes_2022.csv")


def default_store(*, progress: Callable[[str], None] | None = None) -> Store:
    """The directory to search: KETSIM_CARE_DB, else the one the user imported, else the shipped one.

    progress: told in words where the shipped one has to be made first (some seconds, once). Raises `MissingExtraError`
    where it has to be made without the extra "care".
    """
    own = own_path()
    if os.environ.get("KETSIM_CARE_DB") or own.is_file():
        return Store.open(own)
    return shipped_store(progress=progress)


def own_path() -> Path:
    """Where an import goes for which no place was named: KETSIM_CARE_DB, else a file of the user's own."""
    named = os.environ.get("KETSIM_CARE_DB")
    return Path(named) if named else _home("XDG_DATA_HOME", ".local/share") / "ketsim" / "care.sqlite"


def shipped_store(*, progress: Callable[[str], None] | None = None) -> Store:
    """The store of the shipped files, for reading only."""
    place = _home("XDG_CACHE_HOME", ".cache") / "ketsim" / f"care-{shipped_digest()[:16]}.sqlite"
    if not place.is_file():
        if progress is not None:
            progress("Making the directory from the files that come with ketsim (some seconds, once).")
        place.parent.mkdir(parents=True, exist_ok=True)
        build(place)
        _clear(place)
    return Store.open(place, read_only=True)


def build(target: Path) -> None:
    """Write the store of the shipped files to `target`, whole or not at all."""
    from ketsim.care.importers import read_content
    from ketsim.care.writer import write

    with replacing(target) as part:
        store = Store.open(part)
        # A reader may have no right to write beside the file, as a write-ahead log would ask of it.
        store.connection.execute("PRAGMA journal_mode = DELETE")
        batches = [
            batch
            for name, as_of in SHIPPED.items()
            for batch in read_content(
                gzip.decompress((DATA / name).read_bytes()), name=name.removesuffix(".gz"), as_of=as_of
            )
        ]
        write(store, batches)
        store.close()


@cache
def shipped_digest() -> str:
    """Digest of all from which the shipped store is made."""
    found = hashlib.sha256(f"layout {VERSION}".encode())
    for name in (*SHIPPED, *_TABLES):
        found.update((DATA / name).read_bytes())
    return found.hexdigest()


def _home(variable: str, otherwise: str) -> Path:
    named = os.environ.get(variable)
    return Path(named) if named else Path.home() / otherwise


def _clear(kept: Path) -> None:
    """Remove the stores of earlier versions of the files, and what a killed build of another day left behind."""
    parts = (part for part in kept.parent.glob(".care-*.part*") if time.time() - part.stat().st_mtime > _DAY)
    for old in (*kept.parent.glob("care-*.sqlite"), *parts):
        if old != kept:
            old.unlink(missing_ok=True)  # whoever reads it goes on reading
