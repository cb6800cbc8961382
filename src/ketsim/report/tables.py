"""Which tables does a report hold? Doses, measures, values at the times asked for, and the numbers behind each model.

Every number links to the model that made it, and the model's table gives for each parameter the source, the place in
it, how it came about and how certain it is. The tables repeat what a `Result` and the sources hold and compute nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ketsim.report.markup import Markup, anchor, join, table, tag, with_detail
from ketsim.result import central, ends
from ketsim.wording import (
    ABSENT,
    hours,
    listed,
    measure_words,
    number,
    sentence_case,
    span,
    unbroken,
    unit_text,
)

if TYPE_CHECKING:
    from ketsim.evidence.source import Source
    from ketsim.evidence.value import Value, Variability
    from ketsim.result import Output, Result

FindSource = Callable[[str], "Source"]

_FULL = ("very low", "low", "moderate", "high")


def certainty_badge(word: str) -> Markup:
    """A certainty in its word, with dots for the eye: one filled for very low, four for high."""
    filled = _FULL.index(word) + 1 if word in _FULL else 0
    dots = tag("span", "●" * filled + "○" * (len(_FULL) - filled), class_="dots", aria_hidden="true")
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
    """One row a quantity, model and measure: the number, its unit, the certainty, the way to its sources."""
    many = result.subjects > 1
    rows = []
    for output in result.outputs:
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
    """The values at the times asked for, one column a curve; None if no times were asked for."""
    if not result.at or not result.outputs:
        return None
    columns = [result.values_at(output) for output in result.outputs]
    heads = [f"{sentence_case(o.label)}, {o.model} ({o.unit}), certainty {o.certainty}" for o in result.outputs]
    rows = [
        (unbroken(hours(time)), *(_cell(column[index]) for column in columns)) for index, time in enumerate(result.at)
    ]
    caption = "Values at the times asked for" + ("; 5 % to 95 % of people in brackets" if result.subjects > 1 else "")
    return table(caption, ("Time", *heads), rows, numbers=range(1, len(heads) + 1))


def model_section(key: str, outputs: Sequence[Output], find: FindSource) -> Markup:
    """Everything behind one model: what it predicts here, its limits, and each number with its source."""
    sources = {name: find(name) for output in outputs for name in output.sources}
    used = {text for output in outputs for text in output.numbers}
    values = [value for source in sources.values() for value in source.values.values() if str(value) in used]
    weakest = min((output.certainty for output in outputs), key=_rank)
    spec = next((model for source in sources.values() for model in source.models if model.key == key), None)
    told = [tag("p", sentence_case(outputs[0].model_label) + ".")]
    told.append(
        tag("p", f"Gives {listed([output.label for output in outputs])}. Certainty ", certainty_badge(weakest), ".")
    )
    if spec is not None and spec.limits.text:
        told.append(tag("p", f"Built for: {spec.limits.text}."))
    if spec is not None and spec.flag:
        told.append(tag("p", tag("strong", "Flagged: "), spec.flag, class_="caution"))
    if values and min(_rank(str(value.certainty)) for value in values) > _rank(weakest):
        why = "No number below is that uncertain: an assumption of this run lowers the certainty, see "
        told.append(tag("p", why, tag("a", "assumptions", href="#limits"), "."))
    rows = [_value_row(value, sources[value.source], weakest) for value in values]
    columns = (
        "Parameter",
        "Number",
        "Unit",
        "Between people",
        "Precision",
        "Source",
        "Place",
        "Provenance",
        "Certainty",
    )
    numbers = table(f"Numbers behind {key}", columns, rows, numbers=(1,))
    return tag("section", tag("h3", key, id=anchor("model", key)), *told, numbers, class_="model")


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


def _value_row(value: Value, source: Source, weakest: str) -> list[str | Markup | None]:
    address = source.reference.link or f"#{anchor('source', value.source)}"
    cited = tag("a", value.source, class_="name", href=address)
    place = tag("span", f"{value.where.at} ({value.where.via})", class_="place")
    sets = str(value.certainty) == weakest
    return [
        with_detail(tag("code", value.name), value.label),
        ABSENT if value.number is None else f"{value.number:.12g}",
        "" if value.unit == "1" else unit_text(value.unit),
        _variability(value.iiv),
        _precision(value),
        cited,
        with_detail(place, value.note),
        str(value.provenance),
        with_detail(certainty_badge(str(value.certainty)), "sets the certainty" if sets else None),
    ]


def _variability(spread: Variability | None) -> str:
    if spread is None:
        return "not given"
    if spread.cv is not None:
        return f"CV {number(spread.cv * 100)}\u00a0%"
    if spread.omega2 is not None:
        return f"CV {number(math.sqrt(math.expm1(spread.omega2)) * 100)}\u00a0%"
    return f"SD {number(spread.logit_sd)} (logit)"


def _precision(value: Value) -> str:
    if value.rse is not None:
        return f"RSE {number(value.rse * 100)}\u00a0%"
    if value.se is not None:
        return f"SE {number(value.se)}"
    if value.ci is not None:
        return f"{number(value.ci.level * 100)} % CI {number(value.ci.low)} to {number(value.ci.high)}"
    return "not given"


def _cell(row: dict[str, float]) -> str:
    if "value" in row:
        return number(row["value"])
    return f"{number(row['median'])} ({span(row['low'], row['high'])})"


def _rank(word: str) -> int:
    return _FULL.index(word) if word in _FULL else -1
