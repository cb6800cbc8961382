"""The people and doses of a trial of depression, simulated with the numbers as they stand: both arms at once.

Every person differs as the sources say; what is not known of the numbers is left out, since a trial is predicted, not
a range. The same people, by seed, take part in every design.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ketsim.course.composition import Composition
from ketsim.course.draws import TYPICAL, Lanes, parameters_of
from ketsim.course.drive import CourseDriver
from ketsim.course.march import TOLERANCE
from ketsim.course.mood_relapse import MoodRelapse
from ketsim.course.planned_mood import MoodAsked, PlannedMood
from ketsim.course.process import Process, kind
from ketsim.course.structure import Structure, value_named
from ketsim.engine.slow_march import march_slow
from ketsim.evidence.field import Frozen
from ketsim.kinetics.parameters import Variation
from ketsim.people.draws import normal
from ketsim.plan import make_plan
from ketsim.scenario import Scenario

Array = NDArray[np.float64]

DAY = 24
_HOURS = (2, 24, 48, 72, 168, 288, 336, 672)  # [h] at which trials report, beside every day


class Design(Frozen):
    """What is simulated. until, judged: [day] from the first session; judged is when relapse begins to count."""

    key: str
    dose: str
    setting: str
    background: str
    until: int
    judged: int | None = None


@dataclass(frozen=True)
class Trial:
    """A design under one structure. times: [h]; given, control: scores of both arms (person, time), without the error
    of a reading; well: share who have not relapsed by the hazard (person, time).
    """

    design: Design
    seed: int
    times: Array
    given: Array
    control: Array
    well: Array

    def at(self, hour: float, *, who: str = "given", noise: bool = False) -> Array:
        """Scores (person,) at the time that is nearest; noise: as it would be read, with the error of a reading."""
        place = int(np.abs(self.times - hour).argmin())
        scores = (self.given if who == "given" else self.control)[:, place]
        if not noise:
            return scores
        error = value_named("CourseOfMood.residual_sd").required()
        drawn = normal(self.seed, f"reading at {hour:g} h, {who}", 0, len(scores))
        return np.clip(scores + error * drawn, 0.0, np.inf)

    @property
    def first(self) -> Array:
        """Scores before treatment (person,), the same in both arms."""
        return self.given[:, 0]

    @cached_property
    def judged(self) -> float:
        """From when on relapse counts [h]."""
        return float(DAY * (self.design.judged or 0))


def run_trial(design: Design, structure: Structure, *, people: int, seed: int) -> Trial:
    """Both arms of a design, of so many people."""
    until = float(DAY * design.until)
    scenario = Scenario(design.dose, population=people, seed=seed, until=until, effects=("none",), course=("none",))
    plan = make_plan(scenario)
    driver = CourseDriver.of(plan.models[0].model, plan.events)
    asked = MoodAsked(setting=design.setting, background=design.background)
    mood = PlannedMood.of(asked, plan.events, many=True, clinical=True)
    stop = max(e.time + e.duration for e in plan.events if e.amount > 0.0)
    lanes = Lanes(seed, np.full(people, TYPICAL), np.arange(people), 0)
    composition = Composition(tuple(_processes(structure, mood, design, stop)), feeds=((0, driver.factor),))
    drawn = parameters_of(structure.values, structure.chances, lanes) | mood.parameters(lanes)
    p = {name: drawn[name] for name in composition.parameters}
    drive = driver.linear_drive(
        plan.events,
        scenario.people().realise(0, people, seed),  # type: ignore[union-attr]
        Variation(seed, between_people=True),
        factors={},
        options=frozenset(),
    )
    times = np.unique([0, *(h for h in _HOURS if h <= until), *(DAY * d for d in range(design.until + 1))]).astype(
        float
    )
    solved = march_slow(
        composition.slow_system(p, people),
        p,
        drive,
        composition.initial(p, people),
        times,
        tolerance=TOLERANCE,
        breaks=composition.breaks,
        subjects=np.arange(people),
    )
    wanted = ("madrs", "madrs_in_control_arm", "still_well")
    found = composition.read(wanted, times, solved.values, solved.concentrations, p)
    return Trial(design, seed, times, found["madrs"], found["madrs_in_control_arm"], found["still_well"])


def _processes(structure: Structure, mood: PlannedMood, design: Design, stop: float) -> Sequence[Process]:
    """Those of the structure; relapse counts from when the design says."""
    judged = stop if design.judged is None else DAY * design.judged
    made = []
    for name in structure.processes:
        own = MoodRelapse(judged) if kind(name) is MoodRelapse else mood.process(name, stop)
        made.append(own or kind(name)())
    return made
