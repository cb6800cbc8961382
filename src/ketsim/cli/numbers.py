"""A published number as a row of a table and as JSON: what it is, where it was read, how it came about, how sure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from ketsim.cli import terminal

if TYPE_CHECKING:
    from ketsim.evidence import Reference, Response, Value

_COLUMNS: Final = ("name", "number", "unit", "what", "where", "came about", "certainty", "spread")


def show_numbers(values: Iterable[Value]) -> None:
    """Print one row a number; in a narrow terminal a few lines a number."""
    rows = [_row(value) for value in values]
    if terminal.width() >= terminal.ROOMY:
        terminal.table(_COLUMNS, rows, right=(1,))
    else:
        terminal.facts((name, _folded(*words)) for name, *words in rows)


def number_body(value: Value) -> dict[str, Any]:
    """The JSON of one number; what the source does not state is left out."""
    return value.model_dump(mode="json", exclude_none=True, exclude={"line"})


def citation(reference: Reference) -> str:
    """Authors, year, title, journal and link on one line."""
    authors = ", ".join(reference.authors) if len(reference.authors) < 4 else f"{reference.authors[0]} and others"
    year = f" ({reference.year})" if reference.year else ""
    journal = f" {reference.journal}." if reference.journal else ""
    return f"{authors}{year}. {reference.title.rstrip('.')}.{journal} {reference.link}".strip()


def response_words(row: Response) -> str:
    """One measured effect in a sentence: what, when, how much, after what, where it was read, what does not fit."""
    low, high = row.ends
    unit = "" if row.unit == "1" else f" {row.unit}"
    found = f"{low:g}{unit}" if low == high else f"{low:g} to {high:g}{unit}"
    when = f" at {row.time}" if row.time is not None else ""
    if row.held is not None:
        after = f"with {row.held.analyte} held at {row.held.level}"
    else:
        after = f"after {row.dose or row.dose_text}"
    fitted = f"; fitted by {', '.join(row.fitted_by)}" if row.fitted_by else ""
    misfit = f". Not met: {row.misfit}" if row.misfit else ""
    place = f"{row.source}, {row.where.at}, {row.data_type}, {row.certainty} certainty{fitted}"
    return f"{row.effect} {row.metric.replace('_', ' ')}{when}: {found} {after} ({place}){misfit}"


def _row(value: Value) -> tuple[str, ...]:
    number = "not found" if value.number is None else f"{value.number:.12g}"
    place = f"{value.where.at} ({value.where.via})"
    return (
        value.name,
        number,
        "" if value.unit == "1" else value.unit,
        value.label or "",
        f"{value.source}, {place}" if value.source else place,
        str(value.provenance),
        str(value.certainty),
        _spread(value),
    )


def _folded(number: str, unit: str, what: str, where: str, came_about: str, certainty: str, spread: str) -> str:
    said = (f"{number} {unit}".strip(), what, where, f"{came_about}, {certainty} certainty", spread)
    return "; ".join(words for words in said if words)


def _spread(value: Value) -> str:
    said = []
    if value.se is not None:
        said.append(f"standard error {value.se:g}")
    if value.rse is not None:
        said.append(f"standard error {100 * value.rse:g} %")
    if value.ci is not None:
        said.append(f"{100 * value.ci.level:g} % interval {value.ci.low:g} to {value.ci.high:g}")
    for words, spread in (("between people", value.iiv), ("between occasions", value.iov)):
        if spread is not None:
            kind, size = next((k, v) for k in ("omega2", "cv", "logit_sd") if (v := getattr(spread, k)) is not None)
            said.append(f"{words} {kind} {size:g}")
    return "; ".join(said)
