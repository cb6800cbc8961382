"""What other published models give for the same doses, and what studies measured after such doses, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ketsim.report.grades import UNPRINTED, short_label
from ketsim.report.markup import Child, Markup, table, tag, with_detail
from ketsim.report.tables import certainty_badge
from ketsim.wording import count_words, hours, number, sentence_case, span, unbroken, unit_words

if TYPE_CHECKING:
    from ketsim.beside import Beside, Measured, OtherModel


def beside_tables(beside: Beside, labels: dict[str, str]) -> list[Child]:
    """The section; empty where models were named and nothing like this dose was studied. labels: of effects by name."""
    others, measured = beside.models, beside.measured
    said: list[Child] = []
    if len(others) > 1:
        lowest, highest = number(others[0].highest), number(others[-1].highest)
        said += [
            tag(
                "p",
                f"{sentence_case(count_words(len(others)))} published models put the highest concentration of the "
                f"drug between {lowest} and {highest} {unit_words('ng/mL')} for a typical person. "
                "Which fits one person best is not known.",
            ),
            _models(others),
        ]
    if measured:
        said += [
            tag("p", "Measured after a dose like this one; sources disagree, and none is left out."),
            _studies(measured, labels),
        ]
    return said


def _models(others: tuple[OtherModel, ...]) -> Markup:
    deep = any(other.surgical is not None for other in others)
    more = ("Minutes above the surgical concentration", "Minutes until the waking one") if deep else ()
    rows = [
        (
            with_detail(other.model, f"blood: {other.sampling}{', used here' if other.used else ''}"),
            number(other.highest),
            unbroken(hours(other.when)),
            *((_minutes(other.surgical), _minutes(other.waking)) if deep else ()),
            certainty_badge(other.certainty),
        )
        for other in others
    ]
    columns = ("Model", "Highest (ng/mL)", "After", *more, "Certainty")
    return table("Other published models for the same doses", columns, rows, numbers=(1, *range(3, 3 + len(more))))


def _minutes(value: float | None) -> str:
    return "not reached" if value is None else number(value)


def _studies(measured: tuple[Measured, ...], labels: dict[str, str]) -> Markup:
    rows = []
    for one in measured:
        row, (low, high) = one.row, one.row.ends
        value = number(row.number) if row.number is not None else span(low, high)
        if row.number is not None and row.low is not None:
            value += f" ({span(low, high)})"
        unit = "" if row.unit in UNPRINTED else f" {row.unit}"
        at = f" at {row.time}" if row.time is not None else ""
        what = f"{row.metric.replace('_', ' ')}{at}"
        name = with_detail(sentence_case(short_label(labels[row.effect])), row.source)
        rows.append((name, what, f"{value}{unit}", certainty_badge(str(row.certainty))))
    return table("Measured effects after such a dose", ("Effect", "What", "Measured", "Certainty"), rows)
