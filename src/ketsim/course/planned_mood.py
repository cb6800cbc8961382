"""The course of depression of a run: who is meant, how they are kept in the dark, what else goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ketsim.course.clinical import as_in_trials, background, sessions, setting
from ketsim.course.draws import Lanes, parameters_of
from ketsim.course.dropout import Dropout
from ketsim.course.expectancy import Expectancy
from ketsim.course.mood_relapse import MoodRelapse
from ketsim.course.process import Process, kind
from ketsim.course.regression import Regression
from ketsim.course.structure import value_named
from ketsim.dosing import DoseEvent
from ketsim.evidence import Value

Array = NDArray[np.float64]

_BASELINE = "CourseOfMood.baseline_madrs"
_FORMING = "CourseOfMood.belief_forms"


@dataclass(frozen=True, slots=True)
class MoodAsked:
    """What was said of the depression that is treated; None is what was left unsaid. weight: [kg]."""

    madrs: float | None = None
    setting: str | None = None
    background: str | None = None
    weight: float | None = None

    @property
    def anything(self) -> bool:
        """Whether anything was said."""
        return any(said is not None for said in (self.madrs, self.setting, self.background))


@dataclass(frozen=True)
class PlannedMood:
    """asked: what was said. many: people instead of one person. starts: of the sessions [h]. in_trials: whether trials
    of depression gave such doses.
    """

    asked: MoodAsked
    many: bool
    starts: tuple[float, ...]
    in_trials: bool

    @classmethod
    def of(cls, asked: MoodAsked, events: Sequence[DoseEvent], *, many: bool, clinical: bool) -> PlannedMood:
        """clinical: these are doses of a clinic. Raises `InputError` for a setting or background that is not known, or
        whose size is not.
        """
        planned = cls(asked, many, sessions(events), clinical and as_in_trials(events, asked.weight))
        assert planned.values  # read here, so that what has no size is refused here
        return planned

    @property
    def screened(self) -> bool:
        """Whether these are people of a trial, let in by their first score."""
        return self.many and self.asked.madrs is None and setting(self.asked.setting).screened

    @property
    def unasked(self) -> tuple[str, ...]:
        """What is shown unasked."""
        if not (self.in_trials or self.asked.anything):
            return ()
        return ("madrs", "madrs_in_control_arm") if self.compared else ("madrs",)

    @property
    def compared(self) -> bool:
        """Whether there is a control arm to show."""
        return setting(self.asked.setting).control is not None

    @cached_property
    def values(self) -> dict[str, Value]:
        """Parameter -> number, of what setting and background decide."""
        return {**setting(self.asked.setting).values, **background(self.asked.background).values}

    def parameters(self, lanes: Lanes) -> dict[str, Array]:
        """Parameters of setting, background and first score, (lane,)."""
        found = parameters_of(self.values, {}, lanes)
        said = self.asked.madrs
        if said is not None and not self.many:  # a score that was measured differs between no lanes
            found["baseline_madrs"] = np.full(lanes.size, said)
        elif said is not None:
            usual = value_named(_BASELINE)
            drawn = parameters_of({"baseline_madrs": usual}, {}, lanes)["baseline_madrs"]
            found["baseline_madrs"] = drawn * said / usual.required()
        return found

    def process(self, name: str, stop: float) -> Process | None:
        """A process that must know the sessions or the people; None for any other. stop: end of the last dose [h]."""
        last = max(self.starts[-1], stop) if self.starts else stop
        made = (
            Expectancy(self.starts, value_named(_FORMING).required()),
            Regression(self.screened),
            MoodRelapse(last),
            Dropout(last),
        )
        return next((process for process in made if type(process) is kind(name)), None)

    @property
    def sentences(self) -> Iterator[str]:
        """What the score stands for."""
        usual = value_named(_BASELINE)
        said = f"{usual.number:g} ({usual.cite()})" if self.asked.madrs is None else f"{self.asked.madrs:g}, as said"
        yield (
            "The score of depression is as it would be in adults with treatment-resistant depression and a first score "
            f"(MADRS) of {said}; it says nothing of people without depression."
        )
        where, beside = setting(self.asked.setting), background(self.asked.background)
        unsaid = "" if self.asked.setting is not None else ", as nothing else was said"
        yield f"Setting: {where.name}{unsaid}; {where.says}."
        unsaid = "" if self.asked.background is not None else ", as nothing else was said"
        yield f"Background: {beside.name}{unsaid}; {beside.says}."
        yield (
            "The structure behind the score is our own, since no published model of ketamine on it with readable "
            "numbers was found; its numbers were fitted to group results of trials and describe no single person."
        )
        if self.screened:
            yield "People are let in by their first score, as in trials, so that the first score is a little too high."
        if not self.in_trials:
            yield (
                "No trial of depression in the sources gave doses of this size, spacing and route: the score is "
                "carried beyond what was measured."
            )
