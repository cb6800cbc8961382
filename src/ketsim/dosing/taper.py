"""Which doses make a supervised taper of a regimen: the same pattern as before, each dose a falling share of the first.

A taper is known by shares alone. What it comes to in milligrams belongs to whoever supervises it, so a `TaperDose` is
worded as a percentage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

from ketsim.dosing.dose import DoseEvent
from ketsim.dosing.instruction import CLOCK, WEEK, check_number
from ketsim.dosing.wording import hours
from ketsim.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class TaperDose(DoseEvent):
    """A dose of a taper. share: of the dose that it takes the place of, between 0 and 1."""

    share: float


def taper_doses(events: Sequence[DoseEvent], length: float) -> tuple[TaperDose, ...]:
    """The doses that follow the last of `events` (sorted by time) and fall in a straight line to nothing in `length`
    [h].

    They keep the interval of the doses before; where that is not even, the last week's pattern is repeated. Raises
    `InputError` for fewer than two doses, for a steady state or a reset, and for a taper too short to hold a dose.
    """
    given = [e for e in events if e.amount > 0.0]
    if any(e.steady_interval > 0.0 or e.reset for e in events):
        raise InputError("taper follows doses that are written out; a steady state or a reset has none.", field="taper")
    times = sorted({e.time for e in given})
    if len(times) < 2:
        raise InputError(
            "taper needs a regimen of at least two doses, whose interval it keeps; this one has one.", field="taper"
        )
    last = times[-1]
    gaps = [after - before for before, after in pairwise(times) if before > last - WEEK - CLOCK]
    even = bool(gaps) and max(gaps) - min(gaps) <= CLOCK
    period = gaps[-1] if even else max(WEEK, times[-1] - times[-2])
    check_number(length / (gaps[-1] if gaps else period))
    found = []
    for event in given:
        if event.time <= last - period + CLOCK:
            continue
        turn = 1
        while (share := 1.0 - (event.time + turn * period - last) / length) > CLOCK:
            kept: dict[str, Any] = {f.name: getattr(event, f.name) for f in fields(DoseEvent)}
            kept |= {"time": event.time + turn * period, "amount": event.amount * share}
            found.append(TaperDose(**kept, share=share))
            turn += 1
    if not found:
        raise InputError(
            f"taper over {hours(length)} holds no dose, since the regimen gives one every {hours(period)}; make it "
            "longer.",
            field="taper",
        )
    return tuple(sorted(found, key=lambda dose: dose.time))
