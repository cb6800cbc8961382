"""What becomes of one call, from the number that was dialled to its end? Every step goes through the log.

Emergencies come first, then who answers and who pays is told, and only then anything rings. Without a telephone line
the call ends with the numbers that would be rung, in their order. The reply has the public lines whatever happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ketsim.care import choice, disclosure, emergency
from ketsim.care.choice import Area, Order
from ketsim.care.disclosure import Text, Told
from ketsim.care.emergency import Emergency
from ketsim.care.entry import new_case
from ketsim.care.event import (
    Closed,
    Disclosed,
    EmergencyHeard,
    Event,
    GeneralCalled,
    Kind,
    Language,
    ListingCalled,
    Mode,
    NoneLeft,
    Offered,
    Shown,
    UnknownCalled,
)
from ketsim.care.log import Log
from ketsim.care.provider import Provider
from ketsim.care.routing import Case, Refused, State, public_lines
from ketsim.care.telephony import Ringing, Telephony
from ketsim.errors import InputError
from ketsim.notice import HelpLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """One who may answer a call: a provider, or a listing of the directory by its own number."""

    id: str
    phone: str
    told: Told


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who was rung, and how it ended."""

    provider: str
    ringing: Ringing


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is said of a call. told: before anything rang. dial: (name, number) to ring oneself, in order."""

    case_id: str
    case: Case
    sentence: str
    told: Text | None
    order: Order | None
    attempts: tuple[Attempt, ...]
    dial: tuple[tuple[str, str], ...]
    emergency: Emergency | None

    @property
    def lines(self) -> tuple[HelpLine, ...]:
        """The public lines; in an emergency with the one to call first at their head."""
        return self.emergency.lines if self.emergency is not None else public_lines()

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "public_lines": [line.to_dict() for line in self.lines],
            "case_id": self.case_id,
            "state": str(self.case.state),
            "kind": self.case.kind,
            "mode": self.case.mode,
            "sentence": self.sentence,
            "told": None if self.told is None else {"version": self.told.version, "text": self.told.text},
            "order": None if self.order is None else self.order.to_dict(),
            "candidates": list(self.case.candidates),
            "attempts": [
                {"provider": one.provider, "end": one.ringing.end, "seconds": one.ringing.seconds}
                for one in self.attempts
            ],
            "reached": self.case.reached,
            "dial": [{"name": name, "number": number} for name, number in self.dial],
        }


def answering(provider: Provider, now: datetime) -> Answering:
    """A provider as one who may answer a call at that time."""
    return Answering(id=provider.id, phone=provider.phone, told=provider.told(now.astimezone(UTC).date()))


def call_listing(
    log: Log, listing: Answering, *, line: Telephony | None = None, said: str = "", language: Language = "en"
) -> Reply:
    """The number of a listing was called: nobody but that listing is ever rung."""
    start = ListingCalled(provider=listing.id, mode=_mode(line))
    return _Course(log, "listing", (listing,), None, line, language).run(start, said)


def call_general(
    log: Log,
    providers: Sequence[Provider],
    *,
    area: Area = Area(),  # noqa: B008  (frozen)
    code: str | None = None,
    now: datetime | None = None,
    line: Telephony | None = None,
    said: str = "",
    language: Language = "en",
) -> Reply:
    """The general line was called: those eligible are rung in the fair order until one answers."""
    at = now or datetime.now(UTC)
    order = choice.order([one.desk for one in providers], area=area, code=code, now=at)
    known = {one.id: one for one in providers}
    eligible = tuple(answering(known[one], at) for one in order.ids)
    start = GeneralCalled(candidates=order.ids, mode=_mode(line))
    return _Course(log, "general", eligible, order, line, language).run(start, said)


def call_unknown(log: Log, *, said: str = "", line: Telephony | None = None, language: Language = "en") -> Reply:
    """A number was called that is nobody's here: it is passed on to nobody."""
    return _Course(log, None, (), None, line, language).run(UnknownCalled(mode=_mode(line)), said)


def _mode(line: Telephony | None) -> Mode:
    return "shown" if line is None else line.mode


@dataclass(slots=True)
class _Course:
    """One call on its way."""

    log: Log
    kind: Kind | None
    answering: tuple[Answering, ...]
    order: Order | None
    line: Telephony | None
    language: Language
    id: str = field(default_factory=new_case)
    attempts: list[Attempt] = field(default_factory=list)
    told: Text | None = None
    emergency: Emergency | None = None

    def run(self, start: Event, said: str) -> Reply:
        self.emergency = emergency.heard(said) if said else None
        if self.emergency is not None:
            return self._reply(self._record(EmergencyHeard()))
        case = self._record(start)
        if self.kind is None:
            return self._reply(case)
        self.told = disclosure.disclosure(self.kind, [one.told for one in self.answering], language=self.language)
        case = self._record(Disclosed(version=self.told.version, language=self.language))
        if self.line is None:
            return self._reply(self._record(Shown()))
        return self._reply(self._ring(case, self.line))

    def _ring(self, case: Case, line: Telephony) -> Case:
        for one in self.answering:
            self._record(Offered(provider=one.id))
            ringing = line.ring(one.id, one.phone)
            self.attempts.append(Attempt(one.id, ringing))
            case = self._record(ringing.event(one.id))
            if case.state is not State.READY:
                break
        if case.state is State.READY:
            case = self._record(NoneLeft())
        if line.mode != "live" and case.state in (State.CONNECTED, State.UNANSWERED):
            self._record(Closed())  # nobody is really there; the reply still says how it went
        return case

    def _record(self, event: Event) -> Case:
        after = self.log.record(self.id, event)
        if isinstance(after, Refused):
            raise InputError(after.sentence)
        return after

    def _reply(self, case: Case) -> Reply:
        urgent = case.state is State.DIVERTED  # heard before or while it rang: no order, no provider, the lines alone
        shows = not urgent and case.state is not State.CONNECTED
        return Reply(
            case_id=self.id,
            case=case,
            sentence=self._urgent() if urgent else self._sentence(case),
            told=None if urgent else self.told,
            order=None if urgent else self.order,
            attempts=tuple(self.attempts),
            dial=tuple((one.told.name, one.phone) for one in self.answering) if shows else (),
            emergency=self.emergency,
        )

    def _urgent(self) -> str:
        if self.emergency is not None:
            return self.emergency.sentence(self.language)
        return disclosure.reply("urgent", self.language)

    def _sentence(self, case: Case) -> str:
        names = {one.id: one.told.name for one in self.answering}
        match case.state:
            case State.CONNECTED:
                seconds = sum(one.ringing.seconds for one in self.attempts)
                return disclosure.reply("answered", self.language, name=names[str(case.reached)], seconds=seconds)
            case State.UNANSWERED if names:
                what = "unanswered"
            case State.REFUSED:
                what = "refused"
            case State.WITHDRAWN:
                what = "withdrawn"
            case _:
                what = "shown" if names else "nobody"
        return disclosure.reply(what, self.language)
