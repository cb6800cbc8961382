"""A result for people to read: what was simulated, a table, what was assumed, and where every number can be seen.

One column an output, one row a measure or a time asked for. Over people a cell reads ``median (low-high)``, where 90 % of
them lie between low and high.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from ketsim.cli import terminal

if TYPE_CHECKING:
    from ketsim.result import Output, Result, Spread

_MEASURES: Final = {
    "cmax": "highest (Cmax)",
    "tmax": "reached at (tmax)",
    "auc": "AUC",
    "auc_inf": "AUC to infinity",
    "half_life": "half-life",
}
_LABEL_WIDTH: Final = 30
_CELL_WIDTH: Final = 20


def show(result: Result, *, dose_table: bool = False) -> None:
    """Print a result: words, table, doses where asked for, assumptions, warnings, sources, standing line."""
    terminal.heading(_sentence(result))
    if result.subjects > 1:
        terminal.paragraph("Cells give the median and, in brackets, the range in which 90 % of these people lie.")
    for outputs in _chunks(result.outputs):
        terminal.paragraph()
        rows = [*_measure_rows(outputs), *_time_rows(result, outputs), ["certainty", *(o.certainty for o in outputs)]]
        terminal.table(["", *(f"{o.name}\n{o.model}" for o in outputs)], rows, right=range(1, len(outputs) + 1))
    if dose_table:
        terminal.points("Doses", [f"{terminal.duration(dose.time)}: {dose.text}" for dose in result.doses])
    terminal.points("Assumed", result.assumptions)
    terminal.points("Mind", result.warnings)
    terminal.points("Sources", _where(result.outputs))
    terminal.paragraph()
    terminal.paragraph(result.notice)


def spread(value: float | Spread) -> str:
    """A number, or the median and range over people."""
    if isinstance(value, int | float):
        return terminal.number(value)
    return _over_people(value.median, value.low, value.high)


def _over_people(median: float, low: float, high: float) -> str:
    return f"{terminal.number(median)} ({terminal.number(low)}–{terminal.number(high)})"


def _sentence(result: Result) -> str:
    sites = sorted({o.sampling for o in result.outputs})
    said = result.scenario.describe()
    return f"{said[:1].upper()}{said[1:]}. Sampling: {', '.join(sites)}." if sites else f"{said}."


def _chunks(outputs: Sequence[Output]) -> Iterable[Sequence[Output]]:
    size = max(1, (terminal.width() - _LABEL_WIDTH) // _CELL_WIDTH)
    return (outputs[first : first + size] for first in range(0, len(outputs), size))


def _measure_rows(outputs: Sequence[Output]) -> list[list[str]]:
    kinds = dict.fromkeys((name, o.measure_units[name]) for o in outputs for name in o.measures)
    return [
        [f"{_MEASURES.get(name, name.replace('_', ' '))} [{unit}]", *_cells(outputs, name, unit)]
        for name, unit in kinds
    ]


def _cells(outputs: Sequence[Output], name: str, unit: str) -> list[str]:
    return [
        spread(o.measures[name]) if o.measure_units.get(name) == unit and name in o.measures else "" for o in outputs
    ]


def _time_rows(result: Result, outputs: Sequence[Output]) -> list[list[str]]:
    cell: Callable[[dict[str, float]], str] = (
        (lambda row: terminal.number(row["value"]))
        if result.subjects == 1
        else (lambda row: _over_people(row["median"], row["low"], row["high"]))
    )
    columns = [[cell(row) for row in result.values_at(o)] for o in outputs]
    units = dict.fromkeys(o.unit for o in outputs)
    unit = f" [{next(iter(units))}]" if len(units) == 1 else ""
    return [
        [f"at {terminal.duration(time)}{unit}", *(column[i] for column in columns)] for i, time in enumerate(result.at)
    ]


def _where(outputs: Iterable[Output]) -> list[str]:
    keys: dict[str, dict[str, None]] = {}
    for o in outputs:
        keys.setdefault(o.model, {}).update(dict.fromkeys(o.sources))
    return [f"{model}: {', '.join(sources)}; every number: ketsim models {model}" for model, sources in keys.items()]
