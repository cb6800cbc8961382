"""How well do the models predict what was measured? Every observed row, its prediction, and why the large misses miss.

The page shows what `ketsim validate` computed and drops nothing: rows without a prediction stand there with the reason.
Rows that a model was fitted to are marked and kept out of the scores. The page computes no score of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ketsim.files import write_whole
from ketsim.report.document import compose, plot
from ketsim.report.effect_tests import effect_tests
from ketsim.report.figure import PHONE, WIDE
from ketsim.report.markup import Child, Markup, anchor, table, tag, with_detail
from ketsim.report.scatter_figure import TWOFOLD, Row, scatter_figure, units
from ketsim.report.tables import certainty_badge
from ketsim.wording import ABSENT, listed, number, sentence_case, unit_text

_KINDS = {"ng/mL": "Concentrations", "ng*h/mL": "Areas under the curve", "h": "Times"}
#: The scores of a validation in words, the one that counts first; a card is drawn for each but the last.
SCORES = {
    "headline": "Adults, intravenous, not a model's own fitting data",
    "independent": "All rows that are not a model's own fitting data",
    "fitted": "Rows that the predicting model was fitted to",
    "published_predictions": "Predictions that the source printed itself",
}
#: Its scores in groups: what a group is, and which rows are in it.
GROUPS = {
    "by_route": ("Route", "By route, not a model's own fitting data"),
    "fitted_by_route": ("Route", "By route, rows that the predicting model was fitted to"),
    "by_model": ("Model", "By model, not its own fitting data"),
    "by_study": ("Study", "By study, not a model's own fitting data"),
}


def validation_report(rows: Sequence[Row], summary: Mapping[str, Any], effects: Sequence[Row] = ()) -> str:
    """The page as one self-contained HTML document, without scripts.

    rows: one mapping an observed number: id, study, source, model, route, analyte, metric, observed, predicted, unit,
    fold, fitted, explanation, sampling, group, n, certainty, and where there is no prediction a reason. summary: scores
    (gmfe, within_1_25, within_1_5, within_2, rows, studies) under headline, independent, fitted, and by_route, by_model
    and by_study. effects: one mapping a prediction of a measured effect, as `EffectPrediction.to_dict` gives it.

    Raises `MissingExtraError` without the extra "plot".
    """
    predicted = [row for row in rows if row.get("fold") is not None]
    silent = [row for row in rows if row.get("fold") is None]
    large = sorted((row for row in predicted if row["fold"] > TWOFOLD), key=lambda row: -row["fold"])
    figures = [_scatter(rows, unit, index) for index, unit in enumerate(units(rows), start=1)]
    sections: list[tuple[str, str, Sequence[Child]]] = [
        ("answer", "In plain words", _answer(rows, predicted, large, summary)),
        ("plots", "Predicted against observed", [tag("div", *figures, class_="figures")]),
        ("scores", "Scores", _scores(summary)),
        ("misses", "Every row beyond twofold", _misses(large)),
        ("rows", "Every row", [_all_rows(predicted)]),
        ("silent", "Rows without a prediction", [_unpredicted(silent)]),
    ]
    if effects:
        sections.append(("measured-effects", "Measured effects", effect_tests(effects)))
    return compose(
        title="How well the models predict what was measured",
        lead=f"{len(rows):,} published measurements, {len(predicted):,} of them set against a model, none dropped.",
        sections=sections,
        live=False,
    )


def write_validation_page(
    rows: Sequence[Row], summary: Mapping[str, Any], path: str | Path, effects: Sequence[Row] = ()
) -> Path:
    """Write `validation_report` to `path`, whole or not at all. Raises `InputError` if the place cannot be written."""
    return write_whole(Path(path), validation_report(rows, summary, effects))


def _answer(
    rows: Sequence[Row], predicted: Sequence[Row], large: Sequence[Row], summary: Mapping[str, Any]
) -> list[Child]:
    cards = [
        tag(
            "li",
            tag("h3", words),
            tag("p", f"{number(score['gmfe'])}", tag("small", "-fold"), class_="big"),
            tag("p", "typical miss (geometric mean fold error; 1 is exact)"),
            tag("p", listed([f"{_percent(share)} within {fold:g}-fold" for fold, share in _shares(score).items()])),
            tag("p", f"{score['rows']} rows of {score['studies']} studies"),
        )
        for key, words in list(SCORES.items())[:3]
        if (score := summary.get(key))
    ]
    explained = sum(bool(row.get("explanation")) for row in large)
    said = (
        f"{len(large)} of {len(predicted)} predictions miss by more than twofold; {explained} of these have an "
        "explanation by name, below. The model for a row is named by a rule written down beforehand, never the best of "
        "several."
    )
    return [tag("ul", *cards, class_="answers"), tag("p", said)]


def _scatter(rows: Sequence[Row], unit: str, index: int) -> Markup:
    stills = {
        f"{size} only": scatter_figure(rows, unit=unit, width=width) | {"background": "transparent"}
        for size, width in (("wide", WIDE), ("narrow", PHONE))
    }
    said = [
        "Full line: equal. Dashed lines: twofold. Open points: the model was fitted to that row.",
        "Each point is one published number, often a mean over people; people differ more than means do.",
    ]
    return plot(
        f"figure-{index}",
        heading=f"{_KINDS.get(unit, 'Values')} ({unit_text(unit)}), by route",
        said=said,
        stills=stills,
    )


def _scores(summary: Mapping[str, Any]) -> list[Child]:
    parts: list[Child] = [
        _score_table("Overall", "Rows", {words: summary[key] for key, words in SCORES.items() if summary.get(key)})
    ]
    for key, (what, heading) in GROUPS.items():
        if summary.get(key):
            parts += [tag("h3", heading), _score_table(f"Scores: {heading.lower()}", what, summary[key])]
    return parts


def _score_table(caption: str, first: str, scores: Mapping[str, Mapping[str, Any]]) -> Markup:
    folds = sorted({fold for score in scores.values() for fold in _shares(score)})
    rows = [
        (
            name or ABSENT,
            number(score["gmfe"]),
            number(score.get("gmfe_one_vote_per_study")),
            *(_percent(_shares(score)[fold]) for fold in folds),
            f"{score['rows']}",
            f"{score['studies']}",
        )
        for name, score in scores.items()
    ]
    within = (f"Within {fold:g}-fold" for fold in folds)
    columns = (first, "Geometric mean fold error", "One vote per study", *within, "Rows", "Studies")
    return table(caption, columns, rows, numbers=range(1, len(columns)))


def _shares(score: Mapping[str, Any]) -> dict[float, float]:
    """Share of rows within a fold, by fold: the score names it `within_1_5` for 1.5."""
    names = (name for name in score if name.startswith("within_") and not name.endswith("_per_study"))
    return {float(name.removeprefix("within_").replace("_", ".")): score[name] for name in names}


def _misses(large: Sequence[Row]) -> list[Child]:
    if not large:
        return [tag("p", "None.")]
    rows = [
        (
            with_detail(tag("a", row["id"], href=f"#{anchor('row', row['id'])}"), row["model"]),
            f"{number(row['fold'])}-fold {'high' if row['predicted'] > row['observed'] else 'low'}",
            sentence_case(row["explanation"]) if row.get("explanation") else tag("strong", "Not explained yet."),
        )
        for row in large
    ]
    return [table("Rows beyond twofold, the largest first", ("Row and model", "Miss", "Why"), rows)]


def _all_rows(predicted: Sequence[Row]) -> Markup:
    columns = ("Row", "What", "Who", "Observed", "Predicted", "Unit", "Fold", "Model", "Certainty of the row")
    rows = [
        (
            tag("span", row["id"], id=anchor("row", row["id"])),
            with_detail(f"{row['analyte']} {row['metric']}".replace("_", " "), _given(row)),
            _crowd(row),
            number(row["observed"]),
            number(row["predicted"]),
            unit_text(row["unit"]),
            number(row["fold"]),
            with_detail(row["model"], "fitted to it" if row["fitted"] else None),
            certainty_badge(str(row["certainty"])),
        )
        for row in predicted
    ]
    return table("Every row with a prediction", columns, rows, numbers=(3, 4, 6))


def _unpredicted(silent: Sequence[Row]) -> Markup:
    rows = [
        (
            with_detail(row["id"], f"{row['analyte']} {row['metric']}".replace("_", " ")),
            sentence_case((row.get("reason") or ABSENT).replace("_", " ")),
        )
        for row in silent
    ]
    return table("Rows without a prediction, and why", ("Row", "Why"), rows)


def _given(row: Row) -> str:
    return ", ".join(str(part) for part in (row.get("dose") or row["route"], row["sampling"]) if part)


def _crowd(row: Row) -> str:
    return f"{row['group']}, n = {row['n']}" if row.get("n") else str(row["group"])


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
