"""What does the routing do when many call at once? A bounded simulation that drives the real rules and the real log.

Made-up people call at random times; made-up providers have few lines, answer or do not. Every draw is addressed by
(seed, call, name), so that a change of one provider changes no other draw. Beside what can happen, wrong events are
tried, such as a listing's call offered to somebody else: they must be refused, and what was not is returned as a
violation.

It says nothing about real providers: its numbers are settings.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from ketsim.care import choice
from ketsim.care.choice import Area
from ketsim.care.disclosure import version
from ketsim.care.entry import new_case
from ketsim.care.event import (
    Answered,
    Busy,
    Closed,
    Consented,
    Disclosed,
    EmergencyHeard,
    Event,
    Expired,
    FormSent,
    GeneralCalled,
    ListingCalled,
    NoneLeft,
    Offered,
    Returned,
    TimedOut,
    UnknownCalled,
    Withdrawn,
)
from ketsim.care.hours import read_hours
from ketsim.care.log import Log
from ketsim.care.provider import Desk
from ketsim.care.routing import Case, Refused, State
from ketsim.errors import InputError

#: More calls than this are refused: the simulation is a check, not a study.
MOST: Final = 20_000
STRANGER: Final = "nobody-of-these"

_LINES: Final = 40  # calls that one provider takes at once
_PATIENCE: Final = 30  # seconds that it rings at one provider
_TALK: Final = (60, 1_200)  # [s]
_BACK: Final = (600, 3 * 86_400)  # [s] until somebody calls back; a request lasts a day
_DEADLINE: Final = 86_400  # [s]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What happened. at_once: calls alive at the same time, at most. passed: state -> calls that were ever in it.

    violations: wrong events that were not refused.
    """

    calls: int
    events: int
    at_once: int
    passed: tuple[tuple[str, int], ...]
    refused: int
    violations: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "calls": self.calls,
            "events": self.events,
            "at_once": self.at_once,
            "passed": dict(self.passed),
            "wrong_events_refused": self.refused,
            "violations": list(self.violations),
        }


@dataclass(slots=True)
class _World:
    log: Log
    seed: int
    start: datetime
    desks: tuple[Desk, ...]
    listings: tuple[str, ...]
    lines: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    agenda: list[tuple[int, int, int, Event]] = field(default_factory=list)
    ids: dict[int, str] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    alive: int = 0
    events: int = 0
    refused: int = 0
    violations: list[str] = field(default_factory=list)

    def draw(self, call: int, name: str) -> float:
        """A number from 0 to 1 that belongs to this call and name alone."""
        return int.from_bytes(hashlib.sha256(f"{self.seed}|{call}|{name}".encode()).digest()[:7]) / 2**56

    def between(self, call: int, name: str, ends: tuple[int, int]) -> int:
        return ends[0] + int(self.draw(call, name) * (ends[1] - ends[0]))

    def plan(self, at: int, call: int, event: Event) -> None:
        heapq.heappush(self.agenda, (at, call, self.events + len(self.agenda), event))


def made_up() -> tuple[Desk, ...]:
    """Three desks that do not exist, for a simulation without a file of providers."""
    always = read_hours("America/Los_Angeles", None)
    return tuple(
        Desk(id=f"made-up-{letter}", serves=("US",), codes=(), hours=always, starts=date(2026, 1, 1), ends=None)
        for letter in "abc"
    )


def simulate(
    log: Log, desks: Sequence[Desk], *, calls: int, seed: int = 1, listings: Sequence[str] = (), within: int = 3_600,
    start: datetime | None = None,
) -> Simulated:  # fmt: skip
    """Let so many people call within so many seconds [s], and drive every call to its end.

    listings: ids of listings that are called by their own number. Raises `InputError` beyond `MOST` calls.
    """
    if not 1 <= calls <= MOST:
        raise InputError(f"{calls} calls cannot be simulated; expected 1 to {MOST:,}.", field="simulate")
    begin = start or datetime(2026, 1, 5, 18, tzinfo=UTC)
    world = _World(log, seed, begin, tuple(desks), tuple(listings))
    for call in range(calls):
        at = int(world.draw(call, "arrival") * within)
        world.plan(at, call, _arrival(world, call, begin + timedelta(seconds=at)))
    at_once = 0
    while world.agenda:
        at, call, _, event = heapq.heappop(world.agenda)
        _happen(world, at, call, event)
        at_once = max(at_once, world.alive)
    return Simulated(
        calls=calls,
        events=world.events,
        at_once=at_once,
        passed=tuple(sorted((str(state), count) for state, count in world.passed.items())),
        refused=world.refused,
        violations=tuple(world.violations),
    )


