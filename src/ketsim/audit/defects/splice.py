"""Which words were spliced in from elsewhere? Link texts of foreign offers, and lines on another subject altogether.

A splice shows by words that no page on this drug needs, or by a link whose text names a product beside the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ketsim.audit.defects.defect import Defect, Subject
from ketsim.rule_file import read_rules

_FILE: Final = Path(__file__).with_name("splices.yaml")


def find(subject: Subject) -> Iterator[Defect]:
    """Foreign anchors and lines."""
    rules = read_rules(_FILE)
    foreign = re.compile("|".join(rules["foreign"]), re.I)
    grammar = re.compile("|".join(rules["broken"]), re.I)
    for sentence in subject.sentences:
        hits = list(foreign.finditer(sentence.text))
        linked = [
            (start, end)
            for start, end, target in sentence.passage.links
            if start >= sentence.start
            and end <= sentence.end
            and foreign.search(f"{sentence.passage.text[start:end]} {target}")
        ]
        if linked:
            for start, end in linked:
                yield Defect(
                    *sentence.passage.span(start, end),
                    "spliced-text",
                    "high",
                    "A link to something foreign to the page stands in the sentence.",
                )
        elif hits:
            start, end = sentence.start + hits[0].start(), sentence.start + hits[-1].end()
            reason = "Words of a foreign offer stand in the text."
            yield Defect(*sentence.passage.span(start, end), "spliced-text", "high", reason)
        for broken in grammar.finditer(sentence.text):
            start, end = sentence.start + broken.start(), sentence.start + broken.end()
            yield Defect(
                *sentence.passage.span(start, end),
                "spliced-text",
                "medium",
                "Words were put into the sentence that break it.",
            )
