"""A result as a table: its curves as columns, a data frame or a dataset, its measures as rows, and the files of each.

Every number is one of the `Result`; nothing new is computed. pandas and xarray are loaded when they are asked for.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ketsim.errors import InputError, MissingExtraError
from ketsim.files import replacing
from ketsim.notice import NOTICE
from ketsim.strict_json import dumps

if TYPE_CHECKING:
    import pandas
    import xarray

    from ketsim.result import Array, Output, Result

_CURVE_COLUMNS: Final = (
    *("output", "model", "unit", "certainty", "subject", "time_h"),
    *("value", "low", "median", "high"),
)
_MEASURE_COLUMNS: Final = ("output", "model", "measure", "unit", "value", "low", "median", "high", "certainty")


def curve_columns(result: Result, *, people: bool) -> dict[str, list[Any]]:
    """See `Result.columns`."""
    shown = [o for o in result.outputs if not (people and o.kind == "course")]
    if not shown:
        raise InputError("the course over weeks keeps no curve a person; ask for the summary instead.")
    tables = [_long(output, result.times, people=people) for output in shown]
    names = [name for name in _CURVE_COLUMNS if any(name in table for table in tables)]
    return {name: [cell for table in tables for cell in _cells(table, name)] for name in names}


def _cells(table: Mapping[str, list[Any]], name: str) -> list[Any]:
    """A column of one output's rows; None where it has no such number."""
    return table.get(name, [None] * len(table["time_h"]))


def frame(result: Result, *, people: bool) -> pandas.DataFrame:
    """See `Result.to_frame`."""
    try:
        import pandas as pd
    except ImportError:
        raise MissingExtraError("a data frame", extra="frame") from None
    return pd.DataFrame(curve_columns(result, people=people))


def dataset(result: Result) -> xarray.Dataset:
    """See `Result.to_xarray`."""
    try:
        import xarray as xr
    except ImportError:
        raise MissingExtraError("an xarray dataset", extra="frame") from None
    data = {}
    for o in result.outputs:
        attrs = {"units": o.unit, "model": o.model, "certainty": o.certainty, "sources": ", ".join(o.sources)}
        if o.ranges:
            attrs["middle"] = "the typical person, with the numbers as the sources state them; no median"
        key = o.name if sum(p.name == o.name for p in result.outputs) == 1 else f"{o.name}_{o.model}"
        if o.values is not None:
            data[key] = xr.DataArray(o.values, dims=("subject", "time"), attrs=attrs)
        else:
            stack = np.stack([o.low, o.median, o.high])
            data[key] = xr.DataArray(stack, dims=("quantile", "time"), attrs=attrs)
    coords: dict[str, Any] = {"time": ("time", result.times, {"units": "h"})}
    if any(o.values is None for o in result.outputs):
        coords["quantile"] = [0.05, 0.5, 0.95]
    attrs = {"scenario": result.scenario.describe(), "hash": result.scenario.hash, "version": result.version}
    return xr.Dataset(data, coords=coords, attrs={**attrs, "notice": NOTICE})


def save(result: Result, target: Path) -> Path:
    """See `Result.save`."""
    if target.suffix not in _WRITERS:
        raise InputError(f"{target.name} has no known ending; use one of {', '.join(sorted(_WRITERS))}.")
    with replacing(target) as part:
        _WRITERS[target.suffix](result, part)
    return target


def save_measures(result: Result, target: Path) -> Path:
    """Write the measures as CSV, one row an output and measure: whole or not at all."""
    rows = result.summary()
    with replacing(target) as part:
        _write_rows(part, _MEASURE_COLUMNS, ([row.get(name, "") for name in _MEASURE_COLUMNS] for row in rows))
    return target


def _long(output: Output, times: Array, *, people: bool) -> dict[str, list[Any]]:
    one_person = output.values is not None and len(output.values) == 1
    body: dict[str, list[Any]]
    if people:
        if output.values is None:
            raise InputError("every person's curve was not kept for so many people; ask for the summary, or for fewer.")
        n, t = output.values.shape
        body = {
            "subject": np.repeat(np.arange(n), t).tolist(),
            "time_h": np.tile(times, n).tolist(),
            "value": output.values.ravel().tolist(),
        }
    elif output.ranges:
        body = {
            "time_h": times.tolist(),
            "value": output.median.tolist(),
            "low": output.low.tolist(),
            "high": output.high.tolist(),
        }
    elif one_person:
        body = {"time_h": times.tolist(), "value": output.median.tolist()}
    else:
        spread = {"low": output.low, "median": output.median, "high": output.high}
        body = {"time_h": times.tolist(), **{name: curve.tolist() for name, curve in spread.items()}}
    rows = len(body["time_h"])
    head = {"output": output.name, "model": output.model, "unit": output.unit, "certainty": output.certainty}
    return {**{name: [text] * rows for name, text in head.items()}, **body}


def _write_rows(path: Path, names: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def _write_csv(result: Result, path: Path) -> None:
    columns: Mapping[str, list[Any]] = curve_columns(result, people=False)
    _write_rows(path, columns, zip(*columns.values(), strict=True))


def _write_parquet(result: Result, path: Path) -> None:
    try:
        frame(result, people=False).to_parquet(path, index=False)
    except ImportError:
        raise MissingExtraError("a Parquet file", extra="frame") from None


def _write_json(result: Result, path: Path) -> None:
    path.write_text(dumps(result.to_dict()), encoding="utf-8")


_WRITERS: Final = {".csv": _write_csv, ".parquet": _write_parquet, ".json": _write_json}
