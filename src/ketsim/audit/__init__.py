"""Documents judged: each claim against the evidence, contradictions shown, spam and hidden advertising flagged."""

from ketsim.audit.contradictions import Contradiction
from ketsim.audit.defects import SEVERITIES, Defect
from ketsim.audit.findings import Across, Audit, AuditedDocument, audit, audit_page, audit_text
from ketsim.audit.passage import Page, Passage
from ketsim.audit.reader import read_bytes, read_file, read_text
from ketsim.audit.verdict import VERDICTS, Judgement

__all__ = [
    "SEVERITIES",
    "VERDICTS",
    "Across",
    "Audit",
    "AuditedDocument",
    "Contradiction",
    "Defect",
    "Judgement",
    "Page",
    "Passage",
    "audit",
    "audit_page",
    "audit_text",
    "read_bytes",
    "read_file",
    "read_text",
]
