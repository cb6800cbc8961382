"""From a scenario to what will be run: doses on the clock, the models that answer, the times looked at, interactions.

Everything that can be refused is refused here, before anything is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ketsim.course.asked import is_asked
from ketsim.dosing import DoseEvent, Drug, Regimen, Route, parse_sentence, taper_doses
from ketsim.effects.planned import NotKnown, PlannedEffect, plan_effects
from ketsim.errors import InputError
from ketsim.kinetics.choose import Choice, choose_model, metabolite_model, named_model
from ketsim.kinetics.interactions import Effect as Interaction
from ketsim.kinetics.interactions import effect_of, is_published
from ketsim.kinetics.model import Model
from ketsim.kinetics.parameters import ETHNIC, Variation
from ketsim.people import Cohort, Population, Subject
from ketsim.safety.alarm import Alarm
from ketsim.safety.combinations import alarms_for as alarms_of_combinations
from ketsim.safety.context import alarms_for as alarms_of_doses
from ketsim.safety.long_use import alarms_for as alarms_of_long_use
from ketsim.safety.substances import recognised
from ketsim.scenario import Scenario

if TYPE_CHECKING:
    from ketsim.course.planned import Decided, PlannedCourse
    from ketsim.course.treatment_order import TreatmentOrder

Array = NDArray[np.float64]

_AFTER_LAST_DOSE = 24.0  # [h] looked at when the asker names no end
_AFTER_TAPER = 672.0  # [h] the same behind a taper, since it is the weeks after it that are asked about
_POINTS = 1_200  # curve points for one person, shared out over the spans between doses
_POINTS_OF_MANY = 400  # the same for each person of a population
_FEWEST, _MOST = 4, 400  # points in one such span
_ENOUGH = 60  # points in a span from which its peak and area can be measured
_POINTS_AT_MOST = 60_000  # beyond this, spans get fewer than enough
_POINTS_AT_MOST_OF_MANY = 10_000
_TYPICAL_OF = 1_024  # people whose median weight stands for a population when an interaction is solved
_ROUND_TIMES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 24.0, 168.0, 672.0)  # [h] shown when no times are asked for


_NOT_WITHIN = (
    NotKnown(
        "effects within sessions",
        "doses that are decided on the way differ from one possible course to the next, so there is no one session "
        "whose effects could be shown; simulate a single session with its doses.",
    ),
    NotKnown(
        "metabolites",
        "of doses that are decided on the way only the concentration that drives the decisions is followed.",
    ),
)


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
    until = _horizon(scenario)
    events = _events(scenario, until)
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

    decided = _decided(scenario, events, until)
    if decided is None:
        effects, not_known = plan_effects(
            scenario.effects, events, [c.model for c in choices], age=scenario.age, named=bool(scenario.models)
        )
    else:
        choices = choices[:1]
        effects, not_known = (), _NOT_WITHIN
    at = scenario.at or tuple(t for t in _ROUND_TIMES if t <= until)
    leading = choices[0].model
    treatments = _treatments(scenario)
    try:
        course = _course(scenario, events, leading, until=until, at=at, treatments=treatments, decided=decided)
    except InputError as error:
        if decided is not None:
            raise
        course, not_known = None, (*not_known, NotKnown("course", error.sentence))
    not_known = (*not_known, *_not_told(course))
    _check_help(scenario, course, not_known)
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
        times=course.times if decided is not None and course is not None else _times(scenario, events, until, at),
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
        not_known=not_known,
        alarms=(
            *deep,
            *_of_long_use(scenario, given, deep),
            *alarms_of_combinations((*scenario.co_medication, *_given_with(treatments, given))),
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


def _decided(scenario: Scenario, events: Sequence[DoseEvent], until: float) -> Decided | None:
    """Doses that are decided on the way. Raises `InputError` where fields of the scenario do not go together."""
    named = [name for name in ("use", "booster", "taper") if getattr(scenario, name) is not None]
    if named in ([], ["taper"]):
        return None
    if len(named) > 1:
        raise InputError(f"{' and '.join(named)} do not go together: each says how doses go on; leave all but one out.")
    if scenario.until is None:
        raise InputError(f"until is missing: {named[0]} goes on; say how long to look, such as until: 26wk.")
    if scenario.uncertainty:
        raise InputError(
            f"uncertainty goes without {named[0]}, whose possible courses have parameter sets of their own."
        )
    if scenario.use is not None:
        from ketsim.course.planned_use import PlannedUse

        return PlannedUse.of(scenario.use, events, until)
    if scenario.booster is not None:
        from ketsim.course.planned_booster import PlannedBooster

        return PlannedBooster.of(scenario.booster, events, until)
    return None


def _not_told(course: PlannedCourse | None) -> tuple[NotKnown, ...]:
    """What the course leaves out."""
    if course is None:
        return ()
    from ketsim.course.not_told import not_told

    return tuple(not_told(course))


def _treatments(scenario: Scenario) -> tuple[TreatmentOrder, ...]:
    """What helps, as it was said."""
    if not scenario.treatments:
        return ()
    from ketsim.course.treatment_order import parse_treatment

    return tuple(parse_treatment(text) for text in scenario.treatments)


def _course(
    scenario: Scenario,
    events: Sequence[DoseEvent],
    model: Model,
    *,
    until: float,
    at: Sequence[float],
    treatments: Sequence[TreatmentOrder],
    decided: Decided | None,
) -> PlannedCourse | None:
    """The course to show, if any; its rooms are opened only where something of it was said."""
    of_depression = (scenario.madrs, scenario.setting, scenario.background)
    said = any(field is not None for field in of_depression)
    if not said and not is_asked(scenario.course, until=until, decided=decided is not None):
        return None
    from ketsim.course.planned import plan_course
    from ketsim.course.planned_mood import MoodAsked, PlannedMood

    many = scenario.population is not None
    # who uses the drug on their own is nobody of a trial
    asked = MoodAsked(*of_depression, scenario.weight)
    mood = PlannedMood.of(asked, events, many=many, clinical=scenario.use is None)
    return plan_course(
        *(scenario.course, events, model),
        until=until,
        at=at,
        many=many,
        treatments=treatments,
        decided=decided,
        mood=mood,
    )


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


def _times(scenario: Scenario, events: Sequence[DoseEvent], until: float, at: Sequence[float]) -> Array:
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


def _events(scenario: Scenario, until: float) -> tuple[DoseEvent, ...]:
    """Every dose before `until` [h], those of the taper behind the last."""
    if scenario.taper is None:
        return scenario.regimen.events(until)
    if scenario.regimen.open_ended:
        raise InputError("taper follows the last dose, and this regimen has none; say for how long it is taken.")
    every = scenario.regimen.events(None)
    return tuple(e for e in (*every, *taper_doses(every, scenario.taper)) if e.time < until)


def _check_help(scenario: Scenario, course: PlannedCourse | None, not_known: Sequence[NotKnown]) -> None:
    """What helps acts on the course, so there must be one."""
    for field, given in (("treatments", scenario.treatments), ("taper", scenario.taper)):
        if given and course is None:
            why = next((n.because for n in not_known if n.name == "course"), "it is shown from a look of a week on.")
            raise InputError(f"{field} acts on the course, and none is run: {why}", field=field)


def _given_with(treatments: Sequence[TreatmentOrder], doses: Sequence[DoseEvent]) -> tuple[str, ...]:
    """Medicines among the treatments that begin while ketamine is still taken, and what is known of both together."""
    last = doses[-1].time
    return tuple(
        order.treatment.key
        for order in treatments
        if order.treatment.kind == "medicine"
        and order.from_when(last) <= last
        and recognised(order.treatment.key) is not None
    )


def _horizon(scenario: Scenario) -> float:
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
