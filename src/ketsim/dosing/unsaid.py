"""What a regimen leaves unsaid, and what is meant then: one sentence each, to be printed beside every answer."""

from __future__ import annotations

from ketsim.dosing.dose import Route
from ketsim.dosing.instruction import SPACED, WEEK
from ketsim.dosing.regimen import Regimen
from ketsim.dosing.wording import hours

_SPACED = {
    (WEEK, SPACED[2]): "Twice weekly means days 1 and 4 of each week.",
    (WEEK, SPACED[3]): "Three times weekly means days 1, 3 and 5 of each week.",
}


def assumptions(regimen: Regimen) -> tuple[str, ...]:
    """Sentences, each once, in the order of the instructions."""
    found: dict[str, None] = {}
    if not regimen.drug_stated:
        found["No drug was named: ketamine, the racemate, is meant."] = None
    if any(i.dose.basis is None for i in regimen.instructions):
        found["Neither base nor salt was named: amounts are taken as base."] = None
    if any(i.dose.route is Route.iv and i.dose.duration == 0.0 for i in regimen.instructions):
        found['An intravenous dose without "over" is a push, given in an instant.'] = None
    for one in regimen.instructions:
        if one.daily:
            found["An amount a day without a number of doses is taken as one dose a day."] = None
        if one.repeat is None or one.repeat.every is None:
            continue
        spaced = _SPACED.get((one.repeat.every, one.repeat.times))
        if spaced:
            found[spaced] = None
        if one.repeat.span is not None and "month" in hours(one.repeat.span):
            found["A month is a twelfth of a year of 365.25 days."] = None
    return tuple(found)
