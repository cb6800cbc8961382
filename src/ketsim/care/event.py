"""What can happen to a call, as the log keeps it: ids, versions and seconds, and nothing about the person who calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

Kind = Literal["listing", "general", "form"]
#: live: a line rang. scripted, simulated: a stand-in answered. shown: nothing could ring, numbers were shown.
Mode = Literal["live", "scripted", "simulated", "shown"]
Language = Literal["en", "es"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingCalled:
    """The number of a listing was called; `provider` is that listing."""

    name: ClassVar[str] = "listing_called"
    provider: str
    mode: Mode = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralCalled:
    """The general line was called; candidates: the eligible ones in the printed order (`ketsim.care.choice`)."""

    name: ClassVar[str] = "general_called"
    candidates: tuple[str, ...]
    mode: Mode = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSent:
    """A request to be called back; candidates: those whom the person ticked."""

    name: ClassVar[str] = "form_sent"
    candidates: tuple[str, ...]
    mode: Mode = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownCalled:
    """A number was called that is nobody's here."""

    name: ClassVar[str] = "unknown_called"
    mode: Mode = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """Who answers, who pays and whether it is recorded was told, in these words and this language."""

    name: ClassVar[str] = "disclosed"
    version: str
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """It rings there."""

    name: ClassVar[str] = "offered"
    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RingingEnded:
    """It rings there no more; seconds: of ringing until then [s]. How it ended, the events below say."""

    provider: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(RingingEnded):
    """A person answered."""

    name: ClassVar[str] = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy(RingingEnded):
    """The line was busy."""

    name: ClassVar[str] = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(RingingEnded):
    """The provider did not take the call."""

    name: ClassVar[str] = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedOut(RingingEnded):
    """Nobody answered in time."""

    name: ClassVar[str] = "timed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneLeft:
    """Every candidate was tried."""

    name: ClassVar[str] = "none_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """No telephone line is attached: the numbers were shown in their order, and nothing rang."""

    name: ClassVar[str] = "shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consented:
    """The person allows these named providers to call back; with the version and language of the text."""

    name: ClassVar[str] = "consented"
    providers: tuple[str, ...]
    version: str
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """That provider called back."""

    name: ClassVar[str] = "returned"
    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """The time for a call back is over."""

    name: ClassVar[str] = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The person hung up, or took the request back."""

    name: ClassVar[str] = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The call is over."""

    name: ClassVar[str] = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyHeard:
    """Words or a choice that mean danger to life (`ketsim.care.emergency`); which ones is not kept."""

    name: ClassVar[str] = "emergency_heard"


Event = (
    ListingCalled
    | GeneralCalled
    | FormSent
    | UnknownCalled
    | Disclosed
    | Offered
    | Answered
    | Busy
    | Declined
    | TimedOut
    | NoneLeft
    | Shown
    | Consented
    | Returned
    | Expired
    | Withdrawn
    | Closed
    | EmergencyHeard
)
EVENTS: Final[Mapping[str, type[Event]]] = {event.name: event for event in Event.__args__}
