"""What does a course over time look like? One Vega-Lite description, for every page and every file.

A figure is plain JSON with its data inside: nothing is fetched, nothing is computed by the viewer. Bands run from 5 %
to 95 % of people around the median; lines differ by colour and dash; doses are marked along the upper edge; the
subtitle says how certain the curves are and that people differ. The figure knows no pharmacology: it draws what a
`Result` holds.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ketsim.errors import InputError
from ketsim.report.axes import LEFT, RIGHT, Clock, clock_of, concentration_axis, effect_axis
from ketsim.report.decimation import DECADES
from ketsim.report.dose_marks import dose_bands, dose_marks
from ketsim.report.grades import amount, is_stepped
from ketsim.report.layers import Layers, ObservedPoint, Scale, Spec
from ketsim.report.panel import Grouping, Panel, panels
from ketsim.report.theme import NARROW, SCHEMA, SURFACE, vega_config
from ketsim.result import central
from ketsim.wording import hours, listed, number, people, unbroken

if TYPE_CHECKING:
    from ketsim.result import Result

#: Widths of a drawing [px]: on paper and wide screens, and on a phone.
WIDE, PHONE = 720, 340
_COURSE_HEIGHT, _QUIET_HEIGHT = 110, 40


def concentration_figure(
    result: Result,
    *,
    scale: Scale = "linear",
    group: Grouping = "auto",
    width: int = WIDE,
    observed: Sequence[ObservedPoint] = (),
) -> Spec:
    """The concentrations, with title and subtitle, as one Vega-Lite specification: panels one below the other.

    scale: of the concentration axis. group: which curves share a panel, see `panels`. width: of the drawing [px].

    Raises `InputError` if the result has no concentration, or for an unknown `scale` or `group`.
    """
    drawn = panels(result, group=group)
    views = [panel_figure(result, panel, scale=scale, width=width, observed=observed) for panel in drawn]
    measured = any(measured_in(panel, observed) for panel in drawn)
    dose = result.scenario.dose
    if len(views) == 1:
        subtitle = [who(result), certainty(drawn[0]), marks(result, drawn[0], scale=scale, measured=measured)]
        return {
            **views[0],
            "background": SURFACE.light,
            "title": title_block(f"{drawn[0].title} after {dose}", subtitle, width - LEFT - RIGHT),
        }
    for panel, view in zip(drawn, views, strict=True):
        view["title"] = title_block(panel.title, [certainty(panel), unseen(panel, scale)], width - LEFT - RIGHT)
        for key in ("$schema", "config", "background", "autosize", "padding"):
            del view[key]
    notes = [who(result), marks(result, measured=measured)]
    return {
        "$schema": SCHEMA,
        "description": " ".join(describe(result, panel) for panel in drawn),
        "title": title_block(f"Concentrations after {dose}", notes, width - LEFT - RIGHT),
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
    observed: Sequence[ObservedPoint] = (),
) -> Spec:
    """One panel of concentrations without a title, as a Vega-Lite specification."""
    clock = clock_of(result, narrow=width < NARROW)
    return {
        "$schema": SCHEMA,
        "description": describe(result, panel),
        "autosize": {"type": "pad"},
        "padding": 5,
        "background": "transparent",
        "config": vega_config(width=width),
        **view(result, panel, key="panel", clock=clock, scale=scale, width=width, observed=observed),
    }


def view(
    result: Result,
    panel: Panel,
    *,
    key: str,
    clock: Clock,
    scale: Scale = "linear",
    width: int = WIDE,
    roomy: bool = False,
    observed: Sequence[ObservedPoint] = (),
    closer: Sequence[tuple[float, float]] = (),
) -> Spec:
    """One panel as a part of a specification. key: tells it from the others of its figure; clock: its time axis; roomy:
    an effect gets more height than where many stand together. closer: parts [h] that a live one is zoomed to.
    """
    if scale not in ("linear", "log"):
        raise InputError(f"scale {scale!r} is not known; give linear or log.")
    narrow = width < NARROW
    points = measured_in(panel, observed)
    height = height_of(panel, narrow=narrow, roomy=roomy)
    drug = panel.kind == "concentration"
    if not drug:
        vertical = effect_axis(panel, parts=min(height // 16, 5))
    else:
        seen = [point.value if point.high is None else point.high for point in points]
        vertical = concentration_axis(panel, scale=scale, seen=seen)
    layers = Layers(
        result, panel, key=key, clock=clock, vertical=vertical, narrow=narrow, observed=points, closer=closer
    )
    doses = dose_marks(result, clock) if drug else dose_bands(result, clock)
    curves = [*layers.bands(), *layers.medians()]
    under, over = ([], doses) if drug else ([*doses, *layers.baseline()], [])
    return {
        "width": width - LEFT - RIGHT,
        "height": height,
        "data": {"values": layers.courses()},
        "layer": [*under, *curves, *over, *layers.observed(), *layers.peak()],
    }


def height_of(panel: Panel, *, narrow: bool, roomy: bool) -> int:
    """How high the plot of a panel is [px]: an effect's is lower, and one of few steps the lowest."""
    if panel.kind == "concentration":
        return 260 if narrow else 320
    if panel.kind == "course":
        return _QUIET_HEIGHT if panel.quiet else _COURSE_HEIGHT
    if is_stepped(panel.lines[0].output):
        return 44 + 26 * (len(panel.lines) - 1)
    return 160 if len(panel.lines) > 2 else 130 if roomy else 84


def describe(result: Result, panel: Panel) -> str:
    """The panel in sentences, for a reader who does not see it: what is drawn, each line's peak and certainty."""
    over = f"{panel.title} over {hours(float(result.times[-1] - result.times[0]))}"
    return " ".join([f"{over}: {result.scenario.describe()}.", *line_sentences(result, panel)])


def line_sentences(result: Result, panel: Panel) -> Iterator[str]:
    """Each line of the panel in a sentence: where it is farthest from its baseline, and how certain that is."""
    kind = "value" if result.subjects == 1 else "median"
    for line in panel.lines:
        output = line.output
        effect = output.kind != "concentration"
        change = output.median - central(output.measures.get("baseline", 0.0))
        at = int(np.argmax(np.nan_to_num(np.abs(change), nan=-math.inf)))
        peak, time = amount(output, float(output.median[at])), hours(float(result.times[at]))
        model = f"model {output.model}" + (f" driven by {output.driver}" if output.driver else "")
        extreme = "farthest" if effect else "highest"
        based = effect and "baseline" in output.measures
        start = f" from baseline {amount(output, central(output.measures['baseline']))}," if based else ""
        yield f"{line.name}: {extreme} {kind}{start} {peak} at {time}, {model}, certainty {output.certainty}."


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
            *([left_out] if panel and (left_out := unseen(panel, scale)) else []),
        ]
    )


def unseen(panel: Panel, scale: Scale) -> str:
    """What the logarithmic axis of the panel leaves out; empty where that is nothing."""
    floor = panel.highest / 10**DECADES
    if (
        scale == "linear"
        or panel.kind != "concentration"
        or all(float(np.nanmin(line.output.low)) >= floor for line in panel.lines)
    ):
        return ""
    return f"Values below {number(floor)} {panel.unit} are not shown."


def measured_in(panel: Panel, observed: Sequence[ObservedPoint]) -> list[ObservedPoint]:
    """The measured points that belong to the panel."""
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
