"""What happens when a provider's number is rung? An adapter says; the rules of routing do not care which.

ketsim holds no telephone line. `Telephony` is what one has to offer; `Scripted` is a stand-in that reads from a file
how each ringing ends and writes what would have happened. Without any, calls are shown and logged as what would happen.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Protocol, get_args

from ketsim.care.event import Answered, Busy, Declined, EmergencyHeard, Event, Mode, TimedOut, Withdrawn
from ketsim.document import read_document
from ketsim.errors import InputError, did_you_mean

#: withdrawn: the person hung up while it rang. emergency: the person said words that mean danger to life.
End = Literal["answered", "busy", "declined", "timed_out", "withdrawn", "emergency"]
ENDS: Final = get_args(End)
_ENDED: Final = {kind.name: kind for kind in (Answered, Busy, Declined, TimedOut)}
_LONGEST: Final = 3600  # [s] that anything rings


@dataclass(frozen=True, slots=True)
class Ringing:
    """How it ended to ring at a provider, after so many seconds [s]."""

    end: End
    seconds: int

    def event(self, provider: str) -> Event:
        """The event for the log."""
        match self.end:
            case "withdrawn":
                return Withdrawn()
            case "emergency":
                return EmergencyHeard()
            case ended:
                return _ENDED[ended](provider=provider, seconds=self.seconds)


class Telephony(Protocol):
    """A telephone line. mode: how the log marks its calls; "live" only where a telephone really rings."""

    @property
    def mode(self) -> Mode:
        """How the log marks the calls of this line."""

    def ring(self, provider: str, phone: str) -> Ringing:
        """Ring the number [E.164] of that provider until it ends."""


class Scripted:
    """A line whose ringing ends as a file says. `written`: what would have happened, a sentence for each ringing."""

    mode: Mode = "scripted"

    def __init__(self, outcomes: dict[str, tuple[Ringing, ...]], otherwise: Ringing) -> None:
        self._outcomes = outcomes
        self._otherwise = otherwise
        self._rung: dict[str, int] = {}
        self.written: list[str] = []

    def ring(self, provider: str, phone: str) -> Ringing:
        """The next outcome for that provider; `otherwise` when its list is used up."""
        turn = self._rung.get(provider, 0)
        self._rung[provider] = turn + 1
        planned = self._outcomes.get(provider, ())
        ended = planned[turn] if turn < len(planned) else self._otherwise
        self.written.append(f"Would ring {provider} at {phone}: {ended.end.replace('_', ' ')} after {ended.seconds} s.")
        return ended


def read_script(source: Path | str, *, name: str | None = None) -> Scripted:
    """A stand-in from YAML. Raises `InputError` with file and line.

    >>> read_script("outcomes: {hope: [{busy: 3}, {answered: 12}]}\\notherwise: {timed_out: 30}").ring("hope", "+1").end
    'busy'
    """
    document = read_document(source, name=name)
    data = document.data
    if (
        not isinstance(data, dict)
        or set(data) - {"outcomes", "otherwise"}
        or not isinstance(data.get("outcomes"), dict)
    ):
        raise InputError(
            "a script has outcomes: a list for each provider id, and otherwise: what happens after it.",
            where=document.where(()),
        )
    outcomes = {}
    for provider, planned in data["outcomes"].items():
        if not isinstance(planned, list):
            raise InputError(
                f"outcomes of {provider[:40]!r} are no list; expected such as [{{busy: 3}}, {{answered: 12}}].",
                where=document.where(("outcomes", provider)),
            )
        outcomes[provider] = tuple(
            _ringing(one, document.where(("outcomes", provider, place))) for place, one in enumerate(planned)
        )
    return Scripted(outcomes, _ringing(data.get("otherwise", {"timed_out": 30}), document.where(("otherwise",))))


def _ringing(written: Any, where: str) -> Ringing:
    if not isinstance(written, dict) or len(written) != 1:
        raise InputError("an outcome is one word with its seconds, such as {answered: 12}.", where=where)
    ((end, seconds),) = written.items()
    if end not in ENDS:
        hint = did_you_mean(end, ENDS, otherwise=f"expected {', '.join(ENDS)}.")
        raise InputError(f"no ringing ends with {end[:40]!r}; {hint}", where=where)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 <= seconds <= _LONGEST:
        raise InputError(f"{end} has {str(seconds)[:20]!r} seconds; expected 0 to {_LONGEST}.", where=where)
    return Ringing(end, seconds)
