"""The course of every lane of an ensemble under one set of structures: march, then read off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ketsim.course.composition import Composition
from ketsim.course.drive import spread_over
from ketsim.engine.policy import Policy
from ketsim.engine.slow_march import LinearDrive, march_slow
from ketsim.engine.system import IntArray
from ketsim.measures.course import Course, course

Array = NDArray[np.float64]

#: Makes the doses that are decided on the way, for lanes that are marched together: from the system, parameter ->
#: (row,), and the lane of the ensemble that each row is. The march then names its rows 0, 1, ...
Decider: TypeAlias = Callable[[Composition, Mapping[str, Array], IntArray], Policy]

#: Largest error of a slow state relative to its peak: far below what anybody could measure of these quantities.
TOLERANCE = 1e-3
#: Lanes up to which rivals are marched together.
TOGETHER = 1024


@dataclass(frozen=True, slots=True)
class Lanewise:
    """One reading of every lane: values (lane, time) and measures, each (lane,)."""

    values: Array
    measures: dict[str, Array]

    def rows(self, lanes: slice) -> Lanewise:
        """Of some of the lanes."""
        return Lanewise(self.values[lanes], {name: values[lanes] for name, values in self.measures.items()})


@dataclass(frozen=True, slots=True)
class Marched:
    """readings: name -> lanes. concentration: what drove them [mg/L] (lane, time). error: the largest estimated
    relative error of a slow state.
    """

    readings: dict[str, Lanewise]
    concentration: Array
    error: float

    def rows(self, lanes: slice) -> Marched:
        """Of some of the lanes."""
        readings = {name: found.rows(lanes) for name, found in self.readings.items()}
        return Marched(readings, self.concentration[lanes], self.error)


def march(
    compositions: Sequence[Composition],
    parameters: Sequence[Mapping[str, Array]],
    drive: LinearDrive,
    times: Array,
    *,
    wanted: Sequence[str],
    stop: float,
    subjects: IntArray,
    decider: Decider | None = None,
) -> list[Marched]:
    """Every wanted reading at `times` [h] of every lane, under each of the rivals.

    parameters: of each rival, name -> (lane,). stop: end of the last dose [h]. decider: of doses on the way.

    Rivals that differ in numbers alone are marched as lanes of one system where lanes are few: a step costs as much for
    a few lanes as for one. Raises `NumericsError` where the tolerance is not met.
    """
    most = max(1, TOGETHER // len(subjects))
    groups: list[list[int]] = []
    for number, composition in enumerate(compositions):
        group = next((g for g in groups if len(g) < most and compositions[g[0]].same_as(composition)), None)
        if group is None:
            groups.append([number])
        else:
            group.append(number)
    found: dict[int, Marched] = {}
    for group in groups:
        composition = compositions[group[0]]
        needed = {n: np.concatenate([parameters[i][n] for i in group]) for n in composition.parameters}
        rows = np.tile(np.arange(len(subjects)), len(group))
        lanes = drive if len(group) == 1 else spread_over(drive, rows)
        policy = None if decider is None else decider(composition, needed, rows)
        names = subjects[rows] if policy is None else np.arange(len(rows))
        marched = _march(composition, needed, lanes, times, wanted=wanted, stop=stop, subjects=names, policy=policy)
        for place, number in enumerate(group):
            found[number] = marched.rows(slice(place * len(subjects), (place + 1) * len(subjects)))
    return [found[number] for number in range(len(compositions))]


def _march(
    composition: Composition,
    needed: Mapping[str, Array],
    drive: LinearDrive,
    times: Array,
    *,
    wanted: Sequence[str],
    stop: float,
    subjects: IntArray,
    policy: Policy | None,
) -> Marched:
    lanes = len(subjects)
    solved = march_slow(
        composition.slow_system(needed, lanes),
        needed,
        drive,
        composition.initial(needed, lanes),
        times,
        tolerance=TOLERANCE,
        policy=policy,
        breaks=composition.breaks,
        subjects=subjects,
    )
    found = composition.read(wanted, times, solved.values, solved.concentrations, needed)
    readings = {
        name: Lanewise(
            values,
            measured(times, values, level=composition.readings[name].level, stop=stop)
            | dict(composition.measures(name, times, values, needed, stop=stop)),
        )
        for name, values in found.items()
    }
    return Marched(readings, solved.concentrations[:, :, 0], float(solved.error.max()))


def measured(times: Array, values: Array, *, level: float, stop: float) -> dict[str, Array]:
    """Measures of curves (lane, time), each (lane,): over all, at the end, and after the last dose, whose times [h] are
    counted from its end.
    """
    whole = course(times, values, values[:, :1], level=level)
    found = {field.name: getattr(whole, field.name) for field in fields(Course)}
    found["at_end"] = values[:, -1]
    after = times >= stop
    if after.sum() > 1 and stop > 0.0:
        rest = course(times[after] - stop, values[:, after], np.zeros((len(values), 1)), level=level)
        found["peak_after_last_dose"] = rest.peak
        found["time_of_peak_after_last_dose"] = rest.time_of_peak
        found["onset_after_last_dose"] = rest.onset
        found["duration_after_last_dose"] = rest.duration
    return found
