"""What is drawn in one plot of concentrations, layer by layer? Bands, medians, doses, measured points, the peak.

The layers share their axes, colours and legend, so they are built from one place. What the plot says in words is the
business of `figure`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ketsim.report.decimation import DECADES, decimate
from ketsim.report.panel import Panel
from ketsim.report.theme import INK, MUTED, NARROW, SURFACE
from ketsim.wording import TimeUnit, hours, number, unit_words

if TYPE_CHECKING:
    from ketsim.result import Result

Scale = Literal["linear", "log"]
Spec = dict[str, Any]

# Points of one line: a still picture shows no more; one that zooms shows the parts of a long course too.
_STILL_POINTS, _LIVE_POINTS = 600, 1_500
_STRIP = 9  # height of the strip of dose marks [px]


@dataclass(frozen=True, slots=True)
class ObservedPoint:
    """A measured value to show beside the curves. time: [h]; value, low, high: in the unit of the output `name`."""

    name: str
    time: float
    value: float
    text: str
    low: float | None = None
    high: float | None = None


class Layers:
    """The layers of one panel, drawn `width` pixels wide over a time axis in `unit`.

    Bands, medians and their readings draw `courses()`, which the panel's specification holds once for all of them.
    """

    def __init__(
        self,
        result: Result,
        panel: Panel,
        *,
        unit: TimeUnit,
        scale: Scale,
        width: int,
        interactive: bool,
        observed: Sequence[ObservedPoint],
    ) -> None:
        self.result, self.panel, self.unit, self.scale = result, panel, unit, scale
        self.interactive, self.narrow, self.points = interactive, width < NARROW, observed
        seen = (panel.highest, *(point.value if point.high is None else point.high for point in observed))
        self.highest = max((value for value in seen if value > 0), default=1.0)
        self.top = self.highest * (1.14 if scale == "linear" else 2.0)
        self.floor = self.highest / 10**DECADES if scale == "log" else 0.0
        self.span = float(result.times[-1]) / unit.hours

    def bands(self) -> list[Spec]:
        """From 5 % to 95 % of people; nothing for one person."""
        if self.result.subjects == 1:
            return []
        encoding = {
            "x": self._x(),
            "y": self._y("low_drawn" if self.scale == "log" else "low"),
            "y2": {"field": "high_drawn" if self.scale == "log" else "high"},
            "color": self._colour(),
        }
        faint = 0.22 if len(self.panel.lines) <= 2 else 0.13
        mark = {"type": "area", "opacity": faint, "clip": True, "line": False, "tooltip": False}
        return [{"transform": self._lifted("low", "high"), "mark": mark, "encoding": encoding}]

    def medians(self) -> list[Spec]:
        """The line of each course, and where the figure is interactive the readings along it."""
        course: Spec = {
            "transform": self._lifted("median"),
            "mark": {"type": "line", "strokeWidth": 2.25, "clip": True, "strokeJoin": "round", "tooltip": False},
            "encoding": {
                "x": self._x(),
                "y": self._y("median_drawn" if self.scale == "log" else "median"),
                "color": self._colour(),
                "strokeDash": self._dash(),
            },
        }
        if not self.interactive:
            return [course]
        drag = "[pointerdown, window:pointerup] > window:pointermove!"
        select = {"type": "interval", "encodings": ["x"], "zoom": "wheel![event.ctrlKey]", "translate": drag}
        course["params"] = [{"name": "zoom", "select": select, "bind": "scales"}]
        return [course, self._reading()]

    def _reading(self) -> Spec:
        """Points that stay unseen until the pointer is nearest to them, and then say their values."""
        # The reading is that of the nearest point, which Vega wraps once more: words would be looked for in the wrap.
        point = "(datum.datum || datum)"
        told = {"curve": f"{point}.line", f"time ({self.unit.word})": f"format({point}.time, '.4~r')"}
        if self.result.subjects == 1:
            told[f"value ({self.panel.unit})"] = f"format({point}.median, '.3~r')"
        else:
            words = (("median", "median"), ("low", "5 % of people below"), ("high", "95 % of people below"))
            told |= {f"{said} ({self.panel.unit})": f"format({point}.{name}, '.3~r')" for name, said in words}
        tip = ", ".join(f"{json.dumps(said)}: {expression}" for said, expression in told.items())
        hover = {"type": "point", "on": "pointerover", "nearest": True, "clear": "pointerout"}
        shown = {"condition": {"param": "reading", "empty": False, "value": 1}, "value": 0}
        return {
            "transform": [{"filter": f"datum.median > {self.floor!r}"}],
            "params": [{"name": "reading", "select": hover}],
            "mark": {"type": "point", "filled": True, "size": 60, "clip": True},
            "encoding": {
                "x": self._x(),
                "y": self._y("median"),
                "color": self._colour(),
                "opacity": shown,
                "tooltip": {"value": {"expr": f"{{{tip}}}"}},
            },
        }

    def doses(self) -> list[Spec]:
        """A triangle at each start along the upper edge, and a bar as long as the dose takes."""
        rows: list[Spec] = [
            {"time": self._time(dose.time), "end": self._time(dose.time + dose.duration), "text": dose.text}
            for dose in self.result.doses
            if dose.time <= self.result.times[-1]
        ]
        if not rows:
            return []
        tip = [{"field": "text", "type": "nominal", "title": "dose"}]
        if self.interactive:
            tip.append({"field": "time", "type": "quantitative", "title": f"at ({self.unit.word})", "format": ".4~r"})
        at = {"x": self._x(), "tooltip": tip}
        bar = {"type": "rule", "strokeWidth": 3, "opacity": 0.55, "color": MUTED.light}
        head = {"type": "point", "shape": "triangle-down", "filled": True, "color": MUTED.light, "opacity": 1}
        size = 60 if len(rows) <= 40 else 24
        # Not clipped, since the first dose stands on the edge; those outside a zoomed time axis are left out instead.
        shared = {"data": {"values": rows}, "transform": [{"filter": {"param": "zoom"}}] if self.interactive else []}
        marks = [
            {**shared, "mark": head | {"size": size, "clip": False}, "encoding": at | {"y": {"value": _STRIP / 2}}}
        ]
        if any(row["end"] > row["time"] for row in rows):
            ends = at | {"x2": {"field": "end"}, "y": {"value": 1.5}}
            marks.insert(0, {**shared, "mark": bar | {"clip": True}, "encoding": ends})
        return marks

    def observed(self) -> list[Spec]:
        """Open circles, with whiskers where a spread is known."""
        rows = [
            {
                "time": self._time(point.time),
                "value": point.value,
                "text": point.text,
                "low": point.value if point.low is None else point.low,
                "high": point.value if point.high is None else point.high,
            }
            for point in self.points
            if point.value > self.floor
        ]
        if not rows:
            return []
        data = {"values": rows}
        circle = {
            "type": "point",
            "size": 55,
            "stroke": INK.light,
            "strokeWidth": 1.6,
            "fill": SURFACE.light,
            "clip": True,
        }
        tip = [{"field": "text", "type": "nominal", "title": "measured"}]
        layers: list[Spec] = [
            {"data": data, "mark": circle, "encoding": {"x": self._x(), "y": self._y("value"), "tooltip": tip}}
        ]
        if any(row["low"] != row["high"] for row in rows):
            whisker = {"x": self._x(), "y": self._y("low"), "y2": {"field": "high"}}
            layers.insert(
                0, {"data": data, "mark": {"type": "rule", "color": INK.light, "clip": True}, "encoding": whisker}
            )
        return layers

    def peak(self) -> list[Spec]:
        """The height of the only line's peak, written beside it; over people the peak of a median is nobody's."""
        if self.result.subjects > 1 or len(self.panel.lines) != 1 or not self.panel.highest > 0:
            return []
        curve = np.nan_to_num(self.panel.lines[0].output.median, nan=-math.inf)
        at = int(np.argmax(curve))
        row: Spec = {"time": self._time(float(self.result.times[at])), "median": float(curve[at])}
        late = row["time"] > 0.6 * self.span
        words = f"{number(row['median'])} {self.panel.unit} at {hours(float(self.result.times[at]))}"
        text = {"type": "text", "text": words, "align": "right" if late else "left", "dx": -9 if late else 9}
        text |= {"fontSize": 12, "dy": -4, "clip": True}
        encoding = {"x": self._x(), "y": self._y("median")}
        data = {"values": [row]}
        dot = {"type": "point", "filled": True, "size": 45, "color": INK.light, "opacity": 1, "clip": True}
        return [
            {"data": data, "mark": dot, "encoding": encoding},
            {"data": data, "mark": text | {"stroke": SURFACE.light, "strokeWidth": 4}, "encoding": encoding},
            {"data": data, "mark": text | {"color": INK.light}, "encoding": encoding},
        ]

    def courses(self) -> Spec:
        """The points to draw: line, time [unit of the axis], median, and low and high over people."""
        rows = []
        for line in self.panel.lines:
            low, median, high = (
                np.asarray(course, dtype=np.float64)
                for course in (line.output.low, line.output.median, line.output.high)
            )
            courses = (median,) if self.result.subjects == 1 else (median, low, high)
            for at in decimate(self.result.times, *courses, limit=_LIVE_POINTS if self.interactive else _STILL_POINTS):
                row: Spec = {"line": line.name, "time": self._time(float(self.result.times[at]))}
                row["median"] = _short(float(median[at]))
                if self.result.subjects > 1:
                    row |= {"low": _short(float(low[at])), "high": _short(float(high[at]))}
                rows.append(row)
        return {"values": rows}

    def _lifted(self, *fields: str) -> list[Spec]:
        """A logarithmic axis has no zero: what lies below is drawn just under its lower edge, where it is clipped."""
        if self.scale == "linear":
            return []
        return [{"calculate": f"max(datum.{name}, {self.floor / 10!r})", "as": f"{name}_drawn"} for name in fields]

    def _time(self, time: float) -> float:
        return float(f"{time / self.unit.hours:.7g}")

    def _x(self) -> Spec:
        first = not self.result.doses or self.result.doses[0].time == 0
        title = f"time after the first dose ({self.unit.word})" if first else f"time ({self.unit.word})"
        most = 6 if self.narrow else 9
        # A zoomed axis needs ticks of its own; one that stands still gets those that read best in its unit.
        ticks = (
            {"tickCount": most}
            if self.interactive
            else {"values": self.unit.ticks(self.span * self.unit.hours, most=most)}
        )
        axis = {"title": title, **ticks}
        return {
            "field": "time",
            "type": "quantitative",
            "scale": {"domain": [0, self.span], "nice": False},
            "axis": axis,
        }

    def _y(self, field: str) -> Spec:
        axis: Spec = {
            "title": unit_words(self.panel.unit),
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "start",
            "titleX": 0,
            "titleY": -12,
            "format": ".3~r",
            "values": round_steps(self.highest),
        }
        scale: Spec = {"domain": [self.floor, self.top], "nice": False}
        if self.scale == "log":
            scale["type"] = "log"
            lowest, highest = (math.floor(math.log10(edge)) for edge in (self.floor, self.top))
            axis["values"] = [10.0**power for power in range(lowest, highest + 1)]
        return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}

    def _colour(self) -> Spec:
        names = [line.name for line in self.panel.lines]
        shown = None
        if len(names) > 1:
            shown = {
                "title": None,
                "orient": "top",
                "columns": 1 if self.narrow or max(map(len, names)) > 40 else 3,
                "symbolType": "stroke",
                "symbolSize": 700,
                "symbolOpacity": 1,
                "rowPadding": -6,
                "offset": 30,
            }
        scale = {"domain": names, "range": [line.look.tone.light for line in self.panel.lines]}
        return {"field": "line", "type": "nominal", "scale": scale, "legend": shown}

    def _dash(self) -> Spec:
        names = [line.name for line in self.panel.lines]
        scale = {"domain": names, "range": [list(line.look.dash) for line in self.panel.lines]}
        return {**self._colour(), "scale": scale}


def round_steps(highest: float, *, parts: int = 6) -> list[float]:
    """From zero up to `highest` in at most `parts` + 1 steps of 1, 2, 2.5 or 5 times a power of ten.

    >>> round_steps(187.0)
    [0.0, 50.0, 100.0, 150.0]
    """
    if not highest > 0:
        return [0.0]
    power = 10.0 ** math.floor(math.log10(highest / parts))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power * parts >= highest * (1 - 1e-9))
    return [float(f"{step * index:.6g}") for index in range(math.floor(highest / step + 1e-9) + 1)]


def _short(value: float) -> float | None:
    """Five significant digits: more than a screen shows, and a third of the bytes. JSON has no not-a-number."""
    return float(f"{value:.5g}") if math.isfinite(value) else None
