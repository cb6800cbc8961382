"""Tables and paragraphs for people: colour and folding in a terminal, plain unfolded lines in a pipe, NO_COLOR kept."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import RenderableType

_PIPED_WIDTH: Final = 4_000  # columns: no cell of a piped table is folded, so that grep finds whole rows
_INDENT: Final = 2
ROOMY: Final = 150  # columns from which on a table with many columns reads better than lines


def width() -> int:
    """Columns that a table may use."""
    if not sys.stdout.isatty():
        return _PIPED_WIDTH
    from rich.console import Console

    return Console().width


def heading(text: str) -> None:
    """Print a line that opens a part."""
    from rich.text import Text

    _print(Text(text, style="bold"))


def paragraph(text: str = "") -> None:
    """Print text as it is; only a terminal folds it."""
    from rich.text import Text

    _print(Text(text))


def points(title: str, lines: Iterable[str]) -> None:
    """Print `title` and `lines` under it, or nothing where there are no lines."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    listed = tuple(lines)
    if not listed:
        return
    paragraph()
    heading(title)
    drawn = Table.grid(padding=(0, 1, 0, 0))
    for line in listed:
        drawn.add_row(Text("-"), Text(line))
    _print(Padding(drawn, (0, 0, 0, _INDENT), expand=False))


def facts(pairs: Iterable[tuple[str, str]]) -> None:
    """Print name and words side by side, one pair a line."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table.grid(padding=(0, 2, 0, 0))
    for name, words in pairs:
        drawn.add_row(Text(name, style="bold"), Text(words))
    _print(drawn)


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
    _print(drawn)


def progress(what: str) -> Callable[[int, int], None] | None:
    """A reporter ``(done, total)`` on stderr, or None where stderr is not a terminal; gone when all is done."""
    if not sys.stderr.isatty():
        return None

    def report(done: int, total: int) -> None:
        line = f"{what}: {done:,} of {total:,}"
        print("\r" + (line if done < total else " " * len(line) + "\r"), end="", file=sys.stderr, flush=True)

    return report


def _print(drawn: RenderableType) -> None:
    from rich.console import Console

    if sys.stdout.isatty():
        Console(highlight=False).print(drawn)
        return
    plain = io.StringIO()
    Console(file=plain, width=_PIPED_WIDTH, highlight=False, color_system=None).print(drawn)
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in plain.getvalue().splitlines())
