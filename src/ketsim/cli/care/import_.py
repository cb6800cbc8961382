"""``ketsim care import``: a file of facilities becomes the directory that is searched, whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ketsim.cli import terminal
from ketsim.cli.jsonout import envelope, print_json

if TYPE_CHECKING:
    from ketsim.care.model import SourceRecord


def import_(
    file: Path,
    /,
    *,
    as_of: str | None = None,
    kind: str | None = None,
    force: bool = False,
    db: Path | None = None,
    json: bool = False,
) -> int:
    """Take a file over into a directory of your own, which is then the one that is searched.

    Parameters
    ----------
    file:
        National directory (.xlsx or .csv), a FindTreatment.gov export (.csv) or reply (.json), HSDS (.json or .zip), or
        the file of the California DHCS (.csv).
    as_of:
        The day of which the file speaks, such as 2026-09-06.
    kind:
        What it is, where that is not plain: samhsa-xlsx, samhsa-csv, findtreatment-json, hsds or ca-dhcs.
    force:
        Take it even where the directory holds a newer one.
    db:
        The directory; else KETSIM_CARE_DB, else one of your own in your data folder.
    json:
        Print one JSON object instead of text.
    """
    from ketsim.care.importers import read_file
    from ketsim.care.shipped import own_path
    from ketsim.care.store import Store
    from ketsim.care.writer import write

    if sys.stderr.isatty():
        print(f"Reading {file.name} ...", file=sys.stderr)
    batches = read_file(file, as_of=as_of, kind=kind)
    target = db or own_path()
    store = Store.open(target)
    records = write(store, batches, force=force)
    if json:
        body = [{**record.to_dict(), "rejects": _rejects(store.rejects(record.key))} for record in records]
        print_json(envelope("care", command="import", db=str(target), sources=body, counts=dict(store.counts())))
        return 0
    for record in records:
        _show(record)
        terminal.points("Not taken over", (f"row {row}: {reason}" for row, reason in store.rejects(record.key)[:20]))
    counts = store.counts()
    terminal.paragraph(
        f"{target} now holds {counts['services']:,} services at {counts['locations']:,} places, "
        f"{counts['without_point']:,} of them without a point."
    )
    return 0


def _rejects(rejects: tuple[tuple[int, str], ...]) -> list[dict[str, object]]:
    return [{"row": row, "reason": reason} for row, reason in rejects]


def _show(record: SourceRecord) -> None:
    unknown = sum(count for _, count in record.unknown_codes)
    terminal.heading(record.name)
    terminal.facts(
        (
            ("as of", record.as_of),
            (
                "rows",
                f"{record.rows_in:,}, of which {record.rows_kept:,} taken over, {record.rows_rejected:,} rejected",
            ),
            ("unknown codes", f"{unknown:,}" + _often(record) if unknown else "none"),
            ("phone numbers that cannot exist", f"{record.invalid_phones:,}, kept and marked"),
            ("rights", record.licence),
            ("sha256", record.sha256),
        )
    )


def _often(record: SourceRecord) -> str:
    most = sorted(record.unknown_codes, key=lambda pair: -pair[1])[:3]
    return ", kept as they are: " + "; ".join(f"{code[:60]} ({count:,})" for code, count in most)
