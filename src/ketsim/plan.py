"""From a scenario to what will be run: the models that answer, what they show, interactions, alarms.

Everything that can be refused is refused here, before anything is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ketsim.course_plan import NOT_WITHIN, course_of, decided_doses, given_with, treatments_of
from ketsim.dosing import DoseEvent, Drug, Regimen, Route, parse_sentence
from ketsim.effects.planned import NotKnown, PlannedEffect, plan_effects
from ketsim.errors import InputError
from ketsim.kinetics.choose import Choice, choose_model, metabolite_model, named_model
from ketsim.kinetics.interactions import Effect as Interaction
from ketsim.kinetics.interactions import effect_of, is_published
from ketsim.kinetics.model import Model
from ketsim.kinetics.parameters import ETHNIC, Variation
from ketsim.people import Cohort, Population, Subject
from ketsim.run_times import curve_times, doses_until, horizon, shown_times
from ketsim.safety.alarm import Alarm
from ketsim.safety.combinations import alarms_for as alarms_of_combinations
from ketsim.safety.context import alarms_for as alarms_of_doses
from ketsim.safety.long_use import alarms_for as alarms_of_long_use
from ketsim.safety.substances import recognised
from ketsim.scenario import Scenario

if TYPE_CHECKING:
    from ketsim.course.planned import PlannedCourse

Array = NDArray[np.float64]

_TYPICAL_OF = 1_024  # people whose median weight stands for a population when an interaction is solved


@dataclass(frozen=True, slots=True)
class PlannedModel:
    """One model of a run: why it was taken, what the person's other medicines change in it, the outputs shown of it."""

    model: Model
    because: str
    interactions: tuple[Interaction, ...]
    outputs: tuple[str, ...]

    @property
    def factors(self) -> dict[str, float]:
        """Interaction factors that differ from 1."""
        return {name: value for i in self.interactions for name, value in i.factors.items()}


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the blocks of a run share; picklable, so that worker processes get the same one.

    times: (time,) [h]. drivers: the model that drives each effect, in their order. not_known: effects that were asked
    for, or would be shown, and why they are not. alarms: what must be said first.
    """

    scenario: Scenario
    people: Subject | Population
    events: tuple[DoseEvent, ...]
    drug: Drug
    routes: frozenset[Route]
    models: tuple[PlannedModel, ...]
    times: Array
    at: tuple[float, ...]
    variation: Variation
    options: frozenset[str]
    warnings: tuple[str, ...]
    effects: tuple[PlannedEffect, ...] = ()
    drivers: tuple[PlannedModel, ...] = ()
    not_known: tuple[NotKnown, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    course: PlannedCourse | None = None
    course_model: PlannedModel | None = None

    @property
    def size(self) -> int:
        """Number of people; one person whose parameters are uncertain counts once for every parameter set."""
        return max(1, self.scenario.uncertainty) if self.scenario.population is None else self.scenario.population


def make_plan(scenario: Scenario) -> Plan:
    """The plan of a scenario. Raises `InputError` for everything that cannot be run, with what could."""
    until = horizon(scenario)
    events = doses_until(scenario, until)
    given = [e for e in events if e.amount > 0.0]
    if not given:
        raise InputError(f"no dose is given before {until:g} h; look further with --until.")
    if scenario.models:
        choices = [named_model(key, events, site=scenario.sampling) for key in dict.fromkeys(scenario.models)]
    else:
        first = choose_model(events, site=scenario.sampling, age=scenario.age)
        second = metabolite_model(events, first, age=scenario.age)
        choices = [first] if second is None else [first, second]
    for choice in choices:
        choice.model.check(events, age=scenario.age, weight=scenario.weight)
    _check_options(scenario, [choice.model for choice in choices])
    drug = given[0].drug
    routes = frozenset(e.route for e in given)
    deep = tuple(alarms_of_doses(_largest(scenario, given[0]), weight=scenario.weight, until=until))
    known: dict[str, tuple[Interaction, ...]] = {}  # solved once a model, however many effects it drives

    def changed(model: Model) -> tuple[Interaction, ...]:
        if model.key not in known:
            known[model.key] = _interactions(scenario, model, given[0], routes)
        return known[model.key]

    decided = decided_doses(scenario, events, until)
    if decided is None:
        effects, not_known = plan_effects(
            scenario.effects, events, [c.model for c in choices], age=scenario.age, named=bool(scenario.models)
        )
    else:
        choices = choices[:1]
        effects, not_known = (), NOT_WITHIN
    at = shown_times(scenario, until)
    leading = choices[0].model
    treatments = treatments_of(scenario)
    course, left_out = course_of(scenario, events, leading, until=until, at=at, treatments=treatments, decided=decided)
    return Plan(
        scenario=scenario,
        people=scenario.people(),
        events=events,
        drug=drug,
        routes=routes,
        models=(
            *(_anaesthesia(effects, [c.model for c in choices], changed) if deep else ()),
            *(
                PlannedModel(c.model, c.because, changed(c.model), _outputs(c, drug) if decided is None else ())
                for c in choices
            ),
        ),
        times=course.times if decided is not None and course is not None else curve_times(scenario, events, until, at),
        at=at,
        variation=Variation(
            seed=scenario.seed,
            between_people=scenario.population is not None,
            parameter_sets=scenario.uncertainty,
        ),
        options=frozenset(scenario.options),
        warnings=tuple(dict.fromkeys(w for c in choices for w in c.warnings)),
        effects=effects,
        drivers=tuple(PlannedModel(e.driver.model, "", changed(e.driver.model), ()) for e in effects),
        not_known=(*not_known, *left_out),
        alarms=(
            *deep,
            *_of_long_use(scenario, given, deep),
            *alarms_of_combinations((*scenario.co_medication, *given_with(treatments, given))),
        ),
        course=course,
        course_model=None if course is None else PlannedModel(leading, "", changed(leading), ()),
    )


def _largest(scenario: Scenario, first: DoseEvent) -> Regimen:
    """What the alarms of doses look at: the sentence, or the most that may be taken in a session of one's own."""
    if scenario.use is None or scenario.use.session_most is None:
        return scenario.regimen
    return parse_sentence(f"{scenario.use.session_most:g} mg {first.drug} {first.route}")


