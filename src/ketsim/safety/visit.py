"""Which doses make one treatment visit? Those that follow one another without a pause long enough to go home.

It knows the clock of the doses; what happens at a visit is the business of `timeline` and `session`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ketsim.dosing import Basis, DoseEvent, Regimen
from ketsim.errors import InputError
from ketsim.safety.session_book import book, time_of
from ketsim.scenario import Scenario
from ketsim.wording import hours

_FOLLOWED: Final = 4 * 7 * 24.0
"""[h] A visit whose doses never pause for so long has no end."""
_SAID: Final = 12  # doses of one visit that are said one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The doses of the first visit. sentence: a dosing sentence of these doses alone."""

    events: tuple[DoseEvent, ...]
    regimen: Regimen

    @property
    def last(self) -> DoseEvent:
        """The dose that begins last."""
        return max(self.events, key=lambda e: e.time)

    @property
    def end(self) -> float:
        """[h] When the last of it is in."""
        return max(end_of(e) for e in self.events)


def first_visit(scenario: Scenario) -> Visit:
    """The doses up to the first pause that is long enough to have gone home. Raises `InputError` where none comes."""
    regimen = scenario.regimen if scenario.until is None else scenario.regimen.until(scenario.until)
    pause = time_of(book().together)[2] + time_of(book().observation.fact)[2]
    horizon = min(regimen.end, _FOLLOWED) if regimen.open_ended else None
    events = [event for event in regimen.events(horizon) if event.amount > 0.0]
    if not events:
        raise InputError("no dose is given, so there is no visit.")
    here = [events[0]]
    over = end_of(events[0])
    for event in events[1:]:
        if event.time + event.lag > over + pause:
            return Visit(events=tuple(here), regimen=_alone(here, regimen.until(event.time)))
        here.append(event)
        over = max(over, end_of(event))
    if horizon is not None:
        raise InputError(
            f"these doses follow one another for more than {hours(_FOLLOWED)} without a pause to go home in, so "
            'there is no visit; give them an end, such as "for 1 day".'
        )
    return Visit(events=tuple(here), regimen=regimen)


def _alone(events: list[DoseEvent], cut: Regimen) -> Regimen:
    """These doses as a regimen of their own, so that one visit reads as one; `cut` where that cannot be said."""
    if len(events) > _SAID or any(e.steady_interval > 0.0 or e.reset for e in events):
        return cut
    said = [_one(event, named=cut.drug_stated) for event in events]
    together = said[0]
    for further in said[1:]:
        together = together.plus(further)
    return together


def _one(event: DoseEvent, *, named: bool) -> Regimen:
    amount = f"{event.amount!r} mg/kg" if event.per_kg else event.amount
    drug = event.drug if named else None
    basis = None if event.basis is Basis.base else event.basis
    if event.duration > 0.0:
        return Regimen.infusion(
            amount, tinf=event.duration, route=event.route, drug=drug, basis=basis, time=event.time, lag=event.lag
        )
    return Regimen.bolus(amount, route=event.route, drug=drug, basis=basis, time=event.time, lag=event.lag)


def end_of(event: DoseEvent) -> float:
    """[h] When all of a dose is in."""
    return event.time + event.lag + event.duration
