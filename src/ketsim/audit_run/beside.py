"""What is a run with a page's number, and one with the reference number, side by side? Told in words and as plain data.

A simulated value is never evidence: verdicts are made before, and without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from ketsim.safety.alarm import Alarm
from ketsim.wording import number, unit_text

#: Low and high end; equal where there is one number, None where nothing is defined or an end is open.
Ends = tuple[float | None, float | None]

CAVEAT: Final = (
    "A simulated value is never evidence for a verdict. It is computed for a typical person; people differ, and much "
    "in the models is very uncertain. This is no advice on any dose."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One quantity under both: ends with the reference numbers and with the page's; page None where it was not run."""

    label: str
    unit: str
    reference: Ends
    page: Ends | None
    model: str

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "quantity": self.label,
            "unit": self.unit,
            "with_reference_numbers": list(self.reference),
            "with_page_numbers": None if self.page is None else list(self.page),
            "model": self.model,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRun:
    """A page's number in a run, beside the reference numbers.

    kind: a clock of the course, or what is taken. claims: their places in the document. said: the page's number.
    reference: what the evidence says, in words. request, page_request: what was run. model: its key. stretch: what the
    time constants were multiplied by, None where nothing in their published ranges reaches the page's number, or for a
    dose. finding: the outcome in a sentence. alarms: what must be said first.
    """

    kind: Literal["clock", "input"]
    claims: tuple[int, ...]
    observable: str
    said: Ends
    unit: str
    reference: str
    request: str
    page_request: str
    model: str
    stretch: float | None
    reached: bool
    finding: str
    rows: tuple[Row, ...]
    certainty: str
    alarms: tuple[Alarm, ...] = ()

    @property
    def title(self) -> str:
        """What the page says, in words."""
        return f"{self.observable}: the page says {ends_text(self.said, self.unit)}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; the alarms first."""
        return {
            "alarms": [alarm.to_dict() for alarm in self.alarms],
            "kind": self.kind,
            "claims": list(self.claims),
            "observable": self.observable,
            "page": {"low": self.said[0], "high": self.said[1], "unit": self.unit},
            "reference": self.reference,
            "scenario": self.request,
            "page_scenario": self.page_request,
            "model": self.model,
            "stretch": self.stretch,
            "reached": self.reached,
            "finding": self.finding,
            "quantities": [row.to_dict() for row in self.rows],
            "certainty": self.certainty,
            "note": CAVEAT,
        }


def ends_text(ends: Ends | None, unit: str) -> str:
    """Ends in words: "48 to 72 h", "at most 24 h", "not run"."""
    if ends is None:
        return "not run"
    low, high = ends
    named = "days" if unit == "day" and ends != (1.0, 1.0) else unit_text(unit)
    if low is None and high is None:
        return "none"
    if high is None:
        return f"at least {_told(low)} {named}"
    if low is None:
        return f"at most {_told(high)} {named}"
    told = " to ".join(dict.fromkeys((_told(low), _told(high))))
    return f"{told} {named}"


def _told(value: float | None) -> str:
    return "" if value is None else number(value)
