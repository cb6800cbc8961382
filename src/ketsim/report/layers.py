"""What is drawn in one plot, layer by layer? Bands, medians, readings, measured points, the baseline, the peak.

The layers share their axes, colours and legend, so they are built from one place. Doses stand in `dose_marks`; what the
plot says in words is the business of `figure`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ketsim.report.axes import SHOWN, Clock, Scale, Spec, Vertical
from ketsim.report.decimation import decimate
from ketsim.report.grades import is_stepped
from ketsim.report.panel import Panel
from ketsim.report.theme import INK, MUTED, SURFACE
from ketsim.result import central
from ketsim.wording import hours, number

if TYPE_CHECKING:
    from ketsim.result import Result

Array = NDArray[np.float64]

__all__ = ["Layers", "ObservedPoint", "Scale", "Spec"]

# Points of one line: a still picture shows no more; one that zooms shows the parts of a long course too. The panels of
# effects are a third as high as those of concentrations, so they show less.
_STILL_POINTS, _LIVE_POINTS, _EFFECT_POINTS, _COURSE_POINTS = 600, 1_500, 300, 500
_FINE, _COARSE = 0.001, 0.003
#: The time at which the pointer stands in a live figure; null where it does not.
NOW = "now"


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
    """The layers of one panel over its axes, as a specification wants them.

    key: of the panel within its figure; its data are called so. narrow: laid out for a phone. closer: parts of the
    course [h] that a live figure can be zoomed to, whose points it holds in full.
    """

    def __init__(
        self,
        result: Result,
        panel: Panel,
        *,
        key: str,
        clock: Clock,
        vertical: Vertical,
        narrow: bool,
        observed: Sequence[ObservedPoint] = (),
        closer: Sequence[tuple[float, float]] = (),
    ) -> None:
        self.closer = list(closer)
        self.result, self.panel, self.key, self.clock, self.vertical = result, panel, key, clock, vertical
        self.narrow, self.points = narrow, observed
        self.stepped = is_stepped(panel.lines[0].output)
        self.ranged = result.subjects > 1 or any(line.output.ranged for line in panel.lines)

    def bands(self) -> list[Spec]:
        """From 5 % to 95 % of people; nothing for one person, unless a course gives a range for one."""
        if not self.ranged:
            return []
        drawn = "_drawn" if self.vertical.log else ""
        encoding = {
            "x": self.clock.channel(),
            "y": self.vertical.channel(f"low{drawn}"),
            "y2": {"field": f"high{drawn}"},
            "color": self._colour(),
        }
        faint = 0.22 if len(self.panel.lines) <= 2 else 0.13
        mark = {"type": "area", "opacity": faint, "clip": True, "line": False, "tooltip": False} | self._steps()
        return [{"transform": self._lifted("low", "high"), "mark": mark, "encoding": encoding}]

    def medians(self) -> list[Spec]:
        """The line of each course, and where the figure is live the readings along it."""
        mark = {"type": "line", "strokeWidth": 2.25, "clip": True, "strokeJoin": "round", "tooltip": False}
        course: Spec = {
            "transform": self._lifted("median"),
            "mark": mark | self._steps(),
            "encoding": {
                "x": self.clock.channel(),
                "y": self.vertical.channel("median_drawn" if self.vertical.log else "median"),
                "color": self._colour(),
                "strokeDash": self._dash(),
            },
        }
        return [course, self._now(), self._reading()] if self.clock.live else [course]

    def _now(self) -> Spec:
        """A line at the pointer's time, the same in every panel."""
        at = {"value": {"expr": f"({NOW} - {SHOWN}[0]) / ({SHOWN}[1] - {SHOWN}[0]) * width"}}
        inside = f"isValid({NOW}) && {NOW} >= {SHOWN}[0] && {NOW} <= {SHOWN}[1]"
        seen = {"condition": {"test": inside, "value": 0.7}, "value": 0}
        mark = {"type": "rule", "color": MUTED.light, "strokeWidth": 1, "tooltip": False}
        return {"data": {"values": [{}]}, "mark": mark, "encoding": {"x": at, "opacity": seen}}

    def _reading(self) -> Spec:
        """Points that stay unseen until the pointer is nearest to them, and then say their values."""
        # The reading is that of the nearest point, which Vega wraps once more: words would be looked for in the wrap.
        point = "(datum.datum || datum)"
        unit = "" if self.stepped else f" ({self.panel.unit})"
        told = {"curve": f"{point}.line", f"time ({self.clock.unit.word})": f"format({point}.time, '.4~r')"}
        if not self.ranged:
            told[f"value{unit}"] = f"format({point}.median, '.3~r')"
        else:
            middle = "median" if self.result.subjects > 1 or self.result.by_chance else "typical person"
            words = (("median", middle), ("low", "5 % of people below"), ("high", "95 % of people below"))
            told |= {f"{said}{unit}": f"format({point}.{name}, '.3~r')" for name, said in words}
        tip = ", ".join(f"{json.dumps(said)}: {expression}" for said, expression in told.items())
        name = f"reading_{self.key.replace('-', '_')}"
        hover = {"type": "point", "on": "pointerover", "nearest": True, "clear": "pointerout"}
        shown = {"condition": {"param": name, "empty": False, "value": 1}, "value": 0}
        inside = f"datum.time >= {SHOWN}[0] && datum.time <= {SHOWN}[1]"
        above = f" && datum.median > {self.vertical.low!r}" if self.panel.kind == "concentration" else ""
        return {
            "transform": [{"filter": inside + above}],
            "params": [{"name": name, "select": hover}],
            "mark": {"type": "point", "filled": True, "size": 60, "clip": True},
            "encoding": {
                "x": self.clock.channel(),
                "y": self.vertical.channel("median"),
                "color": self._colour(),
                "opacity": shown,
                "tooltip": {"value": {"expr": f"{{{tip}}}"}},
            },
        }

    def baseline(self) -> list[Spec]:
        """A thin line at the value without drug, where that is not an edge of the plot."""
        if self.vertical.baseline is None:
            return []
        rule = {"type": "rule", "color": MUTED.light, "strokeWidth": 1, "strokeDash": [2, 2], "tooltip": False}
        y = self.vertical.channel("value")
        return [{"data": {"values": [{"value": self.vertical.baseline}]}, "mark": rule, "encoding": {"y": y}}]

    def observed(self) -> list[Spec]:
        """Open circles, with whiskers where a spread is known."""
        rows = [
            {
                "time": self.clock.at(point.time),
                "value": point.value,
                "text": point.text,
                "low": point.value if point.low is None else point.low,
                "high": point.value if point.high is None else point.high,
            }
            for point in self.points
            if point.value > self.vertical.low
        ]
        if not rows:
            return []
        data = {"values": rows}
        circle = {"type": "point", "size": 55, "stroke": INK.light, "strokeWidth": 1.6, "fill": SURFACE.light}
        tip = [{"field": "text", "type": "nominal", "title": "measured"}]
        x = self.clock.channel()
        value = {"x": x, "y": self.vertical.channel("value"), "tooltip": tip}
        layers: list[Spec] = [{"data": data, "mark": circle | {"clip": True}, "encoding": value}]
        if any(row["low"] != row["high"] for row in rows):
            whisker = {"x": x, "y": self.vertical.channel("low"), "y2": {"field": "high"}}
            rule = {"type": "rule", "color": INK.light, "clip": True}
            layers.insert(0, {"data": data, "mark": rule, "encoding": whisker})
        return layers

    def peak(self) -> list[Spec]:
        """The height of the only line's peak, written beside it; over people the peak of a median is nobody's."""
        if self.ranged or len(self.panel.lines) != 1 or self.stepped:
            return []  # beside a step there is no room, and the axis says it
        output = self.panel.lines[0].output
        change = output.median - central(output.measures.get("baseline", 0.0))
        at = int(np.argmax(np.nan_to_num(np.abs(change), nan=-math.inf)))
        height = float(output.median[at])
        row: Spec = {"time": self.clock.at(float(self.result.times[at])), "median": height}
        if not change[at] > 0 or (row["time"] > self.clock.shown and not self.clock.live):
            return []  # below a curve that falls there is no room either
        late = row["time"] > 0.6 * self.clock.shown
        words = f"{number(height)} {self.panel.unit} at {hours(float(self.result.times[at]))}"
        text = {"type": "text", "text": words, "align": "right" if late else "left", "dx": -9 if late else 9}
        text |= {"fontSize": 12, "dy": -4 if output.kind == "concentration" else -9}
        encoding = {"x": self.clock.channel(), "y": self.vertical.channel("median")}
        # Not clipped, since it may stand higher than the plot; outside a zoomed time axis it is left out instead.
        inside = f"datum.time >= {SHOWN}[0] && datum.time <= {SHOWN}[1]"
        data: Spec = {"data": {"values": [row]}, "transform": [{"filter": inside}] if self.clock.live else []}
        dot = {"type": "point", "filled": True, "size": 45, "color": INK.light, "opacity": 1, "clip": True}
        return [
            {**data, "mark": dot, "encoding": encoding},
            {**data, "mark": text | {"stroke": SURFACE.light, "strokeWidth": 4}, "encoding": encoding},
            {**data, "mark": text | {"color": INK.light}, "encoding": encoding},
        ]

    def courses(self) -> list[Spec]:
        """The points to draw: line, time [unit of the axis], median, and low and high over people."""
        drug = self.panel.kind == "concentration"
        rows = []
        for line in self.panel.lines:
            low, median, high = (
                np.asarray(course, dtype=np.float64)
                for course in (line.output.low, line.output.median, line.output.high)
            )
            courses = (median, low, high) if self.ranged else (median,)
            seen = courses if drug else tuple(course - self.vertical.low for course in courses)
            for at in self._kept(seen):
                row: Spec = {"line": line.name, "time": self.clock.at(float(self.result.times[at]))}
                row["median"] = _short(float(median[at]))
                if self.ranged:
                    row |= {"low": _short(float(low[at])), "high": _short(float(high[at]))}
                rows.append(row)
        return rows

    def _kept(self, courses: Sequence[Array]) -> list[int]:
        """The points that a line needs; what lies beyond a still picture's edges is not in it, but for the points from
        which its line comes and to which it leads. A live one of weeks has its first day in full as well.
        """
        times = self.result.times
        drug, live = self.panel.kind == "concentration", self.clock.live
        limit = _LIVE_POINTS if live else _STILL_POINTS
        limit = limit if drug else _COURSE_POINTS if self.panel.kind == "course" else _EFFECT_POINTS
        fine = _FINE if drug else _COARSE
        shown = (
            (0.0, float(times[-1]))
            if live
            else (self.clock.hours(self.clock.begin), self.clock.hours(self.clock.shown))
        )
        parts = [shown, *(self.closer if live else ())]
        kept: set[int] = set()
        for begin, end in parts:
            first = max(int(np.searchsorted(times, begin, side="right")) - 1, 0)
            last = int(np.searchsorted(times, end, side="right")) + 1
            inner = [course[first:last] for course in courses]
            found = decimate(times[first:last], *inner, limit=limit, tolerance=fine, logarithmic=drug)
            kept |= {first + int(at) for at in found}
        return sorted(kept)

    def _steps(self) -> Spec:
        return {"interpolate": "step-after"} if self.stepped else {}

    def _lifted(self, *fields: str) -> list[Spec]:
        """A logarithmic axis has no zero: what lies below is drawn just under its lower edge, where it is clipped."""
        if not self.vertical.log:
            return []
        floor = self.vertical.low / 10
        return [{"calculate": f"max(datum.{name}, {floor!r})", "as": f"{name}_drawn"} for name in fields]

    def _colour(self) -> Spec:
        names = [line.name for line in self.panel.lines]
        shown = None
        if len(names) > 1 and not self.panel.quiet:
            longest = max(map(len, names))
            shown = {
                "title": None,
                "orient": "top",
                "columns": 1 if self.narrow or longest > 50 else 2 if longest > 32 else 3,
                "symbolType": "stroke",
                "symbolSize": 700,
                "symbolOpacity": 1,
                "rowPadding": -6,
                "offset": 30 if self.vertical.title else 8,
            }
        scale = {"domain": names, "range": [line.look.tone.light for line in self.panel.lines]}
        return {"field": "line", "type": "nominal", "scale": scale, "legend": shown}

    def _dash(self) -> Spec:
        names = [line.name for line in self.panel.lines]
        scale = {"domain": names, "range": [list(line.look.dash) for line in self.panel.lines]}
        return {**self._colour(), "scale": scale}


def _short(value: float) -> float | None:
    """Five significant digits: more than a screen shows, and a third of the bytes. JSON has no not-a-number."""
    return float(f"{value:.5g}") if math.isfinite(value) else None
