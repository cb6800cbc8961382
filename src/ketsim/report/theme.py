"""How does ketsim look? One palette, one set of dashes, one type scale, for figures and pages alike.

Every colour is a pair, for light and for dark surroundings. A figure is drawn once with the light colours; on a page a
reader who prefers dark gets the other half of each pair through CSS, because a style rule outranks the colour
attributes inside an SVG. The six series colours stay apart for readers with each kind of colour blindness, and each
series has a dash of its own, so that nothing is told by colour alone. The module does not know what is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Metric-compatible families: text measured while drawing is as wide when read.
FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
#: Below this many pixels a figure is laid out for a phone.
NARROW = 480
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
VEGA_LITE = "6.4"


@dataclass(frozen=True, slots=True)
class Tone:
    """One colour as `#rrggbb`, by day and by night; `name` is its CSS variable."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Series:
    """What sets one line apart from its neighbours: a colour and a dash [pixels on, pixels off, ...]."""

    tone: Tone
    dash: tuple[int, ...]
    shape: str


SURFACE = Tone("surface", "#ffffff", "#14181f")
RAISED = Tone("raised", "#f4f6f8", "#1d232c")
INK = Tone("ink", "#1b2026", "#e9ecf0")
MUTED = Tone("muted", "#4d5763", "#b4bcc8")
RULE = Tone("rule", "#d5dae0", "#38414d")
GRID = Tone("grid", "#e7eaee", "#272f39")
LINK = Tone("link", "#0b4bb3", "#8ab4ff")
CAUTION = Tone("caution", "#7a3e00", "#ffc27a")
CAUTION_SURFACE = Tone("caution-surface", "#fff5e6", "#2c2112")
ALARM = Tone("alarm", "#a8071a", "#ff9a9a")
ALARM_SURFACE = Tone("alarm-surface", "#fff1f0", "#331518")
PAGE = (SURFACE, RAISED, INK, MUTED, RULE, GRID, LINK, CAUTION, CAUTION_SURFACE, ALARM, ALARM_SURFACE)

SERIES = (
    Series(Tone("series-1", "#0e4fcf", "#467bf7"), (1, 0), "circle"),
    Series(Tone("series-2", "#e0760d", "#f27a0d"), (8, 3), "square"),
    Series(Tone("series-3", "#05a165", "#3bc796"), (2, 3), "triangle-up"),
    Series(Tone("series-4", "#9e1f8d", "#bb73c3"), (10, 3, 2, 3), "diamond"),
    Series(Tone("series-5", "#734d0c", "#eece76"), (5, 2), "triangle-down"),
    Series(Tone("series-6", "#1f2730", "#f5f6f7"), (2, 2, 8, 2), "cross"),
)


def contrast(first: str, second: str) -> float:
    """Contrast of two colours `#rrggbb`, 1 (none) to 21 (black on white).

    (L1 + 0.05) / (L2 + 0.05) with L the relative luminance, as the Web Content Accessibility Guidelines 2 define it.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return round((high + 0.05) / (low + 0.05), 2)


def vega_config(*, width: int) -> dict[str, Any]:
    """The Vega-Lite `config` of every figure, for a drawing `width` pixels wide."""
    small, large = (11, 14) if width < NARROW else (12, 16)
    text = {"labelColor": INK.light, "titleColor": INK.light, "labelFontSize": small, "titleFontSize": small}
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": text | {"titleFontWeight": "normal", "labelOverlap": True, "labelPadding": 5, "gridColor": GRID.light},
        "axisX": {
            "grid": False,
            "domainColor": MUTED.light,
            "tickColor": MUTED.light,
            "tickSize": 5,
            "titlePadding": 8,
        },
        "axisY": {"domain": False, "ticks": False},
        "legend": text | {"symbolStrokeWidth": 2.5, "rowPadding": 4, "labelLimit": width, "offset": 8},
        "title": {
            "anchor": "start",
            "frame": "group",
            "color": INK.light,
            "subtitleColor": MUTED.light,
            "fontSize": large,
            "fontWeight": "bold",
            "subtitleFontSize": small,
            "subtitlePadding": 6,
            "subtitleLineHeight": small + 5,
            "lineHeight": large + 5,
            "offset": 10,
        },
    }


def css() -> str:
    """Style rules: every tone as a variable, and inside figures each light colour attribute turned dark on request."""
    tones = {tone.light: tone for tone in (*PAGE, *(series.tone for series in SERIES))}.values()
    day = "".join(f"--{tone.name}:{tone.light};" for tone in tones)
    night = "".join(f"--{tone.name}:{tone.dark};" for tone in tones)
    swaps = "".join(
        f'.plot [{attribute}="{tone.light}"]{{{attribute}:{tone.dark}}}'
        for tone in tones
        for attribute in ("fill", "stroke")
    )
    return (
        f":root{{color-scheme:light dark;--font:{FONT};{day}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{night}}}{swaps}}}\n"
    )


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
