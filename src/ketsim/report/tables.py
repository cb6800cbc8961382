"""Which tables does a report hold? Doses, measures, values at the times asked for, and the numbers behind each model.

Every number links to the model that made it, and the model's table gives for each parameter the source, the place in
it, how it came about and how certain it is. The tables repeat what a `Result` and the sources hold and compute nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from ketsim.report.grades import amount, is_stepped, short_label
from ketsim.report.markup import Markup, anchor, join, table, tag
from ketsim.result import central, ends
from ketsim.wording import (
    hours,
    measure_words,
    number,
    sentence_case,
    span,
    unbroken,
    unit_text,
)

if TYPE_CHECKING:
    from ketsim.evidence.source import Source
    from ketsim.result import Output, Result

FindSource = Callable[[str], "Source"]

#: The words of certainty, from the weakest.
CERTAINTIES = ("very low", "low", "moderate", "high")


def certainty_badge(word: str) -> Markup:
    """A certainty in its word, with dots for the eye: one filled for very low, four for high."""
    filled = CERTAINTIES.index(word) + 1 if word in CERTAINTIES else 0
    dots = tag("span", "●" * filled + "○" * (len(CERTAINTIES) - filled), class_="dots", aria_hidden="true")
    return tag("span", dots, " ", word, class_="certainty")


def model_link(key: str) -> Markup:
    """A model's name, leading to its numbers further down the page."""
    return tag("a", key, href=f"#{anchor('model', key)}", class_="name")


def dose_table(result: Result) -> Markup:
    """Every dose of the course; a long list is folded."""
    rows = [
        (f"{index}", hours(dose.time), dose.text, hours(dose.duration) if dose.duration > 0 else "at once")
        for index, dose in enumerate(result.doses, start=1)
    ]
    whole = table("Every dose of the course", ("Dose", "Time", "What", "Given over"), rows)
    if len(rows) <= 12:
        return whole
    return tag("details", tag("summary", f"All {len(rows)} doses"), whole)


def measure_table(result: Result) -> Markup:
    """One row a concentration, model and measure: the number, its unit, the certainty, the way to its sources."""
    many = result.subjects > 1
    rows = []
    for output in (output for output in result.outputs if output.kind == "concentration"):
        link = f"#{anchor('model', output.model)}"
        for name, value in output.measures.items():
            cells: list[str | Markup] = [
                sentence_case(output.label),
                model_link(output.model),
                measure_words(name),
                tag("a", number(central(value)), href=link, title=f"where it comes from: {output.model}"),
            ]
            if many:
                cells.append(span(*ends(value)))
            rows.append([*cells, unit_text(output.measure_units[name]), certainty_badge(output.certainty)])
    columns = ["Quantity", "Model", "Measure", "Median" if many else "Value"]
    columns += ["5 % to 95 % of people"] if many else []
    words = "Measures over people" if many else "Measures for this person"
    return table(
        f"{words}. Each number leads to its model and sources.", [*columns, "Unit", "Certainty"], rows, numbers=(3,)
    )


def value_table(result: Result) -> Markup | None:
    """The values at the times asked for, one column a time; None if no times were asked for.

    Where there are more times than curves, one column a curve.
    """
    if not result.at or not result.outputs:
        return None
    columns = [[_cell(output, row) for row in result.values_at(output)] for output in result.outputs]
    times = [unbroken(hours(time)) for time in result.at]
    caption = "Values at the times asked for" + ("; 5 % to 95 % of people in brackets" if result.subjects > 1 else "")
    if len(times) > len(columns):
        heads = [f"{sentence_case(o.label)}, {o.model} ({o.unit}), certainty {o.certainty}" for o in result.outputs]
        rows = [(time, *(column[index] for column in columns)) for index, time in enumerate(times)]
        return table(caption, ("Time", *heads), rows, numbers=range(1, len(heads) + 1))
    names = ["Quantity", "Model", "Certainty", "Unit", *times]
    lines = [
        (
            *(sentence_case(short_label(o.label)), model_link(o.model), certainty_badge(o.certainty)),
            *("" if is_stepped(o) else unit_text(o.unit), *column),
        )
        for o, column in zip(result.outputs, columns, strict=True)
    ]
    return tag("div", table(caption, names, lines, numbers=range(4, 4 + len(times))), class_="values")


def reference_list(sources: Iterable[Source]) -> Markup:
    """The sources as references with links, what was read of each, and what it cannot say."""
    return tag("ul", *(_reference(source) for source in sources), class_="references")


def _reference(source: Source) -> Markup:
    reference = source.reference
    authors = ", ".join(reference.authors) or (reference.authors_note or "")
    where = ", ".join(filter(None, [reference.journal, reference.volume, reference.pages]))
    year = str(reference.year) if reference.year is not None else "year not known"
    parts = [
        tag("strong", source.key, id=anchor("source", source.key)),
        f": {authors} ({year}). ",
        tag("cite", reference.title.rstrip(".")),
        f". {where + '. ' if where else ''}",
        join((tag("a", words, href=address) for words, address in reference.links.items()), " · "),
        tag("span", f"What was read: {reference.read}.", class_="detail"),
    ]
    if source.study is not None:
        parts.append(tag("span", f"People: {source.study.text}.", class_="detail"))
    if source.limits:
        parts.append(tag("span", f"Limits: {source.limits}", class_="detail"))
    return tag("li", *parts)


def _cell(output: Output, row: dict[str, float]) -> str:
    say = partial(amount, output) if is_stepped(output) else number
    if "value" in row:
        return say(row["value"])
    middle, low, high = (say(row[name]) for name in ("median", "low", "high"))
    return middle if low == high else f"{middle} ({low} to {high})"
