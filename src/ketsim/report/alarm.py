"""How does an alarm look on a page? A block before everything else, with the numbers to call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ketsim.notice import public_help
from ketsim.report.markup import Markup, join, tag
from ketsim.report.notice import line_list
from ketsim.wording import unbroken

if TYPE_CHECKING:
    from ketsim.safety.alarm import Alarm


def alarm_block(alarms: Sequence[Alarm]) -> Markup | None:
    """The alarms as one block; None where there is none."""
    if not alarms:
        return None
    whys = [_why(alarm) for alarm in alarms]
    return tag(
        "section",
        tag("h2", alarms[0].call, id="alarm"),
        line_list(alarms[0].lines),
        *whys,
        tag("p", public_help().elsewhere, class_="small"),
        class_="alarm",
        role="alert",
        aria_labelledby="alarm",
    )


def _why(alarm: Alarm) -> Markup:
    signs = tag("p", tag("strong", "Signs of danger: "), "; ".join(alarm.signs), ".") if alarm.signs else None
    steps = tag("ul", *(tag("li", unbroken(step)) for step in alarm.do))
    return join([tag("p", tag("strong", unbroken(alarm.because))), signs, steps])
