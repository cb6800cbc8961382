"""Which passages does a text or a Markdown file hold? Lines that were wrapped become one paragraph again.

Offsets count characters of the text. Markdown is recognised by its headings, lists, quotes and links; what marks it up
is passed over, and the targets of links are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ketsim.audit.passage import CELL, HEADING, ITEM, PARAGRAPH, Passage, PassageBuilder

_BULLET: Final = re.compile(r"[ \t]*(?:[-*+•·‣▪●–]|\(?\d{1,2}[.)])[ \t]+")
_HASHES: Final = re.compile(r"[ \t]*(#{1,6})[ \t]+")
_QUOTE: Final = re.compile(r"[ \t]*(?:>[ \t]?)+")
_RULE: Final = re.compile(r"[ \t]*(?:[-*_=][ \t]*){3,}$")
_LINK: Final = re.compile(r"!?\[([^\[\]\n]{0,300})\]\(([^()\s]{0,500})(?:[ \t]\"[^\"\n]{0,200}\")?\)")
_ENDS: Final = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_WRAPPED: Final = 55  # characters: a shorter line was ended by its writer
_MARKS: Final = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")


def read_plain(text: str, *, markdown: bool = False) -> tuple[Passage, ...]:
    """The passages of a text, in order."""
    return tuple(_passages(text, markdown=markdown))


def looks_like_markdown(text: str) -> bool:
    """Whether a text without a telling name is Markdown: headings with hashes, or links in brackets."""
    return bool(re.search(r"^#{1,6}[ \t]+\S", text[:20000], re.M) or _LINK.search(text[:20000]))


def _passages(text: str, *, markdown: bool) -> Iterator[Passage]:
    building, kind, level, last = PassageBuilder(), PARAGRAPH, 0, ""
    for start, end in _lines(text):
        line = text[start:end]
        stripped = line.strip()
        if not stripped or _RULE.fullmatch(line):
            yield from _taken(building, kind, level)
            kind, level, last = PARAGRAPH, 0, ""
            continue
        opening, this, this_level = _opening(line, markdown=markdown)
        if len(building) and (this != PARAGRAPH or not _goes_on(last, stripped, kind)):
            yield from _taken(building, kind, level)
            kind, level = PARAGRAPH, 0
        if not len(building):
            kind, level = this, this_level
        building.add(" ", max(start - 1, 0))
        _add(building, text, start + opening, end, markdown=markdown)
        last = stripped
        if kind == HEADING:
            yield from _taken(building, kind, level)
            kind, level, last = PARAGRAPH, 0, ""
    yield from _taken(building, kind, level)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in re.finditer(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", text):
        yield start, found.start()
        start = found.end()
    if start < len(text):
        yield start, len(text)


def _taken(building: PassageBuilder, kind: str, level: int) -> Iterator[Passage]:
    made = building.take(kind, level=level)
    if made is not None:
        yield made


def _opening(line: str, *, markdown: bool) -> tuple[int, str, int]:
    """How many characters open the line, the kind of passage, and the level of a heading."""
    if markdown:
        hashes = _HASHES.match(line)
        if hashes is not None:
            return hashes.end(), HEADING, len(hashes[1])
        if line.lstrip().startswith("|"):
            return len(line) - len(line.lstrip()) + 1, CELL, 0
        quote = _QUOTE.match(line)
        if quote is not None:
            return quote.end(), PARAGRAPH, 0
    bullet = _BULLET.match(line)
    if bullet is not None:
        return bullet.end(), ITEM, 0
    return 0, PARAGRAPH, 0


def _goes_on(last: str, line: str, kind: str) -> bool:
    """Whether a line continues the one before: that one was wrapped, and did not end a sentence early."""
    if kind == CELL or not last:
        return False
    if _ENDS.search(last):
        return len(last) >= _WRAPPED
    return len(last) >= _WRAPPED or line[:1].islower()


def _add(building: PassageBuilder, text: str, start: int, end: int, *, markdown: bool) -> None:
    if not markdown:
        building.add(text[start:end], start)
        return
    position = start
    for link in _LINK.finditer(text, start, end):
        _unmarked(building, text, position, link.start())
        opened = len(building)
        _unmarked(building, text, link.start(1), link.end(1))
        building.link(opened, link[2])
        position = link.end()
    _unmarked(building, text, position, end)


def _unmarked(building: PassageBuilder, text: str, start: int, end: int) -> None:
    position = start
    for mark in _MARKS.finditer(text, start, end):
        building.add(text[position : mark.start()], position)
        position = mark.end()
    building.add(text[position:end], position)
