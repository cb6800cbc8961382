"""Every run that a document's numbers ask for, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ketsim.audit import AuditedDocument
from ketsim.audit_run.beside import Ends, PageRun
from ketsim.audit_run.book import Clock
from ketsim.audit_run.clocks import clock_of, clock_runs, said
from ketsim.audit_run.inputs import input_run, page_requests
from ketsim.safety.alarm import Alarm

#: Different numbers of a document that are run: each takes a second or two, and no page may hold the program up.
MOST: Final = 12


@dataclass(frozen=True, slots=True)
class DocumentRuns:
    """runs: side by side. left_out: how many further numbers of the document were not run."""

    runs: tuple[PageRun, ...]
    left_out: int = 0

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """What must be said before anything else, each once."""
        return tuple(dict.fromkeys(alarm for run in self.runs for alarm in run.alarms))

    def to_list(self) -> list[dict[str, Any]]:
        """Plain data for JSON."""
        return [run.to_dict() for run in self.runs]


def runs_of(document: AuditedDocument) -> DocumentRuns:
    """What the page's numbers would give in a run, beside the reference numbers."""
    made: list[PageRun] = []
    asked = 0
    for request, filled, places in page_requests(document.claims):
        asked += 1
        if asked <= MOST:
            made.append(input_run(request, filled, places, document.claims))
    for clock, ends, places in _clocks(document):
        asked += 1
        if asked <= MOST:
            made += clock_runs(clock, ends, places, document.claims[places[0]].claim.observable)
    made.sort(key=lambda run: run.claims[0])
    return DocumentRuns(tuple(made), max(0, asked - MOST))


def _clocks(document: AuditedDocument) -> Iterator[tuple[Clock, Ends, tuple[int, ...]]]:
    """Each different number of each clock, with the claims that state it."""
    places: dict[tuple[int, Ends], list[int]] = {}
    clocks: dict[int, Clock] = {}
    for place, one in enumerate(document.claims):
        clock = clock_of(one)
        ends = (None, None) if clock is None else said(one, clock)
        if clock is None or not any(ends):
            continue
        clocks[id(clock)] = clock
        places.setdefault((id(clock), ends), []).append(place)
    for (key, ends), found in places.items():
        yield clocks[key], ends, tuple(found)
