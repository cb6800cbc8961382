"""What did this simulation find, and where does every number come from? One page that answers both.

The page opens with the answer in plain words, shows the courses, then the measures, the doses, and behind each model
every number with its source. It stands alone: one file, no network, readable without JavaScript. It says nothing that
the `Result` and the sources do not hold, and it gives no advice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ketsim.disagreement import disagreements
from ketsim.files import write_whole
from ketsim.report.answer import answer_section
from ketsim.report.document import compose, plot
from ketsim.report.figure import PHONE, certainty, marks, panel_figure, who
from ketsim.report.layers import ObservedPoint, Scale, Spec
from ketsim.report.markup import Child, Markup, tag
from ketsim.report.panel import Panel, panels
from ketsim.report.side_by_side import measure_figure
from ketsim.report.tables import (
    FindSource,
    dose_table,
    measure_table,
    model_section,
    reference_list,
    value_table,
)
from ketsim.wording import count_words, hours, number, sentence_case, unbroken

if TYPE_CHECKING:
    from ketsim.result import Output, Result

#: Width of a still picture [px]: a page's column.
_COLUMN = 860
_SCALES: tuple[Scale, Scale] = ("linear", "log")


def report_page(
    result: Result,
    *,
    interactive: bool = True,
    observed: Sequence[ObservedPoint] = (),
    find: FindSource | None = None,
) -> str:
    """The report as one self-contained HTML document.

    interactive: with the scripts for zoom, pan and readings (about 1 MB); without them the page is small and says the
    same. observed: measured values to show beside the curves. find: gives the source with a key; by default ketsim's.

    Raises `MissingExtraError` without the extra "plot".
    """
    look_up = find if find is not None else _library()
    figures = [
        _course(result, panel, f"figure-{index}", interactive=interactive, observed=observed)
        for index, panel in enumerate(panels(result), start=1)
    ]
    models: dict[str, list[Output]] = {}
    for output in result.outputs:
        models.setdefault(output.model, []).append(output)
    sources = [look_up(key) for key in sorted({key for output in result.outputs for key in output.sources})]
    sections: list[tuple[str, str, Sequence[Child]]] = [
        ("answer", "In plain words", answer_section(result)),
        ("curves", "Courses over time", [*figures, *_disagreements(result, start=len(figures) + 1)]),
        ("measures", "Measures", [measure_table(result), value_table(result)]),
        ("doses", "Doses", [dose_table(result)]),
        (
            "numbers",
            "Where every number comes from",
            [
                tag(
                    "p",
                    "Each model is a published one. Its numbers stand here as printed, with the place they were read.",
                ),
                *(model_section(key, outputs, look_up) for key, outputs in models.items()),
                tag("h3", "References"),
                reference_list(sources),
            ],
        ),
        ("limits", "Assumptions and limits", _limits(result)),
        ("again", "Reproduce", _again(result)),
    ]
    return compose(
        title=f"What happens after {unbroken(result.scenario.dose)}",
        lead=_lead(result, models=len(models)),
        sections=sections,
        footer=[tag("p", f"ketsim {result.version}. Free software under the Apache License 2.0.")],
        live=interactive,
    )


def write_report(
    result: Result,
    path: str | Path,
    *,
    interactive: bool = True,
    observed: Sequence[ObservedPoint] = (),
    find: FindSource | None = None,
) -> Path:
    """Write `report_page` to `path`, whole or not at all. Raises `InputError` if the place cannot be written."""
    page = report_page(result, interactive=interactive, observed=observed, find=find)
    return write_whole(Path(path), page)


def _library() -> FindSource:
    from ketsim.evidence import load_source

    return load_source


def _lead(result: Result, *, models: int) -> str:
    """Who, over how long, and who says so; the dose stands in the title."""
    crowd = result.scenario.describe().removeprefix(result.scenario.dose).lstrip("; ")
    span = hours(float(result.times[-1] - result.times[0]))
    by = f"{count_words(models)} published model{'s compute' if models > 1 else ' computes'} it"
    return unbroken(f"{sentence_case(crowd)}, over {span}, as {by}.")


def _course(result: Result, panel: Panel, key: str, *, interactive: bool, observed: Sequence[ObservedPoint]) -> Markup:
    measured = any(point.name in {line.output.name for line in panel.lines} for point in observed)
    stills = {
        f"{size} {scale}": panel_figure(result, panel, scale=scale, width=width, observed=observed)
        for size, width in (("wide", _COLUMN), ("narrow", PHONE))
        for scale in _SCALES
    }
    living: dict[str, Spec] = {
        scale: panel_figure(result, panel, scale=scale, width=_COLUMN, observed=observed, interactive=True)
        for scale in _SCALES
    }
    said = [f"{who(result)} {certainty(panel)}", marks(result, panel, scale="log", measured=measured)]
    return plot(key, heading=panel.title, said=said, stills=stills, living=living if interactive else None)


def _disagreements(result: Result, *, start: int) -> list[Markup]:
    return [
        plot(
            f"figure-{start + index}",
            heading=f"How far the models lie apart: {found.label}",
            said=[found.sentence()],
            stills={
                f"{size} only": measure_figure(result, found.measure, name=found.name, width=width) | {"title": ""}
                for size, width in (("wide", _COLUMN), ("narrow", PHONE))
            },
        )
        for index, found in enumerate(disagreements(result.outputs, "cmax"))
    ]


def _limits(result: Result) -> list[Child]:
    assumed = tag("ul", *(tag("li", text) for text in result.assumptions)) if result.assumptions else tag("p", "None.")
    standing = (
        "A curve is what a published model computes for people like those it was built on. It is not a measurement.",
        "Certainty is the lowest along the path of numbers behind a curve, in the words of GRADE.",
        "Bands show differences between people as far as a model states them, and leave out what it does not know.",
    )
    return [
        tag("h3", "Assumed in this run"),
        assumed,
        tag("h3", "Holds for every run"),
        tag("ul", *(tag("li", text) for text in standing)),
        tag("p", f"Numerical error, relative to a curve's peak: {number(result.error_estimate, digits=2)}."),
    ]


def _again(result: Result) -> list[Child]:
    scenario = json.dumps(result.scenario.to_dict(), indent=2, ensure_ascii=False)
    return [
        tag("p", "The same scenario gives the same numbers. Its content, and the hash that names it:"),
        tag("pre", tag("code", scenario), tabindex="0", role="region", aria_label="Scenario"),
        tag("p", "Hash ", tag("code", result.scenario.hash), "."),
    ]
