"""How is a number on a scale of steps said in a word? An effect's label names its steps: "(0 awake, 1 asleep)"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ketsim.wording import number, unit_text

if TYPE_CHECKING:
    from ketsim.result import Output

#: Units of quantities that jump from step to step: there is nothing between two of them.
STEPS = ("stage", "state")
#: Units that are not printed behind a number: those of steps, and that of a plain number.
UNPRINTED = (*STEPS, "1")
_NAMED = re.compile(r"^(.*?) \((\d+ [^,()]+(?:, \d+ [^,()]+)*)\)$")


def is_stepped(output: Output) -> bool:
    """Whether the output jumps from step to step."""
    return output.unit in STEPS


def short_label(label: str) -> str:
    """A label without what stands behind it in brackets.

    >>> short_label("dissociation (altered external perception)")
    'dissociation'
    """
    return label.partition(" (")[0]


def grade_words(label: str) -> dict[float, str]:
    """The named steps of a scale, from its label; empty where it names none.

    >>> grade_words("stage of anaesthesia (0 awake, 1 asleep)")
    {0.0: 'awake', 1.0: 'asleep'}
    """
    found = _NAMED.match(label)
    if found is None:
        return {}
    pairs = (step.partition(" ") for step in found[2].split(", "))
    return dict(sorted((float(step), words) for step, _, words in pairs))


def amount(output: Output, value: float) -> str:
    """A value of the output in its unit, or in the word for its step."""
    if is_stepped(output):
        return grade_words(output.label).get(value, number(value))
    size, unit = number(value), unit_text(output.unit)
    return f"{size} {unit[:-1] if size == '1' and unit.endswith('s') else unit}"


def amounts(output: Output, low: float, high: float) -> str:
    """A range of values of the output, its unit said once; one value where both ends are the same."""
    one, other = amount(output, low), amount(output, high)
    if one == other:
        return one
    return f"{one} to {other}" if is_stepped(output) else f"{number(low)} to {other}"
