"""What does a file hold, told by its ending and its first line? It reads no further."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from ketsim.errors import InputError
from ketsim.files import cannot_read
from ketsim.formats import parquet

Content = Literal["scenario", "records", "doses", "curves"]

SCENARIO_ENDINGS: Final = (".yaml", ".yml")
_RECORDS: Final = frozenset({"ID", "TIME", "AMT"})
_DOSES: Final = frozenset({"subject", "time_h", "amount_mg"})
_CURVES: Final = frozenset({"output", "model", "unit", "time_h"})
_FIRST_LINE: Final = 10_000  # characters; a first line longer than this names no columns


def content_of(source: Path) -> Content:
    """What a file holds. Raises `InputError` for one that cannot be read or holds nothing known."""
    if source.suffix in SCENARIO_ENDINGS:
        return "scenario"
    if not source.is_file():
        raise InputError(f"{source} is not a file that can be read.")
    names = frozenset(parquet.columns(source) if source.suffix == ".parquet" else _first_line(source))
    if names >= _CURVES:
        return "curves"
    if names >= _DOSES:
        return "doses"
    if source.suffix != ".parquet" and _RECORDS & {name.upper() for name in names}:
        return "records"
    raise InputError(
        f"{source.name} is none of what can be converted: event records (columns ID, TIME, AMT), a dose table "
        "(subject, time_h, amount_mg) or curves (output, model, unit, time_h)."
    )


def _first_line(source: Path) -> list[str]:
    try:
        with source.open(encoding="utf-8-sig") as file:
            lines: Iterator[str] = iter(lambda: file.readline(_FIRST_LINE), "")
            first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    except UnicodeDecodeError:
        raise InputError(
            f"{source.name} is not text; a table is expected whose first line names the columns."
        ) from None
    except OSError as error:
        raise cannot_read(source, error) from None
    return [name.strip().strip('"') for name in re.split(r"[,\s]+", first.strip())]
