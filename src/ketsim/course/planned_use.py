"""Use that is decided on the way, ready to run: what a line is, when is decided, and which numbers decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from ketsim.course.composition import Composition
from ketsim.course.draws import Lanes, parameters_of
from ketsim.course.parts import Parts
from ketsim.course.process import kind
from ketsim.course.structure import value_named
from ketsim.course.use import Use
from ketsim.course.use_agenda import DAY, Agenda, agenda
from ketsim.course.use_policy import UsePolicy
from ketsim.course.use_rule import UseRule
from ketsim.dosing import DoseEvent
from ketsim.engine.policy import Policy
from ketsim.engine.system import IntArray
from ketsim.errors import InputError
from ketsim.evidence import Value, load_source

Array = NDArray[np.float64]

_SOURCE: Final = "CourseOfUse"
#: What `Urge` may say instead of the library: field -> parameter.
_SAID: Final = {
    "habit_day": "chance_on_habit_day",
    "other_day": "chance_on_other_day",
    "craving": "urge_by_craving",
}
#: What is said where concentrations of many people are not read all the time.
THINNED: Final = (
    "Of so many people concentrations are read closely in the first week and in the one before the stop or the end: "
    "the highest one is of those."
)
#: What a decision looks at.
LOOKED_AT: Final = ("craving", "tolerance", "effect_now", "hazard_ratio", "hazard_now")
_MOST_DECISIONS: Final = 20_000


@dataclass(frozen=True)
class PlannedUse:
    """rule: what was said. dose: a first line. given: doses of the sentence before deciding begins. agenda: when."""

    rule: UseRule
    dose: DoseEvent
    given: tuple[DoseEvent, ...]
    agenda: Agenda
    stop: float
    thinned: bool = False

    #: Readings that are kept for the record beside those that are shown.
    recorded: ClassVar[tuple[str, ...]] = ()
    #: Chance decides, so that no lane is the typical one.
    by_chance: ClassVar = True
    #: The reading whose structure what is decided belongs to.
    follows: ClassVar = "craving"
    looked_at: ClassVar = LOOKED_AT

    @classmethod
    def of(cls, rule: UseRule, events: Sequence[DoseEvent], until: float) -> PlannedUse:
        """Raises `InputError` where the sentence and the rule do not fit together."""
        doses = [event for event in events if event.amount > 0.0]
        single = len(doses) == 1 and doses[0].time == 0.0
        dose = doses[-1]
        if rule.line is None and not single:
            raise InputError(
                f"use.line is missing: the sentence has {len(doses)} doses, and decided lines are not those; "
                "say what a first line is, such as line: 60 mg."
            )
        if dose.duration > 0.0:
            raise InputError("use is decided line by line, and an infusion is no line; give a dose at once.")
        last = 0.0 if single else max(event.time for event in doses) + 1.0
        start = float(np.ceil(last / DAY) * DAY) if rule.start is None else rule.start
        if start < last or (single and start > 0.0):
            raise InputError(
                f"use.start is {start:g} h; a sentence of one dose at 0 h is the first line, "
                f"and of several ends before deciding begins (from {last:g} h on)."
            )
        if rule.stop is not None and rule.stop >= until:
            raise InputError(f"use.stop is {rule.stop:g} h and until {until:g} h; look further than the stop.")
        numbers = {name: value_named(f"{_SOURCE}.{name}").required() for name in ("between_lines", "session_length")}
        moments = agenda(
            rule, start=start, until=until, between=numbers["between_lines"], length=numbers["session_length"]
        )
        if len(moments.times) > _MOST_DECISIONS:
            raise InputError(f"use has {len(moments.times):,} decisions; at most {_MOST_DECISIONS:,} are run.")
        line = replace(
            dose,
            time=0.0,
            amount=dose.amount if rule.line is None else rule.line,
            per_kg=dose.per_kg and rule.line is None,
        )
        end = until if rule.stop is None else rule.stop
        return cls(rule, line, () if single else tuple(events), moments, end)

    @property
    def process(self) -> Use:
        """What is remembered."""
        return Use()

    @property
    def values(self) -> dict[str, Value]:
        """Parameter -> number of the library; what was said otherwise is left out."""
        said = {parameter for name, parameter in _SAID.items() if getattr(self.rule.urge, name) is not None}
        return {name: value_named(f"{_SOURCE}.{name}") for name in Use.parameters if name not in said}

    def parameters(self, lanes: Lanes) -> dict[str, Array]:
        """What is decided by, and what feedback switches off (lane,)."""
        found = parameters_of(self.values, {}, lanes)
        said = {_SAID[name]: number for name in _SAID if (number := getattr(self.rule.urge, name)) is not None}
        if not self.rule.feedback.tolerance:
            said |= {name: 0.0 for name in kind("tolerance").parameters if name.startswith("tolerance_")}
        if not self.rule.feedback.relief:
            said["craving_from_withdrawal"] = 0.0
        return found | {name: np.full(lanes.size, number) for name, number in said.items()}

    def policy(
        self, composition: Composition, p: Mapping[str, Array], rows: IntArray, *, lanes: Lanes, parts: Parts
    ) -> Policy:
        """The decisions for rows of a march, each of which is a lane of the ensemble. parts: of a first line."""
        decider = UsePolicy(self.rule, self.agenda, composition, p, lanes.numbers[rows], parts.rows(rows), lanes.seed)
        return Policy(self.agenda.times, decider.decide, decider.uniforms)

    @property
    def times(self) -> Array:
        """Moments [h] at which concentrations are worth reading: before a session, and half-way between lines."""
        looks, between = self.agenda.times, value_named(f"{_SOURCE}.between_lines").required()
        taken = looks[self.agenda.lines]
        return np.concatenate([looks[self.agenda.opens & self.agenda.lines], taken + between / 2.0])

    @property
    def sentences(self) -> tuple[str, ...]:
        """What must be said with every result."""
        switched = [
            text
            for on, text in (
                (self.rule.feedback.tolerance, "tolerance is switched off: neither effect nor amounts follow it"),
                (self.rule.feedback.relief, "relief is switched off: withdrawal does not feed craving"),
            )
            if not on
        ]
        return (
            "Use that is decided on the way is a model of very low certainty, for research, not advice: it shows how a "
            "loop of tolerance, amounts, withdrawal and craving behaves. People differ, and what one person will do "
            "cannot be told.",
            "Chance decides, so there is no typical course: the line is the median of many possible ones and the band "
            "holds 90 % of them.",
            "The amount of an occasion never rises beyond what was published of frequent users "
            f"({self.values['largest_rise'].in_words()} times the first one).",
            f"All {len(self.values)} numbers of these decisions are assumed or taken over as a bound. "
            + " ".join((load_source(_SOURCE).limits or "").split()),
            *(f"In this run {text}." for text in switched),
            *([THINNED] if self.thinned else []),
        )
