"""Where on the time axis is a dose given? Triangles along the upper edge, or a faint band behind curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ketsim.report.axes import SHOWN, Clock, Spec
from ketsim.report.theme import MUTED

if TYPE_CHECKING:
    from ketsim.result import Result

_STRIP = 9  # height of the strip of marks [px]
_MANY = 40  # doses beyond which the triangles shrink


def dose_marks(result: Result, clock: Clock) -> list[Spec]:
    """A triangle at each start along the upper edge, and a bar as long as the dose takes."""
    rows = _rows(result, clock)
    if not rows:
        return []
    tip = [{"field": "text", "type": "nominal", "title": "dose"}]
    if clock.live:
        tip.append({"field": "time", "type": "quantitative", "title": f"at ({clock.unit.word})", "format": ".4~r"})
    at = {"x": clock.channel(), "tooltip": tip}
    head = {"type": "point", "shape": "triangle-down", "filled": True, "color": MUTED.light, "opacity": 1}
    head |= {"size": 60 if len(rows) <= _MANY else 24, "clip": False}
    # Not clipped, since the first dose stands on the edge; those outside a zoomed time axis are left out instead.
    shown = (f"{SHOWN}[0]", f"{SHOWN}[1]") if clock.live else (f"{clock.begin!r}", f"{clock.shown!r}")
    cut = clock.live or clock.begin != 0.0
    inside = [{"filter": f"datum.time >= {shown[0]} && datum.time <= {shown[1]}"}] if cut else []
    data = {"values": rows}
    marks = [{"data": data, "transform": inside, "mark": head, "encoding": at | {"y": {"value": _STRIP / 2}}}]
    if any(row["end"] > row["time"] for row in rows):
        bar = {"type": "rule", "strokeWidth": 3, "opacity": 0.55, "color": MUTED.light, "clip": True}
        marks.insert(0, {"data": data, "mark": bar, "encoding": at | {"x2": {"field": "end"}, "y": {"value": 1.5}}})
    return marks


def dose_bands(result: Result, clock: Clock) -> list[Spec]:
    """A faint band over the height of the plot while a dose goes in; nothing for doses given at once."""
    rows = [{"time": row["time"], "end": row["end"]} for row in _rows(result, clock) if row["end"] > row["time"]]
    if not rows:
        return []
    mark = {"type": "rect", "color": MUTED.light, "opacity": 0.12, "clip": True, "tooltip": False}
    return [{"data": {"values": rows}, "mark": mark, "encoding": {"x": clock.channel(), "x2": {"field": "end"}}}]


def _rows(result: Result, clock: Clock) -> list[Spec]:
    first, last = (0.0, float(result.times[-1])) if clock.live else map(clock.hours, (clock.begin, clock.shown))
    return [
        {"time": clock.at(dose.time), "end": clock.at(dose.time + dose.duration), "text": dose.text}
        for dose in result.doses
        if dose.time + dose.duration >= first and dose.time <= last
    ]
