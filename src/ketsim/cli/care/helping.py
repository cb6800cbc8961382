"""The public lines on a terminal: below what is said of calls, and at the end of every sentence that refuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

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


def show_lines(lines: Iterable[HelpLine]) -> None:
    """Print the public lines, in this order."""
    terminal.points("Help, now and free", (f"{line.who} {line.number}: {line.purpose}" for line in lines))
    terminal.paragraph(public_help().elsewhere)


def lines_body() -> list[dict[str, Any]]:
    """The public lines as plain data."""
    return [{"who": line.who, "number": line.number, "purpose": line.purpose} for line in public_help().lines]
