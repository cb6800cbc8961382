"""The runs of an audit as tables: the page's number, the reference, and what is simulated with each."""

from __future__ import annotations

from ketsim.audit_run import CAVEAT, DocumentRuns, PageRun, ends_text
from ketsim.report.markup import Child, join, table, tag
from ketsim.report.tables import certainty_badge


def run_tables(made: DocumentRuns, key: str) -> list[Child]:
    """A note, and a table for each run. key: the anchor of the document."""
    if not made.runs:
        return [tag("p", "The page states no number that a run can take.")]
    said: list[Child] = [tag("p", tag("strong", CAVEAT))]
    if made.left_out:
        said.append(tag("p", f"{made.left_out} further numbers of the page were not run."))
    for run in made.runs:
        said += _one(run, key)
    return said


def _one(run: PageRun, key: str) -> list[Child]:
    claims = join([tag("a", str(place + 1), href=f"#{key}-claim-{place + 1}") for place in run.claims], ", ")
    requests = f"Run with the reference numbers: {run.request}."
    if run.page_request != run.request:
        requests += f" The page's: {run.page_request}."
    rows: list[list[Child]] = [
        [row.label, row.model, ends_text(row.reference, row.unit), ends_text(row.page, row.unit)] for row in run.rows
    ]
    return [
        table(
            f"{run.title} [{run.model}]",
            ["Quantity", "Model", "With the reference numbers", "With the page's numbers"],
            rows,
        ),
        tag("p", run.finding, " Reference: ", run.reference, ". ", requests, class_="small"),
        tag(
            "p",
            "Claim ",
            claims,
            "; certainty of the simulated values ",
            certainty_badge(run.certainty),
            class_="small",
        ),
    ]
