"""How long after the last dose does a simulated curve stay at or above a concentration?

The scenario is followed until the curve has fallen below it, at most for a year; a curve that has not is said to last
"at least" so long. Over people the window is read from the curves that 5 %, 50 % and 95 % of them lie below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ketsim.errors import InputError
from ketsim.kinetics.analytes import role_of
from ketsim.result import Output, Result
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

Array = NDArray[np.float64]

_FIRST: Final = 48.0  # [h] followed after the last dose at first; doubled until every curve has fallen
_LONGEST: Final = 8_760.0  # [h] a year: no model here was built on as much


@dataclass(frozen=True, slots=True)
class SimulatedWindow:
    """low, median, high: [h] after the last dose began; zero where the cut-off [ng/mL] is never reached.

    at_least: the highest curve was still above the cut-off when the simulation ended.
    """

    analyte: str
    cutoff: float
    output: Output
    low: float
    median: float
    high: float
    at_least: bool


def simulated_windows(scenario: Scenario, cutoffs: Mapping[str, float]) -> tuple[tuple[SimulatedWindow, ...], Result]:
    """The windows of every analyte with a cut-off [ng/mL] that a model gives, and the simulation they come from.

    A scenario with `until` is followed for no longer. Raises `InputError` for a regimen without an end: a window counts
    from the last dose.
    """
    if scenario.regimen.open_ended:
        raise InputError(
            "a window counts from the last dose, and this regimen has none; say when it ends, as in "
            '"50 mg im daily for 2 weeks".',
            field="dose",
        )
    events = [event for event in scenario.regimen.events(scenario.until) if event.amount > 0.0]
    if not events:
        raise InputError("no dose is given in the time that is looked at; make until later.", field="until")
    last = max(event.time for event in events)
    end = max(event.time + event.lag + event.duration for event in events)
    span, marks = _FIRST, []
    while True:
        until = scenario.until if scenario.until is not None else end + span
        marks.append(until)
        # Ends looked at before stay on the time axis: a longer look must not move a crossing found in a shorter one.
        result = simulate(scenario.with_(until=until, at=tuple(marks), effects=("none",)))
        found = tuple(_window(o, a, cutoffs[a], result.times, last) for a, o in _wanted(result, cutoffs))
        if scenario.until is not None or span >= _LONGEST or not any(window.at_least for window in found):
            return found, result
        span *= 2.0


def _wanted(result: Result, cutoffs: Mapping[str, float]) -> list[tuple[str, Output]]:
    """The outputs that a test without regard to the isomer would measure, by analyte; one a model."""
    found: list[tuple[str, Output]] = []
    for model in dict.fromkeys(output.model for output in result.outputs):
        for analyte in cutoffs:
            role = role_of(analyte)
            named = {o.name: o for o in result.outputs if o.model == model and role_of(o.name) == role}
            if analyte in named:
                found.append((analyte, named[analyte]))
            elif len(named) == 1:
                found.append((analyte, next(iter(named.values()))))
    return found


def _window(output: Output, analyte: str, cutoff: float, times: Array, start: float) -> SimulatedWindow:
    ends = [_last_at(times, curve, cutoff) for curve in (output.low, output.median, output.high)]
    low, median, high = (max(0.0, end - start) if reached else 0.0 for end, reached in ends)
    return SimulatedWindow(
        analyte=analyte,
        cutoff=cutoff,
        output=output,
        low=low,
        median=median,
        high=high,
        at_least=bool(output.high[-1] >= cutoff),
    )


def _last_at(times: Array, curve: Array, cutoff: float) -> tuple[float, bool]:
    """[h] When the curve is at the cut-off for the last time, and whether it ever is; straight in the logarithm."""
    above = np.flatnonzero(curve >= cutoff)
    if above.size == 0:
        return 0.0, False
    i = int(above[-1])
    if i == len(times) - 1:
        return float(times[i]), True
    before, after = float(curve[i]), float(curve[i + 1])
    share = log(before / cutoff) / log(before / after) if after > 0.0 else (before - cutoff) / (before - after)
    return float(times[i] + share * (times[i + 1] - times[i])), True
