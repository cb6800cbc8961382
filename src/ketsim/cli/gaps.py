"""``ketsim gaps``: what was looked for and not found, and where sources contradict each other."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from ketsim.cli import terminal
from ketsim.cli.jsonout import envelope, print_json


def gaps(*, json: bool = False) -> int:
    """List everything that the sources leave open; what is not in the sources is not in the program.

    Parameters
    ----------
    json:
        Print one JSON object instead of text.
    """
    from ketsim.evidence import gaps as open_questions

    found = open_questions()
    if json:
        body: list[dict[str, Any]] = [gap.model_dump(mode="json", exclude_none=True) for gap in found]
        print_json(envelope("gaps", gaps=body))
        return 0
    for source, listed in groupby(found, key=lambda gap: gap.source):
        terminal.points(source, [f"{gap.text} Size: {gap.size}" if gap.size else gap.text for gap in listed])
    terminal.paragraph()
    terminal.paragraph(f"{len(found)} open. Found one in the literature? CONTRIBUTING.md says how to add it.")
    return 0
