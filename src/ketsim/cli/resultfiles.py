"""The files of a result: curves, measures, JSON object and figure in a folder, and the HTML report.

Places are claimed before the work begins, so that a place that cannot be written is known at once.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from ketsim.errors import InputError

if TYPE_CHECKING:
    from ketsim.beside import Beside
    from ketsim.cli.delivery import Delivery
    from ketsim.result import Result

_IN_FOLDER: Final = ("curves.csv", "measures.csv", "result.json")
_FIGURES: Final = ("figure.svg", "figure.png")
_REPORT_ENDINGS: Final = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class ResultFiles:
    """Where to write what `--out DIR` and `--report FILE` ask for: file name -> staged place, and the staged report."""

    folder: dict[str, Path]
    report: Path | None

    @classmethod
    def claim(cls, delivery: Delivery, *, out: Path | None, report: Path | None) -> Self:
        """Stage every file that is asked for; figures only where the extra that draws them is installed.

        Raises `InputError` for a place that cannot be written.
        """
        if report is not None and report.suffix not in _REPORT_ENDINGS:
            raise InputError(f"report {report} is not a page; give a name that ends in .html.")
        drawn = _FIGURES if find_spec("vl_convert") is not None else ()
        if out is not None and not drawn:
            print('No figure in the folder: drawing one needs pip install "ketsim[plot]".', file=sys.stderr)
        return cls(
            folder={} if out is None else {name: delivery.stage(out / name) for name in (*_IN_FOLDER, *drawn)},
            report=None if report is None else delivery.stage(report),
        )

    def write(self, result: Result, beside: Beside) -> None:
        """Write them; beside: what other models give and studies measured.

        Raises `MissingExtraError` where a library for a format is not installed.
        """
        if self.folder:
            from ketsim.cli.jsonout import with_beside
            from ketsim.files import write_whole
            from ketsim.result_table import save_measures
            from ketsim.strict_json import dumps

            result.save(self.folder["curves.csv"])
            save_measures(result, self.folder["measures.csv"])
            write_whole(self.folder["result.json"], dumps(with_beside(result, beside)))
        if figures := [self.folder[name] for name in _FIGURES if name in self.folder]:
            from ketsim.report import course_figure, save_figure

            for path in figures:
                save_figure(course_figure(result), path)
        if self.report is not None:
            from ketsim.report import write_report

            write_report(result, self.report, beside=beside)
