"""A plain dose table, CSV or Parquet: one row a dose, every unit in the name of its column, no compartment numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ketsim.dosing import Basis, DoseEvent, Drug, Route
from ketsim.errors import InputError
from ketsim.formats import parquet
from ketsim.formats.event_records import Individual

COLUMNS: Final = (
    *("subject", "time_h", "amount_mg", "duration_h", "drug", "route", "basis"),
    *("steady_interval_h", "reset", "lag_h"),
)
_NEEDED: Final = ("subject", "time_h", "amount_mg", "drug", "route")
_TRUE: Final = frozenset({"true", "1"})
_FALSE: Final = frozenset({"false", "0", ""})


def read_dose_table(path: Path) -> tuple[Individual, ...]:
    """The people of a dose table (.csv or .parquet). Raises `InputError` with the line or row that is wrong."""
    if path.suffix == ".parquet":
        return _people((f"{path.name}, row {i}", row) for i, row in enumerate(parquet.read_rows(path), start=1))
    return _people(_csv_rows(path))


def write_dose_table(people: Iterable[Individual], path: Path) -> int:
    """Write the doses of people as a dose table (.csv or .parquet), and return how many there are."""
    rows = list(_rows(people))
    if path.suffix == ".parquet":
        parquet.write_rows(rows, COLUMNS, path)
    else:
        _write_csv(rows, path)
    return len(rows)


def _rows(people: Iterable[Individual]) -> Iterator[dict[str, Any]]:
    """One row a dose: times [h], amounts [mg]; no dose is per kilogram any more."""
    for person in people:
        for event in person.events:
            yield {
                "subject": person.id,
                "time_h": event.time,
                "amount_mg": event.milligrams(None),
                "duration_h": event.duration,
                "drug": str(event.drug),
                "route": str(event.route),
                "basis": str(event.basis),
                "steady_interval_h": event.steady_interval,
                "reset": event.reset,
                "lag_h": event.lag,
            }


def _people(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[Individual, ...]:
    """The people of a dose table; `rows` are (place in the file, row). Raises `InputError` with that place."""
    events: dict[str, list[DoseEvent]] = {}
    for where, row in rows:
        unknown = sorted(set(row) - set(COLUMNS), key=str)
        if unknown:
            raise InputError(f"column {unknown[0]} is not one of a dose table: {', '.join(COLUMNS)}.", where=where)
        missing = [name for name in _NEEDED if row.get(name) in (None, "")]
        if missing:
            raise InputError(f"{missing[0]} is missing; each row needs {', '.join(_NEEDED)}.", where=where)
        events.setdefault(str(row["subject"]), []).append(_event(row, where))
    if not events:
        raise InputError("this dose table has no row.")
    return tuple(
        Individual(subject, tuple(sorted(theirs, key=lambda event: event.time))) for subject, theirs in events.items()
    )


def _csv_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(place, row) of each line of a CSV file. Raises `InputError` where a line does not fit the first one."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restkey="more", restval=None)
        for row in reader:
            where = f"{path.name}:{reader.line_num}"
            if "more" in row or None in row.values():
                raise InputError(f"this line does not have {len(reader.fieldnames or ())} cells.", where=where)
            yield where, row


def _write_csv(rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _event(row: Mapping[str, Any], where: str) -> DoseEvent:
    try:
        return DoseEvent(
            time=_number(row, "time_h"),
            amount=_number(row, "amount_mg"),
            per_kg=False,
            duration=_number(row, "duration_h"),
            drug=Drug.named(str(row["drug"])),
            route=Route.named(str(row["route"])),
            basis=Basis.named(str(row.get("basis") or Basis.base)),
            steady_interval=_number(row, "steady_interval_h"),
            reset=_yes(row),
            lag=_number(row, "lag_h"),
        )
    except InputError as error:
        raise InputError(error.sentence, where=where) from None


def _number(row: Mapping[str, Any], name: str) -> float:
    given = row.get(name)
    try:
        return 0.0 if given in (None, "") else float(given)
    except (TypeError, ValueError):
        raise InputError(f"{name} {str(given)[:40]!r} is not a number.") from None


def _yes(row: Mapping[str, Any]) -> bool:
    said = str(row.get("reset") or "").casefold()
    if said not in _TRUE | _FALSE:
        raise InputError(f"reset {said[:40]!r} is neither true nor false.")
    return said in _TRUE
