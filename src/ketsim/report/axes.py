"""Which part of a quantity, and of time, does a plot show? A vertical axis for each panel and one clock for all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ketsim.report.decimation import DECADES
from ketsim.report.grades import grade_words, is_stepped
from ketsim.result import central
from ketsim.wording import HOURS, TimeUnit, time_unit, unit_words

if TYPE_CHECKING:
    from ketsim.report.panel import Panel
    from ketsim.report.window import Window
    from ketsim.result import Result

Scale = Literal["linear", "log"]
Spec = dict[str, Any]

#: Room left of every plot for its labels [px], so that all panels of a stack begin at the same place; and right of it.
LEFT, RIGHT = 54, 14
#: The part of the time axis that a live figure shows: [from, to] in units of the axis.
SHOWN = "shown"
#: The step between two ticks of a live axis of days or weeks [h].
TICK = "tick"
_LONGEST_WORD = 8  # letters of a step's name that the room holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Vertical:
    """A vertical axis from `low` to `high`. words: of ticks that have a name; baseline: drawn as a thin line.

    highest: the value that the ticks and the peak are chosen for; floor: what a logarithmic axis cannot show.
    """

    low: float
    high: float
    ticks: Sequence[float]
    title: str | None = None
    words: Mapping[float, str] = field(default_factory=dict)
    log: bool = False
    baseline: float | None = None

    def channel(self, name: str) -> Spec:
        """The Vega-Lite channel for the field `name`."""
        axis: Spec = {"title": None, "format": ".3~r", "values": list(self.ticks)}
        axis |= {"minExtent": LEFT, "maxExtent": LEFT}
        if self.title is not None:
            axis |= {"title": self.title, "titleAngle": 0, "titleAlign": "left", "titleAnchor": "start"}
            axis |= {"titleX": 0, "titleY": -12}
        if self.words:
            said = "".join(f"datum.value == {step:g} ? '{words}' : " for step, words in self.words.items())
            axis |= {"labelExpr": f"{said}''"}
        scale: Spec = {"domain": [self.low, self.high], "nice": False, "zero": False}
        if self.log:
            scale = {"domain": [self.low, self.high], "nice": False, "type": "log"}
        return {"field": name, "type": "quantitative", "scale": scale, "axis": axis}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time axis in `unit`: `whole` of the course and the part from `begin` to `shown` [units]; `title` below it.

    zero: the time [h] that the axis calls zero. live: the part shown is a signal of the figure, which buttons and the
    pointer move. grid: lines through the plot.
    """

    unit: TimeUnit
    whole: float
    shown: float
    title: str | None
    most: int
    live: bool = False
    grid: bool = False
    begin: float = 0.0
    zero: float = 0.0

    def at(self, hours: float) -> float:
        """A time [h] on the axis."""
        return float(f"{(hours - self.zero) / self.unit.hours:.7g}")

    def hours(self, at: float) -> float:
        """A place on the axis [units] as a time [h]."""
        return at * self.unit.hours + self.zero

    def channel(self) -> Spec:
        """The Vega-Lite channel."""
        # A zoomed axis needs ticks of its own; one that stands still gets those that read best in its unit.
        ticks: Spec = {"values": self._ticks()}
        scale: Spec = {"domain": [self.begin, self.shown], "nice": False}
        if self.live:
            ticks = live_ticks(self.unit) if self.unit.hours > HOURS.hours else {"tickCount": self.most}
            scale = {"domain": [{"expr": f"{SHOWN}[{end}]"} for end in (0, 1)], "nice": False}
        axis: Spec = {"title": self.title, "grid": self.grid, **ticks}
        return {"field": "time", "type": "quantitative", "scale": scale, "axis": axis}

    def _ticks(self) -> list[float]:
        """Round places from the beginning to the end of what is shown."""
        from_zero = self.unit.ticks((self.shown - self.begin) * self.unit.hours, most=self.most)
        if self.begin == 0.0 or len(from_zero) < 2:
            return from_zero
        step = from_zero[1]
        return [step * place for place in range(math.ceil(self.begin / step), math.floor(self.shown / step) + 1)]


