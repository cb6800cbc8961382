"""The numbers behind a model, an effect or a structure, each with its source: a section of a report."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ketsim.report.markup import Child, Markup, anchor, table, tag, with_detail
from ketsim.report.tables import CERTAINTIES, certainty_badge
from ketsim.wording import ABSENT, number, unit_text

if TYPE_CHECKING:
    from ketsim.evidence.source import Source
    from ketsim.evidence.value import Value, Variability

_COLUMNS = (
    *("Parameter", "Number", "Unit", "Between people", "Precision"),
    *("Source", "Place", "Provenance", "Certainty"),
)


def numbers_section(
    key: str, told: Sequence[Child], values: Sequence[Value], sources: Mapping[str, Source], weakest: str
) -> Markup:
    """A section that links lead to: what is told, then every number. weakest: the certainty that one of them sets."""
    rows = [_value_row(value, sources[value.source], weakest) for value in values]
    numbers = table(f"Numbers behind {key}", _COLUMNS, rows, numbers=(1,))
    return tag("section", tag("h3", key, id=anchor("model", key)), *told, numbers, class_="model")


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


def rank(word: str) -> int:
    """How sure a word of certainty is, from the weakest at 0."""
    return CERTAINTIES.index(word) if word in CERTAINTIES else -1
