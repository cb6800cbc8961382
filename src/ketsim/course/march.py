"""The course of every lane of an ensemble under one set of structures: march, then read off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ketsim.course.composition import Composition
from ketsim.engine.slow_march import LinearDrive, march_slow
from ketsim.engine.system import IntArray
from ketsim.measures.course import Course, course

Array = NDArray[np.float64]

#: Largest error of a slow state relative to its peak: far below what anybody could measure of these quantities.
TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Lanewise:
    """One reading of every lane: values (lane, time) and measures, each (lane,)."""

    values: Array
    measures: dict[str, Array]


@dataclass(frozen=True, slots=True)
class Marched:
    """readings: name -> lanes. error: the largest estimated relative error of a slow state."""

    readings: dict[str, Lanewise]
    error: float


def march(
    composition: Composition,
    parameters: Mapping[str, Array],
    drive: LinearDrive,
    times: Array,
    *,
    wanted: Sequence[str],
    stop: float,
    subjects: IntArray,
) -> Marched:
    """Every wanted reading at `times` [h] of every lane. parameters: name -> (lane,). stop: end of the last dose [h].

    Raises `NumericsError` where the tolerance is not met.
    """
    lanes = len(subjects)
    needed = {name: parameters[name] for name in composition.parameters}
    solved = march_slow(
        composition.slow_system(needed, lanes),
        needed,
        drive,
        composition.initial(needed, lanes),
        times,
        tolerance=TOLERANCE,
        breaks=composition.breaks,
        subjects=subjects,
    )
    found = composition.read(wanted, times, solved.values, solved.concentrations, needed)
    readings = {
        name: Lanewise(values, measured(times, values, level=composition.readings[name].level, stop=stop))
        for name, values in found.items()
    }
    return Marched(readings, float(solved.error.max()))


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