def clock_of(
    result: Result,
    *,
    narrow: bool,
    window: Window | None = None,
    live: bool = False,
    grid: bool = False,
    titled: bool = True,
) -> Clock:
    """The time axis of a result. window: the part that is shown; None is all of it."""
    whole = float(result.times[-1])
    begin, end = (0.0, whole) if window is None else (window.begin, window.end)
    # A still picture of some hours out of months is read in hours, from the dose that it is about.
    own = window is not None and window.weeks and not live
    zero = window.zero if window is not None and own else 0.0
    unit = time_unit(end - begin if own else float(result.times[-1] - result.times[0]))
    since = "last" if zero > 0.0 else "first"
    known = zero > 0.0 or not result.doses or result.doses[0].time == 0
    words = "" if live and unit.hours > HOURS.hours else f" ({unit.word})"
    return Clock(
        unit=unit,
        whole=whole / unit.hours,
        begin=(begin - zero) / unit.hours,
        shown=(end - zero) / unit.hours,
        zero=zero,
        title=(f"time after the {since} dose{words}" if known else f"time{words}") if titled else None,
        most=6 if narrow else 9,
        live=live,
        grid=grid,
    )


#: Between two ticks of an axis that zooms from months to minutes, for how much is shown at most [h].
_STEPS = (
    *((1.0, 0.25), (2.0, 0.5), (6.0, 1.0), (13.0, 2.0), (36.0, 6.0), (60.0, 12.0)),
    *((168.0, 24.0), (400.0, 48.0), (1_100.0, 168.0), (2_600.0, 336.0), (5_200.0, 672.0), (9_000.0, 1_344.0)),
)


def tick_step(unit: TimeUnit) -> str:
    """The Vega expression of the step between ticks [h], for the part of an axis in `unit` that is shown."""
    shown = f"({SHOWN}[1] - {SHOWN}[0]) * {unit.hours:g}"
    return "".join(f"{shown} <= {most:g} ? {step:g} : " for most, step in _STEPS) + f"{_STEPS[-1][1] * 4:g}"


def live_ticks(unit: TimeUnit) -> Spec:
    """Ticks of an axis in days or weeks that say minutes, hours, days or weeks, as far as it is zoomed in."""
    one = f"{TICK} / {unit.hours:g}"
    first = f"ceil({SHOWN}[0] / ({one}) - 1e-9) * ({one})"
    at = f"(round(datum.value * {unit.hours * 60:g}) / 60)"
    clock = f"floor({at} / 24) + ' d ' + format({at} % 24, '.2~f') + ' h'"
    words = (
        f"{TICK} >= 168 ? format({at} / 168, '.3~r') + ' wk' : {TICK} >= 24 ? format({at} / 24, '.4~r') + ' d' : "
        f"{at} >= 48 ? {clock} : {TICK} >= 1 ? format({at}, '.3~r') + ' h' : format({at} * 60, '.4~r') + ' min'"
    )
    return {"values": {"expr": f"sequence({first}, {SHOWN}[1] * (1 + 1e-9), {one})"}, "labelExpr": words}


def concentration_axis(panel: Panel, *, scale: Scale, seen: Sequence[float] = ()) -> Vertical:
    """From zero, or over the decades of a logarithmic axis, to a little above the highest value; seen: measured."""
    highest = max((value for value in (panel.highest, *seen) if value > 0), default=1.0)
    title = unit_words(panel.unit)
    if scale == "linear":
        return Vertical(low=0.0, high=highest * 1.14, ticks=round_steps(highest), title=title)
    floor, top = highest / 10**DECADES, highest * 2.0
    lowest, uppermost = (math.floor(math.log10(edge)) for edge in (floor, top))
    ticks = [10.0**power for power in range(lowest, uppermost + 1)]
    return Vertical(low=floor, high=top, ticks=ticks, title=title, log=True)


