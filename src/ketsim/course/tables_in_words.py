"""Every process, reading, structure and number of the course as rows for a page: made from the program, never typed.

``docs/course.md`` holds these rows, a test holds the page to them, and ``make course-page`` writes them anew.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Final

from ketsim.course.process import kind, names
from ketsim.course.structure import PARTS, Structure, structures
from ketsim.evidence import Value
from ketsim.wording import number, unit_text

Rows = tuple[tuple[str, ...], ...]

_WAYS: Final = {1: "rises", -1: "falls", 0: "neither, or nobody knows"}
#: Names of the tables, as a page marks them, with their headings.
HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "processes": ("process", "what it answers"),
    "readings": ("reading", "what it is", "unit", "bounds", "with more drug over more time"),
    "structures": ("part", "structure", "what it says", "why it stands"),
    "numbers": ("part", "number", "what", "value", "range of what is not known", "came about", "certainty", "rests on"),
}


def tables() -> dict[str, Rows]:
    """Every table by its name."""
    return {
        "processes": tuple(_processes()),
        "readings": tuple(_readings()),
        "structures": tuple(_structures()),
        "numbers": tuple(_numbers()),
    }


def written(name: str, rows: Sequence[Sequence[str]]) -> str:
    """A table as Markdown."""
    heads = HEADS[name]
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def _processes() -> Iterator[tuple[str, ...]]:
    for name in names():
        told = inspect.getdoc(import_module(f"ketsim.course.{name}")) or ""
        yield name, " ".join(told.split("\n\n")[0].split())


def _readings() -> Iterator[tuple[str, ...]]:
    for name in names():
        for reading, what in kind(name).readings.items():
            if what.shown:
                bounds = f"{number(what.low)} to {number(what.high)}"
                unit = "" if what.unit == "1" else unit_text(what.unit)
                yield reading, what.label, unit, bounds, _WAYS[what.direction]


def _structures() -> Iterator[tuple[str, ...]]:
    for part in PARTS:
        for one in structures(part):
            yield part, one.key, one.label, one.because


def _numbers() -> Iterator[tuple[str, ...]]:
    for part in PARTS:
        yield from (_number(part, value) for value in _of(structures(part)))


def _of(side_by_side: Sequence[Structure]) -> list[Value]:
    found = [value for one in side_by_side for value in (*one.values.values(), *one.chances.values())]
    return list({f"{value.source}.{value.name}": value for value in found}.values())


def _number(part: str, value: Value) -> tuple[str, ...]:
    ends = "" if value.ci is None else f"{number(value.ci.low)} to {number(value.ci.high)}"
    return (
        part,
        f"{value.source}.{value.name}",
        value.label or "",
        value.printed,
        ends,
        str(value.provenance),
        str(value.certainty),
        value.where.at,
    )
