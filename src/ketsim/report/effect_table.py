"""The measures of the effects: one row an effect and model, times in words, the certainty beside each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ketsim.report.effect_cards import COMMON
from ketsim.report.effect_panel import effects_of, stays_at_baseline
from ketsim.report.grades import amount, amounts, is_stepped, short_label
from ketsim.report.markup import Markup, anchor, table, tag, with_detail
from ketsim.report.tables import certainty_badge, model_link
from ketsim.result import central, ends
from ketsim.wording import hours, hours_span, measure_words, number, sentence_case, unbroken, unit_text

if TYPE_CHECKING:
    from ketsim.result import Output, Result

#: What is said of the time of a thing that happens to fewer than one person in twenty.
_SELDOM = "in few people"
_COLUMNS = ("Effect", "Model", "Certainty", "Baseline", "Peak", "Change", "Peak at", "Onset", "Lasts", "Area")


def effect_table(result: Result) -> Markup | None:
    """One row an effect; None without effects."""
    effects = effects_of(result)
    if not effects:
        return None
    many = result.subjects > 1
    words = "Effects over people: median, and below it 5 % to 95 %" if many else "Effects in this person"
    counts = "; ".join(dict.fromkeys(f"{short_label(o.label)} {amount(o, o.level)}" for o in effects if o.level))
    said = (
        "Onset and lasting are those of a change from baseline that counts, which is a definition and no finding: "
        f"{counts}. {'Onset and the time of the peak are those of the people who have one. ' if many else ''}"
        "Each number leads to its model and sources."
    )
    whole = table(words, _COLUMNS, [_row(output) for output in effects])
    return tag("div", whole, tag("p", unbroken(said), class_="small"), id="effects")


def _row(output: Output) -> list[str | Markup]:
    link = f"#{anchor('model', output.model)}"
    stepped = is_stepped(output)
    driver = f"driven by {output.driver}" if output.driver else None
    more = [
        f"{measure_words(name, short=True)} {hours(central(output.measures[name]))}"
        for name in output.measures
        if name not in COMMON and math.isfinite(central(output.measures[name])) and not stays_at_baseline(output)
    ]
    peak = tag("a", _values(output, "peak"), href=link)
    return [
        with_detail(sentence_case(short_label(output.label)), "; ".join(more)),
        with_detail(model_link(output.model), driver),
        certainty_badge(output.certainty),
        _values(output, "baseline"),
        peak,
        "" if stepped else _numbers(output, "change_at_peak"),
        _times(output, "time_of_peak"),
        _times(output, "onset"),
        _times(output, "duration"),
        "" if stepped else _numbers(output, "area", unit_text(output.measure_units["area"])),
    ]


def _values(output: Output, name: str) -> Markup:
    low, high = ends(output.measures[name])
    return _over(amount(output, central(output.measures[name])), amounts(output, low, high))


def _numbers(output: Output, name: str, unit: str = "") -> Markup:
    both = ends(output.measures[name])
    least = 1e-3 * max(map(abs, both))  # what is a thousandth of the other end is nothing beside it
    low, high = (number(end if abs(end) >= least else 0.0) for end in both)
    middle = f"{number(central(output.measures[name]))} {unit}".strip()
    return _over(middle, middle if low == high else f"{low} to {high}")


def _times(output: Output, name: str) -> Markup:
    low, high = ends(output.measures[name])
    middle = central(output.measures[name])
    if not math.isfinite(middle):
        return _over("never", "never")
    if stays_at_baseline(output):
        return _over(_SELDOM, _SELDOM) if name != "duration" else _over(hours(middle), hours(middle))
    return _over(hours(middle), hours_span(low, high))


def _over(middle: str, spread: str) -> Markup:
    """The middle, and below it the range over people where there is one."""
    return with_detail(middle, spread if spread != middle else None)
