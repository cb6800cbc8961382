"""The runs of an audit in a terminal: alarms before everything else, then both numbers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ketsim.cli import terminal
from ketsim.cli.safety.show import show_alarms

if TYPE_CHECKING:
    from ketsim.audit_run import DocumentRuns, PageRun, Row


def show_run_alarms(runs: Sequence[DocumentRuns]) -> None:
    """Print what must be read first, each alarm once."""
    show_alarms(dict.fromkeys(alarm for made in runs for alarm in made.alarms))


def show_runs(made: DocumentRuns) -> None:
    """Print the runs of one document."""
    from ketsim.audit_run import CAVEAT

    terminal.paragraph()
    terminal.heading("The page's numbers in a run")
    if not made.runs:
        terminal.paragraph("The page states no number that a run can take.")
        return
    terminal.paragraph(CAVEAT)
    if made.left_out:
        terminal.paragraph(f"{made.left_out} further numbers of the page were not run.")
    for run in made.runs:
        terminal.points(f"{run.title} [{run.model}]", _lines(run))


def _lines(run: PageRun) -> list[str]:
    lines = [run.finding, f"Reference: {run.reference}.", f"Run with the reference numbers: {run.request}."]
    if run.page_request != run.request:
        lines.append(f"The page's: {run.page_request}.")
    lines += [_line(row) for row in run.rows]
    return [*lines, f"Certainty of the simulated values: {run.certainty}."]


def _line(row: Row) -> str:
    from ketsim.audit_run import ends_text

    reference, page = ends_text(row.reference, row.unit), ends_text(row.page, row.unit)
    return f"{row.label} ({row.model}): reference {reference}; page {page}"
