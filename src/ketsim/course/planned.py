"""The course of a run: which structures run, what drives them, what is read off and when. Picklable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ketsim.course.asked import A_WEEK, check_known, is_asked
from ketsim.course.bladder import Bladder
from ketsim.course.composition import Composition
from ketsim.course.draws import Lanes, parameters_of
from ketsim.course.drive import CourseDriver
from ketsim.course.planned_booster import PlannedBooster
from ketsim.course.planned_mood import PlannedMood
from ketsim.course.planned_use import PlannedUse
from ketsim.course.process import Process, kind
from ketsim.course.relapse import Relapse
from ketsim.course.structure import PARTS, Part, Structure, structures
from ketsim.course.treatment import InForce, Treatment
from ketsim.course.treatment_order import TreatmentOrder
from ketsim.dosing import DoseEvent, TaperDose
from ketsim.dosing.instruction import DAY
from ketsim.errors import InputError, did_you_mean
from ketsim.evidence import Value
from ketsim.kinetics.model import Model

Array = NDArray[np.float64]

#: Doses that are decided on the way.
Decided: TypeAlias = PlannedUse | PlannedBooster
_POINTS, _POINTS_OF_MANY = 800, 160
_MOST_OF_MANY = 600  # further points of a population where doses are decided on the way
_AFTER_STOP = 120  # points that crowd after the last dose
_STEPS = (1, 2, 3, 4, 6, 8, 12, 24, 48, 72)  # [h] between two points
_FIRST_HOURS = (2, 4, 24)  # [h] after a dose, where there are few doses


@dataclass(frozen=True)
class Variant:
    """Structures that run together, at most one of each part, and their processes as one system. follows: the reading
    by which doses are decided on the way.
    """

    structures: tuple[Structure, ...]
    composition: Composition
    follows: str = ""

    def of_reading(self, name: str) -> Structure:
        """The structure that a reading belongs to; of what is decided on the way, that of what decides."""
        for structure in self.structures:
            if any(name in kind(process).readings for process in structure.processes):
                return structure
        return self.of_reading(self.follows)


@dataclass(frozen=True)
class PlannedCourse:
    """driver: the kinetic model. variants: rivals side by side. wanted: readings to show. stop: end of the last dose
    [h]. times: (time,) [h] at which it is read off. treatments: what helps. abrupt: where a taper ends the regimen,
    what is run beside it, so that the two can be compared. decided: doses that are decided on the way.
    """

    driver: CourseDriver
    variants: tuple[Variant, ...]
    wanted: tuple[str, ...]
    stop: float
    times: Array
    treatments: tuple[TreatmentOrder, ...] = ()
    abrupt: AbruptStop | None = None
    decided: Decided | None = None
    mood: PlannedMood | None = None

    def behind(self, variant: Variant, name: str) -> frozenset[str]:
        """Parameters that a reading rests on; where doses are decided on the way, also those that decide."""
        return variant.composition.behind(name) | self._deciding(variant)

    def deciding_values(self, variant: Variant) -> tuple[Value, ...]:
        """The numbers that decide about doses on the way."""
        numbers = {**self.treatment_values, **self.decided_values}
        for structure in variant.structures:
            numbers |= {**structure.values, **structure.chances}
        return tuple(numbers[p] for p in sorted(self._deciding(variant)) if p in numbers)

    def _deciding(self, variant: Variant) -> frozenset[str]:
        if self.decided is None:
            return frozenset()
        looked_at = map(variant.composition.behind, self.decided.looked_at)
        return frozenset(self.decided.values).union(*looked_at)

    @property
    def decided_values(self) -> Mapping[str, Value]:
        """Parameter -> number of the decisions themselves."""
        return {} if self.decided is None else self.decided.values

    @property
    def mood_values(self) -> Mapping[str, Value]:
        """Parameter -> number of the setting and background of the course of depression."""
        return {} if self.mood is None else self.mood.values

    @property
    def treatment_values(self) -> dict[str, Value]:
        """Parameter -> size of every treatment in force."""
        return {name: value for order in self.treatments for name, value in order.treatment.values.items()}

    def treatment_sizes(self, lanes: Lanes) -> dict[str, Array]:
        """Parameters of the treatments in force, (lane,)."""
        return parameters_of(self.treatment_values, {}, lanes)


@dataclass(frozen=True)
class AbruptStop:
    """The same regimen without its taper. events: its doses. stop: end of the last one [h]. variants: as those of the
    course, but for the stop.
    """

    events: tuple[DoseEvent, ...]
    stop: float
    variants: tuple[Variant, ...]


def plan_course(
    wanted: Sequence[str],
    events: Sequence[DoseEvent],
    model: Model,
    *,
    until: float,
    at: Sequence[float],
    many: bool,
    treatments: Sequence[TreatmentOrder] = (),
    decided: Decided | None = None,
    mood: PlannedMood | None = None,
) -> PlannedCourse | None:
    """The course to show, or None where none is asked for: unasked it is shown when the look is a week or longer.

    wanted: names of readings; none means what is shown unasked, "none" none, "default" that beside what else is named.
    The score of depression is shown unasked where doses are such as trials gave, or something was said of it. Raises
    `InputError` for a name that is no reading, and with the reason where the course cannot be run.
    """
    if "none" in wanted and decided is not None:
        raise InputError("course none cannot be: doses that are decided on the way follow the course.")
    if not is_asked(wanted, until=until, decided=decided is not None):
        if "none" in wanted or mood is None or not mood.asked.anything:
            return None
        wanted = mood.unasked  # a shorter look, and something was said of the depression
    given = [e for e in events if e.amount > 0.0]
    stop, full_stop = _end_of(given), _end_of([e for e in given if not isinstance(e, TaperDose)])
    if decided is not None:
        stop = full_stop = decided.stop
        _check_devices(decided, model)
    driver = CourseDriver.of(model, events)
    in_force = tuple(order.in_force(stop, until) for order in treatments)
    by_part = {part: _shown_of(part) for part in PARTS}
    known = tuple(n for names in by_part.values() for n in names)
    known += () if decided is None else tuple(n for n, r in decided.process.readings.items() if r.shown)
    if decided is not None and stop >= until:  # without a stop there is nothing to go back from
        known = tuple(n for n in known if n != "relapse_free")
    check_known(wanted, known)
    unasked = set(known).difference(by_part["mood"], by_part["synapses"])
    if mood is not None and mood.unasked:  # doses such as trials gave: what a survey of use says is not said of them
        unasked = unasked.difference(by_part["harm"]).union(mood.unasked)
    chosen = unasked.union(wanted) if not wanted or "default" in wanted else set(wanted)
    named = tuple(n for n in known if n in chosen)
    if decided is not None and decided.follows not in known:
        hint = did_you_mean(decided.follows, known, otherwise=f"there are {', '.join(known)}.")
        raise InputError(f"booster.when looks at {decided.follows[:60]!r}, which is nothing that is read off; {hint}")
    parts = _parts_behind((*named, *(() if decided is None else decided.looked_at)))
    mood = mood if "mood" in parts else None
    days = _days(given if decided is None else [e for e in decided.given if e.amount > 0.0])
    variants = variants_of(
        parts, stop=stop, days=days, factor=driver.factor, in_force=in_force, decided=decided, mood=mood
    )
    abrupt = None
    if full_stop < stop:
        helped = tuple(order.in_force(full_stop, until) for order in treatments)
        rest = variants_of(parts, stop=full_stop, days=days, factor=driver.factor, in_force=helped, mood=mood)
        abrupt = AbruptStop(tuple(e for e in events if not isinstance(e, TaperDose)), full_stop, tuple(rest))
    stops = sorted({min(t, until) for t in (full_stop, stop)})
    times = course_times([e.time for e in given], stops, until, at, many=many)
    if decided is not None:
        more = decided.times[decided.times <= until]
        if many and len(more) > _MOST_OF_MANY:  # else memory would grow with people times weeks
            more = more[(more < A_WEEK) | ((more >= stops[-1] - A_WEEK) & (more < stops[-1]))]
            decided = replace(decided, thinned=True)
        times = np.unique(np.concatenate([times, more]))
    return PlannedCourse(driver, tuple(variants), named, stops[-1], times, tuple(treatments), abrupt, decided, mood)


def _shown_of(part: Part) -> tuple[str, ...]:
    """What may be shown of a part."""
    return tuple(n for p in structures(part)[0].processes for n, r in kind(p).readings.items() if r.shown)


def _parts_behind(names: Sequence[str]) -> tuple[Part, ...]:
    """The parts that these readings belong to; dependence where none does."""
    found: list[Part] = []
    for part in PARTS:
        readings = {n for process in structures(part)[0].processes for n in kind(process).readings}
        if readings.intersection(names):
            found.append(part)
    return tuple(found) if any(part != "harm" for part in found) else (*PARTS[:1], *found)  # harm has no states


def _check_devices(decided: Decided, model: Model) -> None:
    """Raise `InputError` where what a line brings depends on the lines before it."""
    if decided.by_chance and model.spec.routes[decided.dose.route].devices is not None:
        raise InputError(
            f"{model.key} counts the devices of a session, so a line there is not like the one before it; "
            "use that is decided on the way needs another model or route."
        )


def _end_of(doses: Sequence[DoseEvent]) -> float:
    """When the last one is in [h]."""
    return max(e.time + e.lag + e.duration for e in doses)


def variants_of(
    parts: Sequence[Part],
    *,
    stop: float,
    days: tuple[float, ...] = (),
    factor: float,
    in_force: tuple[InForce, ...],
    decided: Decided | None = None,
    mood: PlannedMood | None = None,
) -> list[Variant]:
    """The rivals of every part, paired off so that each structure runs at least once."""
    rivals = [structures(part) for part in parts]
    found = []
    for number in range(max(len(r) for r in rivals)):
        together = tuple(r[number % len(r)] for r in rivals)
        made: list[Process] = [Treatment(in_force)]
        for name in dict.fromkeys(n for s in together for n in s.processes):
            own = None if mood is None else mood.process(name, stop)
            made.append(own or _made(name, stop, days))
        made += [] if decided is None else [decided.process]
        follows = "" if decided is None else decided.follows
        found.append(Variant(together, Composition(tuple(made), feeds=((0, factor),)), follows))
    return found


def _made(name: str, stop: float, days: tuple[float, ...]) -> Process:
    """The process of that name; some know the clock of the doses."""
    if name == "relapse":
        return Relapse(stop)
    return Bladder(days) if name == "bladder" else kind(name)()


def _days(doses: Sequence[DoseEvent]) -> tuple[float, ...]:
    """Beginnings [h] of the days on which something is given."""
    return tuple(sorted({DAY * (e.time // DAY) for e in doses}))


def course_times(
    doses: Sequence[float], stops: Sequence[float], until: float, at: Sequence[float], *, many: bool
) -> Array:
    """Times [h]: evenly spread, crowding after each stop, a few after each dose where doses are few, and `at`."""
    points = _POINTS_OF_MANY if many else _POINTS
    # whole parts of a day, so that a daily rhythm is met at the same hours every day
    step = next((h for h in _STEPS if until / h <= points), until / points)
    even = np.append(np.arange(0.0, until, step), until)
    share = np.arange(_AFTER_STOP) / _AFTER_STOP
    after = [stop + (until - stop) * share[:: 4 if many else 1] ** 2 for stop in stops]
    early = [t + h for t in doses for h in (0, *_FIRST_HOURS)] if len(doses) * len(_FIRST_HOURS) <= points / 2 else []
    every = np.concatenate([even, *after, early, np.asarray(at, dtype=np.float64)])
    return np.unique(every[(every >= 0.0) & (every <= until)])
