"""Which passages are furniture of a page although its markup does not say so? Told by their words; nothing is removed.

The labels come from ``furniture.yaml``. A passage keeps its text and its place; claims in it are still read, since a
banner may promise and a footer may disclose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from ketsim.audit.passage import ITEM, PARAGRAPH, Passage
from ketsim.rule_file import read_rules

_FILE: Final = Path(__file__).with_name("furniture.yaml")
_LONGEST: Final = 400  # characters: longer passages are text, whatever they begin with


@dataclass(frozen=True, slots=True)
class Mark:
    """A kind of furniture: the label, what it looks like, how grave it is and why it is worth showing."""

    label: str
    pattern: re.Pattern[str]
    severity: str
    reason: str


@cache
def marks() -> tuple[Mark, ...]:
    """The marks of furniture, in the order in which they are tried."""
    rules: Sequence[Mapping[str, str]] = read_rules(_FILE)["marks"]
    return tuple(
        Mark(rule["label"], re.compile(rule["pattern"], re.I), rule.get("severity", "low"), rule["reason"])
        for rule in rules
    )


def mark_of(text: str) -> tuple[Mark, re.Match[str]] | None:
    """The mark that a text bears, and where; None for ordinary text."""
    if len(text) > _LONGEST:
        return None
    for mark in marks():
        found = mark.pattern.search(text)
        if found is not None:
            return mark, found
    return None


def labelled(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages; those that are furniture by their words are labelled so."""
    made: list[Passage] = []
    for passage in passages:
        if passage.kind in (PARAGRAPH, ITEM) and len(passage.text) <= _LONGEST:
            found = mark_of(passage.text)
            # Only where the mark is most of the passage; a paragraph with a mark in it stays a paragraph.
            if found is not None and len(found[1][0]) * 2 > len(passage.text):
                passage = replace(passage, kind=found[0].label)
        made.append(passage)
    return tuple(made)
