"""The clock of a run: how long is looked at, when doses are given, the times at which curves are read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ketsim.dosing import DoseEvent, taper_doses
from ketsim.errors import InputError
from ketsim.scenario import Scenario

Array = NDArray[np.float64]

_AFTER_LAST_DOSE = 24.0  # [h] looked at when the asker names no end
_AFTER_TAPER = 672.0  # [h] the same behind a taper, since it is the weeks after it that are asked about
_POINTS = 1_200  # curve points for one person, shared out over the spans between doses
_POINTS_OF_MANY = 400  # the same for each person of a population
_FEWEST, _MOST = 4, 400  # points in one such span
_ENOUGH = 60  # points in a span from which its peak and area can be measured
_POINTS_AT_MOST = 60_000  # beyond this, spans get fewer than enough
_POINTS_AT_MOST_OF_MANY = 10_000
_ROUND_TIMES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 24.0, 168.0, 672.0)  # [h] shown when no times are asked for


def horizon(scenario: Scenario) -> float:
    """How long is looked at [h]: as was said, or a while behind the last dose. Raises `InputError` without an end."""
    if scenario.until is not None:
        return scenario.until
    regimen = scenario.regimen
    if regimen.open_ended:
        raise InputError(
            "this regimen has no end of its own; say how long to look with --until, for example --until 6wk."
        )
    end = regimen.events(None)
    last = max(e.time + e.lag + e.duration for e in end)
    after = _AFTER_LAST_DOSE if scenario.taper is None else scenario.taper + _AFTER_TAPER
    return max([last + after, *scenario.at])


def doses_until(scenario: Scenario, until: float) -> tuple[DoseEvent, ...]:
    """Every dose before `until` [h], those of the taper behind the last."""
    if scenario.taper is None:
        return scenario.regimen.events(until)
    if scenario.regimen.open_ended:
        raise InputError("taper follows the last dose, and this regimen has none; say for how long it is taken.")
    every = scenario.regimen.events(None)
    return tuple(e for e in (*every, *taper_doses(every, scenario.taper)) if e.time < until)


def shown_times(scenario: Scenario, until: float) -> tuple[float, ...]:
    """The times [h] at which values are shown: those asked for, or round ones."""
    return scenario.at or tuple(t for t in _ROUND_TIMES if t <= until)


def curve_times(scenario: Scenario, events: Sequence[DoseEvent], until: float, at: Sequence[float]) -> Array:
    """Times [h] of the curves of a run: fewer for each person of a population."""
    if scenario.population is None:
        return output_times(events, until, at, points=_POINTS, most=_POINTS_AT_MOST)
    return output_times(events, until, at, points=_POINTS_OF_MANY, most=_POINTS_AT_MOST_OF_MANY)


def output_times(events: Sequence[DoseEvent], until: float, at: Sequence[float], *, points: int, most: int) -> Array:
    """Times [h] of the curve: every dose edge, points that crowd after each edge, and the times asked for.

    points: shared out over the spans between edges, each of which has enough of them for its peak and area to be
    measured unless there would be more than `most`.
    """
    edges = {0.0, until}
    for event in events:
        start = event.time + event.lag
        edges |= {t for t in (start, start + event.duration) if t <= until}
    ordered = np.array(sorted(edges))
    spans = len(ordered) - 1
    each = int(np.clip(max(points // spans, min(_ENOUGH, most // spans)), _FEWEST, _MOST))
    crowding = (np.arange(each) / each) ** 2
    inner = ordered[:-1, None] + np.diff(ordered)[:, None] * crowding
    return np.unique(np.concatenate([inner.ravel(), ordered, np.asarray(at, dtype=np.float64)]))
