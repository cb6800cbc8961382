"""The public lines as a page shows them: most urgent first, in the language asked for."""

from __future__ import annotations

from dataclasses import replace

from ketsim.care.web.words import Words
from ketsim.notice import Help, public_help


def lines_in(words: Words) -> Help:
    """The public lines in a language; a line that has no translation keeps the words it was read in."""
    given = public_help()
    if words.language == "en":
        return given
    lines = tuple(
        replace(line, who=words(f"line.{line.number}.who"), purpose=words(f"line.{line.number}.purpose"))
        if words.knows(f"line.{line.number}.who")
        else line
        for line in given.lines
    )
    return replace(given, lines=lines, country=words("lines.country"), elsewhere=words("lines.elsewhere"))
