"""The registry as a page of documentation, and what the evidence says of each observable in a few words.

``python -m ketsim.observables.in_words docs/observables.md`` writes the page; a test holds it to the registry.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ketsim.files import write_whole
from ketsim.observables.observable import Observable
from ketsim.observables.registry import certainty_of, reference_of, registry
from ketsim.wording import sentence_case

_OPENING: Final = """# Observables

What people ask and claim about ketamine, in one registry. An observable is a quantity (range), a statement
(proposition) or a set of things (list). Each names its evidence in the sources; a reference interval runs from the
lowest to the highest number of that evidence, and a truth says whether a statement holds (affirm), does not (deny),
holds in part (mixed), was looked for in vain (unknown), or cannot be checked from outside (uncheckable). A simulated
value is shown beside the evidence and is never part of it.

`ketsim answer --list` prints the questions, and [answers.md](answers.md) says how they are understood. The Python
door is `ketsim.observables`: `registry()`, `observable(name)`, `reference_of`, `certainty_of`, `evidence_of`. The
entries are data, one file a topic, in `src/ketsim/observables/topics/`; a new one needs no Python. This page is
written from them by `python -m ketsim.observables.in_words docs/observables.md`.
"""


_LARGE: Final = 1_000


def observables_page() -> str:
    """The whole page, in Markdown."""
    every = tuple(registry().values())
    parts = [_OPENING]
    for topic in dict.fromkeys(one.topic for one in every):
        rows = "\n".join(_row(one) for one in every if one.topic == topic)
        parts.append(
            f"## {sentence_case(topic)}\n\n| name | what | by the evidence | certainty |\n|---|---|---|---|\n{rows}\n"
        )
    return "\n".join(parts)


def evidence_in_words(one: Observable) -> str:
    """The reference interval of a range, the truth of a proposition, the members of a list."""
    if one.kind == "proposition":
        return str(one.truth)
    if one.kind == "list":
        return "; ".join(item.words for item in one.items)
    reference = reference_of(one)
    if reference is None:
        return "no interval"
    ends = ["open" if x is None else short(x) for x in (reference.low, reference.high)]
    interval = f"{' to '.join(dict.fromkeys(ends))} {'' if reference.unit == '1' else reference.unit}".strip()
    return interval if one.established else f"{interval}; no primary source in people"


def short(number: float) -> str:
    """A number with three digits, a large one (a year, a count of people) with all of them.

    >>> short(30.4375), short(1970.0), short(160_000.0)
    ('30.4', '1970', '160000')
    """
    return f"{number:.9g}" if abs(number) >= _LARGE else f"{number:.3g}"


def _row(one: Observable) -> str:
    names = ", ".join(f"`{name}`" for name in _names(one))
    shown = " (simulated too)" if one.simulated else ""
    return f"| {names} | {one.definition} | {evidence_in_words(one)}{shown} | {certainty_of(one)} |"


def _names(one: Observable) -> Iterator[str]:
    yield one.name
    yield from one.also


if __name__ == "__main__":
    write_whole(Path(sys.argv[1]), observables_page().encode())
