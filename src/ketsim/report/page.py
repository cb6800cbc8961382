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

from ketsim.files import write_whole
from ketsim.report.alarm import alarm_block
from ketsim.report.answer import answer_section
from ketsim.report.beside_tables import beside_tables
from ketsim.report.course_table import course_tables
from ketsim.report.document import compose
from ketsim.report.effect_table import effect_table
from ketsim.report.layers import ObservedPoint
from ketsim.report.markup import Child, tag
from ketsim.report.model_section import model_sections
from ketsim.report.page_figures import course_plot, disagreement_plots
from ketsim.report.tables import FindSource, dose_table, measure_table, reference_list, value_table
from ketsim.wording import count_words, hours, number, sentence_case, unbroken

if TYPE_CHECKING:
    from ketsim.beside import Beside
    from ketsim.result import Result


def report_page(
    result: Result,
    *,
    interactive: bool = True,
    observed: Sequence[ObservedPoint] = (),
    find: FindSource | None = None,
    beside: Beside | None = None,
) -> str:
    """The report as one self-contained HTML document.

    interactive: with the scripts for zoom, pan and readings (about 1 MB); without them the page is small and says the
    same. observed: measured values to show beside the curves. find: gives the source with a key; by default ketsim's.
    beside: what other models give and what studies measured, as `ketsim.beside.beside` finds it.

    Raises `MissingExtraError` without the extra "plot".
    """
    look_up = find if find is not None else _library()
    course = course_plot(result, "figure-1", interactive=interactive, observed=observed)
    sources = [look_up(key) for key in sorted({key for output in result.outputs for key in output.sources})]
    labels = {output.name: output.label for output in result.outputs}
    tables = beside_tables(beside, labels) if beside is not None else []
    sections: list[tuple[str, str, Sequence[Child]]] = [
        ("answer", "In plain words", answer_section(result)),
        ("curves", "Courses over time", [course, *disagreement_plots(result, start=2)]),
        ("measures", "Measures", [measure_table(result), effect_table(result), value_table(result)]),
        *([("weeks", "Over weeks", weeks)] if (weeks := course_tables(result)) else []),
        *([("beside", "Other models and studies", tables)] if tables else []),
        ("doses", "Doses", [dose_table(result)]),
        (
            "numbers",
            "Where every number comes from",
            [
                tag(
                    "p",
                    "Each model is a published one. Its numbers stand here as printed, with the place they were read.",
                ),
                *model_sections(result, look_up),
                tag("h3", "References"),
                reference_list(sources),
            ],
        ),
        *([("unknown", "Not known", _not_known(result))] if result.not_known else []),
        ("limits", "Assumptions and limits", _limits(result)),
        ("again", "Reproduce", _again(result)),
    ]
    return compose(
        title=f"What happens after {unbroken(result.scenario.dose)}",
        lead=_lead(result),
        sections=sections,
        live=interactive,
        alarm=alarm_block(result.alarms),
        version=result.version,
    )


def write_report(
    result: Result,
    path: str | Path,
    *,
    interactive: bool = True,
    observed: Sequence[ObservedPoint] = (),
    find: FindSource | None = None,
    beside: Beside | None = None,
) -> Path:
    """Write `report_page` to `path`, whole or not at all. Raises `InputError` if the place cannot be written."""
    page = report_page(result, interactive=interactive, observed=observed, find=find, beside=beside)
    return write_whole(Path(path), page)


def _library() -> FindSource:
    from ketsim.evidence import load_source

    return load_source


def _lead(result: Result) -> str:
    """Who, over how long, and who says so; the dose stands in the title."""
    crowd = result.scenario.describe().removeprefix(result.scenario.dose).lstrip("; ")
    span = hours(float(result.times[-1] - result.times[0]))
    models = len({output.model for output in result.outputs if output.kind == "concentration"})
    by = f"{count_words(models)} published model{'s compute' if models > 1 else ' computes'} it"
    effects = len({output.name for output in result.outputs if output.kind == "effect"})
    and_ = f", with {count_words(effects)} effect{'s' if effects > 1 else ''} by published relations" if effects else ""
    rivals = len({output.model for output in result.outputs if output.kind == "course"})
    and_ += f", and a course over weeks by {count_words(rivals)} structures side by side" if rivals else ""
    return unbroken(f"{sentence_case(crowd)}, over {span}, as {by}{and_}.")


def _not_known(result: Result) -> list[Child]:
    """The effects that were looked for and cannot be shown, each with the reason."""
    items = [
        tag("li", tag("strong", sentence_case(unknown.name.replace("_", " "))), f": {unknown.because}")
        for unknown in result.not_known
    ]
    return [tag("p", "These were looked for and cannot be shown for these doses:"), tag("ul", *items)]


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
