"""What do editors' tools read? The findings of an audit as SARIF 2.1.0: one result a doubtful claim, clash or defect.

Supported claims are no findings. Places are offsets in characters and lines and columns from 1.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from ketsim.audit.findings import Audit, AuditedDocument
from ketsim.version import __version__

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {
    "harmful": "error",
    "contradicted": "error",
    "outdated": "warning",
    "oversimplified": "note",
    "unsupported": "note",
}
_SEVERE: Final = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
_NATURES: Final = {"genuine": "warning", "tension": "note", "apparent": "note"}


def sarif(found: Audit) -> dict[str, Any]:
    """The findings as one SARIF log."""
    results = [result for document in found.documents for result in _results(document)]
    rules = sorted({result["ruleId"] for result in results})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "ketsim audit",
                        "version": __version__,
                        "rules": [
                            {"id": rule, "shortDescription": {"text": rule.replace("/", ": ")}} for rule in rules
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def _results(document: AuditedDocument) -> Iterator[dict[str, Any]]:
    lines = _line_starts(document.page.text)

    def result(rule: str, level: str, text: str, start: int, end: int) -> dict[str, Any]:
        first, last = bisect_right(lines, start), bisect_right(lines, max(start, end - 1))
        region = {
            "charOffset": start,
            "charLength": end - start,
            "startLine": first,
            "startColumn": start - lines[first - 1] + 1,
            "endLine": last,
            "endColumn": end - lines[last - 1] + 1,
        }
        location = {"artifactLocation": {"uri": quote(document.page.name)}, "region": region}
        return {
            "ruleId": rule,
            "level": level,
            "message": {"text": text},
            "locations": [{"physicalLocation": location}],
        }

    for one in document.claims:
        if one.verdict in _LEVELS:
            claim = one.claim
            yield result(
                f"claim/{one.verdict}",
                _LEVELS[one.verdict],
                f"{claim.observable}: {one.reason}",
                claim.start,
                claim.end,
            )
    for clash in document.contradictions:
        a, b = document.claims[clash.a].claim, document.claims[clash.b].claim
        text = f"{clash.reason} The other place says: {b.text[:120]}"
        yield result(f"contradiction/{clash.nature}", _NATURES[clash.nature], text, a.start, a.end)
    for defect in document.defects:
        yield result(f"defect/{defect.type}", _SEVERE[defect.severity], defect.reason, defect.start, defect.end)


def _line_starts(text: str) -> list[int]:
    return [0, *(place + 1 for place, character in enumerate(text) if character == "\n")]
