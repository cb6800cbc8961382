"""What may happen next to a call, and what never may? A state and an event give a state, or a sentence that refuses.

Nothing here rings, waits, stores or knows a number: ids come in, a state goes out, and who pays for what is no input.
`TABLE` is the whole of the rules; the log keeps the events, and a state is what the table makes of them (`fold`).

A listing's call has one candidate for all its life, that listing. An emergency is heard in every state but the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from ketsim.care.event import (
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
    Kind,
    ListingCalled,
    Mode,
    NoneLeft,
    Offered,
    Returned,
    Shown,
    TimedOut,
    UnknownCalled,
    Withdrawn,
)
from ketsim.notice import HelpLine, public_help

#: Goes into every line of the log; a change of `TABLE` is a new version.
RULES: Final = "routing-1"


class State(StrEnum):
    """Where a call stands. REFUSED, CLOSED, EXPIRED and WITHDRAWN are the end of it."""

    NEW = "new"
    RECEIVED = "received"
    READY = "ready"
    OFFERED = "offered"
    CONNECTED = "connected"
    UNANSWERED = "unanswered"
    CALLBACK_PENDING = "callback_pending"
    DIVERTED = "diverted"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One call. candidates: who may be offered it, in order, frozen when it came in. told: version of the disclosure.

    holds_phone: a number to call back is kept somewhere; true in CALLBACK_PENDING only.
    """

    state: State = State.NEW
    kind: Kind | None = None
    mode: Mode | None = None
    candidates: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    offered: str | None = None
    told: str | None = None
    consented: tuple[str, ...] = ()
    reached: str | None = None
    holds_phone: bool = False

    @property
    def lines(self) -> tuple[HelpLine, ...]:
        """The public lines, which stand beside whatever is said of a call."""
        return public_lines()

    @property
    def untried(self) -> tuple[str, ...]:
        """Who is still to be offered the call, in order."""
        return tuple(one for one in self.candidates if one not in self.tried)

    @property
    def is_over(self) -> bool:
        """Whether no event can change it any more."""
        return self.state in ENDS


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an event does not fit; nothing changed."""

    sentence: str

    @property
    def lines(self) -> tuple[HelpLine, ...]:
        """The public lines, which stand beside every refusal."""
        return public_lines()


Rule = Callable[[Case, Any], Case | Refused]
Table = Mapping[tuple[State, type[Event]], Rule]

ENDS: Final = frozenset({State.REFUSED, State.EXPIRED, State.WITHDRAWN, State.CLOSED})
_AFTER_NEW: Final = (
    State.RECEIVED, State.READY, State.OFFERED, State.CONNECTED, State.UNANSWERED, State.CALLBACK_PENDING
)  # fmt: skip


def step(case: Case, event: Event, table: Table | None = None) -> Case | Refused:
    """The call after the event, or why the event does not fit. Pure; `table` is the rules, by default `TABLE`."""
    rules = TABLE if table is None else table
    rule = rules.get((case.state, type(event)))
    return rule(case, event) if rule is not None else _does_not_fit(case, event, rules)


def fold(events: Iterable[Event]) -> Case:
    """The call that these events make, one after the other. Raises `ValueError` for one that does not fit."""
    case = Case()
    for event in events:
        after = step(case, event)
        if isinstance(after, Refused):
            raise ValueError(after.sentence)
        case = after
    return case


def accepted(state: State, table: Table | None = None) -> tuple[str, ...]:
    """Names of the events that a call in this state can meet."""
    return tuple(event.name for where, event in (TABLE if table is None else table) if where == state)


def public_lines() -> tuple[HelpLine, ...]:
    """The lines that stand in every reply, most urgent first; an order that nothing here can change."""
    return public_help().lines


def _does_not_fit(case: Case, event: Event, rules: Table) -> Refused:
    if isinstance(event, EmergencyHeard):
        first, second = public_lines()[:2]
        return Refused(f"this call is over, so call {first.number} now, or {second.number} for thoughts of suicide.")
    if case.is_over:
        return Refused(f"this call is over ({case.state}); {event.name} cannot happen to it, a new call can be made.")
    listed = ", ".join(accepted(case.state, rules))
    return Refused(f"{event.name} does not fit a call that is {case.state}; it can go on with {listed}.")


def _listing_called(case: Case, event: ListingCalled) -> Case | Refused:
    return replace(case, state=State.RECEIVED, kind="listing", mode=event.mode, candidates=(event.provider,))


def _general_called(case: Case, event: GeneralCalled) -> Case | Refused:
    if len(set(event.candidates)) != len(event.candidates):
        return Refused("a provider stands twice among the candidates; each is offered a call once.")
    return replace(case, state=State.RECEIVED, kind="general", mode=event.mode, candidates=event.candidates)


def _form_sent(case: Case, event: FormSent) -> Case | Refused:
    if not event.candidates or len(set(event.candidates)) != len(event.candidates):
        return Refused("a request to be called back names one provider or more, each once.")
    return replace(case, state=State.RECEIVED, kind="form", mode=event.mode, candidates=event.candidates)


def _unknown_called(case: Case, event: UnknownCalled) -> Case | Refused:
    return replace(case, state=State.REFUSED, mode=event.mode)


def _disclosed(case: Case, event: Disclosed) -> Case | Refused:
    return replace(case, state=State.READY, told=event.version)


def _offered(case: Case, event: Offered) -> Case | Refused:
    if case.kind == "form":
        return Refused(
            "this is a request to be called back; nobody is rung before the person consents to named providers."
        )
    if case.mode == "shown":
        return Refused("no telephone line is attached, so nothing can ring; show the numbers instead.")
    if event.provider not in case.candidates:
        return Refused(f"{event.provider!r} is not among those whom this call may reach.")
    if event.provider != next(iter(case.untried), None):
        return Refused(f"{event.provider!r} is not the next in the order that was told.")
    return replace(case, state=State.OFFERED, offered=event.provider)


def _answered(case: Case, event: Answered) -> Case | Refused:
    if event.provider != case.offered:
        return Refused(f"it does not ring at {event.provider!r}, so nobody there can answer.")
    return replace(case, state=State.CONNECTED, offered=None, reached=event.provider)


def _not_answered(case: Case, event: Busy | Declined | TimedOut) -> Case | Refused:
    if event.provider != case.offered:
        return Refused(f"it does not ring at {event.provider!r}.")
    return replace(case, state=State.READY, offered=None, tried=(*case.tried, event.provider))


def _none_left(case: Case, event: NoneLeft) -> Case | Refused:
    if case.kind == "form":
        return Refused("this is a request to be called back; it waits for consent, or is withdrawn.")
    if case.mode == "shown":
        return Refused("no telephone line is attached, so nobody was tried; show the numbers instead.")
    if case.untried:
        return Refused(f"{case.untried[0]!r} has not been tried yet.")
    return replace(case, state=State.UNANSWERED)


def _shown(case: Case, event: Shown) -> Case | Refused:
    if case.mode != "shown":
        return Refused("a telephone line is attached; offer the call, or withdraw it.")
    return replace(case, state=State.CLOSED)


def _consented(case: Case, event: Consented) -> Case | Refused:
    if case.state is State.READY and case.kind != "form":
        return Refused("nobody has been tried yet; a call back is asked for when nobody answers, or with the form.")
    if not event.providers or len(set(event.providers)) != len(event.providers):
        return Refused("consent names one provider or more, each once.")
    strange = [one for one in event.providers if one not in case.candidates]
    if strange:
        return Refused(f"{strange[0]!r} was not among those named to the person, so consent cannot reach it.")
    return replace(case, state=State.CALLBACK_PENDING, consented=event.providers, holds_phone=True)


def _returned(case: Case, event: Returned) -> Case | Refused:
    if event.provider not in case.consented:
        return Refused(f"the person did not consent to a call from {event.provider!r}.")
    return replace(case, state=State.CONNECTED, reached=event.provider, holds_phone=False)


def _ends(state: State) -> Rule:
    def rule(case: Case, event: Event) -> Case | Refused:
        return replace(case, state=state, offered=None, holds_phone=False)

    return rule


#: Every event that can happen in a state, and what it does. What is not here is refused.
TABLE: Final[Table] = {
    (State.NEW, ListingCalled): _listing_called,
    (State.NEW, GeneralCalled): _general_called,
    (State.NEW, FormSent): _form_sent,
    (State.NEW, UnknownCalled): _unknown_called,
    (State.RECEIVED, Disclosed): _disclosed,
    (State.READY, Offered): _offered,
    (State.OFFERED, Answered): _answered,
    (State.OFFERED, Busy): _not_answered,
    (State.OFFERED, Declined): _not_answered,
    (State.OFFERED, TimedOut): _not_answered,
    (State.READY, NoneLeft): _none_left,
    (State.READY, Shown): _shown,
    (State.READY, Consented): _consented,
    (State.UNANSWERED, Consented): _consented,
    (State.UNANSWERED, Closed): _ends(State.CLOSED),
    (State.CALLBACK_PENDING, Returned): _returned,
    (State.CALLBACK_PENDING, Expired): _ends(State.EXPIRED),
    (State.CONNECTED, Closed): _ends(State.CLOSED),
    (State.DIVERTED, Closed): _ends(State.CLOSED),
    **{(state, Withdrawn): _ends(State.WITHDRAWN) for state in _AFTER_NEW},
    **{(state, EmergencyHeard): _ends(State.DIVERTED) for state in (State.NEW, *_AFTER_NEW)},
}