def _of_long_use(scenario: Scenario, given: Sequence[DoseEvent], deep: Sequence[Alarm]) -> tuple[Alarm, ...]:
    """The signs of harm by long and frequent use, where the doses are such."""
    beyond = any(alarm.kind == "overdose" for alarm in deep)
    return alarms_of_long_use((e.time for e in given), beyond=beyond, decided=scenario.use is not None)


def _outputs(choice: Choice, drug: Drug) -> tuple[str, ...]:
    """What is shown of a model."""
    return choice.outputs or choice.model.output_names(drug)


def _anaesthesia(
    effects: Sequence[PlannedEffect],
    chosen: Sequence[Model],
    changed: Callable[[Model], tuple[Interaction, ...]],
) -> Iterator[PlannedModel]:
    """The model that the stages of anaesthesia are read from, where it is another one: its concentration is shown."""
    keys = {model.key for model in chosen}
    for effect in effects:
        model = effect.driver.model
        if effect.spec.effect == "anaesthesia_stage" and model.key not in keys:
            keys.add(model.key)
            drive = effect.spec.drive
            because = f"the stages of anaesthesia are read from it: {drive.because}" if drive is not None else ""
            shown = tuple(feed.output for feed in effect.driver.feeds)
            yield PlannedModel(model, because, changed(model), shown)


def _check_options(scenario: Scenario, models: Sequence[Model]) -> None:
    effects = {e.name: e for m in models for e in m.spec.covariates if e.default == "off"}
    for name in scenario.options:
        if name not in effects:
            keys = ", ".join(m.key for m in models)
            known = f"it has {', '.join(effects)}" if effects else "it has none"
            raise InputError(f"options {name!r} is no effect that can be switched on in {keys}; {known}.")
        if effects[name].when in ETHNIC and scenario.ethnicity is None:
            raise InputError(
                f"options {name!r} needs to know the ethnicity; give it, for example --ethnicity japanese."
            )


def _interactions(
    scenario: Scenario, model: Model, dose: DoseEvent, routes: frozenset[Route]
) -> tuple[Interaction, ...]:
    found: dict[str, Interaction] = {}
    person = typical_person(scenario)
    for medicine in scenario.co_medication:
        if has_no_kinetics(medicine):
            continue
        if len(routes) != 1:
            raise InputError(
                f"the effect of {medicine} is known by single routes only; give doses by one route, or leave it out."
            )
        (route,) = routes
        found[medicine] = effect_of(
            medicine,
            drug=dose.drug,
            route=route,
            exposure=partial(model.typical_exposure, "parent", dose, person),
            metabolite_exposure=partial(model.typical_exposure, "norketamine", dose, person)
            if model.reads("norketamine")
            else None,
            available=model.factors_used,
        )
    together = [medicine for medicine, interaction in found.items() if interaction.factors]
    if len(together) > 1:
        raise InputError(
            f"{' and '.join(together)} each change exposure, and nobody has measured them together; "
            "leave all but one out."
        )
    return tuple(found.values())


def has_no_kinetics(substance: str) -> bool:
    """Whether it is a substance that is known with ketamine, and nothing on concentrations is published."""
    return recognised(substance) is not None and not is_published(substance)


def typical_person(scenario: Scenario) -> Cohort:
    """One person for all of them: the subject, or one of the population's median weight."""
    people = scenario.people()
    if isinstance(people, Subject):
        return Cohort.of(people)
    drawn = people.realise(0, min(people.size, _TYPICAL_OF), scenario.seed).covariates()
    weight = float(np.median(drawn["weight"])) if "weight" in drawn else None
    return Cohort.of(Subject(weight=weight, age=scenario.age))
