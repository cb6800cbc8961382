"""What does a run take for granted, and what must a reader know before trusting it? Sentences, none of them hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ketsim.dosing import Route
from ketsim.kinetics.interactions import unmodelled
from ketsim.people import Population, Subject
from ketsim.plan import Plan, has_no_kinetics
from ketsim.wording import listed

#: What the distance between doses does to the scores of dependence.
CLOSER: Final = (
    "The closer doses stand together, the larger the load and the scores of dependence: the direction follows from how "
    "the model is built and agrees with the label, which speaks of withdrawal after use more often than once a week "
    "(PfizerDrugAbuse, W22); the size has very low certainty."
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
        said += [interaction.sentence for interaction in planned.interactions]
    shown = {planned.model.key for planned in plan.models}
    beside = {driven.model.key: driven.model for driven in plan.drivers if driven.model.key not in shown}
    for model in beside.values():
        said += model.assumptions(plan.drug, plan.routes)
    said += _of_effects(plan)
    said += _of_course(plan)
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
    if plan.course is not None:
        from ketsim.course.treatment_words import cautions_of, taper_cautions

        said += cautions_of(plan.course.treatments)
        said += taper_cautions() if scenario.taper is not None else ()
    said += [
        f"{substance}: no change of the concentrations by it is published, so the curves are those of ketamine alone; "
        f'what the two do together is not in them (ketsim safety combine "{substance}").'
        for substance in scenario.co_medication
        if has_no_kinetics(substance)
    ]
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


def _of_effects(plan: Plan) -> Iterator[str]:
    """Each sentence once, with every effect that it holds for."""
    said: dict[str, list[str]] = {}
    for effect in plan.effects:
        for text in (*effect.driver.assumptions, *effect.spec.assumed):
            said.setdefault(text, []).append(effect.spec.key)
    yield from (f"{listed(keys)}: {text.rstrip('.')}." for text, keys in said.items())


def _of_course(plan: Plan) -> Iterator[str]:
    """For each part of the course that runs: its rivals, what of their numbers was measured, whom it shows."""
    if plan.course is None:
        return
    from ketsim.course.clinical import clinical_course
    from ketsim.course.in_words import sentences as of_structures
    from ketsim.course.structure import structures
    from ketsim.course.treatment_words import taken_of

    run = {one.key for variant in plan.course.variants for one in variant.structures}
    shown = {variant.of_reading(name).part for variant in plan.course.variants for name in plan.course.wanted}
    decided = plan.course.decided
    by_chance = decided is not None and decided.by_chance
    for part in sorted(shown):
        yield from of_structures([one for one in structures(part) if one.key in run], typical=not by_chance)
    yield from taken_of(plan.course.treatments)
    if "dependence" in shown and sum(event.amount > 0.0 for event in plan.events) > 1:
        yield CLOSER
    if decided is not None:
        yield from decided.sentences
    if plan.course.mood is not None:
        yield from plan.course.mood.sentences
        named = clinical_course(plan.scenario.name)
        yield from () if named is None else named.sentences
    if isinstance(plan.people, Subject) and not by_chance:
        yield (
            "Course: the line is one typical person with the numbers as the sources state them; the band holds 90 % of "
            "parameter sets and of people of such a body. People differ."
        )