def effect_axis(panel: Panel, *, parts: int) -> Vertical:
    """The bounds of a scale that has them; else what the curves reach, and at least the change that counts.

    parts: how many steps between ticks there is room for.
    """
    outputs = [line.output for line in panel.lines]
    baseline = central(outputs[0].measures["baseline"])
    bounds = _bounds(panel)
    if bounds is not None:
        low, high = bounds
        named = grade_words(outputs[0].label)
        steps = [float(step) for step in range(int(low), int(high) + 1)] if is_stepped(outputs[0]) else []
        fits = bool(steps) and set(steps) <= set(named) and max(map(len, named.values())) <= _LONGEST_WORD
        return Vertical(
            low=low - (high - low) * (0.12 if steps else 0.03),
            high=high + (high - low) * (0.12 if steps else 0.03),
            ticks=steps or _with_upper_bound(low, high, parts),
            words={step: named[step] for step in steps} if fits else {},
            baseline=baseline if low < baseline < high else None,
        )
    curves = [curve[np.isfinite(curve)] for output in outputs for curve in (output.low, output.median, output.high)]
    low = min([baseline, *(float(curve.min()) for curve in curves if curve.size)])
    high = max([baseline, *(float(curve.max()) for curve in curves if curve.size)])
    level = max((output.level or 0.0 for output in outputs), default=0.0)
    if high - baseline >= baseline - low:
        high = max(high, baseline + level)
    else:
        low = min(low, baseline - level)
    room = (high - low) or 1.0
    low, high = low - room * 0.08, high + room * 0.28
    ticks = [tick for tick in steps_between(low, high, parts=parts) if tick <= high - room * 0.05]
    if baseline != 0.0 and len(ticks) > 1:
        near = 0.6 * (ticks[1] - ticks[0])
        ticks = sorted([baseline, *(tick for tick in ticks if abs(tick - baseline) > near)])
    return Vertical(low=low, high=high, ticks=ticks, baseline=baseline if baseline != 0.0 else None)


def _bounds(panel: Panel) -> tuple[float, float] | None:
    """Where every scale of the panel ends; None where one of them has no end."""
    if panel.kind == "course":
        return _bounds_of_reading(panel)
    from ketsim.effects.effect import named, names

    ends = [
        (effect.low, effect.high)
        for line in panel.lines
        if line.output.name in names()
        for effect in [named(line.output.name)]
    ]
    if len(ends) < len(panel.lines) or not all(math.isfinite(end) for pair in ends for end in pair):
        return None
    return min(low for low, _ in ends), max(high for _, high in ends)


def _bounds_of_reading(panel: Panel) -> tuple[float, float] | None:
    """The ends of a scale that people know: a score, or a share of people. Others are drawn as far as they go."""
    from ketsim.course.process import reading_of

    reading = reading_of(panel.lines[0].output.name)
    if reading is None:
        return None
    share = reading.unit == "%" and "at_end" in reading.known_by
    if not share and not reading.unit.startswith(("of ", "points")):
        return None
    return reading.low, reading.high


def _with_upper_bound(low: float, high: float, parts: int) -> list[float]:
    for count in range(parts, 1, -1):
        step = (high - low) / count
        if step / 10.0 ** math.floor(math.log10(step)) in (1.0, 2.0, 5.0):
            return [low + step * index for index in range(count + 1)]
    ticks = steps_between(low, high, parts=parts)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else high - low
    return [*(tick for tick in ticks if tick <= high - 0.7 * step), high]


def round_steps(highest: float, *, parts: int = 6) -> list[float]:
    """From zero up to `highest` in at most `parts` + 1 steps of 1, 2, 2.5 or 5 times a power of ten.

    >>> round_steps(187.0)
    [0.0, 50.0, 100.0, 150.0]
    """
    return steps_between(0.0, highest, parts=parts, sizes=(1, 2, 2.5, 5, 10)) if highest > 0 else [0.0]


def steps_between(low: float, high: float, *, parts: int, sizes: Sequence[float] = (1, 2, 5, 10)) -> list[float]:
    """Round numbers from `low` to `high`, at most `parts` steps apart; a step is one of `sizes` by a power of ten.

    >>> steps_between(91.0, 118.0, parts=4)
    [100.0, 110.0]
    """
    room = high - low
    power = 10.0 ** math.floor(math.log10(room / parts))
    step = next(factor * power for factor in sizes if factor * power * parts >= room * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{step * index:.6g}") for index in range(first, last + 1)]
