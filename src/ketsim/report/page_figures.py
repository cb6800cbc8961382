"""How does the figure of a page with all its courses come about? Still pictures for every reader, and one that is live.

Without scripts a reader chooses among stills: linear or logarithmic, the first hours or the whole course. The panels of
the effects have no logarithmic axis, so they are drawn apart from those of the concentrations and stand below them, at
the same width. With scripts one figure holds them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ketsim.disagreement import disagreements
from ketsim.report.axes import clock_of
from ketsim.report.document import plot
from ketsim.report.figure import PHONE, certainty, marks, measured_in, who
from ketsim.report.layers import ObservedPoint, Scale, Spec
from ketsim.report.markup import Markup
from ketsim.report.panel import Panel
from ketsim.report.side_by_side import measure_figure
from ketsim.report.stack import course_panels, margin, stack_figure, stack_marks, stack_sentences
from ketsim.report.window import Window, first_window

if TYPE_CHECKING:
    from ketsim.result import Result

#: Width of a still picture [px]: a page's column.
_COLUMN = 860
_WIDTHS = (("wide", _COLUMN), ("narrow", PHONE))
_SCALES: tuple[Scale, Scale] = ("linear", "log")


def course_plot(result: Result, key: str, *, interactive: bool, observed: Sequence[ObservedPoint]) -> Markup:
    """The figure of the courses: concentrations, and below them effects on the same time axis."""
    drawn = course_panels(result)
    window = first_window(result, drawn)
    measured = any(measured_in(panel, observed) for panel in drawn)
    if len(drawn) == 1:
        said = [f"{who(result)} {certainty(drawn[0])}", marks(result, drawn[0], scale="log", measured=measured)]
    else:
        said = [f"{who(result)} {stack_marks(result, measured=measured)}", *stack_sentences(result, drawn, window)]
    effects = any(panel.kind == "effect" for panel in drawn)
    title = "Concentration and effects on one time axis" if effects else "Concentrations"
    return plot(
        key,
        heading=drawn[0].title if len(drawn) == 1 else title,
        said=said,
        stills=_stills(result, drawn, window, observed),
        described=str(stack_figure(result, drawn)["description"]),
        width={"wide": _COLUMN, "narrow": PHONE},
        first=window.words if window else None,
        living=_living(result, drawn, window, observed) if interactive else None,
    )


def disagreement_plots(result: Result, *, start: int) -> list[Markup]:
    """A figure for each quantity that several models answer: how far they lie apart."""
    return [
        plot(
            f"figure-{start + index}",
            heading=f"How far the models lie apart: {found.label}",
            said=[found.sentence()],
            stills={
                size: measure_figure(result, found.measure, name=found.name, width=width) | {"title": ""}
                for size, width in _WIDTHS
            },
        )
        for index, found in enumerate(disagreements(result.outputs, "cmax"))
    ]


def _stills(
    result: Result, drawn: Sequence[Panel], window: Window | None, observed: Sequence[ObservedPoint]
) -> dict[str, Spec]:
    """Drawings by their classes; the effects have neither linear nor log."""
    parts: list[tuple[str, Scale, list[Panel]]] = [
        (scale, scale, [panel for panel in drawn if panel.kind != "effect"]) for scale in _SCALES
    ]
    parts.append(("effects", "linear", [panel for panel in drawn if panel.kind == "effect"]))
    spans = [("first", window.end), ("whole", None)] if window else [("", None)]
    titled = len(drawn) > 1
    return {
        " ".join(filter(None, (size, name, span))): stack_figure(
            result, part, scale=scale, width=width, shown=shown, observed=observed, titled=titled
        )
        for name, scale, part in parts
        if part
        for span, shown in spans
        for size, width in _WIDTHS
    }


def _living(result: Result, drawn: Sequence[Panel], window: Window | None, observed: Sequence[ObservedPoint]) -> Spec:
    """What the script needs: data by panel, the figure, and what differs on a logarithmic axis and on a phone."""
    shown = window.end if window else None
    figures = {
        scale: stack_figure(result, drawn, scale=scale, width=_COLUMN, shown=shown, live=True, observed=observed)
        for scale in _SCALES
    }
    datasets: Spec = {}
    for figure in figures.values():
        figure.pop("description")
        for number, view in enumerate(figure["vconcat"], start=1):
            datasets[f"panel-{number}"] = view["data"]["values"]
            view["data"] = {"name": f"panel-{number}"}
    phone = stack_figure(result, drawn, width=PHONE)["vconcat"]
    return {
        "datasets": datasets,
        "spec": figures["linear"],
        "log": [view for view, panel in zip(figures["log"]["vconcat"], drawn, strict=True) if panel.kind != "effect"],
        "narrow": [{key: view[key] for key in ("title", "height") if key in view} for view in phone],
        "margin": margin(),
        "first": figures["linear"]["params"][0]["value"],
        "whole": [0, clock_of(result, narrow=False).whole],
    }
