"""What happens at a treatment visit, and when may somebody leave? Doses, effects, checks and rules on one clock.

Published times stand beside simulated ones; the latest counts. Nobody leaves before the minimum observation is over,
and after a dose that puts people under no time of leaving is given at all. It decides nothing for one person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ketsim.errors import InputError
from ketsim.result import Result
from ketsim.safety.alarm import Alarm, alarm
from ketsim.safety.answer import SafetyAnswer, Section, Unknown, statement
from ketsim.safety.combinations import alarms_for as alarms_of_combinations
from ketsim.safety.context import alarms_for as alarms_of_doses
from ketsim.safety.placement import Level, Placement, placements
from ketsim.safety.session_book import book, time_of
from ketsim.safety.timeline import (
    Row,
    as_measured,
    checks_after,
    checks_before,
    doses,
    driving,
    driving_told,
    minimum_words,
    not_before,
    output_of,
    published,
    simulated,
)
from ketsim.safety.visit import Visit, first_visit
from ketsim.scenario import Scenario
from ketsim.simulation import simulate
from ketsim.wording import hours

_LEAVE: Final = (
    "Nobody leaves before this, the latest of the minimum and of the times at which effects are over; then only if "
    "everything on the list below is met."
)


def session(scenario: Scenario, *, unattended: bool = False) -> SafetyAnswer:
    """The timeline of the (first) visit of a scenario.

    unattended: somebody is, or would be, left alone: an alarm. Raises `InputError` for what cannot be run.

    >>> answer = session(Scenario("84 mg esketamine nasal"))
    >>> answer.data["minimum_observation_h"], answer.data["earliest_leave_h"] >= 2.0
    (2.0, True)
    """
    visit = first_visit(scenario)
    if scenario.population is None:
        for event in visit.events:
            event.milligrams(scenario.weight)  # refuses a dose per kilogram without a weight
    placement = placements(visit.regimen, weight=scenario.weight)[0]
    result, why_not = _run(scenario, visit)
    alarms = tuple(_alarms(scenario, visit, result, unattended=unattended))
    if placement.level >= Level.SEDATION:
        return _under(scenario, visit, placement, alarms)
    return _timeline(scenario, visit, result, why_not, alarms)


def _timeline(
    scenario: Scenario, visit: Visit, result: Result | None, why_not: str, alarms: tuple[Alarm, ...]
) -> SafetyAnswer:
    effects = [*published(visit), *simulated(result)]
    minimum = visit.end + time_of(book().observation.fact)[0]
    leave = max([minimum, *(row.time for row, leaves in effects if leaves)])
    rows = [
        *checks_before(visit, leave),
        *(row for row, _ in effects),
        *checks_after(visit, leave),
        Row(time=minimum, what=minimum_words(minimum, visit), kind="rule", facts=book().observation.facts),
        Row(time=leave, what=_LEAVE, kind="rule"),
        driving(visit),
    ]
    missing = tuple(_missing(visit, result, why_not))
    return _answer(scenario, visit, rows, alarms, missing, result, minimum=minimum, leave=leave)


def _under(scenario: Scenario, visit: Visit, placement: Placement, alarms: tuple[Alarm, ...]) -> SafetyAnswer:
    rows = [
        *doses(visit),
        Row(time=0.0, what=book().under.text.format(place=_place(placement)), kind="rule", facts=book().under.facts),
        driving(visit),
    ]
    return _answer(scenario, visit, rows, alarms, (), None, minimum=None, leave=None)


def _answer(
    scenario: Scenario,
    visit: Visit,
    rows: list[Row],
    alarms: tuple[Alarm, ...],
    missing: tuple[Unknown, ...],
    result: Result | None,
    *,
    minimum: float | None,
    leave: float | None,
) -> SafetyAnswer:
    ordered = sorted(rows, key=lambda row: row.time)
    sections = [Section(heading="Timeline", statements=tuple(row.said() for row in ordered))]
    if leave is not None:
        told = tuple(statement(t.text, *t.facts) for t in book().discharge)
        sections.append(Section(heading="Before anybody leaves: all of it", statements=told))
    return SafetyAnswer(
        question="session",
        title=f"Timeline of a treatment visit: {visit.regimen}",
        headline=_headline(visit, ordered, leave),
        alarms=alarms,
        sections=tuple(sections),
        not_known=missing,
        assumptions=tuple(_assumptions(scenario, visit, result, leaves=leave is not None)),
        data={
            "scenario": {**scenario.to_dict(), "hash": scenario.hash},
            "visit": str(visit.regimen),
            "timeline": [row.to_dict() for row in ordered],
            "minimum_observation_h": None if minimum is None else minimum - visit.end,
            "last_dose_ends_h": visit.end,
            "earliest_leave_h": leave,
            "drive_from": driving_told(visit)[0],
            "drive_not_before_h": not_before(visit),
        },
    )


def _headline(visit: Visit, rows: Iterable[Row], leave: float | None) -> str:
    if leave is None:
        return next(row.what for row in rows if row.facts == book().under.facts)
    return (
        f"Nobody leaves before {hours(leave)} after the start, and never within "
        f"{hours(time_of(book().observation.fact)[0])} of the last dose; then only with an escort and when every check "
        f"is met. {book().driving.text}"
    )


def _run(scenario: Scenario, visit: Visit) -> tuple[Result | None, str]:
    """The result, or why there is none. What the asker could mend is raised."""
    alone = scenario.with_(dose=visit.regimen, until=None, at=())
    if not scenario.effects:
        alone = alone.with_(effects=tuple(entry.output for entry in book().simulated))
    try:
        return simulate(alone), ""
    except InputError as error:
        if scenario.models or scenario.options or scenario.effects:
            raise
        return None, error.sentence


def _alarms(scenario: Scenario, visit: Visit, result: Result | None, *, unattended: bool) -> Iterator[Alarm]:
    if unattended:
        yield alarm(
            "unattended",
            "Somebody who was given ketamine or esketamine is left unattended before a provider finds them fit to go.",
        )
    known = [
        *alarms_of_doses(visit.regimen, weight=scenario.weight),
        *alarms_of_combinations(scenario.co_medication),
    ]
    yield from known
    if result is not None:
        yield from (one for one in result.alarms if one not in known)


def _place(placement: Placement) -> str:
    if placement.level is Level.BEYOND:
        return "the dose lies beyond every medical use that sources name by this route"
    if placement.level is Level.ANAESTHESIA:
        return "this is anaesthesia, done with airway care in a hospital"
    return "the dose sedates people for a procedure"


def _missing(visit: Visit, result: Result | None, why_not: str) -> Iterator[Unknown]:
    if result is None:
        yield Unknown(
            what="The simulated course of this dose", looked_for=f"a model that answers it; {why_not.rstrip('.')}"
        )
        return
    absent = [entry.output for entry in book().simulated if output_of(result, entry) is None]
    if absent:
        names = ", ".join(absent).replace("_", " ")
        yield Unknown(what=f"The simulated course of {names}", looked_for="a source whose numbers fit this dose")
    if not any(entry.holds_for(event) for entry in book().published for event in visit.events):
        yield Unknown(
            what="The measured time of the greatest effect by this route",
            looked_for="published times of dissociation and blood pressure after such a dose",
        )


def _assumptions(scenario: Scenario, visit: Visit, result: Result | None, *, leaves: bool) -> Iterator[str]:
    if scenario.regimen.end > visit.regimen.end:
        yield "Only the first visit is shown; each further one follows the same rules."
    if leaves and not all(map(as_measured, visit.events)):
        yield " ".join(book().observation.elsewhere.split())
    yield "The dose is given where staff, oxygen and resuscitation are at hand."
    if result is not None:
        yield from result.assumptions
        yield from result.warnings
