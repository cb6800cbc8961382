"""``ketsim validate``: predicted against observed, for every data set in the sources; nothing is dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ketsim.cli import terminal
from ketsim.cli.delivery import Delivery
from ketsim.cli.jsonout import print_json
from ketsim.wording import number

if TYPE_CHECKING:
    from ketsim.validation import Validation

_COLUMNS: Final = ("", "rows", "studies", "GMFE", "one vote a study", "within 1.25-fold", "1.5-fold", "2-fold")


def validate(*, json: bool = False, report: Path | None = None) -> int:
    """Predict every observed number of the sources and say how far off the prediction is.

    Parameters
    ----------
    json:
        Print one JSON object, with every row, instead of tables.
    report:
        File for a self-contained HTML page with every row.
    """
    from ketsim.validation import validate as run

    with Delivery() as delivery:
        place = None if report is None else delivery.stage(report)
        validation = run()
        if place is not None:
            from ketsim.report import write_validation_page

            write_validation_page(validation.rows, validation.summary, place)
    if json:
        print_json(validation.to_dict())
    else:
        _show(validation)
    return 0


def _show(validation: Validation) -> None:
    from ketsim.report.scatter_figure import TWOFOLD
    from ketsim.report.validation_page import GROUPS, SCORES

    summary = validation.summary
    terminal.heading(f"{summary['rows']} observed numbers in the sources, {summary['predicted']} of them predicted.")
    terminal.paragraph("GMFE is the geometric mean fold error: 1.2 means 1.2-fold too high or too low on average.")
    terminal.paragraph()
    _scores({words: summary[name] for name, words in SCORES.items()})
    for name, (_, heading) in GROUPS.items():
        terminal.paragraph()
        terminal.heading(heading)
        _scores(summary[name])
    rows = validation.rows
    far = [row for row in rows if row["fold"] is not None and row["fold"] > TWOFOLD]
    terminal.points("Beyond twofold", [_miss(row) for row in far])
    reasons = Counter(row["reason"] for row in rows if row["predicted"] is None)
    terminal.points("Not predicted", [f"{count}: {reason}" for reason, count in reasons.most_common()])
    terminal.paragraph()
    terminal.paragraph("Every row: ketsim validate --json, or ketsim validate --report validation.html")


def _scores(scores: Mapping[str, Mapping[str, Any] | None]) -> None:
    rows = []
    for name, score in scores.items():
        if score is not None:
            shares = (f"{100 * score[key]:.0f} %" for key in ("within_1_25", "within_1_5", "within_2_0"))
            folds = (number(score["gmfe"]), number(score["gmfe_one_vote_per_study"]))
            rows.append([name, str(score["rows"]), str(score["studies"]), *folds, *shares])
    terminal.table(_COLUMNS, rows, right=range(1, len(_COLUMNS)))


def _miss(row: Mapping[str, Any]) -> str:
    return (
        f"{row['id']}: {row['analyte']} {row['metric']} after {row['dose']}: observed {number(row['observed'])}, "
        f"predicted {number(row['predicted'])} {row['unit']} by {row['model']}, {number(row['fold'])}-fold; "
        f"{row['explanation'] or 'not explained'}"
    )
