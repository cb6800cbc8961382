"""Scenario in, Result out: draw the people, solve, summarise.

Populations run in blocks of fixed size whose results are merged in block order, so one worker and many give the same
bits, and memory stays flat: beyond `KEEP_PEOPLE` only summaries are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ketsim.assumptions import assumptions, warnings
from ketsim.blocks import Block, Gathered
from ketsim.crew import Crew
from ketsim.dosing import Basis, DoseEvent, TaperDose
from ketsim.effects.effect import Parameters, Seen
from ketsim.effects.planned import PlannedEffect
from ketsim.engine.checkpoint import RunFolder, identity_of
from ketsim.evidence import catalog
from ketsim.kinetics.analytes import place
from ketsim.kinetics.model import Model, Site
from ketsim.measures import StreamingQuantiles, noncompartmental
from ketsim.measures.course import Course, course
from ketsim.outputs import (
    CONCENTRATION_UNITS,
    Curve,
    boosters_given,
    concentration_output,
    course_output,
    decided_concentration,
    effect_output,
)
from ketsim.people import Cohort, Subject
from ketsim.plan import Plan, PlannedModel, make_plan
from ketsim.result import GivenDose, Output, Result
from ketsim.scenario import Scenario
from ketsim.version import __version__

if TYPE_CHECKING:
    from ketsim.course.ensemble import Width
    from ketsim.course.run import Curves

Array = NDArray[np.float64]

BLOCK = 1_024
KEEP_PEOPLE = 2_000
_SMALLEST = 1e-6  # [ng/mL] far below any assay; less counts as nothing in the summary of a large population
_SMALLEST_EFFECT = 1e-3  # of the unit of an effect (%, points, mmHg): less cannot be seen
_NG_PER_ML = 1_000.0  # 1 mg/L = 1,000 ng/mL


def simulate(
    scenario: Scenario,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    folder: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Run a scenario: concentrations [ng/mL] and effects over time for one person or as a range over people.

    workers: processes; the result is the same to the last bit for any number. scheduler: the address of a Dask
    scheduler whose workers do it instead. folder: where a population of several blocks puts by what is finished; killed
    and asked again with the same folder, the run goes on where it stopped, and `forget` clears the folder in the end.
    progress: called with (people done, people). An interrupt (Ctrl-C) ends the run early: the result is that of the
    people who were finished, and says so. Raises `InputError` for what cannot be run, `NumericsError` if a tolerance is
    not met.

    >>> result = simulate(Scenario("0.5 mg/kg iv over 40 min", weight="70 kg"))
    >>> [output.name for output in result.outputs if output.kind == "concentration"]
    ['ketamine', 'norketamine']
    """
    plan = make_plan(scenario)
    spans = [(first, min(BLOCK, plan.size - first)) for first in range(0, plan.size, BLOCK)]
    put_by = None
    if folder is not None and len(spans) > 1:
        put_by = RunFolder.open(folder, identity=_identity_of(scenario), blocks=len(spans))

    def told(so_far: Gathered) -> None:
        if progress is not None:
            progress(so_far.people, plan.size)

    gathered = Crew(workers, scheduler, put_by).gather(_run, plan, spans, told)
    outputs = [
        concentration_output(plan, planned, name, gathered.curve(planned.model.key, name))
        for planned in plan.models
        for name in _names(planned)
    ]
    outputs += [
        effect_output(plan, planned, driven, gathered.curve(planned.spec.key, planned.spec.effect))
        for planned, driven in zip(plan.effects, plan.drivers, strict=True)
    ]
    outputs += _of_course(plan, gathered.course)
    return Result(
        scenario=scenario,
        times=plan.times,
        at=plan.at,
        outputs=tuple(outputs),
        doses=_dose_rows(plan.events, scenario.weight),
        subjects=gathered.people,
        stopped=gathered.people < plan.size,
        assumptions=(*assumptions(plan), *_summarised(plan)),
        warnings=_stopped(gathered.people, plan.size) + warnings(plan),
        error_estimate=gathered.error,
        version=__version__,
        not_known=plan.not_known,
        alarms=plan.alarms,
        widths=tuple(_widths(plan, gathered.course)),
        boosters=None if scenario.booster is None else tuple(boosters_given(plan, gathered.course)),
        by_chance=scenario.use is not None,
    )


