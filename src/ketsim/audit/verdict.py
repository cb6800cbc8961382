"""Does the evidence bear out a claim? One verdict with its reference, sources, certainty and a reason in one sentence.

A verdict rests on the registry of observables alone: what is true of a proposition, the reference interval of a
quantity, the members of a list. Nothing simulated and nothing ranked by likeness of words decides anything. Where the
registry is silent the claim is unsupported; a service or an experience nobody outside can check is not checkable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from ketsim.audit.claims import Claim
from ketsim.audit.frame import Pattern, book
from ketsim.audit.interval import Compared, compared, stated, unit_words
from ketsim.audit.overstatement import overstated, speaks_of_all
from ketsim.audit.words import words
from ketsim.observables import (
    Evidence,
    Observable,
    Series,
    certainty_of,
    evidence_of,
    reference_of,
    registry,
    sources_of,
)
from ketsim.wording import number, unit_text

VERDICTS: Final = (
    "supported",
    "oversimplified",
    "unsupported",
    "contradicted",
    "outdated",
    "harmful",
    "not-checkable",
)
_ALL: Final = 100.0  # %
_POINTS: Final = 15.0  # % above all that was found: no matter of another sample
_UNCHECKED: Final = ("general.service", "general.experience")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A claim and what the evidence makes of it.

    kind: proposition, numeric-range or list. low, high: what it states, in `unit`. reference: what holds by evidence.
    candidates: observables that a person might compare it with; they took no part in the verdict.
    """

    claim: Claim
    kind: str
    low: float | None
    high: float | None
    unit: str
    verdict: str
    reference: str
    sources: tuple[str, ...]
    certainty: str | None
    reason: str
    candidates: tuple[str, ...] = ()


def judged(claim: Claim) -> Judgement:
    """The verdict on a claim; what wrongly denies a danger or a precaution can hurt."""
    found = _judged(claim)
    pattern = book().patterns.get(claim.observable)
    if found.verdict == "contradicted" and pattern is not None and pattern.hazard and claim.polarity == "deny":
        said = found.reference.rstrip(".")
        return replace(found, verdict="harmful", reason=f"Wrong in a way that can hurt a reader: {said}.")
    return found


def _judged(claim: Claim) -> Judgement:
    pattern = book().patterns.get(claim.observable)
    one = _observable(claim.observable, pattern)
    if pattern is not None and pattern.fixed is not None:
        because = pattern.because or _FIXED[pattern.fixed]
        return _plain(claim, pattern.fixed, because, one)
    if one is None:
        return _silent(claim)
    assert pattern is not None
    if one.kind == "range":
        return _range(claim, one)
    if one.kind == "list":
        return _list(claim, one, partial=pattern.partial)
    return _proposition(claim, one, pattern)


_FIXED: Final[Mapping[str, str]] = {
    "not-checkable": "It is about a service, an offer or one person's experience, which nobody outside can check.",
    "harmful": "This offers a controlled drug to readers.",
    "unsupported": "Nothing in the evidence bears this out.",
}


@cache
def _names() -> Mapping[str, str]:
    return {name: one.name for one in registry().values() for name in (one.name, *one.also)}


def _observable(name: str, pattern: Pattern | None) -> Observable | None:
    if pattern is None:
        return None
    known = _names().get(name)
    return registry()[known] if known is not None else None


def _silent(claim: Claim) -> Judgement:
    if claim.observable in _UNCHECKED:
        return _plain(claim, "not-checkable", _FIXED["not-checkable"], None)
    from ketsim.audit.candidates import candidates

    near = () if claim.known else candidates(claim.text)
    reason = "The evidence base holds nothing on this statement."
    if near:
        reason += f" A person may compare it with {', '.join(near)}."
    return _plain(claim, "unsupported", reason, None, candidates=near)


