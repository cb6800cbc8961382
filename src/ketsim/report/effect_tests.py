"""Measured effects beside what the effects predict: every row, inside its stated range or how far outside, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ketsim.effects.effect import named
from ketsim.report.grades import UNPRINTED, short_label
from ketsim.report.markup import Child, Markup, table, tag, with_detail
from ketsim.report.tables import certainty_badge
from ketsim.wording import hours, number, sentence_case, unbroken

Row = Mapping[str, Any]
_COLUMNS = ("What", "Measured", "Predicted", "Verdict", "Certainty of the measurement")


def effect_tests(rows: Sequence[Row]) -> list[Child]:
    """The section: a sentence, the table of predicted rows, and the rows without a prediction with their reason."""
    predicted = [row for row in rows if row["predicted"] is not None]
    tested = [row for row in predicted if not row["fitted"]]
    inside = sum(bool(row["inside"]) for row in tested)
    said = (
        f"{len(tested)} predictions of measured effects that no entry was derived from: {inside} inside the stated "
        f"range, {len(tested) - inside} outside, each with its size. {len(predicted) - len(tested)} more rows are an "
        "entry's own data and show only that it keeps them."
    )
    silent = [tag("li", f"{row['id']}: {row['reason']}") for row in rows if row["predicted"] is None]
    caption = "Measured effects and predictions"
    return [
        tag("p", said),
        table(caption, _COLUMNS, [_cells(row) for row in predicted]),
        tag("h3", "Not predicted") if silent else None,
        tag("ul", *silent) if silent else None,
    ]


def _cells(row: Row) -> list[Child]:
    low, high = number(row["low"]), number(row["high"])
    unit = "" if row["unit"] in UNPRINTED else f" {row['unit']}"
    at = f" at {hours(row['time_h'])}" if row["time_h"] is not None else ""
    what = f"{sentence_case(short_label(named(row['effect']).label))}, {row['metric'].replace('_', ' ')}{at}"
    measured = f"{low} to {high}{unit}" if low != high else f"{low}{unit}"
    return [
        with_detail(what, f"{row['id']}: {row['dose']}"),
        unbroken(measured),
        with_detail(unbroken(f"{number(row['predicted'])}{unit}"), row["entry"]),
        _verdict(row, unit),
        certainty_badge(row["certainty"]),
    ]


def _verdict(row: Row, unit: str) -> Markup:
    if row["fitted"]:
        return with_detail("own data", row["note"])
    if row["inside"]:
        return with_detail("inside", row["note"])
    fold = f", {number(row['fold'], digits=2)}-fold" if row["fold"] is not None else ""
    size = unbroken(f"{number(abs(row['difference']))}{unit}")
    return with_detail(f"{size} outside{fold}", sentence_case(row["misfit"] or ""))
