"""The files of a result: curves, measures, scenario, JSON object and figure in a folder, and the HTML report."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ketsim.cli.jsonout import dumps
from ketsim.errors import InputError

if TYPE_CHECKING:
    from ketsim.cli.delivery import Delivery
    from ketsim.result import Result

_MEASURE_COLUMNS: Final = ("output", "model", "measure", "unit", "value", "low", "median", "high", "certainty")
_REPORT_ENDINGS: Final = (".html", ".htm")


def write_files(result: Result, delivery: Delivery, *, out: Path | None, report: Path | None) -> None:
    """Stage what `--out DIR` and `--report FILE` ask for; a None asks for nothing."""
    if out is not None:
        _write_folder(result, delivery, out)
    if report is not None:
        from ketsim.report import write_report

        if report.suffix not in _REPORT_ENDINGS:
            raise InputError(f"report {report} is not a page; give a name that ends in .html.")
        write_report(result, delivery.stage(report))


def _write_folder(result: Result, delivery: Delivery, folder: Path) -> None:
    result.save(delivery.stage(folder / "curves.csv"))
    delivery.text(folder / "measures.csv", _measures(result))
    delivery.text(folder / "result.json", dumps(result.to_dict()) + "\n")


def _measures(result: Result) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _MEASURE_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(result.summary())
    return text.getvalue()
