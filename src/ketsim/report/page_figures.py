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
from ketsim.report.window import Window, close_looks

if TYPE_CHECKING:
    from ketsim.result import Result

#: Width of a still picture [px]: a page's column.
_COLUMN = 860
_WIDTHS = (("wide", _COLUMN), ("narrow", PHONE))
_SCALES: tuple[Scale, Scale] = ("linear", "log")


def course_plot(result: Result, key: str, *, interactive: bool, observed: Sequence[ObservedPoint]) -> Markup:
    """The figure of all courses: concentrations, below them effects and what goes on over weeks, on one time axis."""
    drawn = course_panels(result)
    looks = close_looks(result, drawn)
    window = looks[0] if looks else None
    measured = any(measured_in(panel, observed) for panel in drawn)
    if len(drawn) == 1:
        said = [f"{who(result)} {certainty(drawn[0])}", marks(result, drawn[0], scale="log", measured=measured)]
    else:
        said = [f"{who(result)} {stack_marks(result, measured=measured)}", *stack_sentences(result, drawn, window)]
    kinds = {panel.kind for panel in drawn}
    title = "Concentration and effects on one time axis" if "effect" in kinds else "Concentrations"
    title = "From minutes to months on one time axis" if "course" in kinds else title
    return plot(
        key,
        heading=drawn[0].title if len(drawn) == 1 else title,
        said=said,
        stills=_stills(result, drawn, looks, observed),
        described=str(stack_figure(result, drawn)["description"]),
        width={"wide": _COLUMN, "narrow": PHONE},
        spans=_spans(looks),
        living=_living(result, drawn, looks, observed) if interactive else None,
    )


def _spans(looks: Sequence[Window]) -> tuple[tuple[str, str], ...]:
    """The parts of the time axis that a reader can choose, as (key, words): the one shown at first stands first."""
    if not looks:
        return ()
    parts = [(look.key, look.words) for look in looks]
    whole = ("whole", "Whole course")
    return (whole, *parts) if looks[0].weeks else (*parts, whole)


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
    result: Result, drawn: Sequence[Panel], looks: Sequence[Window], observed: Sequence[ObservedPoint]
) -> dict[str, Spec]:
    """Drawings by their classes; what is no concentration has neither linear nor log. The first hours of months show
    nothing of what goes on over weeks.
    """
    of_kind = {kind: [panel for panel in drawn if panel.kind == kind] for kind in ("concentration", "effect", "course")}
    parts: list[tuple[str, Scale, list[Panel]]] = [(scale, scale, of_kind["concentration"]) for scale in _SCALES]
    parts += [("effects", "linear", of_kind["effect"]), ("weeks", "linear", of_kind["course"])]
    spans: list[tuple[str, Window | None]] = [(look.key, look) for look in looks]
    spans = [*spans, ("whole", None)] if looks else [("", None)]
    return {
        " ".join(filter(None, (size, name, span))): stack_figure(
            result, part, scale=scale, width=width, window=window, observed=observed, titled=len(drawn) > 1
        )
        for name, scale, part in parts
        if part
        for span, window in spans
        if (name, span) != ("weeks", "first")
        for size, width in _WIDTHS
    }


def _living(result: Result, drawn: Sequence[Panel], looks: Sequence[Window], observed: Sequence[ObservedPoint]) -> Spec:
    """What the script needs: data by panel, the figure, and what differs on a logarithmic axis and on a phone."""
    opens = looks[0] if looks and not looks[0].weeks else None
    figures = {
        scale: stack_figure(
            result, drawn, scale=scale, width=_COLUMN, window=opens, closer=looks, live=True, observed=observed
        )
        for scale in _SCALES
    }
    datasets: Spec = {}
    for figure in figures.values():
        figure.pop("description")
        for number, view in enumerate(figure["vconcat"], start=1):
            datasets[f"panel-{number}"] = view["data"]["values"]
            view["data"] = {"name": f"panel-{number}"}
    phone = stack_figure(result, drawn, width=PHONE)["vconcat"]
    clock = clock_of(result, narrow=False)
    drugs = [panel.kind == "concentration" for panel in drawn]
    return {
        "datasets": datasets,
        "spec": figures["linear"],
        "log": [view for view, drug in zip(figures["log"]["vconcat"], drugs, strict=True) if drug],
        "narrow": [{key: view[key] for key in ("title", "height") if key in view} for view in phone],
        "margin": margin(),
        "opens": figures["linear"]["params"][0]["value"],
        "spans": {
            "whole": [0, clock.whole],
            **{look.key: [clock.at(look.begin), clock.at(look.end)] for look in looks},
        },
    }
