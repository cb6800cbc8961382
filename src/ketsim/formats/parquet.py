"""Tables in Parquet files, by pyarrow: rows in and out, column names, and the same table as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from ketsim.errors import InputError, MissingExtraError


def columns(path: Path) -> list[str]:
    """Names of the columns. Raises `InputError` for a file that is no Parquet, `MissingExtraError` without pyarrow."""
    arrow = _arrow()
    with _readable(path, arrow):
        return list(arrow.parquet.read_schema(path).names)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a Parquet file; errors as for `columns`."""
    arrow = _arrow()
    with _readable(path, arrow):
        return list(arrow.parquet.read_table(path).to_pylist())


def write_rows(rows: Iterable[Mapping[str, Any]], names: Sequence[str], path: Path) -> None:
    """Write rows with the columns `names`; types as they are."""
    arrow = _arrow()
    table = arrow.Table.from_pylist([{name: row[name] for name in names} for row in rows])
    arrow.parquet.write_table(table, path)


def from_csv(source: Path, target: Path) -> None:
    """A CSV file with a first line of names as Parquet. Raises `InputError` where a line does not fit."""
    arrow = _arrow()
    with _readable(source, arrow):
        arrow.parquet.write_table(arrow.csv.read_csv(source), target)


def to_csv(source: Path, target: Path) -> None:
    """A Parquet file as CSV with a first line of names; errors as for `columns`."""
    arrow = _arrow()
    with _readable(source, arrow):
        table = arrow.parquet.read_table(source)
    arrow.csv.write_csv(table, target, arrow.csv.WriteOptions(quoting_style="needed"))


@contextmanager
def _readable(path: Path, arrow: ModuleType) -> Iterator[None]:
    try:
        yield
    except (arrow.ArrowException, OSError) as error:
        raise InputError(f"{path.name} cannot be read as {path.suffix[1:]}: {error}") from None


def _arrow() -> ModuleType:
    try:
        for part in ("pyarrow.csv", "pyarrow.parquet"):
            import_module(part)
        return import_module("pyarrow")
    except ImportError:
        raise MissingExtraError("Parquet", extra="frame") from None