def _plain(
    claim: Claim, verdict: str, reason: str, one: Observable | None, *, candidates: tuple[str, ...] = ()
) -> Judgement:
    low, high, unit = stated(claim.quantity, one.unit if one is not None else None)
    kind = "numeric-range" if claim.quantity is not None and (one is None or one.kind == "range") else "proposition"
    if kind == "proposition":
        low = high = None
        unit = ""
    return Judgement(
        claim, kind, low, high, unit, verdict, _reference(one), sources_of(one) if one is not None else (),
        certainty_of(one) if one is not None else None, reason, candidates,
    )  # fmt: skip


def _made(claim: Claim, one: Observable, verdict: str, reason: str) -> Judgement:
    kind = "list" if one.kind == "list" else "proposition"
    return Judgement(claim, kind, None, None, "", verdict, _reference(one), sources_of(one), certainty_of(one), reason)


def _proposition(claim: Claim, one: Observable, pattern: Pattern) -> Judgement:
    verdict = one.verdict(claim.polarity)
    said = _first(one).text.rstrip(".")
    if verdict == "contradicted" and claim.outdated:
        return _made(claim, one, "outdated", f"This was so once and is no longer: {said}.")
    if one.truth == "unknown" and (claim.polarity == "deny" and "no_evidence" in claim.groups):
        return _made(claim, one, "supported", "That no evidence exists is what the search found.")
    beyond = overstated(claim, one, pattern)
    if beyond is not None:
        return _made(claim, one, *beyond)
    complete = bool(pattern.complete) and not claim.sentence.isdisjoint(pattern.complete)
    if verdict == "oversimplified" and complete:
        return _made(
            claim, one, "supported", f"It says what a short claim leaves out: {(one.missing or said).rstrip('.')}."
        )
    if verdict == "supported" and pattern.complete and not complete and claim.polarity == "affirm":
        return _made(claim, one, "oversimplified", f"It is part of the truth: {(one.missing or said).rstrip('.')}.")
    if verdict == "supported" and claim.polarity == "affirm" and speaks_of_all(claim):
        return _made(claim, one, "oversimplified", f"It holds for some, not for all: {said}.")
    return _made(claim, one, verdict, _because(verdict, one, said))


def _because(verdict: str, one: Observable, said: str) -> str:
    match verdict:
        case "supported":
            return f"The evidence agrees: {said}."
        case "contradicted":
            return f"The evidence says otherwise: {said}."
        case "harmful":
            return f"Wrong in a way that can hurt a reader: {said}."
        case "oversimplified":
            return f"True in part, and something is left out: {(one.missing or said).rstrip('.')}."
        case "not-checkable":
            return _FIXED["not-checkable"]
        case _:
            return f"No evidence was found for it: {(one.missing or one.definition).rstrip('.')}."


def _range(claim: Claim, one: Observable) -> Judgement:
    low, high, unit = stated(claim.quantity, one.unit)
    reference = reference_of(one)
    holds = _reference(one)

    def made(verdict: str, reason: str) -> Judgement:
        kind = "numeric-range" if claim.quantity is not None else "proposition"
        return Judgement(claim, kind, low, high, unit, verdict, holds, sources_of(one), certainty_of(one), reason)

    if claim.quantity is None or not unit or unit != one.unit:
        if claim.polarity == "deny":
            return made("contradicted", f"The evidence says otherwise: {_first(one).text.rstrip('.')}.")
        if claim.quantity is None and one.unit == "%" and "universal" in claim.groups and "partial" not in claim.groups:
            return made("contradicted", f"It holds for a part, not for all: {holds}.")
        if claim.quantity is None and one.name.endswith(("_pct", "_rise", "_rate")):
            return made("supported", f"The evidence agrees, and gives numbers: {holds}.")
        return made("oversimplified", f"It gives no number that could be compared; the evidence has {holds}.")
    if reference is None:
        return made("unsupported", "No evidence gives a number for it.")
    if claim.polarity == "deny":
        against = compared((low, high), (reference.low, reference.high))
        if one.established and against is Compared.WITHIN:
            return made("contradicted", f"It denies what was found: {holds}.")
        return made("unsupported", f"It denies a number; the evidence has {holds}.")
    if any(_is_point(series, low, high) for series in one.series):
        return made("supported", f"A survey gave this number; over the years there are {holds}.")
    latest = _latest(one, low, high)
    if latest is not None:
        return made("outdated", f"That was an earlier value; the latest is {latest}.")
    if unit == "%" and low is not None and low > (reference.high or _ALL) + _POINTS:
        return made("contradicted", f"The evidence says otherwise: {holds}.")
    found = compared((low, high), (reference.low, reference.high))
    if not one.established and found is not Compared.FAR:
        return made("unsupported", (one.missing or "No study established this number").rstrip(".") + ".")
    match found:
        case Compared.WITHIN:
            return made("supported", f"The evidence agrees: {holds}.")
        case Compared.PART | Compared.OVERLAP:
            return made("oversimplified", f"The evidence spans more or other values: {holds}.")
        case Compared.NEAR if certainty_of(one) in ("low", "very low"):
            return made("unsupported", f"It lies outside what is known, which is weak: {holds}.")
        case _:
            return made("contradicted", f"The evidence says otherwise: {holds}.")


