"""Where do sentences begin and end? Split at full stops that end one; abbreviations and decimals do not.

A passage is never joined with the next one; a heading or an item is a sentence of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_END: Final = re.compile(
    r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|[.!?][\"”’)\]]*(?=[A-Z][a-z])|[。！？؟]|"
    # telephone numbers and badges that a page sets side by side without a full stop
    r"(?<=\d{3}[-. ]\d{4})(?=\s*\(?[A-Z][a-z])|\s\|(?=\s)|(?<=\d)(?=[A-Z][a-z]{3})"
)
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(\[\"“])(?:dr|mr|mrs|ms|prof|st|vs|etc|e\.g|i\.e|eg|ie|cf|al|fig|figs|no|nos|vol|pp?|ca|approx|"
    r"inc|ltd|co|corp|dept|"
    r"est|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|u\.s|u\.k|u\. ?s|u\. ?k|u\.s\.a|e\.u|d\.c|ph\.d|m\.d|"
    r"b\.sc|a\.m|p\.m|min|max|hr|hrs|mg|"
    r"[a-z])\.$",
    re.I,
)
_LONGEST: Final = 1_500  # characters
_NUMBERED: Final = re.compile(r"\b(?:schedule|class|phase|type|group|vitamin|grade|part|table)\s+[A-Z]+\.$", re.I)
_STARTS: Final = re.compile(r"\s*[\"'“‘(\[«]*[A-Z0-9À-ÝÄÖÜ\u0370-\uffff]")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end [characters] of every sentence of a passage, without blanks around it."""
    start = 0
    informal = text[:1].islower()  # a writer who begins small goes on so behind a full stop
    for found in _END.finditer(text):
        end = found.end()
        mark = found[0][:1]
        if mark == "." and not _ends(text, start, found.start(), end):
            continue
        if end < len(text) and not informal and not _STARTS.match(text, end) and mark and mark in ".…":
            continue
        yield from _trimmed(text, start, end)
        start = end
    yield from _trimmed(text, start, len(text))


def _ends(text: str, start: int, stop: int, end: int) -> bool:
    """Whether the full stop at `stop` ends a sentence."""
    if _NUMBERED.search(text[max(start, stop - 20) : stop + 1]):
        return True  # "in Schedule I. There ..."
    if len(text[start:end]) > 1 and end < len(text) and _ABBREVIATION.search(text[max(start, stop - 8) : stop + 1]):
        # "... in the U.S. The label" ends one; "Dr. Smith" and "e.g. Spravato" do not.
        word = text[max(start, stop - 8) : stop].rsplit(None, 1)[-1].lower()
        return word in ("u.s", "u.k", "etc", "a.m", "p.m", "mg", "min", "hrs", "hr", "no", "al", "max") and bool(
            re.match(
                r"\s+(?:The|This|These|It|In|If|But|However|They|Most|Some|There|For|A|An|You|We|I|And|Ketamine)\b",
                text[end : end + 14],
            )
        )
    return True


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentence without blanks around it; one that is longer than any honest one in pieces."""
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = start + _LONGEST if cut < 0 else cut
        yield from _trimmed(text, start, cut)
        start = cut
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        yield start, end
