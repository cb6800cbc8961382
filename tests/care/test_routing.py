"""The whole routing machine, up to two providers and a listing: every state, every event, every invariant."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import chain, combinations, permutations
from pathlib import Path

import pytest

from ketsim.care.entry import new_case
from ketsim.care.event import (
    EVENTS,
    Answered,
    Busy,
    Closed,
    Consented,
    Declined,
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
    Shown,
    TimedOut,
    UnknownCalled,
    Withdrawn,
)
from ketsim.care.log import Log, broken_case, verify
from ketsim.care.routing import ENDS, TABLE, Case, Refused, State, Table, accepted, fold, public_lines, step

A, B, L, STRANGER = "provider-a", "provider-b", "listing-l", "stranger"
EVERYBODY = (A, B, L, STRANGER)
STOPS = {State.DIVERTED, *ENDS}  # where an emergency has been heard already, or nothing is left to hear it


def subsets() -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations((A, B, L), size) for size in (1, 2, 3))


def every_event() -> tuple[Event, ...]:
    """Every event with every id that is in bounds, wrong ones among them."""
    orders = [*permutations((A, B), 0), *permutations((A, B), 1), *permutations((A, B), 2), (A, A)]
    found: list[Event] = [Disclosed(version="1-test", language="en"), NoneLeft(), Shown(), Expired(), Withdrawn()]
    found += [Closed(), EmergencyHeard()]
    for mode in ("live", "shown"):
        found += [ListingCalled(provider=L, mode=mode), UnknownCalled(mode=mode)]
        found += [GeneralCalled(candidates=order, mode=mode) for order in orders]
        found += [FormSent(candidates=chosen, mode=mode) for chosen in ((), *subsets())]
    for one in EVERYBODY:
        found += [Offered(provider=one), Answered(provider=one, seconds=5), Busy(provider=one, seconds=5)]
        found += [Declined(provider=one, seconds=5), TimedOut(provider=one, seconds=5), Returned(provider=one)]
    found += [Consented(providers=who, version="1-test", language="es") for who in ((), (STRANGER,), *subsets())]
    return tuple(found)


ALL = every_event()


@dataclass(frozen=True)
class History:
    """What truly happened, kept apart from what the machine says of itself."""

    began: Event | None = None
    told: bool = False
    rang: tuple[str, ...] = ()
    consented: frozenset[str] = frozenset()
    urgent: bool = False

    def after(self, event: Event) -> History:
        match event:
            case ListingCalled() | GeneralCalled() | FormSent() | UnknownCalled():
                return replace(self, began=event)
            case Disclosed():
                return replace(self, told=True)
            case Offered():
                return replace(self, rang=(*self.rang, event.provider))
            case Consented():
                return replace(self, consented=frozenset(event.providers))
            case EmergencyHeard():
                return replace(self, urgent=True)
        return self

    @property
    def may_reach(self) -> tuple[str, ...]:
        match self.began:
            case ListingCalled():
                return (self.began.provider,)
            case GeneralCalled() | FormSent():
                return self.began.candidates
        return ()


class BrokenError(AssertionError):
    """An invariant does not hold; the first word says which."""


def hold(name: str, true: bool) -> None:
    if not true:
        raise BrokenError(name)


def check(before: Case, past: History, event: Event, after: Case, now: History) -> None:
    """The invariants of the report, on one transition that the machine accepted."""
    reach = set(now.may_reach)
    if isinstance(event, Consented):
        hold("4-named", set(event.providers) <= reach and bool(event.providers))
    touched = {*after.candidates, *after.tried, *after.consented, *filter(None, (after.offered, after.reached))}
    hold("1-reach", touched <= reach and set(now.rang) <= reach)
    if isinstance(now.began, ListingCalled):
        hold("1-listing", touched <= {L})
    if isinstance(event, Offered | Consented):
        hold("2-disclosure", past.told)
    if isinstance(event, Returned):
        hold("4-callback", event.provider in now.consented)
    if after.state is State.CONNECTED:
        hold("3-connection", after.reached in (*now.rang, *now.consented) and after.reached is not None)
    hold("5-phone", after.holds_phone == (after.state is State.CALLBACK_PENDING))
    hold("7-lines", [line.number for line in after.lines[:2]] == ["911", "988"])
    hold("order", now.rang == now.may_reach[: len(now.rang)])
    hold("form", not (isinstance(now.began, FormSent) and now.rang))
    hold("shown", not (now.began is not None and getattr(now.began, "mode", "") == "shown" and now.rang))
    if after.state is State.UNANSWERED:
        hold("all-tried", set(now.rang) == reach)
    if isinstance(event, EmergencyHeard):
        hold("emergency-diverts", after.state is State.DIVERTED and before.state not in STOPS)
    if now.urgent:
        hold("emergency-stays", after.state in (State.DIVERTED, State.CLOSED) and after.offered is None)


@dataclass(frozen=True)
class Explored:
    states: dict[tuple[Case, History], tuple[Event, ...]]
    transitions: int
    refused: int
    happened: set[str]


def explore(table: Table | None = None) -> Explored:
    """Breadth first through everything that can happen; raises `BrokenError` at the first thing that must not."""
    start = (Case(), History())
    seen: dict[tuple[Case, History], tuple[Event, ...]] = {start: ()}
    onward: dict[tuple[Case, History], set[tuple[Case, History]]] = {}
    queue = deque([start])
    transitions = refused = 0
    happened: set[str] = set()
    while queue:
        here = case, past = queue.popleft()
        heard = False
        for event in ALL:
            after = step(case, event, table)
            if isinstance(after, Refused):
                refused += 1
                hold("teaches", after.sentence[0] == after.sentence[0].lower() and after.sentence.endswith("."))
                hold("7-lines", after.lines == public_lines())
                continue
            transitions += 1
            happened.add(event.name)
            now = past.after(event)
            check(case, past, event, after, now)
            heard = heard or isinstance(event, EmergencyHeard)
            there = (after, now)
            onward.setdefault(here, set()).add(there)
            if there not in seen:
                seen[there] = (*seen[here], event)
                queue.append(there)
        hold("emergency-heard", heard or case.state in STOPS)
    can_end = {node for node in seen if node[0].state in ENDS}
    while True:
        more = {node for node, nexts in onward.items() if node not in can_end and nexts & can_end}
        if not more:
            break
        can_end |= more
    hold("ends", can_end == set(seen))
    return Explored(seen, transitions, refused, happened)


@pytest.fixture(scope="module")
def explored() -> Explored:
    return explore()


def test_every_state_within_bounds_holds_every_invariant(explored: Explored) -> None:
    assert {case.state for case, _ in explored.states} == set(State)
    assert len(explored.states) == 889
    assert explored.transitions == 914
    assert explored.refused == len(explored.states) * len(ALL) - explored.transitions


def test_every_event_happens_somewhere(explored: Explored) -> None:
    assert explored.happened == set(EVENTS)


def test_state_is_the_fold_of_its_events(explored: Explored) -> None:
    for (case, _), path in explored.states.items():
        assert fold(path) == case


def test_state_is_the_fold_of_the_log(explored: Explored, tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite", durable=False) as log:
        ids = {}
        for (case, _), path in explored.states.items():
            ids[new := new_case()] = case
            for event in path:
                assert not isinstance(log.record(new, event), Refused)
        for case_id, case in ids.items():
            assert log.case(case_id) == case
            for event in ALL:  # what the machine refuses is not written
                if isinstance(step(case, event), Refused) and event.name not in ("general_called", "form_sent"):
                    assert isinstance(log.record(case_id, event), Refused)
                    break
        assert broken_case(log) is None
        assert log.head().seq == sum(map(len, explored.states.values()))
    assert verify(tmp_path / "log.sqlite") is None


def test_an_emergency_is_heard_in_every_live_state(explored: Explored) -> None:
    for case, _ in explored.states:
        after = step(case, EmergencyHeard())
        if case.state in STOPS:
            assert isinstance(after, Refused)
            assert case.state is State.DIVERTED or "911" in after.sentence
        else:
            assert isinstance(after, Case)
            assert after.state is State.DIVERTED
            assert after.offered is None
            assert not after.holds_phone


def test_a_refusal_names_what_can_happen() -> None:
    refused = step(Case(state=State.READY), Answered(provider=A, seconds=3))
    assert isinstance(refused, Refused)
    assert refused.sentence.startswith("answered does not fit a call that is ready; it can go on with offered, ")
    assert "offered" in accepted(State.READY)


def test_no_event_and_no_state_has_room_for_money_or_for_a_person() -> None:
    names = {field.name for kind in (*EVENTS.values(), Case) for field in fields(kind)}
    assert names == {
        "provider", "mode", "candidates", "version", "language", "seconds", "providers", "state", "kind", "tried",
        "offered", "told", "consented", "reached", "holds_phone",
    }  # fmt: skip


def changed(where: State, event: type[Event], rule: Callable[[Case, Event], Case | Refused] | None) -> Table:
    """The table with one rule changed, added or (None) taken out."""
    table = {**TABLE, (where, event): rule}
    return {key: one for key, one in table.items() if one is not None}


def goes_to(state: State, **kept: object) -> Callable[[Case, Event], Case]:
    return lambda case, event: replace(case, state=state, **kept)  # type: ignore[arg-type]


def ring_anybody(case: Case, event: Event) -> Case | Refused:
    return replace(case, state=State.OFFERED, offered=event.provider)  # type: ignore[union-attr]


def ring_in_any_order(case: Case, event: Event) -> Case | Refused:
    if case.kind == "form" or case.mode == "shown" or event.provider not in case.untried:  # type: ignore[union-attr]
        return Refused("no.")
    return ring_anybody(case, event)


def ring_again(case: Case, event: Event) -> Case | Refused:
    """Forgets who was tried already, so that one provider is rung for ever."""
    after = TABLE[State.OFFERED, Busy](case, event)
    return after if isinstance(after, Refused) else replace(after, tried=())


def connect(case: Case, event: Event) -> Case:
    return replace(case, state=State.CONNECTED, offered=None, reached=event.provider)  # type: ignore[union-attr]


def connect_candidate(case: Case, event: Event) -> Case | Refused:
    return connect(case, event) if event.provider in case.candidates else Refused("no.")  # type: ignore[union-attr]


def consent_to_anybody(case: Case, event: Event) -> Case:
    return replace(case, state=State.CALLBACK_PENDING, consented=event.providers, holds_phone=True)  # type: ignore[union-attr]


def consent_early(case: Case, event: Event) -> Case | Refused:
    named = set(event.providers) <= set(case.candidates) and event.providers  # type: ignore[union-attr]
    return consent_to_anybody(case, event) if named else Refused("no.")


def widen(case: Case, event: Event) -> Case:
    after = TABLE[State.NEW, ListingCalled](case, event)
    assert isinstance(after, Case)
    return replace(after, candidates=(*after.candidates, A))


def return_named(case: Case, event: Event) -> Case | Refused:
    if event.provider not in case.candidates:  # type: ignore[union-attr]
        return Refused("no.")
    return replace(case, state=State.CONNECTED, reached=event.provider, holds_phone=False)  # type: ignore[union-attr]


def give_up_early(case: Case, event: Event) -> Case | Refused:
    return replace(case, state=State.UNANSWERED) if case.kind == "general" else Refused("no.")


def ring_forms(case: Case, event: Event) -> Case | Refused:
    return ring_anybody(case, event) if event.provider == next(iter(case.untried), None) else Refused("no.")  # type: ignore[union-attr]


STAYS_OPEN = {
    key: rule
    for key, rule in TABLE.items()
    if key[0] is not State.UNANSWERED or key[1] not in (Closed, Withdrawn, Consented, EmergencyHeard)
}
PLANTED: dict[str, tuple[str, Table]] = {
    "a listing's call is offered to another": ("1-reach", changed(State.READY, Offered, ring_anybody)),
    "a listing's call gets a second candidate": ("1-reach", changed(State.NEW, ListingCalled, widen)),
    "an offer before the disclosure": ("2-disclosure", changed(State.RECEIVED, Offered, ring_in_any_order)),
    "a consent before the disclosure": ("2-disclosure", changed(State.RECEIVED, Consented, consent_early)),
    "a connection without an offer": ("3-connection", changed(State.READY, Answered, connect_candidate)),
    "a call back from one not consented to": ("4-callback", changed(State.CALLBACK_PENDING, Returned, return_named)),
    "a consent to one never named": ("4-named", changed(State.UNANSWERED, Consented, consent_to_anybody)),
    "a phone kept after it expired": ("5-phone", changed(State.CALLBACK_PENDING, Expired, goes_to(State.EXPIRED))),
    "a phone kept after withdrawal": ("5-phone", changed(State.CALLBACK_PENDING, Withdrawn, goes_to(State.WITHDRAWN))),
    "a phone kept in an emergency": (
        "5-phone",
        changed(State.CALLBACK_PENDING, EmergencyHeard, goes_to(State.DIVERTED)),
    ),
    "a phone taken before consent": (
        "5-phone",
        changed(State.NEW, UnknownCalled, goes_to(State.REFUSED, holds_phone=True)),
    ),
    "an emergency not heard while it rings": ("emergency-heard", changed(State.OFFERED, EmergencyHeard, None)),
    "an emergency not heard by a form": ("emergency-heard", changed(State.CALLBACK_PENDING, EmergencyHeard, None)),
    "an emergency that only ends the call": (
        "emergency-diverts",
        changed(State.READY, EmergencyHeard, goes_to(State.CLOSED)),
    ),
    "a diverted call that goes on": ("emergency-stays", changed(State.DIVERTED, Withdrawn, goes_to(State.READY))),
    "another order than was told": ("order", changed(State.READY, Offered, ring_in_any_order)),
    "one provider rung again and again": ("order", changed(State.OFFERED, Busy, ring_again)),
    "given up before all were tried": ("all-tried", changed(State.READY, NoneLeft, give_up_early)),
    "a form that rings somebody": ("form", changed(State.READY, Offered, ring_forms)),
    "a call that cannot end": ("emergency-heard", STAYS_OPEN),
    "a state that cannot end": (
        "ends",
        {key: rule for key, rule in TABLE.items() if key != (State.DIVERTED, Closed)},
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_caught(fault: str) -> None:
    invariant, table = PLANTED[fault]
    with pytest.raises(BrokenError, match=f"^{invariant}$"):
        explore(table)


def test_a_fault_that_rings_without_a_line_is_caught() -> None:
    def rings(case: Case, event: Event) -> Case | Refused:
        return Refused("no.") if case.kind == "form" else ring_forms(case, event)

    with pytest.raises(BrokenError, match=r"^shown$"):
        explore(changed(State.READY, Offered, rings))
