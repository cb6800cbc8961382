"""What does a spreadsheet read? One row a claim, clash and defect. Cells that a program would run are made harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from ketsim.audit.findings import Audit, AuditedDocument

COLUMNS: Final = (
    "document", "finding", "start", "end", "text", "observable", "kind", "low", "high", "unit", "polarity", "verdict",
    "reference", "sources", "certainty", "reason",
)  # fmt: skip
_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")  # how a formula begins in a spreadsheet


def csv_text(found: Audit) -> str:
    """The findings as CSV, header first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for document in found.documents:
        for row in _rows(document):
            writer.writerow([document.page.name, *(_safe(cell) for cell in row)])
    return out.getvalue()


def _rows(document: AuditedDocument) -> Iterator[list[object]]:
    for one in document.claims:
        claim = one.claim
        yield [
            "claim", claim.start, claim.end, claim.text, claim.observable, one.kind, one.low, one.high, one.unit,
            claim.polarity, one.verdict, one.reference, " ".join(one.sources), one.certainty, one.reason,
        ]  # fmt: skip
    for clash in document.contradictions:
        a, b = document.claims[clash.a].claim, document.claims[clash.b].claim
        text, names = f"{a.text} / {b.text}", f"{a.observable} / {b.observable}"
        yield ["contradiction", a.start, a.end, text, names, *[None] * 5, clash.nature, *[None] * 3, clash.reason]
    for defect in document.defects:
        text = document.page.text[defect.start : min(defect.end, defect.start + 200)]
        yield [
            "defect",
            defect.start,
            defect.end,
            text,
            defect.type,
            *[None] * 5,
            defect.severity,
            *[None] * 3,
            defect.reason,
        ]


def _safe(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str):
        flat = " ".join(cell.split())
        return f"'{flat}" if flat.startswith(_RUNS) else flat
    return cell
