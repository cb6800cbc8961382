"""What did the simulation find, in plain words? One card a quantity, with model and certainty beside each number.

Where several models answer, their range comes first and each of them is named: which fits a person best is not known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ketsim.disagreement import disagreements
from ketsim.report.course_table import course_cards
from ketsim.report.effect_cards import effect_cards
from ketsim.report.markup import Child, Markup, anchor, tag
from ketsim.report.tables import certainty_badge, model_link
from ketsim.result import central, ends
from ketsim.wording import (
    count_words,
    hours,
    number,
    people,
    quantities,
    sentence_case,
    span,
    unbroken,
    unit_text,
)

if TYPE_CHECKING:
    from ketsim.result import Output, Result

_HIGHEST = ("cmax", "peak")


def answer_section(result: Result) -> list[Child]:
    """The first section of a report: cards, warnings, and that people differ."""
    asked: dict[str, list[Output]] = {}
    for output in result.outputs:
        if output.kind == "concentration":
            asked.setdefault(output.name, []).append(output)
    many = result.subjects > 1
    cards = [_card(outputs, many=many) for outputs in asked.values()]
    said: list[Child] = [tag("ul", *cards, class_="answers"), *effect_cards(result), *course_cards(result)]
    if result.warnings:
        items = tag("ul", *(tag("li", text) for text in result.warnings))
        said.append(tag("div", tag("h3", "Mind this"), items, class_="warnings"))
    differ = (
        f"Ranges hold the middle 90 % of {people(result.subjects)}. People differ, and one in ten lies outside."
        if many
        else "These numbers are the middle of many possible courses of one person, since chance decides; people differ."
        if result.by_chance
        else "These numbers are for one typical person as the models describe such a person; other people differ."
    )
    return [*said, tag("p", unbroken(differ))]


def _card(outputs: Sequence[Output], *, many: bool) -> Markup:
    heading = tag("h3", sentence_case(quantities(output.label for output in outputs)))
    highest = next((name for name in _HIGHEST if name in outputs[0].measures), None)
    if highest is None:
        return tag("li", heading, *(tag("p", _signed(output)) for output in outputs))
    if len(outputs) == 1:
        return tag("li", heading, *_alone(outputs[0], highest, many=many))
    return tag("li", heading, *_several(outputs, highest, many=many))


def _alone(output: Output, highest: str, *, many: bool) -> list[Child]:
    unit = tag("small", f" {unit_text(output.measure_units[highest])}")
    reached = _time(output, "tmax", ", reached {} after the first dose")
    lines = [
        f"highest value{', median' if many else ''}{reached}",
        f"90 % of people: {_range(output, highest)}" if many else "",
        _time(output, "half_life", "falls by half every {} at the end"),
    ]
    said = [tag("p", unbroken(line)) for line in lines if line]
    return [tag("p", _linked(output, highest), unit, class_="big"), *said, tag("p", _signed(output))]


def _time(output: Output, measure: str, words: str) -> str:
    """The measure [h] put into words; empty where it is not there or not defined."""
    value = central(output.measures[measure]) if measure in output.measures else math.nan
    return words.format(hours(value)) if math.isfinite(value) else ""


def _several(outputs: Sequence[Output], highest: str, *, many: bool) -> list[Child]:
    unit = tag("small", f" {unit_text(outputs[0].measure_units[highest])}")
    lines = [
        tag("li", _linked(output, highest), f" ({_range(output, highest)})" if many else None, " ", _signed(output))
        for output in outputs
    ]
    models = tag("ul", *lines, class_="models")
    found = next(disagreements(outputs, highest), None)
    if found is None:
        return [models]
    return [
        tag("p", f"{number(found.low)} to {number(found.high)}", unit, class_="big"),
        tag("p", unbroken(f"highest value{', median (90 % of people)' if many else ''}, by model:")),
        models,
        tag(
            "p",
            f"{sentence_case(count_words(len(found.models)))} published models, a {number(found.fold, digits=2)}-fold "
            "range; which fits one person best is not known.",
        ),
    ]


def _linked(output: Output, measure: str) -> Markup:
    return tag("a", number(central(output.measures[measure])), href=f"#{anchor('model', output.model)}")


def _range(output: Output, measure: str) -> str:
    return span(*ends(output.measures[measure]))


def _signed(output: Output) -> Markup:
    site = f", {output.sampling}" if output.sampling in ("arterial", "venous") else ""
    return tag(
        "span", model_link(output.model), f"{site}, certainty ", certainty_badge(output.certainty), class_="signed"
    )
