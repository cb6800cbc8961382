"""The text of a NONMEM data file: named columns of numbers, one record a line, and where in the file each stands.

It knows cells and lines, not what they mean for a person; that is `nonmem`'s business.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Final

from ketsim.errors import InputError
from ketsim.files import cannot_read, replacing

_LONGEST_LINE: Final = 10_000
_MISSING: Final = frozenset({"", ".", "NA"})
_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eEdD][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Record:
    """One line: whose it is, its numbers by column name (missing ones are absent), and its place ("data.csv:12")."""

    id: str
    where: str
    numbers: Mapping[str, float]

    def get(self, column: str) -> float:
        """The number of a column; 0 where it is missing, as in NONMEM."""
        return self.numbers.get(column, 0.0)

    def whole(self, column: str, allowed: Collection[int] | None = None) -> int:
        """The number of a column that must be whole (and one of `allowed`); 0 where it is missing."""
        value = self.get(column)
        if value != int(value) or (allowed is not None and int(value) not in allowed):
            expected = f"one of {', '.join(map(str, allowed))}" if allowed is not None else "a whole number"
            raise self.error(f"{column} {value:g} is not possible; expected {expected}.")
        return int(value)

    def error(self, sentence: str) -> InputError:
        """An error that names the file and the line."""
        return InputError(sentence, where=self.where)


def read_records(
    path: Path, columns: Collection[str], needed: Collection[str], drop: Collection[str]
) -> Iterator[Record]:
    """The records of a file, in order; those with a C in the column C are left out.

    columns: every name that may stand in the first line; needed: those that must; drop: those that are not read.
    Raises `InputError` with file and line for anything that is not such a table.
    """
    lines = _lines(path)
    number, first = next(lines, (1, ""))
    separator = "," if "," in first else "\t" if "\t" in first else None
    header = _header(_cells(first, separator), f"{path.name}:{number}", {*columns, *drop}, needed)
    for number, line in lines:
        where = f"{path.name}:{number}"
        cells = _cells(line, separator)
        if len(cells) != len(header):
            raise InputError(
                f"this line has {len(cells)} cells, the first line names {len(header)} columns.", where=where
            )
        named = {name: cell for name, cell in zip(header, cells, strict=True) if name not in drop}
        if not _excluded(named.pop("C", ""), where):
            person = named.pop("ID")
            if person in _MISSING:
                raise InputError("ID is missing; each line needs the number of its person.", where=where)
            numbers = {name: _number(name, cell, where) for name, cell in named.items() if cell not in _MISSING}
            yield Record(person, where, numbers)


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table with commas, whole or not at all. Raises `InputError` if the place cannot be written."""
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Number and text of each line that is neither blank nor a comment (#)."""
    number = 0
    try:
        with path.open(encoding="utf-8-sig") as stream:
            while line := stream.readline(_LONGEST_LINE):
                number += 1
                if len(line) == _LONGEST_LINE or "\0" in line:
                    raise InputError(
                        "this is not a NONMEM data file: no line ends here.", where=f"{path.name}:{number}"
                    )
                if line.strip() and not line.lstrip().startswith("#"):
                    yield number, line.strip("\r\n")
    except UnicodeDecodeError:
        raise InputError("this is not a NONMEM data file: it is not text.", where=f"{path.name}:{number + 1}") from None
    except OSError as error:
        raise cannot_read(path, error) from None


def _cells(line: str, separator: str | None) -> list[str]:
    cells = line.split() if separator is None else next(csv.reader([line], delimiter=separator), [])
    return [cell.strip() for cell in cells]


def _header(cells: Sequence[str], where: str, columns: Collection[str], needed: Collection[str]) -> list[str]:
    header = [cell.upper() for cell in cells]
    if all(_NUMBER.fullmatch(cell) or cell in _MISSING for cell in header):
        raise InputError("the first line must name the columns, such as ID,TIME,AMT,RATE,EVID,CMT,DV.", where=where)
    for place, name in enumerate(header):
        if not name:
            raise InputError(f"column {place + 1} has no name.", where=where)
        if name in header[:place]:
            raise InputError(f"column {name} is named twice.", where=where)
        if name not in columns:
            near = get_close_matches(name, columns, n=1)
            hint = f"did you mean {near[0]}? Otherwise" if near else "if it is"
            shown = name if len(name) <= 20 else f"{name[:17]}..."
            raise InputError(
                f"column {shown} is not known; {hint} a covariate, name it in covariates, or leave it out with drop.",
                where=where,
            )
    for name in needed:
        if name not in header:
            raise InputError(f"column {name} is missing; the columns are {', '.join(header)}.", where=where)
    return header


def _excluded(cell: str, where: str) -> bool:
    if cell in _MISSING or cell == "0":
        return False
    if cell.upper() == "C":
        return True
    raise InputError(f"C {cell!r} is not possible; write C to leave a line out, or nothing.", where=where)


def _number(name: str, cell: str, where: str) -> float:
    if _NUMBER.fullmatch(cell) is None:
        shown = cell if len(cell) <= 30 else f"{cell[:27]}..."
        clock = " Clock times are not read: give hours since the first record." if ":" in cell else ""
        raise InputError(f"{name} {shown!r} is not a number.{clock}", where=where)
    value = float(cell.replace("d", "e").replace("D", "e"))
    if not isfinite(value):
        raise InputError(f"{name} {cell} is not finite.", where=where)
    return value
