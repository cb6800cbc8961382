"""What does the drug do, in plain words? A few cards with what is asked first; the rest stands in figure and table.

Beside each number stand the model, what drives it and how certain it is. An effect that stays at its baseline gets no
card: all of them are said in one sentence.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ketsim.report.effect_panel import effects_of, stays_at_baseline
from ketsim.report.grades import amount, amounts, grade_words, is_stepped, short_label
from ketsim.report.markup import Child, Markup, anchor, join, tag
from ketsim.report.tables import certainty_badge, model_link
from ketsim.result import central, ends
from ketsim.wording import hours, hours_span, listed, measure_words, number, sentence_case, unbroken, unit_text

if TYPE_CHECKING:
    from ketsim.result import Output, Result

#: What is asked first, each with the effects that answer it.
_CARDS = (
    ("Dissociation", ("dissociation", "cadss")),
    ("Blood pressure and heart rate", ("mean_arterial_pressure", "heart_rate")),
    ("Sedation and anaesthesia", ("sedation", "anaesthesia_stage")),
    ("Thinking and driving", ("cognition", "unfit_to_drive")),
)
#: Measures that every effect has; what else an effect measures is said by its name.
COMMON = frozenset({"baseline", "onset", "peak", "change_at_peak", "time_of_peak", "duration", "area"})


def effect_cards(result: Result) -> list[Child]:
    """The cards, then what stays at baseline and where the rest stands; nothing for a result without effects."""
    effects = effects_of(result)
    moving = [output for output in effects if not stays_at_baseline(output)]
    cards, shown = [], set()
    for heading, names in _CARDS:
        found = [output for output in moving if output.name in names]
        if found:
            shown |= {output.name for output in found}
            cards.append(_card(result, heading, found))
    said: list[Child] = [tag("ul", *cards, class_="answers effects")] if cards else []
    quiet = [output for output in effects if stays_at_baseline(output)]
    if quiet:
        whom = "" if result.subjects == 1 else " in at least 90 % of people"
        items = join([join([short_label(output.label), " (", _signed(output), ")"]) for output in quiet], "; ")
        said.append(tag("p", tag("strong", f"At baseline throughout{unbroken(whom)}: "), items, "."))
    rest = dict.fromkeys(short_label(output.label) for output in moving if output.name not in shown)
    if rest:
        table = tag("a", "table of effects", href="#effects")
        said.append(tag("p", f"{sentence_case(listed(list(rest)))}: see the figure and the ", table, "."))
    return said


def _card(result: Result, heading: str, outputs: Sequence[Output]) -> Markup:
    return tag("li", tag("h3", heading), *(_entry(result, output) for output in outputs))


def _entry(result: Result, output: Output) -> Markup:
    label = short_label(output.label) if is_stepped(output) else output.label
    return tag(
        "div",
        tag("h4", sentence_case(label)),
        tag("p", *_big(output), class_="big"),
        *(tag("p", unbroken(line)) for line in _lines(result, output) if line),
        tag("p", _signed(output)),
        *(tag("p", unbroken(text), class_="detail") for text in _granted(result, output)),
        class_="entry",
    )


def _big(output: Output) -> list[Child]:
    link = f"#{anchor('model', output.model)}"
    peak = central(output.measures["peak"])
    if is_stepped(output):
        return [tag("a", amount(output, peak), href=link)]
    return [tag("a", number(peak), href=link), tag("small", f" {unit_text(output.unit)}")]


def _lines(result: Result, output: Output) -> Iterator[str]:
    many = result.subjects > 1
    yield _extreme(output, many=many)
    if many:
        yield f"90 % of people: {amounts(output, *ends(output.measures['peak']))}"
    yield _lasting(result, output, many=many)
    for name in output.measures:
        if name not in COMMON and math.isfinite(central(output.measures[name])):
            yield f"{measure_words(name)}: {_times(output, name, many=many)}"


def _extreme(output: Output, *, many: bool) -> str:
    """Which way, how far from the baseline, and when."""
    change, baseline = (central(output.measures[name]) for name in ("change_at_peak", "baseline"))
    median = ", median" if many else ""
    if is_stepped(output):
        start = central(output.measures["onset"])
        since = f"{_time(start)} after the first dose" if start > 0 else "the first dose"
        return f"from {since} on{median}" if math.isfinite(start) else ""
    which = "highest" if change > 0 else "lowest"
    far = f", {number(abs(change))} {'above' if change > 0 else 'below'} the baseline of {number(baseline)}"
    time = central(output.measures["time_of_peak"])
    when = f"{_time(time)} after" if time > 0 else "at"
    at = f", {when} the first dose" if math.isfinite(time) else ""
    return f"{which} value{median}{far if baseline != 0 else ''}{at}"


def _lasting(result: Result, output: Output, *, many: bool) -> str:
    """How long it is as far from the baseline as counts."""
    if output.level is None:
        return ""
    what = _counts(output)
    middle, (_, longest) = central(output.measures["duration"]), ends(output.measures["duration"])
    less = f"not {what}" if is_stepped(output) else f"less than {what.replace(' or more', '', 1)} throughout"
    if longest == 0:
        return less
    if middle == 0:
        return f"{less} in at least half of people; {what} for {_time(longest)} or longer in one of twenty"
    end = float(result.times[-1])
    if is_stepped(output) and middle + central(output.measures["onset"]) >= end * (1 - 1e-9):
        return f"{what} until the end of the {hours(end)} simulated"
    return f"{what} for {_times(output, 'duration', many=many)}"


def _counts(output: Output) -> str:
    """The change that counts, in words: 5 mmHg or more above baseline, asleep or deeper."""
    assert output.level is not None
    if is_stepped(output):
        deeper = output.level < max(grade_words(output.label), default=output.level)
        return f"{amount(output, output.level)}{' or deeper' if deeper else ''}"
    baseline, change = (central(output.measures[name]) for name in ("baseline", "change_at_peak"))
    side = "" if baseline == 0 else " above baseline" if change > 0 else " below baseline"
    return f"{amount(output, output.level)} or more{side}"


def _times(output: Output, name: str, *, many: bool) -> str:
    value = output.measures[name]
    low, high = ends(value)
    return f"{_time(central(value))} ({hours_span(low, high, digits=2)})" if many and low != high else _time(low)


def _time(value: float) -> str:
    """A time [h] to two digits: no effect is known better."""
    return hours(value, digits=2)


def _signed(output: Output) -> Markup:
    driver = join([", driven by ", model_link(output.driver)]) if output.driver else None
    badge = certainty_badge(output.certainty)
    return tag("span", model_link(output.model), driver, ", certainty ", badge, class_="signed")


def _granted(result: Result, output: Output) -> list[str]:
    """What this effect alone takes for granted, as the assumptions of the run say it."""
    said: dict[str, set[str]] = {}
    for text in result.assumptions:
        model, _, rest = text.partition(": ")
        said.setdefault(rest, set()).add(model)
    return [sentence_case(text) for text, models in said.items() if models == {output.model}]
