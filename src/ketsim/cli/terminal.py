"""Tables and paragraphs for people: colour and width of a terminal, plain lines when piped, NO_COLOR honoured."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_PIPED_WIDTH = 240  # columns: wide enough that no cell of a piped table is folded
_INDENT = "  "


def console() -> Console:
    """The console on stdout. Piped, it is wide and without colour; rich itself honours NO_COLOR and COLUMNS."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False, soft_wrap=False)
    return Console(highlight=False, width=_PIPED_WIDTH, no_color=True, color_system=None)


def heading(text: str) -> None:
    """Print a line that opens a part."""
    from rich.text import Text

    console().print(Text(text, style="bold"))


def paragraph(text: str = "") -> None:
    """Print text as it is; only a terminal folds it."""
    from rich.text import Text

    console().print(Text(text))


def points(title: str, lines: Iterable[str]) -> None:
    """Print `title` and `lines` under it, or nothing where there are no lines."""
    from rich.padding import Padding
    from rich.text import Text

    listed = tuple(lines)
    if not listed:
        return
    paragraph()
    heading(title)
    out = console()
    for line in listed:
        out.print(Padding(Text(f"- {line}"), (0, 0, 0, len(_INDENT)), expand=False))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> None:
    """Print rows under their columns; `right` gives the positions of columns with numbers."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    numbers = frozenset(right)
    for position, column in enumerate(columns):
        drawn.add_column(Text(column), justify="right" if position in numbers else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    console().print(drawn)


def width() -> int:
    """Columns that a table may use."""
    return console().width


def number(value: float | None) -> str:
    """Three significant digits without an exponent where that can be read; "-" where there is no number."""
    if value is None or not math.isfinite(value):
        return "-"
    if value == 0 or 1e-4 <= abs(value) < 1000:
        return f"{value:.3g}"
    if abs(value) < 1e6 and abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2e}"


def duration(hours: float) -> str:
    """A time in the unit a person would say it in: 0.5 -> "30 min", 24 -> "24 h", 1008 -> "42 d"."""
    if 0 < hours < 1:
        return f"{hours * 60:.4g} min"
    return f"{hours:.4g} h" if hours < 72 else f"{hours / 24:.4g} d"


def progress(what: str) -> Callable[[int, int], None] | None:
    """A reporter ``(done, total)`` on stderr, or None where stderr is not a terminal."""
    if not sys.stderr.isatty():
        return None

    def report(done: int, total: int) -> None:
        end = "\n" if done >= total else ""
        print(f"\r{what}: {done:,} of {total:,}", end=end, file=sys.stderr, flush=True)

    return report
