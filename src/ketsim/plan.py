"""From a scenario to what will be run: doses on the clock, the models that answer, the times looked at, interactions.

Everything that can be refused is refused here, before anything is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ketsim.dosing import DoseEvent, Drug, Route
from ketsim.errors import InputError
from ketsim.kinetics.choose import choose_model, metabolite_model, named_model
from ketsim.kinetics.interactions import Effect, effect_of, unmodelled
from ketsim.kinetics.model import Model
from ketsim.kinetics.parameters import ETHNIC, Variation
from ketsim.people import Cohort, Population, Subject
from ketsim.scenario import Scenario

Array = NDArray[np.float64]

_AFTER_LAST_DOSE = 24.0  # [h] looked at when the asker names no end
_POINTS = 1_200  # curve points for one person, shared out over the spans between doses
_POINTS_OF_MANY = 400  # the same for each person of a population
_FEWEST, _MOST = 4, 400  # points in one such span
_ENOUGH = 60  # points in a span from which its peak and area can be measured
_POINTS_AT_MOST = 60_000  # beyond this, spans get fewer than enough
_POINTS_AT_MOST_OF_MANY = 10_000
_TYPICAL_OF = 1_024  # people whose median weight stands for a population when an interaction is solved
_ROUND_TIMES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 24.0, 168.0, 672.0)  # [h] shown when no times are asked for


@dataclass(frozen=True, slots=True)
class PlannedModel:
    """One model of a run: why it was taken, what the person's other medicines change in it, the outputs shown of it."""

    model: Model
    because: str
    effects: tuple[Effect, ...]
    outputs: tuple[str, ...]

    @property
    def factors(self) -> dict[str, float]:
        """Interaction factors that differ from 1."""
        return {name: value for effect in self.effects for name, value in effect.factors.items()}


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the blocks of a run share; picklable, so that worker processes get the same one. times: (time,)
    [h].
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

    @property
    def size(self) -> int:
        """Number of people; one person whose parameters are uncertain counts once for every parameter set."""
        return max(1, self.scenario.uncertainty) if self.scenario.population is None else self.scenario.population


def make_plan(scenario: Scenario) -> Plan:
    """The plan of a scenario. Raises `InputError` for everything that cannot be run, with what could."""
    until = _horizon(scenario)
    events = scenario.regimen.events(until)
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
    at = scenario.at or tuple(t for t in _ROUND_TIMES if t <= until)
    return Plan(
        scenario=scenario,
        people=scenario.people(),
        events=events,
        drug=drug,
        routes=routes,
        models=tuple(
            PlannedModel(
                c.model,
                c.because,
                _effects(scenario, c.model, given[0], routes),
                c.outputs or c.model.output_names(drug),
            )
            for c in choices
        ),
        times=_times(scenario, events, until, at),
        at=at,
        variation=Variation(
            seed=scenario.seed,
            between_people=scenario.population is not None,
            parameter_sets=scenario.uncertainty,
        ),
        options=frozenset(scenario.options),
        warnings=tuple(dict.fromkeys(w for c in choices for w in c.warnings)),
    )


def assumptions(plan: Plan) -> tuple[str, ...]:
    """What is taken for granted, in sentences: the unsaid drug, the chosen models, stand-ins, interactions, people."""
    scenario = plan.scenario
    said = list(scenario.regimen.assumptions())
    for planned in plan.models:
        if not scenario.models:
            said.append(f"Model {planned.model.key}: {planned.because}.")
        said += planned.model.assumptions(plan.drug, plan.routes)
        said += [
            f"{planned.model.key}: the effect of {effect.name} on {effect.on} is switched on"
            + (f", off by default because {effect.because}." if effect.because else ".")
            for effect in planned.model.spec.covariates
            if effect.default == "off" and effect.name in plan.options
        ]
        said += [effect.sentence for effect in planned.effects]
    if scenario.age is None:
        children = [m.model for m in plan.models if not m.model.admits_age(None)]
        if len(children) < len(plan.models):
            said.append("No age was given: an adult is meant.")
        said += [f"No age was given: a person like those of {m.key} is meant ({m.spec.limits.text})." for m in children]
    said += plan.people.assumptions()
    for covariate, given in (("weight", scenario.weight), ("age", scenario.age)):
        if given is None and (covariate == "age" or isinstance(plan.people, Subject)):
            references = [(m.model.key, m.model.reference(covariate)) for m in plan.models if m.model.uses(covariate)]
            said += [
                f"No {covariate} was given: {key} is run for its reference of {value.number:g} {value.unit} "
                f"({value.cite()})."
                for key, value in references
                if value is not None and value.number is not None
            ]
    if scenario.uncertainty:
        said.append(
            f"{scenario.uncertainty} parameter sets were drawn from published standard errors; numbers without "
            f"one stay fixed."
        )
        if isinstance(plan.people, Subject):
            said.append("The band is over parameter sets for one typical person, not over people.")
    return tuple(dict.fromkeys(said))


def warnings(plan: Plan) -> tuple[str, ...]:
    """What a reader must know before trusting the curves."""
    scenario = plan.scenario
    said = list(plan.warnings)
    said += unmodelled((("hepatic", scenario.liver), ("renal", scenario.kidney), ("cyp2b6", scenario.cyp2b6)))
    if any(e.route is Route.iv and e.duration == 0.0 and e.amount > 0.0 for e in plan.events):
        said.append(
            "A push is taken as given in an instant: the peak at that instant is dose over central volume, "
            "before blood has mixed, "
            "and is not what a sample would show."
        )
    if isinstance(plan.people, Population):
        said += [
            f"{m.model.key} publishes no differences between people: its band shows body size only."
            for m in plan.models
            if not m.model.has_spread
        ]
    if scenario.uncertainty:
        said += [
            f"{m.model.key} publishes no standard errors: parameter sets do not widen its band."
            for m in plan.models
            if not m.model.has_errors
        ]
    return tuple(dict.fromkeys(said))


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
    return max([last + _AFTER_LAST_DOSE, *scenario.at])


def _effects(scenario: Scenario, model: Model, dose: DoseEvent, routes: frozenset[Route]) -> tuple[Effect, ...]:
    effects = []
    person = _typical_person(scenario)
    for medicine in scenario.co_medication:
        if len(routes) != 1:
            raise InputError(
                f"the effect of {medicine} is known by single routes only; give doses by one route, or leave it out."
            )
        (route,) = routes
        effects.append(
            effect_of(
                medicine,
                drug=dose.drug,
                route=route,
                exposure=partial(model.typical_exposure, "parent", dose, person),
                metabolite_exposure=partial(model.typical_exposure, "norketamine", dose, person)
                if model.reads("norketamine")
                else None,
                available=model.factors_used,
            )
        )
    together = [m for m, e in zip(scenario.co_medication, effects, strict=True) if e.factors]
    if len(together) > 1:
        raise InputError(
            f"{' and '.join(together)} each change exposure, and nobody has measured them together; "
            "leave all but one out."
        )
    return tuple(effects)


def _typical_person(scenario: Scenario) -> Cohort:
    """One person for solving an interaction: the subject, or one of the population's median weight."""
    people = scenario.people()
    if isinstance(people, Subject):
        return Cohort.of(people)
    drawn = people.realise(0, min(people.size, _TYPICAL_OF), scenario.seed).covariates()
    weight = float(np.median(drawn["weight"])) if "weight" in drawn else None
    return Cohort.of(Subject(weight=weight, age=scenario.age))
