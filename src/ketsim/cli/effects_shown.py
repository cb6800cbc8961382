"""The effects of a result for people to read: one row an effect, and beside it what others compute and measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ketsim.cli import terminal
from ketsim.result import Spread, central
from ketsim.wording import hours, listed, number, sentence_case

if TYPE_CHECKING:
    from ketsim.beside import Beside
    from ketsim.result import Output, Result

_COLUMNS: Final = (
    "effect",
    "entry",
    "driven by",
    "baseline",
    "peak",
    "change",
    "peak after",
    "onset",
    "lasts",
    "certainty",
)


def show_effects(result: Result) -> None:
    """Print the effects, with the values at the times asked for."""
    effects = [o for o in result.outputs if o.kind == "effect"]
    if not effects:
        return
    moved = [o for o in effects if _moves(o)]
    terminal.paragraph()
    terminal.heading("Effects")
    if moved:
        at = result.at if len(result.at) <= _MOST_TIMES else ()
        heads = [*_COLUMNS[:-1], *(f"at {hours(time)}" for time in at), _COLUMNS[-1]]
        rows = [_row(result, o, with_times=bool(at)) for o in moved]
        terminal.table(heads, rows, right=range(3, len(heads) - 1))
        terminal.paragraph(
            "Onset and lasts: the time until, and the time during which, the effect is at least its level away from "
            "baseline (ketsim effects NAME says the level)."
        )
    still = dict.fromkeys(o.label for o in effects if not _moves(o))
    if still:
        terminal.paragraph(f"Stay at baseline after this dose: {listed(list(still))}.")
    for output in moved:
        for name, measure in output.measures.items():
            if name not in _EVERY and (said := _time(measure)):
                terminal.paragraph(f"{sentence_case(output.label)}, {output.model}: {_WORDS.get(name, name)} {said}.")


_MOST_TIMES: Final = 3
_EVERY: Final = frozenset({"baseline", "onset", "peak", "change_at_peak", "time_of_peak", "duration", "area"})
_WORDS: Final = {
    "surgical_onset": "surgical after",
    "surgical_duration": "surgical for",
    "waking": "the concentration of waking is reached after",
}


def show_beside(found: Beside) -> None:
    """Print what other published models give for the doses, and what studies measured after such doses."""
    others = found.models
    if len(others) > 1:
        terminal.paragraph()
        terminal.heading(
            f"Highest concentration over {len(others)} published models: {number(others[0].highest)} to "
            f"{number(others[-1].highest)} ng/mL"
        )
        deep = any(o.surgical is not None for o in others)
        heads = ["model", "of", "blood", "highest [ng/mL]", "after", *(_DEEP if deep else ()), "certainty"]
        rows = [
            [
                f"{o.model}{' (used)' if o.used else ''}",
                o.analyte,
                o.sampling,
                number(o.highest),
                hours(o.when),
                *((_minutes(o.surgical), _minutes(o.waking)) if deep else ()),
                o.certainty,
            ]
            for o in others
        ]
        terminal.table(heads, rows, right=range(3, len(heads) - 1))
    terminal.points("Measured after such a dose", [m.sentence for m in found.measured])


_DEEP: Final = ("above the surgical concentration", "until the waking one")


def _minutes(value: float | None) -> str:
    return "not reached" if value is None else f"{number(value)} min"


def _moves(output: Output) -> bool:
    """Whether the effect leaves its baseline in anybody, as far as can be printed."""
    change = output.measures["change_at_peak"]
    ends = (change.low, change.high) if isinstance(change, Spread) else (change, change)
    level = output.level or 1.0
    return max(map(abs, ends)) >= _VISIBLE * level


_VISIBLE: Final = 0.05  # of its level: less is not worth a row


def _row(result: Result, output: Output, *, with_times: bool) -> list[str]:
    m = output.measures
    unit = "" if output.unit in ("state", "stage", "factor") else f" {output.unit}"
    cells = [output.name, output.model, output.driver or "", _value(m["baseline"], unit), _value(m["peak"], unit)]
    cells += [_value(m["change_at_peak"], "", signed=True), _time(m["time_of_peak"])]
    cells += [_time(m["onset"]) or "not reached", _time(m["duration"])]
    if with_times:
        cells += [_at(row) for row in result.values_at(output)]
    return [*cells, output.certainty]


def _value(value: float | Spread, unit: str, *, signed: bool = False) -> str:
    def say(x: float) -> str:
        return f"{'+' if signed and x > 0 else ''}{number(x)}"

    if isinstance(value, Spread) and value.low != value.high:
        return f"{say(value.median)} ({say(value.low)}–{say(value.high)}){unit}"
    return f"{say(central(value))}{unit}"


def _time(value: float | Spread) -> str:
    """A time in words; empty where there is none."""
    middle = central(value)
    if middle != middle:
        return ""
    if isinstance(value, Spread) and value.low != value.high:
        return f"{hours(middle)} ({hours(value.low)}–{hours(value.high)})"
    return hours(middle)


def _at(row: dict[str, float]) -> str:
    return (
        number(row["value"])
        if "value" in row
        else f"{number(row['median'])} ({number(row['low'])}–{number(row['high'])})"
    )
