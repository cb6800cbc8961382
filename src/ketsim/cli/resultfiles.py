"""The files of a result: curves, measures, JSON object and figure in a folder, and the HTML report.

Places are claimed before the work begins, so that a place that cannot be written is known at once.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from ketsim.cli.jsonout import dumps
from ketsim.errors import InputError

if TYPE_CHECKING:
    from ketsim.cli.delivery import Delivery
    from ketsim.result import Result

_IN_FOLDER: Final = ("curves.csv", "measures.csv", "result.json", "figure.svg", "figure.png")
_MEASURE_COLUMNS: Final = ("output", "model", "measure", "unit", "value", "low", "median", "high", "certainty")
_REPORT_ENDINGS: Final = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class ResultFiles:
    """Where to write what `--out DIR` and `--report FILE` ask for: file name -> staged place, and the staged report."""

    folder: dict[str, Path]
    report: Path | None

    @classmethod
    def claim(cls, delivery: Delivery, *, out: Path | None, report: Path | None) -> Self:
        """Stage every file that is asked for. Raises `InputError` for a place that cannot be written."""
        if report is not None and report.suffix not in _REPORT_ENDINGS:
            raise InputError(f"report {report} is not a page; give a name that ends in .html.")
        return cls(
            folder={} if out is None else {name: delivery.stage(out / name) for name in _IN_FOLDER},
            report=None if report is None else delivery.stage(report),
        )

    def write(self, result: Result) -> None:
        """Write them. Raises `MissingExtraError` where a library for a format is not installed."""
        if self.folder:
            from ketsim.report import concentration_figure, save_figure

            result.save(self.folder["curves.csv"])
            self.folder["measures.csv"].write_text(_measures(result), encoding="utf-8")
            self.folder["result.json"].write_text(dumps(result.to_dict()) + "\n", encoding="utf-8")
            figure = concentration_figure(result)
            save_figure(figure, self.folder["figure.svg"])
            save_figure(figure, self.folder["figure.png"])
        if self.report is not None:
            from ketsim.report import write_report

            write_report(result, self.report)


def _measures(result: Result) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _MEASURE_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(result.summary())
    return text.getvalue()
