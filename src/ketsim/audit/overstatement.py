"""Does a claim say more than any study did? "Always", "never" and "proven" against evidence that is mixed or graded.

What takes just that back ("not everyone", "only case reports") is borne out by the same evidence.
"""

from __future__ import annotations

from typing import Final

from ketsim.audit.claims import Claim
from ketsim.audit.frame import Pattern
from ketsim.observables import Observable, evidence_of

#: Topics about people, where "always" and "everyone" say more than any study did.
_ABOUT_PEOPLE: Final = (
    *("withdrawal", "dependence", "tolerance", "relapse", "effect", "antidepressant", "medication"),
    *("harm", "overdose", "psychotherapy", "treatment", "use"),
)
#: Topics about what helps, where "proven" says more than any trial did.
_ABOUT_HELP: Final = ("medication", "psychotherapy", "treatment", "use", "relapse", "taper", "trial")


def overstated(claim: Claim, one: Observable, pattern: Pattern) -> tuple[str, str] | None:
    """The verdict and reason where a claim speaks of all, of none or of proof, or takes just that back."""
    topic = claim.observable.partition(".")[0]
    said = evidence_of(one)[0].text.rstrip(".")
    graded = one.truth in ("affirm", "mixed")
    if "partial" in claim.groups and claim.polarity == "affirm" and not (pattern.hazard or pattern.forbids):
        return None if one.truth in ("unknown", "uncheckable") else ("supported", f"It holds not for all: {said}.")
    if topic in _ABOUT_HELP and "tested_little" in claim.groups and one.truth in ("mixed", "unknown"):
        return "supported", f"It says how little was studied: {(one.missing or said).rstrip('.')}."
    alike = one.truth == "mixed" and topic in _ABOUT_PEOPLE and not pattern.forbids
    if alike and "universal" in claim.groups and claim.groups.isdisjoint(("some", "partial")):
        return "contradicted", f"It holds for some, not for all: {said}."
    if claim.polarity == "deny":
        if one.truth == "mixed" and topic in _ABOUT_PEOPLE and _of_none(claim):
            return "contradicted", f"It rules out what was found in some: {said}."
        return None
    if not graded or pattern.forbids:
        return None
    if topic in _ABOUT_HELP and one.truth == "mixed" and "proven" in claim.groups:
        return "contradicted", f"No study has proved this: {(one.missing or said).rstrip('.')}."
    if topic in _ABOUT_PEOPLE and "universal" in claim.groups and claim.groups.isdisjoint(("some", "partial")):
        return "contradicted", f"It holds for some, not for all: {said}."
    return None


def _of_none(claim: Claim) -> bool:
    return "absolute_no" in claim.groups and "hedged" not in claim.groups


def speaks_of_all(claim: Claim) -> bool:
    """Whether a claim about people leaves no room for others, in softer words than "guaranteed"."""
    topic = claim.observable.partition(".")[0]
    return topic in _ABOUT_PEOPLE and "always" in claim.groups and claim.groups.isdisjoint(("some", "neg"))
