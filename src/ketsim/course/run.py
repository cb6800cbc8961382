"""The course of a block of people under every structure: one person as an ensemble around a typical lane, many as
themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ketsim.course.draws import TYPICAL, Lanes, parameters_of
from ketsim.course.drive import CourseDriver, joined, people_of, spread_over
from ketsim.course.ensemble import Sums
from ketsim.course.march import Decider, Lanewise, Marched, march
from ketsim.course.parts import Parts
from ketsim.course.planned import PlannedCourse
from ketsim.course.withdrawal import DOMAINS
from ketsim.dosing import DoseEvent
from ketsim.engine.slow_march import NOTHING, LinearDrive
from ketsim.kinetics.parameters import Variation
from ketsim.measures import StreamingQuantiles
from ketsim.people import Cohort, Subject

Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: Parameter sets and people that stand for one person.
SETS, PEOPLE = 8, 8
#: Readings of which a taper is set beside a stop at once.
COMPARED = ("withdrawal", *(f"withdrawal_{domain}" for domain in DOMAINS), "craving")
#: Parameter sets that a population is spread over.
SETS_OF_MANY = 16


@dataclass(slots=True)
class CourseCurve:
    """One reading under one structure. typical: (time,) of one person, None for a population. values: (lane, time), or
    their sketch. measures: name -> (lane,), or their sketches; typical_measures: of the typical lane. sums: of every
    measure, for the width of the result.
    """

    typical: Array | None
    values: Array | None
    sketch: StreamingQuantiles | None
    measures: dict[str, Array]
    sketched: dict[str, StreamingQuantiles] = field(default_factory=dict)
    typical_measures: dict[str, float] = field(default_factory=dict)
    sums: dict[str, Sums] = field(default_factory=dict)

    def merge(self, other: CourseCurve) -> None:
        """Take in the next block of people."""
        assert self.sketch is not None
        assert other.sketch is not None
        self.sketch.merge(other.sketch)
        for name, sketch in other.sketched.items():
            self.sketched[name].merge(sketch)
        self.sums = {name: sums.plus(other.sums[name]) for name, sums in self.sums.items()}


Curves = dict[tuple[str, str], CourseCurve]


def run_course(
    planned: PlannedCourse,
    events: Sequence[DoseEvent],
    cohort: Cohort,
    *,
    person: Subject | None,
    seed: int,
    factors: Mapping[str, float],
    options: frozenset[str],
    sketched: bool,
) -> tuple[Curves, float]:
    """Readings of a block by (structure, reading), and the largest estimated relative error of a slow state.

    cohort: the people of the block. person: the one person whom an ensemble stands for, or None for a population.
    sketched: keep sketches instead of every curve.
    """
    decided = planned.decided
    if person is not None and decided is not None and decided.by_chance:
        lanes = Lanes.crossed(seed, SETS, PEOPLE)
    elif person is not None:
        lanes = Lanes.one_person(seed, SETS, PEOPLE)
    else:
        lanes = Lanes.population(seed, SETS_OF_MANY, cohort.first, cohort.size)

    def driven_by(doses: Sequence[DoseEvent]) -> LinearDrive:
        if person is not None:
            return _of_one_person(planned.driver, doses, person, lanes, factors=factors, options=options)
        who = Variation(seed, between_people=True)
        return planned.driver.linear_drive(doses, cohort, who, factors=factors, options=options)

    drive, decider = _decided(planned, cohort, person, lanes, driven_by) or (driven_by(events), None)
    at_once = None if planned.abrupt is None else driven_by(planned.abrupt.events)
    parameters = []
    for variant in planned.variants:
        drawn: dict[str, Array] = {}
        for structure in variant.structures:
            drawn |= parameters_of(structure.values, structure.chances, lanes)
        drawn |= planned.treatment_sizes(lanes)
        drawn |= {} if planned.mood is None else planned.mood.parameters(lanes)
        parameters.append(drawn if decided is None else drawn | decided.parameters(lanes))
    rivals = march(
        [variant.composition for variant in planned.variants],
        parameters,
        drive,
        planned.times,
        wanted=planned.wanted if decided is None else tuple(dict.fromkeys((*planned.wanted, *decided.recorded))),
        stop=planned.stop,
        subjects=lanes.numbers,
        decider=decider,
    )
    error = max(marched.error for marched in rivals)
    if planned.abrupt is not None and at_once is not None:
        stopped = march(
            [variant.composition for variant in planned.abrupt.variants],
            parameters,
            at_once,
            planned.times,
            wanted=[name for name in planned.wanted if name in COMPARED],
            stop=planned.abrupt.stop,
            subjects=lanes.numbers,
        )
        for marched, beside in zip(rivals, stopped, strict=True):
            error = max(error, beside.error)
            _compare(marched, beside, planned.times >= planned.abrupt.stop)
    curves: Curves = {}
    for variant, marched in zip(planned.variants, rivals, strict=True):
        for name, found in marched.readings.items():
            key = (variant.of_reading(name).key, name)
            if key not in curves:
                curves[key] = _curve(found, lanes, typical=person is not None, sketched=sketched)
    if decided is not None:
        key = (planned.driver.model.key, planned.driver.output)
        every = Lanes(seed, np.tile(lanes.sets, len(rivals)), np.tile(lanes.people, len(rivals)), lanes.count)
        found = concentration_of(rivals, planned.times)
        curves[key] = _curve(found, every, typical=person is not None, sketched=sketched)
    return curves, error


def _decided(
    planned: PlannedCourse,
    cohort: Cohort,
    person: Subject | None,
    lanes: Lanes,
    driven_by: Callable[[Sequence[DoseEvent]], LinearDrive],
) -> tuple[LinearDrive, Decider] | None:
    """What is given anyway, and who decides about the rest; None where everything is planned."""
    decided = planned.decided
    if decided is None:
        return None
    one_dose = driven_by([decided.dose])
    weight = cohort.covariates().get("weight") if person is None else person.weight
    amount = np.broadcast_to(np.asarray(decided.dose.milligrams(weight), dtype=np.float64), (lanes.size,))
    parts = Parts.of(one_dose.inputs, amount)
    drive = driven_by(decided.given) if decided.given else LinearDrive(one_dose.systems, NOTHING)
    return drive, partial(decided.policy, lanes=lanes, parts=parts)


def concentration_of(rivals: Sequence[Marched], times: Array) -> Lanewise:
    """Concentrations [ng/mL] of every lane under every rival, one after the other, with what is measured of them."""
    values = np.concatenate([np.maximum(marched.concentration, 0.0) for marched in rivals]) * 1000.0
    at = values.argmax(axis=1)
    area = ((values[:, 1:] + values[:, :-1]) * np.diff(times)).sum(axis=1) / 2.0
    return Lanewise(values, {"cmax": values.max(axis=1), "tmax": times[at], "auc": area})


def _compare(tapered: Marched, abrupt: Marched, after: BoolArray) -> None:
    """Set the worst since the last full dose beside that after a stop at once. after: (time,) from that dose on."""
    for name, other in abrupt.readings.items():
        measures = tapered.readings[name].measures
        measures["peak_since_taper_began"] = tapered.readings[name].values[:, after].max(axis=1)
        measures["peak_if_stopped_at_once"] = other.values[:, after].max(axis=1)


def _of_one_person(
    driver: CourseDriver,
    events: Sequence[DoseEvent],
    person: Subject,
    lanes: Lanes,
    *,
    factors: Mapping[str, float],
    options: frozenset[str],
) -> LinearDrive:
    """The typical lane with the typical kinetics, then people who differ as the kinetic model says."""
    alone = Cohort.of(person)
    others = Cohort.of(person, size=PEOPLE)
    drives = [
        driver.linear_drive(events, who, Variation(lanes.seed, between_people=varied), factors=factors, options=options)
        for who, varied in ((alone, False), (others, True))
    ]
    return spread_over(joined(*drives), np.where(lanes.people < 0, 0, 1 + people_of(lanes, others)))


def _curve(found: Lanewise, lanes: Lanes, *, typical: bool, sketched: bool) -> CourseCurve:
    sums = {name: Sums.of(values, lanes) for name, values in found.measures.items()}
    if typical:
        alone = np.flatnonzero(lanes.sets == TYPICAL)[:1]  # none where chance decides: then the middle of all
        others = lanes.sets != TYPICAL
        return CourseCurve(
            typical=found.values[alone[0]] if len(alone) else np.median(found.values, axis=0),
            values=found.values[others],
            sketch=None,
            measures={name: values[others] for name, values in found.measures.items()},
            typical_measures={
                name: float(values[alone[0]]) if len(alone) else _middle(values)
                for name, values in found.measures.items()
            },
            sums=sums,
        )
    if not sketched:
        return CourseCurve(None, found.values, None, found.measures, sums=sums)
    return CourseCurve(
        None,
        None,
        _sketch(found.values),
        {},
        {name: _sketch(values) for name, values in found.measures.items()},
        sums=sums,
    )


def _middle(values: Array) -> float:
    """The median of what is defined."""
    there = values[np.isfinite(values)]
    return float(np.median(there)) if there.size else np.nan


def _sketch(values: Array) -> StreamingQuantiles:
    sketch = StreamingQuantiles(values.shape[1:], smallest=1e-2)
    sketch.add(values)
    return sketch