def forget(folder: Path) -> None:
    """Remove what a run put by in its folder, once its result is where it should be; nothing where there is none."""
    RunFolder.forget(folder)


def _identity_of(scenario: Scenario) -> str:
    """What makes a run: the scenario, the numbers and the program behind it, and how people are taken together."""
    numbers = [brief.sha256 for brief in catalog().sources]
    return identity_of(scenario.hash, __version__, np.__version__, f"{BLOCK} {KEEP_PEOPLE}", *numbers)


def _of_course(plan: Plan, curves: Curves) -> Iterator[Output]:
    """What is shown of the course; where doses are decided on the way, the concentration first."""
    if plan.course is None:
        return
    driver = plan.course.driver
    concentration = curves.get((driver.model.key, driver.output))
    if concentration is not None:
        yield decided_concentration(plan, concentration)
    from ketsim.course.structure import structure

    shown = {place: curve for place, curve in curves.items() if place[1] in plan.course.wanted}
    for (key, name), curve in sorted(shown.items(), key=partial(_course_place, plan)):
        yield course_output(plan, structure(key), name, curve)


def _course_place(plan: Plan, item: tuple[tuple[str, str], object]) -> tuple[int, str]:
    assert plan.course is not None
    (key, name), _ = item
    return plan.course.wanted.index(name), key


def _widths(plan: Plan, curves: Curves) -> Iterator[Width]:
    """Of every reading, over its rival structures, for the measures that it is known by."""
    if plan.course is None:
        return
    from ketsim.course.ensemble import width_of

    for name in plan.course.wanted:
        rivals = [curve.sums for (_, of), curve in curves.items() if of == name]
        reading = plan.course.variants[0].composition.readings[name]
        for measure in reading.known_of({measure for sums in rivals for measure in sums}):
            yield width_of(name, measure, [sums[measure] for sums in rivals if measure in sums])


def _summarised(plan: Plan) -> tuple[str, ...]:
    if plan.size <= KEEP_PEOPLE:
        return ()
    width = f"{2 * StreamingQuantiles.resolution:.1%}"
    return (f"Over more than {KEEP_PEOPLE:,} people the band is read from classes {width} wide, not from every curve.",)


def _stopped(people: int, size: int) -> tuple[str, ...]:
    if people == size:
        return ()
    return (f"Stopped early: this is the result of the first {people:,} of {size:,} people.",)


def _run(plan: Plan, first: int, count: int) -> Block:
    cohort = _cohort(plan, first, count)
    numbers = [planned.parameters(cohort, plan.variation) for planned in plan.effects]
    runs = _runs(plan, numbers) if plan.course is None or plan.course.decided is None else []
    curves: dict[tuple[str, str], Curve] = {}
    error = 0.0
    for run in runs:
        solved = run.planned.model.curves(
            plan.events,
            cohort,
            plan.times,
            plan.variation,
            factors=run.planned.factors,
            options=plan.options,
            sites=run.sites,
        )
        error = max(error, float(solved.error.max()))
        for name, values in zip(solved.names, solved.values, strict=True):
            if name in run.planned.outputs:
                shown = np.maximum(values, 0.0) * _NG_PER_ML
                curves[run.planned.model.key, name] = _curve(plan, shown, _measures(plan.times, shown))
        for number, first_site in run.effects:
            planned, p = plan.effects[number], numbers[number]
            seen = planned.seen(plan.times, solved, first_site, plan.events)
            shown = planned.effect.response(p, seen)
            measures = _effect_measures(planned, p, seen, shown)
            curves[planned.spec.key, planned.spec.effect] = _effect_curve(plan, shown, measures)
    course: Curves = {}
    if plan.course is not None and plan.course_model is not None:
        from ketsim.course.run import run_course

        course, doubt = run_course(
            plan.course,
            plan.events,
            cohort,
            person=plan.people if isinstance(plan.people, Subject) else None,
            seed=plan.variation.seed,
            factors=plan.course_model.factors,
            options=plan.options,
            sketched=plan.size > BLOCK,
        )
        error = max(error, doubt)
    return Block(count, curves, error, course)


