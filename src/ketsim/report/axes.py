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
from ketsim.wording import TimeUnit, time_unit, unit_words

if TYPE_CHECKING:
    from ketsim.report.panel import Panel
    from ketsim.result import Result

Scale = Literal["linear", "log"]
Spec = dict[str, Any]

#: Room left of every plot for its labels [px], so that all panels of a stack begin at the same place; and right of it.
LEFT, RIGHT = 54, 14
#: The part of the time axis that a live figure shows: [from, to] in units of the axis.
SHOWN = "shown"
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
    """A time axis in `unit`: `whole` of the course and, from zero, the part `shown` [units]; `title` below it.

    live: the part shown is a signal of the figure, which buttons and the pointer move. grid: lines through the plot.
    """

    unit: TimeUnit
    whole: float
    shown: float
    title: str | None
    most: int
    live: bool = False
    grid: bool = False

    def at(self, hours: float) -> float:
        """A time [h] on the axis."""
        return float(f"{hours / self.unit.hours:.7g}")

    def channel(self) -> Spec:
        """The Vega-Lite channel."""
        # A zoomed axis needs ticks of its own; one that stands still gets those that read best in its unit.
        ticks: Spec = {"values": self.unit.ticks(self.shown * self.unit.hours, most=self.most)}
        scale: Spec = {"domain": [0, self.shown], "nice": False}
        if self.live:
            ticks = {"tickCount": self.most}
            scale = {"domain": [{"expr": f"{SHOWN}[{end}]"} for end in (0, 1)], "nice": False}
        axis: Spec = {"title": self.title, "grid": self.grid, **ticks}
        return {"field": "time", "type": "quantitative", "scale": scale, "axis": axis}


def clock_of(
    result: Result,
    *,
    narrow: bool,
    shown: float | None = None,
    live: bool = False,
    grid: bool = False,
    titled: bool = True,
) -> Clock:
    """The time axis of a result. shown: how much of the course [h]; None is all of it."""
    unit = time_unit(float(result.times[-1] - result.times[0]))
    first = not result.doses or result.doses[0].time == 0
    whole = float(result.times[-1])
    return Clock(
        unit=unit,
        whole=whole / unit.hours,
        shown=(whole if shown is None else shown) / unit.hours,
        title=(f"time after the first dose ({unit.word})" if first else f"time ({unit.word})") if titled else None,
        most=6 if narrow else 9,
        live=live,
        grid=grid,
    )


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
