"""How do concentration and effects stand on one time axis? Panels one below the other, all over the same hours.

Every panel begins and ends at the same place on the page, so that a vertical line through all of them is one moment. In
a live figure one signal holds the part of the time axis that is shown, and every panel follows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ketsim.disagreement import disagreements
from ketsim.report.axes import LEFT, RIGHT, SHOWN, TICK, clock_of, tick_step
from ketsim.report.effect_panel import alike_sentence, at_baseline_sentence, effect_panels
from ketsim.report.figure import (
    WIDE,
    certainty,
    concentration_figure,
    describe,
    line_sentences,
    marks,
    measured_in,
    title_block,
    unseen,
    view,
    who,
)
from ketsim.report.grades import UNPRINTED
from ketsim.report.layers import NOW, ObservedPoint, Scale, Spec
from ketsim.report.panel import Panel, panels
from ketsim.report.theme import NARROW, SCHEMA, SURFACE, vega_config
from ketsim.report.weeks_panel import weeks_panels
from ketsim.report.window import Window, close_looks
from ketsim.wording import HOURS, unit_words

if TYPE_CHECKING:
    from ketsim.result import Result

#: Between two panels [px].
_GAP = 14
_RANGE = "Course over weeks: the line is {line}; structures that nobody can choose between differ by dash and colour."
# So few effects get room to be looked at more closely.
_FEW = 3


def course_panels(result: Result) -> tuple[Panel, ...]:
    """Every panel of a result: concentrations, the effects that leave their baseline, and what goes on over weeks."""
    return (*panels(result), *effect_panels(result), *weeks_panels(result))


def stack_figure(
    result: Result,
    drawn: Sequence[Panel],
    *,
    scale: Scale = "linear",
    width: int = WIDE,
    window: Window | None = None,
    closer: Sequence[Window] = (),
    live: bool = False,
    titled: bool | None = None,
    observed: Sequence[ObservedPoint] = (),
) -> Spec:
    """The panels over one time axis, as one Vega-Lite specification.

    window: the part of the course that is shown, None for all of it. closer: the parts that a live one can be zoomed
    to. live: with readings, a line at the pointer, and the signal that says which part of the course is shown. titled:
    each panel with a title; by default where there are several.
    """
    headed = len(drawn) > 1 if titled is None else titled
    narrow = width < NARROW
    roomy = sum(panel.kind == "effect" for panel in drawn) <= _FEW
    views = []
    for number, panel in enumerate(drawn, start=1):
        last = number == len(drawn) or drawn[number].kind != panel.kind
        clock = clock_of(result, narrow=narrow, window=window, live=live, grid=True, titled=last)
        part = view(
            result,
            panel,
            key=f"panel-{number}",
            clock=clock,
            scale=scale,
            width=width,
            roomy=roomy,
            observed=observed,
            closer=[(part.begin, part.end) for part in closer],
        )
        views.append(part | ({"title": panel_title(panel, scale=scale, width=width)} if headed else {}))
    clock = clock_of(result, narrow=narrow, window=window, live=live)
    signals = [{"name": SHOWN, "value": [clock.begin, clock.shown]}, {"name": NOW, "value": None}]
    signals += [{"name": TICK, "expr": tick_step(clock.unit)}] if clock.unit.hours > HOURS.hours else []
    return {
        "$schema": SCHEMA,
        "description": " ".join([describe(result, drawn[0]), *_others(result, drawn)]),
        "padding": 5,
        "background": "transparent",
        "config": vega_config(width=width),
        **({"params": signals} if live else {}),
        "spacing": _GAP,
        "vconcat": views,
        "resolve": {"scale": {"color": "independent", "strokeDash": "independent", "x": "independent"}},
    }


def course_figure(
    result: Result, *, scale: Scale = "linear", width: int = WIDE, observed: Sequence[ObservedPoint] = ()
) -> Spec:
    """The whole picture for a file, with title and subtitle: concentrations, and below them the effects.

    A long course is shown as far as the effects need to come back. Without effects it is `concentration_figure`.

    Raises `InputError` if the result has no concentration, or for an unknown `scale`.
    """
    drawn = course_panels(result)
    if all(panel.kind == "concentration" for panel in drawn):
        return concentration_figure(result, scale=scale, width=width, observed=observed)
    window = next((part for part in close_looks(result, drawn) if not part.weeks), None)
    spec = stack_figure(result, drawn, scale=scale, width=width, window=window, observed=observed)
    measured = any(measured_in(panel, observed) for panel in drawn)
    subtitle = [who(result), stack_marks(result, measured=measured), window.sentence if window else ""]
    weeks = any(panel.kind == "course" for panel in drawn)
    what = "Concentration and course over weeks" if weeks else "Concentration and effects"
    heading = f"{what} after {result.scenario.dose}"
    return spec | {"background": SURFACE.light, "title": title_block(heading, subtitle, width - LEFT - RIGHT)}


def stack_sentences(result: Result, drawn: Sequence[Panel], window: Window | None) -> list[str]:
    """What the figure says beside its panels: what is not drawn, where models disagree, which part is shown."""
    effects = [output for output in result.outputs if output.kind == "effect"]
    apart = [found.sentence() for found in disagreements(effects, "peak") if found.fold > 1.0]
    deep = [
        f"On the logarithmic axis: {said[0].lower()}{said[1:]}"
        for panel in drawn
        if panel.kind == "concentration" and (said := unseen(panel, "log"))
    ]
    return [window.sentence if window else "", at_baseline_sentence(result), *apart, *deep[:1]]


def stack_marks(result: Result, *, measured: bool) -> str:
    """What the marks mean."""
    band = any(dose.duration > 0 for dose in result.doses)
    given = "Grey band: while a dose goes in. " if band else ""
    whole = any(output.ranges for output in result.outputs)
    line = (
        "the median of possible courses of one person, the band 90 % of them"
        if result.by_chance
        else "the typical person, the band 90 % of parameter sets and of people of such a body"
    )
    given += f"{_RANGE.format(line=line)} " if whole else ""
    return f"{marks(result, measured=measured)} {given}Dotted line: baseline, where that is not an edge.".strip()


def panel_title(panel: Panel, *, scale: Scale, width: int) -> Spec:
    """The title of a panel within a stack, with its unit and its certainty."""
    notes = [f"{_unit(panel)}{certainty(panel)}", unseen(panel, scale), alike_sentence(panel)]
    block = title_block(panel.title, [" ".join(filter(None, notes))], width - LEFT - RIGHT)
    return block | {"fontSize": 13 if width < NARROW else 14, "offset": 10 if panel.kind == "concentration" else 6}


def _unit(panel: Panel) -> str:
    """The unit of a panel as a sentence; empty where its axis says it, or there is none."""
    if panel.kind == "concentration" or panel.unit in UNPRINTED:
        return ""
    of, _, most = panel.unit.partition(" ")
    return f"From 0 to {most}. " if of == "of" else f"In {unit_words(panel.unit)}. "


def _others(result: Result, drawn: Sequence[Panel]) -> list[str]:
    return [" ".join([f"{panel.title}.", *line_sentences(result, panel)]) for panel in drawn[1:]]


def margin() -> int:
    """How much wider a stack is than its plots [px], with its padding."""
    return LEFT + RIGHT + 10
