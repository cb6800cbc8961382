"""Does a course of doses go on so long and so often that the signs of its harms must stand beside every result?

The limits are data, in ``long_use.yaml``. No amount and no frequency is called harmless by what raises no alarm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from ketsim.evidence import fact
from ketsim.evidence.field import Frozen, Identifier, Text
from ketsim.rule_file import read_rules
from ketsim.safety.alarm import Alarm, alarm
from ketsim.wording import number

_FILE: Final = Path(__file__).with_name("long_use.yaml")
_DAY: Final = 24  # [h]
_WEEK: Final = 7  # days


class _Because(Frozen):
    often: Text
    beyond: Text
    decided: Text
    harm: Text


class _Rules(Frozen):
    most_days_a_week: Identifier
    weeks: int
    beyond_weeks: int
    because: _Because


def alarms_for(times: Iterable[float], *, beyond: bool, decided: bool = False) -> tuple[Alarm, ...]:
    """The standing alarm of long and frequent use, or nothing.

    times: of the doses [h]. beyond: whether they lie beyond every medical use by their route. decided: whether somebody
    decides on the way how often to use, so that the doses are not known beforehand.
    """
    because = "; ".join(_reasons(sorted({int(time // _DAY) for time in times}), beyond=beyond, decided=decided))
    if not because:
        return ()
    return (alarm("long_use", f"Ketamine {because}. {_rules().because.harm}"),)


def _reasons(days: list[int], *, beyond: bool, decided: bool) -> Iterable[str]:
    rules, said = _rules(), _rules().because
    most = fact(rules.most_days_a_week).number
    assert most is not None
    if decided:
        yield said.decided
    weeks = Counter(day // _WEEK for day in days)
    crowded = sum(count > most for count in weeks.values())
    if crowded >= rules.weeks:
        yield f"on many days in {crowded} weeks, {said.often.format(most=number(most))}"
    if beyond and len(weeks) >= rules.beyond_weeks:
        yield f"in {len(weeks)} weeks, {said.beyond}"


@cache
def _rules() -> _Rules:
    return _Rules.model_validate(read_rules(_FILE))
