"""How long can a test find ketamine, and what does its result say?

Windows are data, in ``detection.yaml``, with the facts behind every number; for blood a dose is simulated beside them.
Urine, oral fluid and hair have no kinetic model here: data only, and that is said. It reads results; it gives no advice
on tests to come, whatever words it is asked with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from typing import Any, Final

from ketsim.errors import InputError
from ketsim.evidence import Certainty, fact
from ketsim.result import Result
from ketsim.safety.alarm import Alarm
from ketsim.safety.answer import SafetyAnswer, Section, Statement, Unknown, statement
from ketsim.safety.context import alarms_for
from ketsim.safety.detection_book import DetectionBook, ReadingRule, Window, detection_book
from ketsim.safety.simulated_window import SimulatedWindow, simulated_windows
from ketsim.scenario import Scenario
from ketsim.wording import hours, hours_span, listed, number, people, sentence_case

_BLOOD: Final = "blood"
_ANY_ANALYTE: Final = "ketamine or a metabolite"
_PANEL: Final = "five-drug panel"
_BRACKETED: Final = "occasional"  # studied in nobody: single doses and long use stand on either side
_CAUTION: Final = "A positive result is no proof of new use, and a negative one no proof that nothing was taken."
_SIMULATED: Final = (
    "The simulated window is that of the doses named, and of nothing that was taken before.",
    "What is simulated is the total concentration in plasma, as base; a cut-off for whole blood is compared with it as "
    "if blood and plasma held the same.",
    "Models were built on samples of hours to a few days; how the last traces leave is extrapolated beyond that.",
)


def detection(
    scenario: Scenario | None,
    *,
    history: str | None = None,
    matrix: str | None = None,
    analyte: str | None = None,
    assay: str | None = None,
    cutoff: float | None = None,
) -> SafetyAnswer:
    """How long a test finds it: published windows, and for blood the simulated one of a scenario.

    scenario: the doses, or None for data alone. history: "single", "occasional" or "chronic"; matrix: "urine", "blood",
    "oral fluid" or "hair"; analyte: "ketamine", "norketamine" or "dehydronorketamine"; None asks for all. assay: a
    method such as "5-panel" or "LC-MS/MS". cutoff: [ng/mL] the concentration from which a simulated blood sample counts
    as positive. Raises `InputError` for words that are not known and for scenarios that cannot be run.
    """
    book = detection_book()
    use, sample, substance = book.history(history), book.matrix(matrix), book.analyte(analyte)
    method = None if assay is None else book.assay(assay)
    if cutoff is not None and not (isfinite(cutoff) and cutoff > 0.0):
        raise InputError(f"cutoff is {cutoff:g} ng/mL; expected a number above zero, such as 1 ng/mL.", field="cutoff")
    rows = [row for row in book.windows if _answers(row, use, sample, substance, assay, method)]
    found: tuple[SimulatedWindow, ...] = ()
    result: Result | None = None
    if scenario is not None and sample in (None, _BLOOD) and method != _PANEL:
        cutoffs = _cutoffs(book, substance, cutoff)
        if cutoffs:
            found, result = simulated_windows(scenario, cutoffs)
    named = {known.analyte: known.fact for known in book.simulated_cutoffs} if cutoff is None else {}
    rules = [rule for rule in book.rules if not rule.matrices or sample in (None, *rule.matrices)]
    return SafetyAnswer(
        question="detect",
        title=_title(scenario, sample, substance, method),
        headline=f"{_headline(rows, found, method)} {_CAUTION}",
        alarms=() if scenario is None else _alarms(scenario, result),
        sections=tuple(_sections(book, rows, found, named, rules)),
        not_known=tuple(_not_known(book, rows, found, scenario, use, sample, substance, assay, cutoff))
        if method != _PANEL
        else (),
        assumptions=() if result is None else (*_SIMULATED, *result.assumptions, *result.warnings),
        data={
            "history": use,
            "matrix": sample,
            "analyte": substance,
            "assay": method,
            "cutoff": cutoff,
            "dose": None if scenario is None else scenario.dose,
            "windows": [*map(_data_row, rows), *(_simulated_row(window, named, result) for window in found)],
        },
    )


def _answers(
    row: Window, history: str | None, matrix: str | None, analyte: str | None, assay: str | None, method: str | None
) -> bool:
    if assay is not None and row.assay != method:
        return False
    if method == _PANEL:
        return True  # a test that does not look for it finds it in nothing, whatever else was asked
    return (
        (assay is None or method is not None)
        and matrix in (None, row.matrix)
        and (row.analyte == _ANY_ANALYTE or analyte in (None, row.analyte))
        and (history in (None, _BRACKETED) or row.history in (None, history))
    )


def _alarms(scenario: Scenario, result: Result | None) -> tuple[Alarm, ...]:
    """What comes first: a dose may need help now, whatever was asked of it, and whether or not it was simulated."""
    found = () if result is None else result.alarms
    context = alarms_for(scenario.regimen, weight=scenario.weight, until=scenario.until)
    return tuple(dict.fromkeys((*found, *context)))


def _cutoffs(book: DetectionBook, analyte: str | None, cutoff: float | None) -> dict[str, float]:
    """[ng/mL] by analyte: the one named for all, else those that come with the data."""
    if cutoff is not None:
        return {name: cutoff for name in book.analytes if analyte in (None, name)}
    return {known.analyte: known.ng_ml for known in book.simulated_cutoffs if analyte in (None, known.analyte)}


def _title(scenario: Scenario | None, matrix: str | None, analyte: str | None, assay: str | None) -> str:
    asked = ", ".join(filter(None, (analyte or "ketamine and its metabolites", matrix, assay)))
    return f"Detection: {asked}" + ("" if scenario is None else f" after {scenario.describe()}")


def _headline(rows: Sequence[Window], found: Sequence[SimulatedWindow], assay: str | None) -> str:
    if assay == _PANEL:
        return "A standard five-drug panel does not detect ketamine."
    said = [f"Simulated in blood plasma: {'; '.join(map(_simulated_words, found))}."] if found else []
    longest: dict[str, Window] = {}
    for row in sorted(rows, key=lambda row: -(row.high_h or 0.0)):
        if row.high_h:
            longest.setdefault(row.matrix, row)
    published = [longest[matrix] for matrix in dict.fromkeys(row.matrix for row in rows) if matrix in longest]
    if published:
        said.append(f"Published: {'; '.join(f'{r.matrix}, {_span(r)} ({r.population})' for r in published)}.")
    return " ".join(said) or "How long is not known for what was asked."


def _sections(
    book: DetectionBook,
    rows: Sequence[Window],
    found: Sequence[SimulatedWindow],
    named: dict[str, str],
    rules: Iterable[ReadingRule],
) -> Iterator[Section]:
    for name in book.matrices:
        said = [_published(row) for row in rows if row.matrix == name]
        if name == _BLOOD:
            said += [_simulated(window, named) for window in found]
        if said:
            yield Section(heading=sentence_case(name), statements=tuple(said))
    yield Section(heading="How to read a result", statements=tuple(map(_rule, rules)))


def _published(row: Window) -> Statement:
    """A row in words: what, by what, in whom, how long; then its facts."""
    how = "" if row.assay is None else f" by {row.assay}"
    limit = "" if row.cutoff_ng_ml is None else f" from {number(row.cutoff_ng_ml)} ng/mL"
    opening = f"{sentence_case(row.analyte)}{how}{limit} ({row.population}): {_span(row)}."
    return statement(" ".join((opening, *(fact(name).text for name in row.facts))), *row.facts)


def _span(row: Window) -> str:
    low, high = row.low_h, row.high_h
    if not row.detects:
        return "not looked for"
    if high is None:
        return "no length of time was published"
    if row.reach == "covers":
        return f"use from {hours_span(low or 0.0, high)} before the sample"
    return f"for up to {hours(high)}" if low is None else f"for {hours_span(low, high)}"


def _simulated(window: SimulatedWindow, named: dict[str, str]) -> Statement:
    behind = (named[window.analyte],) if window.analyte in named else ()
    return Statement(
        text=f"Simulated ({window.output.model}): {_simulated_words(window)}, counted from the start of the last dose.",
        # What is left after days was measured in nobody the models were built on: no window is surer than that.
        certainty=str(Certainty.weakest((Certainty(window.output.certainty), Certainty.LOW))),
        sources=(*window.output.sources, *(fact(name).source for name in behind)),
        facts=behind,
    )


def _simulated_words(window: SimulatedWindow) -> str:
    what = f"{window.analyte} at or above {number(window.cutoff)} ng/mL"
    if window.high == 0.0:
        return f"{what} at no time"
    least = "at least " if window.at_least else ""
    if window.low == window.high:
        return f"{what} for {least}{hours(window.high)}"
    middle = f"{what} for {hours(window.median)} at the median"
    more = " or more" if window.at_least else ""
    return f"{middle} and {hours_span(window.low, window.high)}{more} over 90 % of people"


def _rule(rule: ReadingRule) -> Statement:
    quoted = (fact(name).text for name in rule.facts) if rule.quote else ()
    return statement(" ".join((rule.text, *quoted)), *rule.facts)


def _not_known(
    book: DetectionBook,
    rows: Sequence[Window],
    found: Sequence[SimulatedWindow],
    scenario: Scenario | None,
    history: str | None,
    matrix: str | None,
    analyte: str | None,
    assay: str | None,
    cutoff: float | None,
) -> Iterator[Unknown]:
    if not rows:
        asked = " in ".join(filter(None, (analyte or "ketamine", matrix)))
        by = "" if assay is None else " by the test named"
        yield Unknown(
            what=f"How long {asked} is found{by}, as published", looked_for=f"studies of {listed(list(book.assays))}"
        )
    if history == _BRACKETED:
        yield Unknown(
            what="How long after occasional use", looked_for="studies; single doses and long use were studied"
        )
    without = [name for name in book.matrices if name != _BLOOD and matrix in (None, name)]
    if scenario is not None and without:
        yield Unknown(
            what=f"How long this dose is found in {' or '.join(without)}",
            looked_for="a kinetic model; the models here end in blood, and what is said of the rest is data",
        )
    elif cutoff is not None and matrix not in (None, _BLOOD):
        yield Unknown(what=f"How long it stays above that cut-off in {matrix}", looked_for="a kinetic model")
    if scenario is not None and matrix in (None, _BLOOD):
        missing = [name for name in book.analytes if analyte in (None, name)]
        missing = [name for name in missing if name not in {window.analyte for window in found}]
        if missing:
            yield Unknown(
                what=f"How long {' or '.join(missing)} stays in blood after this dose",
                looked_for="a model with that analyte for this dose, and a cut-off for blood; "
                "--cutoff names one where a model exists",
            )


def _data_row(row: Window) -> dict[str, Any]:
    behind = statement("", *row.facts)
    return {
        "matrix": row.matrix,
        "analyte": row.analyte,
        "assay": row.assay,
        "cutoff": row.cutoff_ng_ml,
        "low_h": row.low_h,
        "high_h": row.high_h,
        "reach": row.reach,
        "detects": row.detects,
        "history": row.history,
        "population": row.population,
        "certainty": behind.certainty,
        "sources": list(behind.sources),
        "facts": list(row.facts),
        "kind": "data",
    }


def _simulated_row(window: SimulatedWindow, named: dict[str, str], result: Result | None) -> dict[str, Any]:
    assert result is not None
    said = _simulated(window, named)
    return {
        "matrix": _BLOOD,
        "analyte": window.analyte,
        "assay": None,
        "cutoff": window.cutoff,
        "low_h": window.low,
        "median_h": window.median,
        "high_h": window.high,
        "at_least": window.at_least,
        "reach": "until",
        "detects": window.high > 0.0,
        "history": None,
        "population": people(result.subjects),
        "model": window.output.model,
        "certainty": said.certainty,
        "sources": list(said.sources),
        "facts": list(said.facts),
        "kind": "simulated",
    }
