"""Where do published models disagree about one dose? Each model's measure as a point with its range over people.

The spread between the points is the disagreement of the literature; `ketsim.disagreement` puts it into words. More
models than can be told apart are not drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ketsim.disagreement import by_name, disagreements
from ketsim.errors import InputError
from ketsim.report.figure import WIDE, concentration_figure, title_block
from ketsim.report.layers import Scale, Spec
from ketsim.report.panel import MOST_LINES, look_of
from ketsim.report.theme import INK, NARROW, SCHEMA, SURFACE, vega_config
from ketsim.result import central, ends
from ketsim.wording import (
    listed,
    measure_words,
    number,
    sentence_case,
    span,
    unit_text,
)

if TYPE_CHECKING:
    from ketsim.result import Output, Result


def measure_figure(result: Result, measure: str = "cmax", *, name: str | None = None, width: int = WIDE) -> Spec:
    """One row a model: its `measure` of the quantity `name` (the first that has it), with 5 % to 95 % of people.

    Raises `InputError` if no output has the measure.
    """
    found = _drawn(result.outputs, measure)
    if not found or (name is not None and name not in found):
        there = listed(sorted({known for output in result.outputs for known in output.measures}))
        raise InputError(f"no output {name or ''} of this result has the measure {measure!r}; there is {there}.")
    outputs = found[name if name is not None else next(iter(found))]
    models = list(dict.fromkeys(output.model for output in outputs))
    unit = outputs[0].measure_units[measure]
    rows = [_row(result, output, measure) for output in outputs if math.isfinite(central(output.measures[measure]))]
    names = [row["model"] for row in rows]
    looks = [look_of(models.index(row["model"])) for row in rows]
    axis = {"title": f"{measure_words(measure)} ({unit_text(unit)})", "tickCount": 5, "grid": True, "format": ".3~r"}
    x: Spec = {"field": "value", "type": "quantitative", "scale": {"zero": True}, "axis": axis}
    colour = _by_model(names, [look.tone.light for look in looks])
    label = {"type": "text", "align": "left", "dy": -16, "color": INK.light, "fontSize": 11 if width < NARROW else 12}
    layers: list[Spec] = [
        {
            "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
            "encoding": {"x": x, "color": colour, "shape": _by_model(names, [look.shape for look in looks])},
        },
        {"mark": label, "encoding": {"x": {"value": 2}, "text": {"field": "text"}}},
    ]
    if result.subjects > 1:
        whisker = {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "color": colour}
        layers.insert(0, {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.45}, "encoding": whisker})
    spread = next((d.sentence() for d in disagreements(outputs, measure) if d.name == outputs[0].name), "")
    ranges = "Bars: 5 % to 95 % of people." if result.subjects > 1 else "One person; other people differ."
    heading = f"{sentence_case(measure_words(measure))} of {outputs[0].name.replace('_', ' ')} by model"
    return {
        "$schema": SCHEMA,
        "description": " ".join([heading + ".", *(f"{row['text']}." for row in rows)]),
        "title": title_block(heading, [ranges, spread], width),
        "data": {"values": rows},
        "width": width - (66 if width >= NARROW else 52),
        "height": {"step": 46},
        "padding": 5,
        "background": SURFACE.light,
        "config": vega_config(width=width),
        "encoding": {"y": {"field": "model", "type": "nominal", "sort": names, "axis": None}},
        "layer": layers,
    }


def _row(result: Result, output: Output, measure: str) -> Spec:
    value = output.measures[measure]
    low, high = ends(value)
    spread = f" ({span(low, high)})" if result.subjects > 1 else ""
    size = f"{number(central(value))}{spread} {unit_text(output.measure_units[measure])}"
    return {
        "model": output.model,
        "value": central(value),
        "low": low,
        "high": high,
        "text": f"{output.model}: {size}, certainty {output.certainty}",
    }


def _by_model(names: list[str], looks: list[str]) -> Spec:
    return {"field": "model", "type": "nominal", "scale": {"domain": names, "range": looks}, "legend": None}


def compare_figure(result: Result, *, scale: Scale = "linear", width: int = WIDE, measure: str = "cmax") -> Spec:
    """Several models of one dose in one picture: their courses, and below each model's `measure`."""
    courses = concentration_figure(result, scale=scale, group="separate", width=width)
    points = [measure_figure(result, measure, name=name, width=width) for name in _drawn(result.outputs, measure)]
    shared = {key: courses.pop(key) for key in ("$schema", "config", "background", "padding")}
    views = [courses, *points]
    for view in points:
        for key in shared:
            del view[key]
    courses.pop("autosize", None)
    description = " ".join(view.pop("description") for view in views)
    return {
        **shared,
        "description": description,
        "spacing": 40,
        "vconcat": views,
        "resolve": {"scale": {"color": "independent", "shape": "independent"}},
    }


def _drawn(outputs: Iterable[Output], measure: str) -> dict[str, list[Output]]:
    return {name: same[:MOST_LINES] for name, same in by_name(outputs, measure).items()}
