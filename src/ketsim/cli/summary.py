"""A result for people to read: what was simulated, a table, what was assumed, and where every number can be seen.

One column an output, one row a measure or a time asked for. Over people a cell reads ``median (low–high)``, and 90 % of
them lie between low and high.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from ketsim.cli import terminal
from ketsim.cli.effects_shown import show_beside, show_effects
from ketsim.cli.safety.show import show_alarms
from ketsim.notice import NOTICE
from ketsim.wording import hours, listed, measure_words, number, sentence_case

if TYPE_CHECKING:
    from ketsim.beside import Beside
    from ketsim.result import GivenDose, Output, Result, Spread

_LABEL_WIDTH: Final = 30
_CELL_WIDTH: Final = 20


def show(result: Result, beside: Beside, *, dose_table: bool = False, disagreement: Iterable[str] = ()) -> None:
    """Print a result: words, tables, where models disagree, what stands beside it, doses if asked for, assumptions."""
    show_alarms(result.alarms)
    terminal.heading(_sentence(result))
    if result.stopped:
        terminal.paragraph(result.warnings[0])
    if result.subjects > 1:
        what = "people" if result.scenario.population is not None else "parameter sets"
        terminal.paragraph(f"A cell is the median and, in brackets, the range in which 90 % of these {what} lie.")
    for outputs in _side_by_side([o for o in result.outputs if o.kind == "concentration"]):
        terminal.paragraph()
        rows = [*_measure_rows(outputs), *_time_rows(result, outputs), ["certainty", *(o.certainty for o in outputs)]]
        terminal.table(["", *(f"{o.name}\n{o.model}" for o in outputs)], rows, right=range(1, len(outputs) + 1))
    show_effects(result)
    if any(output.kind == "course" for output in result.outputs):
        from ketsim.cli.course_shown import show_course

        show_course(result)
    terminal.points("Where the models disagree", disagreement)
    show_beside(beside)
    terminal.points(
        "Boosters of this person",
        [f"{b.structure}, {hours(b.time)}: booster {b.number}, {b.because}" for b in result.boosters or ()],
    )
    if dose_table:
        terminal.points("Doses", [_given(dose) for dose in result.doses])
    terminal.points("Assumed", result.assumptions)
    terminal.points("Mind", result.warnings)
    terminal.points("Not known", [f"{n.name}: {n.because}" for n in result.not_known])
    terminal.points("Where every number comes from", _where(result.outputs))
    terminal.paragraph()
    terminal.paragraph(NOTICE)


def _sentence(result: Result) -> str:
    sites = sorted({o.sampling for o in result.outputs if o.kind == "concentration"})
    return f"{sentence_case(result.scenario.describe())}; {listed(sites)} sampling."


def _given(dose: GivenDose) -> str:
    """One dose with its time, and the length of an infusion."""
    return f"{hours(dose.time)}: {dose.text}{f' over {hours(dose.duration)}' if dose.duration else ''}"


def _side_by_side(outputs: Sequence[Output]) -> Iterable[Sequence[Output]]:
    """Tables that fit the width; where several models ran, those of one quantity stand beside each other."""
    order = list(dict.fromkeys(o.name for o in outputs))
    ranked = sorted(outputs, key=lambda o: order.index(o.name))
    size = max(1, (terminal.width() - _LABEL_WIDTH) // _CELL_WIDTH)
    return (ranked[first : first + size] for first in range(0, len(ranked), size))


def _measure_rows(outputs: Sequence[Output]) -> list[list[str]]:
    kinds = dict.fromkeys((name, o.measure_units[name]) for o in outputs for name in o.measures)
    rows = []
    for name, unit in kinds:
        label = f"{measure_words(name, short=True)} [{unit}]"
        rows.append([label, *(_cell(o, name, unit) for o in outputs)])
    return rows


def _cell(output: Output, name: str, unit: str) -> str:
    if output.measure_units.get(name) != unit or name not in output.measures:
        return ""
    return _spread(output.measures[name])


def _spread(value: float | Spread) -> str:
    if isinstance(value, float):
        return number(value)
    return _over_people(value.median, value.low, value.high)


def _over_people(median: float, low: float, high: float) -> str:
    return f"{number(median)} ({number(low)}–{number(high)})"


def _time_rows(result: Result, outputs: Sequence[Output]) -> list[list[str]]:
    columns = [[_at_time(row) for row in result.values_at(o)] for o in outputs]
    units = sorted({o.unit for o in outputs})
    unit = f" [{units[0]}]" if len(units) == 1 else ""
    return [[f"after {hours(time)}{unit}", *(column[i] for column in columns)] for i, time in enumerate(result.at)]


def _at_time(row: dict[str, float]) -> str:
    return number(row["value"]) if "value" in row else _over_people(row["median"], row["low"], row["high"])


def _where(outputs: Sequence[Output]) -> list[str]:
    """The commands that show every number behind these outputs: those of models and effects, and of sources beside."""
    models = dict.fromkeys(o.driver or o.model for o in outputs)
    effects = dict.fromkeys(o.model for o in outputs if o.kind == "effect")
    beside = dict.fromkeys(key for o in outputs for key in o.sources if key not in models)
    return [
        f"ketsim {verb} {next(iter(keys))}" + (f" (and {listed(list(keys)[1:])})" if len(keys) > 1 else "")
        for verb, keys in (("models", models), ("effects", effects), ("sources", beside))
        if keys
    ]
