"""``ketsim audit``: documents judged, claim by claim, for people, as JSON, as a page, as CSV or SARIF."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from ketsim.cli import terminal
from ketsim.cli.audit_runs import show_run_alarms, show_runs
from ketsim.cli.delivery import Delivery
from ketsim.cli.jsonout import envelope, print_json
from ketsim.errors import InputError
from ketsim.notice import NOTICE, public_help

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ketsim.audit import Audit, AuditedDocument, Judgement
    from ketsim.audit_run import DocumentRuns

_STDIN: Final = Path("-")
_WORRYING: Final = ("harmful", "contradicted", "outdated", "oversimplified", "unsupported")


def audit(
    *files: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    json: bool = False,
    report: Path | None = None,
    csv: Path | None = None,
    sarif: Path | None = None,
    all_claims: Annotated[bool, Parameter(name="--all")] = False,
    run: bool = False,
) -> int:
    """Judge documents: every factual claim, contradictions, and what should not stand on a page.

    Parameters
    ----------
    files:
        HTML, PDF, docx, Markdown or text; - reads standard input.
    json:
        Print one JSON object instead of text.
    report:
        File for a self-contained HTML page with the text annotated in place.
    csv:
        File for a spreadsheet, one row a finding.
    sarif:
        File for editors' tools (SARIF 2.1.0).
    all_claims:
        Print the claims that the evidence bears out, too.
    run:
        Run models with the numbers of the page beside the reference numbers; takes seconds.
    """
    from ketsim.audit import audit as judge

    if not files:
        raise InputError("audit needs a file to read, or - for standard input, as in ketsim audit page.html.")
    if len(set(files)) < len(files):
        raise InputError("a file was given twice; give each once.")
    found = judge([("standard input", _stdin()) if path == _STDIN else path for path in files])
    runs: list[DocumentRuns] = []
    if run:
        from ketsim.audit_run import runs_of

        runs = [runs_of(document) for document in found.documents]
    with Delivery() as delivery:
        if report is not None:
            from ketsim.report.audit_page import audit_page

            delivery.text(report, audit_page(found, runs))
        if csv is not None:
            from ketsim.audit.spreadsheet import csv_text

            delivery.text(csv, csv_text(found))
        if sarif is not None:
            from ketsim.audit.sarif import sarif as as_sarif
            from ketsim.strict_json import dumps

            delivery.text(sarif, dumps(as_sarif(found)))
    if json:
        body = found.to_dict()
        for document, made in zip(body["documents"], runs, strict=bool(runs)):
            document["runs"] = made.to_list()
            document["runs_left_out"] = made.left_out
        print_json(envelope("audit", **body))
    else:
        if runs:
            show_run_alarms(runs)
        _show(found, runs, every=all_claims)
    return 0


def _stdin() -> bytes:
    from ketsim.audit.reader import LARGEST

    return sys.stdin.buffer.read(LARGEST + 1)


def _show(found: Audit, runs: Sequence[DocumentRuns], *, every: bool) -> None:
    if _in_danger(found):
        for line in public_help().lines:
            terminal.paragraph(line.sentence)
        terminal.paragraph()
    for place, document in enumerate(found.documents):
        _show_document(document, every=every)
        if runs:
            show_runs(runs[place])
    if found.across:
        lines = []
        for clash in found.across:
            (a, i), (b, j) = clash.a, clash.b
            one, other = found.documents[a], found.documents[b]
            lines.append(
                f"{clash.nature}: {_brief(one.claims[i].claim.text)} ({one.page.name}) / "
                f"{_brief(other.claims[j].claim.text)} ({other.page.name}). {clash.reason}"
            )
        terminal.points("Contradictions between the documents", lines)
    terminal.paragraph(NOTICE)


def _show_document(document: AuditedDocument, *, every: bool) -> None:
    said = ", ".join(f"{count} {verdict}" for verdict, count in document.verdicts.items() if count)
    terminal.heading(document.page.name)
    terminal.paragraph(f"{len(document.claims)} claims: {said}." if said else "No claim was found.")
    for note in document.page.notes:
        terminal.paragraph(f"Note: {note}.")
    shown = [one for one in document.claims if every or one.verdict in _WORRYING]
    shown.sort(key=lambda one: _WORRYING.index(one.verdict) if one.verdict in _WORRYING else len(_WORRYING))
    if shown:
        terminal.points("Claims", [_line(one) for one in shown])
    if document.contradictions:
        claims = document.claims
        lines = [
            f"{c.nature}: {_brief(claims[c.a].claim.text)} / {_brief(claims[c.b].claim.text)}. {c.reason}"
            for c in document.contradictions
        ]
        terminal.points("Contradictions", lines)
    if document.defects:
        lines = [f"{d.severity}: {d.type} ({d.start}-{d.end}). {d.reason}" for d in document.defects]
        terminal.points("Defects", lines)


def _line(one: Judgement) -> str:
    sources = f" [{', '.join(one.sources[:3])}; certainty {one.certainty}]" if one.sources else ""
    return f"{one.verdict} ({one.claim.start}-{one.claim.end}): {_brief(one.claim.text)}. {one.reason}{sources}"


def _brief(text: str) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= 110 else f"{plain[:109]}…"


def _in_danger(found: Audit) -> bool:
    """Whether a page may have readers in trouble and does not say where help is."""
    missing = ("missing-emergency-advice", "overdose-without-advice", "sale-solicitation")
    return any(defect.type in missing for document in found.documents for defect in document.defects)
