"""Do predictions agree with measurements? Each pair as a point on logarithmic axes, about a line of equality.

A point on the middle line is predicted exactly; outside the dashed lines a prediction misses by more than twofold. Open
points are rows that the model was fitted to, so they prove nothing about it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ketsim.report.figure import WIDE
from ketsim.report.layers import Spec
from ketsim.report.panel import MOST_LINES, look_of
from ketsim.report.theme import INK, MUTED, NARROW, SCHEMA, SURFACE, vega_config
from ketsim.wording import number, unit_text

Row = Mapping[str, Any]

TWOFOLD = 2.0
"""A miss by more is a large one: the lines beside equality."""


def scatter_figure(rows: Sequence[Row], *, unit: str, by: str = "route", width: int = WIDE) -> Spec:
    """Predicted against observed for the rows in `unit`, coloured and shaped by the key `by`, alike for every unit.

    Rows without a prediction are left out; the page lists them. Beyond six groups the smaller ones share a look.
    """
    drawn = [_point(row, by) for row in rows if row["unit"] == unit and row.get("predicted") and row.get("observed")]
    groups = _groups([_group(row, by) for row in rows if row.get("predicted")])
    for point in drawn:
        point["group"] = point["group"] if point["group"] in groups else groups[-1]
    present = [group for group in groups if any(point["group"] == group for point in drawn)]
    numbers = [value for point in drawn for value in (point["observed"], point["predicted"])]
    low, high = (min(numbers) / TWOFOLD, max(numbers) * TWOFOLD) if numbers else (1.0, 10.0)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    parts = (1, 2, 5) if high / low < 300 else (1,)
    ticks = [tick for power in powers for part in parts if low <= (tick := part * 10.0**power) <= high]

    def axis(field: str, title: str) -> Spec:
        scale = {"type": "log", "domain": [low, high], "nice": False}
        shown = {"title": title, "values": ticks, "format": ".3~r", "grid": True}
        return {"field": field, "type": "quantitative", "scale": scale, "axis": shown}

    x, y = axis("observed", f"observed ({unit_text(unit)})"), axis("predicted", f"predicted ({unit_text(unit)})")
    y["axis"] |= {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "start", "titleX": 0, "titleY": -12}
    legend: Spec = {"title": None, "orient": "top", "columns": 2 if width < NARROW else 4, "offset": 26}
    legend["values"] = present
    colour: Spec = {
        "field": "group",
        "type": "nominal",
        "scale": {"domain": groups, "range": [look_of(index).tone.light for index in range(len(groups))]},
        "legend": legend,
    }
    shape = {**colour, "scale": {"domain": groups, "range": [look_of(index).shape for index in range(len(groups))]}}
    point = {"type": "point", "size": 48, "strokeWidth": 1.6, "opacity": 0.9}
    tip = [{"field": "text", "type": "nominal"}]
    encoding = {"x": x, "y": y, "color": colour, "shape": shape, "tooltip": tip}
    side = min(width - (66 if width >= NARROW else 52), 460)
    return {
        "$schema": SCHEMA,
        "description": f"Predicted against observed, {len(drawn)} pairs in {unit}, on logarithmic axes, by {by}.",
        "data": {"values": drawn},
        "width": side,
        "height": side,
        "padding": 5,
        "background": SURFACE.light,
        "config": vega_config(width=width),
        "layer": [
            *(_line(low, high, factor, x, y) for factor in (1 / TWOFOLD, 1.0, TWOFOLD)),
            {
                "transform": [{"filter": "!datum.fitted"}],
                "mark": point | {"filled": True},
                "encoding": encoding,
            },
            {
                "transform": [{"filter": "datum.fitted"}],
                "mark": point | {"filled": False},
                "encoding": encoding,
            },
        ],
    }


def units(rows: Sequence[Row]) -> list[str]:
    """The units in which at least one row has a prediction, the most frequent first."""
    counts: dict[str, int] = {}
    for row in rows:
        if row.get("predicted") and row.get("observed"):
            counts[row["unit"]] = counts.get(row["unit"], 0) + 1
    return sorted(counts, key=lambda unit: (-counts[unit], unit))


def _point(row: Row, by: str) -> Spec:
    text = f"{row['id']}: observed {number(row['observed'])}, predicted {number(row['predicted'])} {row['unit']}"
    return {
        "observed": float(row["observed"]),
        "predicted": float(row["predicted"]),
        "group": _group(row, by),
        "fitted": bool(row["fitted"]),
        "text": f"{text} ({row['model']})",
    }


def _group(row: Row, by: str) -> str:
    return str(row.get(by) or "not stated")


def _groups(names: Sequence[str]) -> list[str]:
    counts = {name: names.count(name) for name in names}
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    return ranked if len(ranked) <= MOST_LINES else [*ranked[: MOST_LINES - 1], "other"]


def _line(low: float, high: float, factor: float, x: Spec, y: Spec) -> Spec:
    exact = factor == 1.0
    mark = {"type": "line", "clip": True, "color": INK.light if exact else MUTED.light, "strokeWidth": 1.2}
    ends = [{"observed": edge, "predicted": edge * factor} for edge in (low, high)]
    return {
        "data": {"values": ends},
        "mark": mark if exact else mark | {"strokeDash": [5, 4]},
        "encoding": {"x": x, "y": y},
    }
