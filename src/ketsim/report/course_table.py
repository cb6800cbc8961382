"""What goes on over weeks, in cards and tables: each group of readings, its rivals, where its width comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ketsim.course_shown import (
    Group,
    Look,
    Row,
    counting,
    course_outputs,
    grouped,
    look_of,
    quiet_sentence,
    rows,
    scale_words,
    sheets,
    whose_numbers,
    width_sentence,
)
from ketsim.report.markup import Child, Markup, join, table, tag
from ketsim.report.tables import certainty_badge, model_link
from ketsim.wording import hours, sentence_case, unbroken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ketsim.result import Output, Result

#: What the plain answer opens with, where it is there: the groups that people ask about first.
_FIRST = ("mood", "withdrawal", "craving", "relapse")
_MOST = 4  # lines of a card; the table has the rest


def course_cards(result: Result) -> list[Child]:
    """A card for each group that is asked about first; nothing for a result without a course."""
    look = look_of(result)
    cards = []
    outputs = course_outputs(result)
    for group, members in grouped(outputs).items():
        if group.key not in _FIRST:
            continue
        loud, quiet = counting(members)
        told = rows(group, loud, look)
        # Of several domains the mean stands for all; the table has each.
        shown = [row for row in told if row.output.name == group.key] or told
        entries = [_entry(group, row, look) for row in shown[:_MOST]]
        still = [tag("p", unbroken(sentence_case(quiet_sentence(group, quiet))))] if quiet else []
        badge = tag("p", "certainty ", certainty_badge(members[0].certainty), class_="signed")
        cards.append(tag("li", tag("h3", group.heading), *entries, *still, badge))
    if not cards:
        return []
    lead = (
        f"Over weeks: a model, not a measurement. {whose_numbers(result)} "
        "Structures that nobody can choose between stand side by side. See "
    )
    where = tag("a", "the table of the course", href="#weeks")
    return [tag("p", lead, where, "."), tag("ul", *cards, class_="answers effects")]


def _entry(group: Group, row: Row, look: Look) -> Markup:
    since = " after the last dose" if group.after else ""
    when = f", {row.when}{since}" if row.when else f", at the end, after {hours(look.end, digits=2)}"
    keys = join([model_link(key) for key in row.structures], ", ")
    lasts = tag("p", unbroken(f"counts for {row.lasts}")) if row.lasts else None
    size = tag("p", row.size, tag("small", f" {row.output.unit}"), class_="big")
    what = tag("p", unbroken(f"{row.reading}{when}"))
    return tag("div", size, what, lasts, tag("p", keys, class_="signed"), class_="entry")


def course_tables(result: Result) -> list[Child]:
    """A table a group, with where its width comes from."""
    found: list[Child] = []
    look = look_of(result)
    for group, outputs in grouped(course_outputs(result)).items():
        loud, quiet = counting(outputs)
        found.append(tag("h3", f"{group.heading}"))
        if loud:
            found += _tables(group, rows(group, loud, look), outputs, look)
        said = [quiet_sentence(group, quiet), width_sentence(group, loud, result.widths)]
        found += [tag("p", unbroken(text)) for text in said if text]
    return found


def _tables(group: Group, told: Sequence[Row], outputs: Sequence[Output], look: Look) -> list[Child]:
    """The tables of a group; structures lead to their numbers."""
    keys = {key for row in told for key in row.structures}
    found: list[Child] = []
    for sheet in sheets(group, told, look):
        caption = f"{group.heading}, {scale_words(outputs)}; in brackets the range of 90 %"
        lines = [[_cell(text, keys) for text in line] for line in sheet.lines]
        found.append(table(caption, [head or "reading" for head in sheet.heads], lines))
    badges = dict.fromkeys(output.certainty for output in outputs)
    return [*found, tag("p", "Certainty ", join([certainty_badge(word) for word in badges], ", "), ".", class_="small")]


def _cell(text: str, keys: set[str]) -> str | Markup:
    return model_link(text) if text in keys else text
