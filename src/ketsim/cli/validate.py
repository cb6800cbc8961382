"""``ketsim validate``: predicted against observed, for every data set in the sources; nothing is dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ketsim.cli import terminal
from ketsim.cli.delivery import Delivery
from ketsim.cli.jsonout import print_json
from ketsim.wording import hours, number

if TYPE_CHECKING:
    from ketsim.observables.simulated import Beside
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

            effects = [p.to_dict() for p in validation.effects]
            write_validation_page(validation.rows, validation.summary, place, effects)
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
    _effects(validation)
    _observables(validation)
    reasons = Counter(row["reason"] for row in rows if row["predicted"] is None)
    terminal.points("Not predicted", [f"{count}: {reason}" for reason, count in reasons.most_common()])
    terminal.paragraph()
    terminal.paragraph("Every row: ketsim validate --json, or ketsim validate --report validation.html")


def _effects(validation: Validation) -> None:
    """Measured effects: each beside what every entry says, and how far outside."""
    rows = [p.to_dict() for p in validation.effects]
    terminal.paragraph()
    counts = validation.summary["effects"]
    terminal.heading(
        f"Effects: {counts['independent']} predictions of measured effects, {counts['inside']} inside the stated "
        f"range; {counts['fitted']} more are an entry's own data."
    )
    columns = ["row", "entry", "dose", "measured", "predicted", "", "own data"]
    shown = [r for r in rows if r["predicted"] is not None]
    terminal.table(columns, [_effect_row(r) for r in shown])
    far = [r for r in shown if not r["inside"] and not r["fitted"]]
    terminal.points(
        "Effects outside the stated range", [f"{r['id']} ({r['entry']}): {r['misfit'] or 'not explained'}" for r in far]
    )
    terminal.points("Effects not predicted", [f"{r['id']}: {r['reason']}" for r in rows if r["predicted"] is None])


def _observables(validation: Validation) -> None:
    """Simulated values of observables beside their evidence: where they lie apart is a finding."""
    counts = validation.summary["observables"]
    terminal.paragraph()
    terminal.heading(
        f"Observables: {counts['rows']} simulated values, {counts['compared']} beside a published interval; "
        f"{len(counts['apart'])} observables lie apart."
    )
    terminal.points("Simulated apart from the evidence", map(_apart, validation.apart))


def _apart(row: Beside) -> str:
    return (
        f"{row.observable}: {row.measure.replace('_', ' ')} of {row.output.replace('_', ' ')} after {row.dose}, by "
        f"{row.model}: {number(row.value)} {row.unit}, published {row.published}; {row.because or 'not explained'}"
    )


def _effect_row(row: Mapping[str, Any]) -> list[str]:
    low, high = number(row["low"]), number(row["high"])
    measured = f"{low} to {high}" if low != high else low
    fold = "" if row["fold"] is None else f", {number(row['fold'], digits=2)}-fold"
    verdict = "inside" if row["inside"] else f"{number(row['difference'])} outside{fold}"
    at = f" at {hours(row['time_h'])}" if row["time_h"] is not None else ""
    what = f"{row['id']}: {row['effect']}, {row['metric'].replace('_', ' ')}{at} [{row['unit']}]"
    own = "yes" if row["fitted"] else ""
    return [what, row["entry"], row["dose"], measured, number(row["predicted"]), verdict, own]


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