@dataclass(slots=True)
class _ModelRun:
    """One kinetic model of a block: solved once for its own outputs and for every effect that it drives.

    effects: (number of the effect, its first site among `sites`).
    """

    planned: PlannedModel
    sites: list[Site]
    effects: list[tuple[int, int]]


def _runs(plan: Plan, numbers: Sequence[Parameters]) -> list[_ModelRun]:
    runs = {_identity(planned.model): _ModelRun(planned, [], []) for planned in plan.models}
    for number, (effect, driven) in enumerate(zip(plan.effects, plan.drivers, strict=True)):
        run = runs.setdefault(_identity(driven.model), _ModelRun(driven, [], []))
        run.effects.append((number, len(run.sites)))
        run.sites += effect.sites(numbers[number])
    return list(runs.values())


def _identity(model: Model) -> tuple[str, ...]:
    return (model.key, *(pairing.id for pairing in model.pairings))


def _curve(plan: Plan, shown: Array, measures: dict[str, Array]) -> Curve:
    if plan.size <= KEEP_PEOPLE:
        return Curve(shown, None, measures)
    return Curve(None, _sketch(shown, _SMALLEST), measures)


def _effect_curve(plan: Plan, shown: Array, measures: dict[str, Array]) -> Curve:
    """An effect has many measures: of a large population they are summarised too, so that memory stays flat."""
    if plan.size <= KEEP_PEOPLE:
        return Curve(shown, None, measures)
    sketched = {name: _sketch(values, _SMALLEST) for name, values in measures.items()}
    return Curve(None, _sketch(shown, _SMALLEST_EFFECT), {}, sketched)


def _sketch(values: Array, smallest: float) -> StreamingQuantiles:
    sketch = StreamingQuantiles(values.shape[1:], smallest=smallest)
    sketch.add(values)
    return sketch


def _effect_measures(planned: PlannedEffect, p: Parameters, seen: Seen, shown: Array) -> dict[str, Array]:
    """Measures of an effect, each (subject,)."""
    effect = planned.effect
    baseline = np.broadcast_to(np.asarray(effect.baseline(p), dtype=np.float64), (len(shown), 1))
    found = course(seen.times, shown, baseline, level=effect.level)
    measures = {field.name: getattr(found, field.name) for field in fields(Course)}
    return {**measures, **effect.more_measures(p, seen)}


def _cohort(plan: Plan, first: int, count: int) -> Cohort:
    if isinstance(plan.people, Subject):
        return Cohort.of(plan.people, first=first, size=count)
    return plan.people.realise(first, count, plan.variation.seed)


def _measures(times: Array, values: Array) -> dict[str, Array]:
    found = noncompartmental(times, values, tolerance=0.0)  # curves without noise: the best straight line, no ties
    return {name: getattr(found, name) for name in CONCENTRATION_UNITS}


def _names(planned: PlannedModel) -> list[str]:
    return sorted(planned.outputs, key=place)


def _dose_rows(events: tuple[DoseEvent, ...], weight: float | None) -> tuple[GivenDose, ...]:
    return tuple(GivenDose(e.time, e.duration, _in_words(e, weight)) for e in events if e.amount > 0.0)


def _in_words(dose: DoseEvent, weight: float | None) -> str:
    """One dose, in mg too where the weight [kg] is known: 0.5 mg/kg (35 mg) ketamine iv; of a taper its share alone."""
    if isinstance(dose, TaperDose):
        return f"{dose.share:.0%} of the starting amount {dose.drug} {dose.route}, supervised taper"
    amount = f"{dose.amount:g} {'mg/kg' if dose.per_kg else 'mg'}"
    if dose.per_kg and weight is not None:
        amount += f" ({dose.milligrams(weight):g} mg)"
    salt = " hydrochloride" if dose.basis is Basis.salt else ""
    return f"{amount} {dose.drug}{salt} {dose.route}"
