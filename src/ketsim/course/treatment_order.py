"""What does "cbt from 26wk for 12wk" mean? One treatment of a scenario: which, from when, for how long.

Begin and length have a canonical spelling, so that equal scenarios stay equal. A begin that is not given is the last
dose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ketsim.course.treatment import InForce
from ketsim.course.treatment_book import TreatmentEntry, treatment_entry
from ketsim.dosing.wording import hours
from ketsim.errors import InputError
from ketsim.units import to_canonical

_STOP: Final = ("stop", "the stop", "last dose", "the last dose")
_ORDER: Final = re.compile(
    r"(?P<name>.+?)(?:\s+(?:from|starting)\s+(?P<begin>.+?))?(?:\s+for\s+(?P<length>.+))?", re.IGNORECASE
)
_EXAMPLE: Final = 'write for example "cbt from 26wk for 12wk", "cbt from stop" or "cbt"'


@dataclass(frozen=True, slots=True)
class TreatmentOrder:
    """begin: [h], None for the last dose. length: [h], None for as long as may be."""

    treatment: TreatmentEntry
    begin: float | None
    length: float | None

    def __str__(self) -> str:
        begin = "stop" if self.begin is None else hours(self.begin)
        length = "" if self.length is None else f" for {hours(self.length)}"
        return f"{self.treatment.key.replace('_', ' ')} from {begin}{length}"

    def from_when(self, stop: float) -> float:
        """When it starts [h]; stop: end of the last dose [h]."""
        return stop if self.begin is None else self.begin

    def in_force(self, stop: float, until: float) -> InForce:
        """When it acts; until: how far is looked [h]."""
        begin = self.from_when(stop)
        longest = self.treatment.most
        length = min(x for x in (self.length, longest, max(until - begin, 0.0)) if x is not None)
        return InForce(
            name=self.treatment.key,
            begin=min(begin + self.treatment.delay, begin + length),
            end=begin + length,
            targets=tuple(self.treatment.sizes),
            fades=self.treatment.fading,
        )


def parse_treatment(text: str) -> TreatmentOrder:
    """Read one treatment. Raises `InputError` for an unknown name, a time that cannot be meant, or a course longer than
    the treatment may be given.

    >>> str(parse_treatment("CBT from 26wk for 3 months"))
    'cbt from 26 weeks for 3 months'
    >>> str(parse_treatment("diazepam"))
    'diazepam from stop'
    """
    found = _ORDER.fullmatch(" ".join(text.split()))
    if found is None:
        raise InputError(f"treatments {text[:60]!r} names no treatment; {_EXAMPLE}.", field="treatments")
    entry = treatment_entry(found["name"])
    begin = found["begin"]
    start = None if begin is None or begin.lower() in _STOP else _time(text, begin, "start")
    length = None if found["length"] is None else _time(text, found["length"], "length")
    if length is not None and not length > 0.0:
        raise InputError(f"treatments {text[:60]!r} lasts no time; {_EXAMPLE}.", field="treatments")
    if length is not None and entry.most is not None and length > entry.most:
        raise InputError(
            f"treatments {text[:60]!r} is longer than the {hours(entry.most)} for which {entry.label} is run: it is "
            "short and supervised, because it brings dependence.",
            field="treatments",
        )
    return TreatmentOrder(entry, start, length)


def _time(text: str, said: str, what: str) -> float:
    try:
        found = to_canonical(said, "time", field="treatments")
    except InputError:
        raise InputError(
            f"treatments {text[:60]!r}: the {what} {said[:30]!r} is no time with a unit; {_EXAMPLE}.",
            field="treatments",
        ) from None
    if found < 0.0:
        raise InputError(f"treatments {text[:60]!r}: the {what} lies before the first dose.", field="treatments")
    return found