def _arrival(world: _World, call: int, at: datetime) -> Event:
    drawn = world.draw(call, "kind")
    order = choice.order(world.desks, area=Area("CA"), now=at).ids
    if drawn < 0.3 and world.listings:
        return ListingCalled(provider=_one(world, call, world.listings), mode="simulated")
    if drawn < 0.4 and order:
        return FormSent(candidates=order[: 1 + int(world.draw(call, "ticked") * len(order))], mode="simulated")
    if drawn < 0.43:
        return UnknownCalled(mode="simulated")
    return GeneralCalled(candidates=order, mode="simulated")


def _one(world: _World, call: int, of: Sequence[str]) -> str:
    return of[int(world.draw(call, "which") * len(of))]


def _happen(world: _World, at: int, call: int, event: Event) -> None:
    """Write the event if it can still happen, try wrong ones, and plan what follows."""
    before = world.cases.get(call, Case())
    if before.is_over:  # hung up meanwhile
        return
    case_id = world.ids.setdefault(call, new_case())
    for wrong in _wrong(world, call, before):
        if isinstance(world.log.record(case_id, wrong), Refused):
            world.refused += 1
        else:
            world.violations.append(f"call {call}: {wrong.name} was taken in {before.state}")
    after = world.log.record(case_id, event)
    if isinstance(after, Refused):  # overtaken, as a ringing that ends after the person hung up
        return
    world.events += 1
    world.alive += (before.state is State.NEW) - after.is_over
    world.cases[call] = after
    world.passed[after.state] += after.state is not before.state
    if before.state is State.OFFERED and after.state is not State.CONNECTED:
        world.lines[str(before.offered)] -= 1
    if before.state is State.CONNECTED and before.reached and not before.consented:
        world.lines[before.reached] -= 1
    if after.state is State.OFFERED:
        world.lines[str(after.offered)] += 1
    _plan(world, at, call, after)


def _wrong(world: _World, call: int, case: Case) -> tuple[Event, ...]:
    """Events that no rule may let through in this state; tried in one step of eight."""
    if world.draw(call, f"wrong {case.state} {len(case.tried)}") > 1 / 8:
        return ()
    never: list[Event] = [
        Offered(provider=STRANGER),
        Returned(provider=STRANGER),
        Answered(provider=STRANGER, seconds=1),
    ]
    if case.told is None:
        never += [Offered(provider=one) for one in case.candidates]
        never.append(Consented(providers=case.candidates or (STRANGER,), version=version(), language="en"))
    if case.state is not State.NEW:
        never.append(GeneralCalled(candidates=(STRANGER,), mode="simulated"))
    return tuple(never)


def _plan(world: _World, at: int, call: int, case: Case) -> None:
    turn = len(case.tried)
    match case.state:
        case State.RECEIVED:
            world.plan(at + 5, call, Disclosed(version=version(), language="en" if call % 4 else "es"))
            if world.draw(call, "emergency") < 0.02:
                world.plan(at + 3 + int(world.draw(call, "when") * 60), call, EmergencyHeard())
        case State.READY if case.kind == "form":
            world.plan(at + 20, call, Consented(providers=case.candidates, version=version(), language="en"))
        case State.READY:
            world.plan(at, call, Offered(provider=case.untried[0]) if case.untried else NoneLeft())
        case State.OFFERED:
            _ring(world, at, call, str(case.offered), turn)
        case State.CONNECTED:
            world.plan(at + world.between(call, "talk", _TALK), call, Closed())
        case State.UNANSWERED:
            wants = bool(case.candidates) and world.draw(call, "wants a call") < 0.4
            asked = Consented(providers=case.candidates[:1], version=version(), language="en")
            world.plan(at + 10, call, asked if wants else Closed())
        case State.CALLBACK_PENDING:
            back = world.between(call, "back", _BACK)
            kept = Returned(provider=case.consented[0])
            world.plan(at + min(back, _DEADLINE), call, kept if back < _DEADLINE else Expired())
        case State.DIVERTED:
            world.plan(at, call, Closed())
        case _:
            pass


def _ring(world: _World, at: int, call: int, provider: str, turn: int) -> None:
    if world.lines[provider] > _LINES:
        world.plan(at + 1, call, Busy(provider=provider, seconds=1))
        return
    if world.draw(call, f"gives up {turn}") < 0.05:
        world.plan(at + 12, call, Withdrawn())
        return
    seconds = world.between(call, f"ring {turn} {provider}", (3, 2 * _PATIENCE))
    answers = seconds <= _PATIENCE
    ended = Answered(provider=provider, seconds=seconds) if answers else TimedOut(provider=provider, seconds=_PATIENCE)
    world.plan(at + min(seconds, _PATIENCE), call, ended)
