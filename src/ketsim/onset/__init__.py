"""How soon and for how long, by the way it is given? Published statements beside a simulation of the same dose.

Both stand side by side with their sources and certainty, and neither is called the truth. Where nothing was published,
or a route has no kinetics, the answer is "not known", with what was looked for. Which statements belong where, and
which doses are simulated, stands in ``onset.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from ketsim.dosing import parse_sentence
from ketsim.errors import InputError, did_you_mean
from ketsim.evidence import constant
from ketsim.onset.anaesthesia import Anaesthesia, anaesthesia_of
from ketsim.onset.simulated import Simulated
from ketsim.onset.way import Measured, Way, way_of
from ketsim.rule_file import read_rules
from ketsim.safety.alarm import Alarm
from ketsim.safety.context import alarms_for
from ketsim.wording import listed

__all__ = ["Anaesthesia", "Measured", "Onset", "Simulated", "Way", "by_route", "routes"]

_FILE: Final = Path(__file__).with_name("onset.yaml")


@dataclass(frozen=True, slots=True)
class Onset:
    """Every way that was asked for, and anaesthesia by those used for it. alarms: what must be said first."""

    ways: tuple[Way, ...]
    anaesthesia: tuple[Anaesthesia, ...]
    alarms: tuple[Alarm, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "alarms": [alarm.to_dict() for alarm in self.alarms],
            "person": f"a typical adult of {constant('weight_ref'):g} kg",
            "routes": [way.to_dict() for way in self.ways],
            "anaesthesia": [dose.to_dict() for dose in self.anaesthesia],
        }


def routes() -> tuple[str, ...]:
    """The routes that can be asked for."""
    return tuple(dict.fromkeys(way["route"] for way in _rules()["ways"] if "route" in way))


def by_route(route: str | None = None) -> Onset:
    """Onset and duration by every way of giving, or by those of one route.

    Raises `InputError` with the nearest names for a route that does not exist.
    """
    if route is not None and route not in routes():
        hint = did_you_mean(route, routes(), otherwise=f"there are {', '.join(routes())}.")
        raise InputError(f"there is no route {route[:60]!r}; {hint}")
    rules = _rules()
    ways = tuple(way_of(rules, way) for way in rules["ways"] if route in (None, way.get("route")))
    plan = rules["anaesthesia"]
    asleep = tuple(anaesthesia_of(dose, plan["effect"]) for dose in plan["doses"] if route in (None, dose["route"]))
    doses = dict.fromkeys([*(dose for way in ways for dose in way.doses), *(one.dose for one in asleep)])
    return Onset(ways, asleep, _alarms(doses))


@cache
def _rules() -> Mapping[str, Any]:
    return dict(read_rules(_FILE))


def _alarms(doses: Iterable[str]) -> tuple[Alarm, ...]:
    """One alarm a kind, for all the doses that raise it; the one with the most to do comes first."""
    raised: dict[tuple[str, ...], tuple[Alarm, list[str]]] = {}
    for dose in doses:
        for alarm in alarms_for(parse_sentence(dose), weight=constant("weight_ref")):
            raised.setdefault(alarm.do, (alarm, []))[1].append(dose)
    merged = [
        replace(alarm, because=f"{alarm.because} The same holds here for {listed(also[1:])}.") if also[1:] else alarm
        for alarm, also in raised.values()
    ]
    return tuple(sorted(merged, key=lambda alarm: -len(alarm.do)))
