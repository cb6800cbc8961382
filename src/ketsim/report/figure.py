"""What does the course of a concentration look like? One Vega-Lite description, for every page and every file.

A figure is plain JSON with its data inside: nothing is fetched, nothing is computed by the viewer. Bands run from 5 %
to 95 % of people around the median; lines differ by colour and dash; doses are marked along the upper edge; the
subtitle says how certain the curves are and that people differ. The figure knows no pharmacology: it draws what a
`Result` holds.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ketsim.errors import InputError
from ketsim.report.decimation import DECADES
from ketsim.report.layers import Layers, ObservedPoint, Scale, Spec
from ketsim.report.panel import Grouping, Panel, panels
from ketsim.report.theme import NARROW, SCHEMA, SURFACE, vega_config
from ketsim.wording import hours, listed, number, people, time_unit, unbroken

if TYPE_CHECKING:
    from ketsim.result import Result

#: Widths of a drawing [px]: on paper and wide screens, and on a phone.
WIDE, PHONE = 720, 340


def concentration_figure(
    result: Result,
    *,
    scale: Scale = "linear",
    group: Grouping = "auto",
    width: int = WIDE,
    observed: Sequence[ObservedPoint] = (),
) -> Spec:
    """The whole picture, with title and subtitle, as one Vega-Lite specification: panels one below the other.

    scale: of the concentration axis. group: which curves share a panel, see `panels`. width: of the drawing [px].

    Raises `InputError` if the result has no concentration, or for an unknown `scale` or `group`.
    """
    drawn = panels(result, group=group)
    views = [panel_figure(result, panel, scale=scale, width=width, observed=observed) for panel in drawn]
    measured = any(_measured(panel, observed) for panel in drawn)
    dose = result.scenario.dose
    if len(views) == 1:
        subtitle = [who(result), certainty(drawn[0]), marks(result, drawn[0], scale=scale, measured=measured)]
        return {
            **views[0],
            "background": SURFACE.light,
            "title": title_block(f"{drawn[0].title} after {dose}", subtitle, width),
        }
    for panel, view in zip(drawn, views, strict=True):
        view["title"] = title_block(panel.title, [certainty(panel), _unseen(panel, scale)], width)
        for key in ("$schema", "config", "background", "autosize", "padding"):
            del view[key]
    return {
        "$schema": SCHEMA,
        "description": " ".join(describe(result, panel) for panel in drawn),
        "title": title_block(f"Concentrations after {dose}", [who(result), marks(result, measured=measured)], width),
        "padding": 5,
        "background": SURFACE.light,
        "config": vega_config(width=width),
        "spacing": 32,
        "vconcat": views,
        "resolve": {"scale": {"color": "independent", "strokeDash": "independent"}},
    }


def panel_figure(
    result: Result,
    panel: Panel,
    *,
    scale: Scale = "linear",
    width: int = WIDE,
    interactive: bool = False,
    observed: Sequence[ObservedPoint] = (),
) -> Spec:
    """One panel without a title, for a page that has it as text, as a Vega-Lite specification.

    interactive: as wide as the page allows, with a reading at each point and a time axis that zooms (Ctrl and wheel)
    and pans (drag).
    """
    if scale not in ("linear", "log"):
        raise InputError(f"scale {scale!r} is not known; give linear or log.")
    unit = time_unit(float(result.times[-1] - result.times[0]))
    points = _measured(panel, observed)
    layers = Layers(result, panel, unit=unit, scale=scale, width=width, interactive=interactive, observed=points)
    wide = width >= NARROW
    return {
        "$schema": SCHEMA,
        "description": describe(result, panel),
        "width": "container" if interactive else width - (66 if wide else 52),
        "height": 320 if wide else 260,
        "autosize": {"type": "fit-x", "contains": "padding"} if interactive else {"type": "pad"},
        "padding": 5,
        "background": "transparent",
        "config": vega_config(width=width),
        "data": layers.courses(),
        "layer": [*layers.bands(), *layers.medians(), *layers.doses(), *layers.observed(), *layers.peak()],
    }


def describe(result: Result, panel: Panel) -> str:
    """The panel in sentences, for a reader who does not see it: what is drawn, each line's peak and certainty."""
    parts = [f"{panel.title} over {hours(float(result.times[-1] - result.times[0]))}: {result.scenario.describe()}."]
    kind = "value" if result.subjects == 1 else "median"
    for line in panel.lines:
        curve = np.nan_to_num(line.output.median, nan=-math.inf)
        at = int(np.argmax(curve))
        parts.append(
            f"{line.name}: highest {kind} {number(float(curve[at]))} {panel.unit} at {hours(float(result.times[at]))}, "
            f"model {line.output.model}, certainty {line.output.certainty}."
        )
    return " ".join(parts)


def who(result: Result) -> str:
    """Whose curves these are, and that people differ."""
    if result.subjects == 1:
        return "Curves for one person; other people differ."
    return f"Line: median of {people(result.subjects)}. Band: 5 % to 95 % of them. People differ."


def certainty(panel: Panel) -> str:
    """How certain each curve is, by model."""
    models: dict[str, list[str]] = {}
    for line in panel.lines:
        models.setdefault(line.output.certainty, []).append(line.output.model)
    graded = "; ".join(f"{word} ({listed(list(dict.fromkeys(names)))})" for word, names in models.items())
    return f"Certainty: {graded}."


def marks(result: Result, panel: Panel | None = None, *, scale: Scale = "linear", measured: bool = False) -> str:
    """What the marks mean, and what a logarithmic axis leaves out; empty where there is nothing to say."""
    return " ".join(
        [
            *(["Triangles along the upper edge: doses."] if result.doses else []),
            *(["Open circles: measured values."] if measured else []),
            *([unseen] if panel and (unseen := _unseen(panel, scale)) else []),
        ]
    )


def _unseen(panel: Panel, scale: Scale) -> str:
    floor = panel.highest / 10**DECADES
    if scale == "linear" or all(float(np.nanmin(line.output.low)) >= floor for line in panel.lines):
        return ""
    return f"Values below {number(floor)} {panel.unit} are not shown."


def _measured(panel: Panel, observed: Sequence[ObservedPoint]) -> list[ObservedPoint]:
    names = {line.output.name for line in panel.lines}
    return [point for point in observed if point.name in names]


def title_block(heading: str, subtitle: Sequence[str], width: int) -> Spec:
    """A Vega-Lite title with subtitle lines, broken so that both fit in `width` [px]."""
    large, small = (14, 11) if width < NARROW else (16, 12)
    lines = [line for note in subtitle for line in _wrap(note, width, small)]
    return {"text": _wrap(heading, width, large), "subtitle": lines}


def _wrap(text: str, width: int, size: int) -> list[str]:
    """Lines that fit in `width` [px] at a font `size` [px]: a letter is about half as wide as it is high."""
    return textwrap.wrap(unbroken(text), width=max(int(width / (size * 0.55)), 24), break_on_hyphens=False)
