"""The public lines on a terminal: below what is said of calls, and at the end of every sentence that refuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ketsim.cli import terminal
from ketsim.errors import InputError
from ketsim.notice import HelpLine, public_help


@contextmanager
def lines_in_errors() -> Iterator[None]:
    """Every sentence that refuses something ends with the public lines."""
    try:
        yield
    except InputError as error:
        numbers = "; ".join(f"{line.who} {line.number}" for line in public_help().lines)
        sentence = f"{error.sentence} Help, now and free: {numbers}."
        raise InputError(sentence, where=error.where, field=error.field) from None


def show_lines(lines: Iterable[HelpLine] | None = None) -> None:
    """Print the public lines, in this order; in their own where none is given."""
    known = public_help()
    terminal.points("Help, now and free", (line.sentence for line in (known.lines if lines is None else lines)))
    terminal.paragraph(known.elsewhere)
