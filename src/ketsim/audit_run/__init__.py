"""A page's numbers in a run, beside the reference numbers. What comes out is never evidence for a verdict."""

from ketsim.audit_run.beside import CAVEAT, PageRun, Row, ends_text
from ketsim.audit_run.runs import DocumentRuns, runs_of

__all__ = ["CAVEAT", "DocumentRuns", "PageRun", "Row", "ends_text", "runs_of"]