def _is_point(series: Series, low: float | None, high: float | None) -> bool:
    """Whether the claim repeats the latest number of a series."""
    from ketsim.observables import evidence

    last = evidence(series.points[-1].evidence)
    values = [value for value in (last.number, last.low, last.high) if value is not None]
    return low is not None and any(abs(low - value) <= 0.02 * value and (high or low) >= value for value in values)


def _latest(one: Observable, low: float | None, high: float | None) -> str | None:
    """The latest value of a dated series, where the claim repeats an earlier one; None where it does not."""
    if len(one.series) != 1 or low is None or high is None:
        return None
    from ketsim.observables import evidence

    points = [(point.date, evidence(point.evidence)) for point in one.series[0].points]
    dated = [(date, found.number) for date, found in points if found.number is not None]
    if len(dated) < 2 or (low <= dated[-1][1] * 1.1 and high >= dated[-1][1] * 0.9):
        return None
    if any(low <= value * 1.02 and high >= value * 0.98 for _, value in dated[:-1]):
        return f"{number(dated[-1][1])} {unit_text(one.unit or '')} ({dated[-1][0]})"
    return None


def _list(claim: Claim, one: Observable, *, partial: bool) -> Judgement:
    if claim.polarity == "deny":
        if claim.outdated:
            return _made(claim, one, "outdated", f"This was so once and is no longer: {_reference(one)}.")
        return _made(claim, one, "contradicted", f"The evidence says otherwise: {_reference(one)}.")
    said = {word.text[:5] for word in words(claim.text)}
    named = [item for item in one.items if _mentioned(item.words, item.also, said)]
    if not named and not partial:
        return _made(claim, one, "oversimplified", f"The evidence lists: {_reference(one)}.")
    if len(named) == len(one.items) or partial:
        return _made(claim, one, "supported", f"The evidence agrees: {_reference(one)}.")
    return _made(claim, one, "oversimplified", f"It names a part of what the evidence lists: {_reference(one)}.")


def _mentioned(name: str, also: tuple[str, ...], said: set[str]) -> bool:
    return any({word.text[:5] for word in words(words_)} <= said for words_ in (name, *also))


def _first(one: Observable) -> Evidence:
    return evidence_of(one)[0]


def _reference(one: Observable | None) -> str:
    """What holds by evidence, in words."""
    if one is None:
        return ""
    if one.kind == "list":
        return ", ".join(item.words for item in one.items)
    interval = reference_of(one) if one.kind == "range" else None
    if interval is None:
        return _first(one).text.rstrip(".")
    unit = unit_words(interval.unit, interval.high or interval.low)
    if interval.low is None or interval.high is None:
        return f"{'at most' if interval.low is None else 'at least'} {number(interval.high or interval.low)} {unit}"
    if interval.low == interval.high:
        return f"{_number(interval.low, unit)} {unit}".rstrip()
    return f"{_number(interval.low, unit)} to {_number(interval.high, unit)} {unit}".rstrip()


def _number(value: float, unit: str) -> str:
    return f"{value:.0f}" if not unit and value > 1800 else number(value)
