"""How often, and how fast, does a person answer? Measured from the log alone, with n, window and formula beside it.

Every offered call counts: those that nobody answered, and those where the person gave up while it rang. Only a call
that was diverted to 911 or 988 while it rang is left out, and counted apart. Below `ENOUGH` offers nothing but their
number is shown. Calls of a stand-in or a simulation are never mixed with live ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from ketsim.care.entry import COARSE, Entry
from ketsim.care.event import (
    Answered,
    Busy,
    Consented,
    Declined,
    EmergencyHeard,
    Expired,
    FormSent,
    GeneralCalled,
    ListingCalled,
    Mode,
    NoneLeft,
    Offered,
    Returned,
    TimedOut,
    Withdrawn,
)

#: Below this many nothing is shown but the number: a share of a few calls says nothing.
ENOUGH: Final = 20
#: The general line as a whole, in place of a provider.
LINE: Final = "general line"
FORMULA: Final = (
    "Answered share: answered / n, with the Wilson interval at 95%. n: all offers in the window, unanswered and given "
    "up among them; diverted to 911 or 988 not. Median and 90th percentile: over all n, an unanswered offer counting "
    f"as never; seconds of ringing, rounded up to {COARSE} s. Calls back kept: returned / (returned + expired + taken "
    "back)."
)
_Z: Final = 1.959963984540054  # the normal quantile of 0.975

Seconds = int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of n with its Wilson interval; all three None while n is below `ENOUGH`."""

    n: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One provider, or the general line, in the window. median, p90: until a person answers [s]; None: never."""

    provider: str
    mode: Mode
    answered: Share
    median: Seconds
    p90: Seconds
    diverted: int
    kept: Share

    @property
    def is_hidden(self) -> bool:
        """Whether there are too few offers to say anything."""
        return self.answered.n < ENOUGH

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        shares = {
            name: {"n": one.n, "share": one.share, "low": one.low, "high": one.high}
            for name, one in (("answered", self.answered), ("callbacks_kept", self.kept))
        }
        times = {"median_s": self.median, "p90_s": self.p90}
        head = {"provider": self.provider, "mode": self.mode, "hidden": self.is_hidden}
        return {**head, **shares, **times, "diverted": self.diverted}


@dataclass(slots=True)
class _Tally:
    seconds: list[Seconds] = field(default_factory=list)
    diverted: int = 0
    kept: int = 0
    not_kept: int = 0


@dataclass(slots=True)
class _Call:
    mode: Mode = "live"
    general: bool = False
    offered: str | None = None
    line_rings: bool = False
    waited: int = 0
    consented: tuple[str, ...] = ()
    counts: bool = False


def measure(entries: Iterable[Entry], *, since: date | None = None, until: date | None = None) -> tuple[Measure, ...]:
    """The measures of every provider with an offer or a request in the window, by mode, then provider.

    since, until: days (UTC) on which a call came in, both included.
    """
    calls: dict[str, _Call] = {}
    tallies: dict[tuple[Mode, str], _Tally] = {}
    for entry in entries:
        call = calls.setdefault(entry.case_id, _Call())
        event = entry.said
        if isinstance(event, ListingCalled | GeneralCalled | FormSent):
            day = date.fromisoformat(entry.at[:10])
            call.counts = (since is None or since <= day) and (until is None or day <= until)
            call.mode, call.general = event.mode, isinstance(event, GeneralCalled)
        if call.counts and call.mode != "shown":
            _count(call, event, tallies)
    for call in calls.values():  # what still rings, or what a crash cut short, was not answered
        if call.counts and call.mode != "shown":
            _end_ringing(call, tallies, None)
            _end_line(call, tallies, None)
    return tuple(_measured(mode, one, tally) for (mode, one), tally in sorted(tallies.items()))


def wilson(share: int, n: int) -> tuple[float, float]:
    """The Wilson interval at 95% of `share` out of `n`.

    >>> [round(end, 3) for end in wilson(45, 50)]
    [0.786, 0.957]
    """
    p, z2 = share / n, _Z * _Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def quantile(seconds: Sequence[Seconds], q: float) -> Seconds:
    """The least time within which a share `q` of all was answered [s], or None where it never was.

    >>> quantile([5, 10, 15, None], 0.5), quantile([5, 10, 15, None], 0.9)
    (10, None)
    """
    known = sorted(one for one in seconds if one is not None)
    rank = max(1, math.ceil(q * len(seconds) - 1e-9))
    return known[rank - 1] if rank <= len(known) else None


def _count(call: _Call, event: object, tallies: dict[tuple[Mode, str], _Tally]) -> None:
    match event:
        case Offered():
            call.offered = event.provider
            call.line_rings = call.general
        case Answered():
            call.waited += event.seconds
            _end_ringing(call, tallies, event.seconds)
            _end_line(call, tallies, call.waited)
        case Busy() | Declined() | TimedOut():
            call.waited += event.seconds
            _end_ringing(call, tallies, None)
        case NoneLeft():
            call.line_rings = call.general  # also where there was nobody to offer it to
            _end_line(call, tallies, None)
        case Withdrawn():
            _end_ringing(call, tallies, None)
            _end_line(call, tallies, None)
            _end_request(call, tallies)
        case Expired():
            _end_request(call, tallies)
        case Consented():
            call.consented = event.providers
        case Returned():
            _of(tallies, call, event.provider).kept += 1
            call.consented = ()
        case EmergencyHeard():
            for rang in filter(None, (call.offered, LINE if call.line_rings else None)):
                _of(tallies, call, rang).diverted += 1
            call.offered, call.line_rings, call.consented = None, False, ()


def _end_ringing(call: _Call, tallies: dict[tuple[Mode, str], _Tally], seconds: Seconds) -> None:
    if call.offered is not None:
        _of(tallies, call, call.offered).seconds.append(seconds)
    call.offered = None


def _end_line(call: _Call, tallies: dict[tuple[Mode, str], _Tally], seconds: Seconds) -> None:
    if call.line_rings:
        _of(tallies, call, LINE).seconds.append(seconds)
    call.line_rings = False


def _end_request(call: _Call, tallies: dict[tuple[Mode, str], _Tally]) -> None:
    for one in call.consented:
        _of(tallies, call, one).not_kept += 1
    call.consented = ()


def _of(tallies: dict[tuple[Mode, str], _Tally], call: _Call, provider: str) -> _Tally:
    return tallies.setdefault((call.mode, provider), _Tally())


def _measured(mode: Mode, provider: str, tally: _Tally) -> Measure:
    enough = len(tally.seconds) >= ENOUGH
    return Measure(
        provider=provider,
        mode=mode,
        answered=_share(sum(one is not None for one in tally.seconds), len(tally.seconds)),
        median=quantile(tally.seconds, 0.5) if enough else None,
        p90=quantile(tally.seconds, 0.9) if enough else None,
        diverted=tally.diverted,
        kept=_share(tally.kept, tally.kept + tally.not_kept),
    )


def _share(count: int, n: int) -> Share:
    if n < ENOUGH:
        return Share(n=n, share=None, low=None, high=None)
    low, high = wilson(count, n)
    return Share(n=n, share=count / n, low=low, high=high)
