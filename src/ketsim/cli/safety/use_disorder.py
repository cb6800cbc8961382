"""``ketsim safety screen use-disorder``: the questionnaire, from flags or asked in a terminal; nothing is stored."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from ketsim.cli import terminal
from ketsim.errors import InputError

if TYPE_CHECKING:
    from ketsim.safety.answer import SafetyAnswer

_WORDS: Final = {"y": "yes", "n": "no"}
_SKIP: Final = ("", "?", "s", "skip")


def answered(answers: Sequence[str], has: Sequence[str], has_not: Sequence[str]) -> SafetyAnswer:
    """The result of the questionnaire. answers: "craving=yes", several parted by commas; asked for where nothing is
    given and somebody sits at a terminal. Raises `InputError` for what cannot be read.
    """
    from ketsim.safety.use_disorder import use_disorder

    given: Mapping[str, str] = _read(answers) | dict.fromkeys(has, "yes") | dict.fromkeys(has_not, "no")
    if not given and sys.stdin.isatty() and sys.stdout.isatty():
        given = _ask()
    if not given:
        raise InputError(
            "there is nothing to count; answer as in --answers craving=yes,tolerance=no (--list shows every question), "
            "or run it in a terminal without answers and it asks."
        )
    return use_disorder(given)


def _read(answers: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in (item.strip() for text in answers for item in text.split(",")):
        if not part:
            continue
        name, equals, answer = part.partition("=")
        if not equals:
            raise InputError(f"answers hold {part[:60]!r}; write name=yes or name=no, as in craving=yes.")
        found[name.strip()] = _WORDS.get(answer.strip().casefold(), answer)
    return found


def _ask() -> Mapping[str, str]:
    """Ask every question; an empty answer leaves it open, and Ctrl-D ends the questions. What cannot wait ends them."""
    from ketsim.safety.use_disorder import questions
    from ketsim.safety.use_disorder_book import use_disorder_book

    urgent = {flag.id for flag in use_disorder_book().red_flags}

    terminal.paragraph("Answer y or n; Enter leaves a question open. Nothing is stored. In danger call 911 first.")
    found: dict[str, str] = {}
    for name, asks in questions():
        while True:
            try:
                said = input(f"{asks} [y/n] ").strip().casefold()
            except EOFError:
                return found
            if said in _SKIP:
                break
            if (answer := _WORDS.get(said[:1])) is not None:
                found[name] = answer
                if answer == "yes" and name in urgent:
                    return found
                break
            terminal.paragraph("Please answer y, n, or press Enter.")
    return found
