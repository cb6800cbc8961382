"""Scenario in, Result out: draw the people, solve, summarise.

Populations run in blocks of fixed size whose results are merged in block order, so one worker and many give the same
bits, and memory stays flat: beyond `KEEP_PEOPLE` only summaries are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, fields
from functools import partial
from itertools import islice
from multiprocessing import get_context, parent_process
from signal import SIG_IGN, SIGINT, signal

import numpy as np
from numpy.typing import NDArray

from ketsim.assumptions import assumptions, warnings
from ketsim.course.ensemble import Width, width_of
from ketsim.course.run import Curves, run_course
from ketsim.course.structure import structure
from ketsim.dosing import Basis, DoseEvent, TaperDose
from ketsim.effects.effect import Parameters, Seen
from ketsim.effects.planned import PlannedEffect
from ketsim.errors import InputError
from ketsim.kinetics.analytes import place
from ketsim.kinetics.model import Model, Site
from ketsim.measures import StreamingQuantiles, noncompartmental
from ketsim.measures.course import Course, course
from ketsim.outputs import CONCENTRATION_UNITS, Curve, concentration_output, course_output, effect_output
from ketsim.people import Cohort, Subject
from ketsim.plan import Plan, PlannedModel, make_plan
from ketsim.result import GivenDose, Result
from ketsim.scenario import Scenario
from ketsim.version import __version__

Array = NDArray[np.float64]

BLOCK = 1_024
KEEP_PEOPLE = 2_000
_GUARD = (
    "a worker process ended before its work was done; a script that asks for several workers must make the call under "
    'if __name__ == "__main__":, and enough memory must be free. With workers=1 neither is needed.'
)
_SMALLEST = 1e-6  # [ng/mL] far below any assay; less counts as nothing in the summary of a large population
_SMALLEST_EFFECT = 1e-3  # of the unit of an effect (%, points, mmHg): less cannot be seen
_NG_PER_ML = 1_000.0  # 1 mg/L = 1,000 ng/mL


@dataclass(frozen=True, slots=True)
class _Block:
    """How many people, their outputs by (model, name), and the largest numerical error relative to a curve's peak."""

    people: int
    curves: dict[tuple[str, str], Curve]
    error: float
    course: Curves


class _Gathered:
    """Blocks in the order in which they were added: what is kept of them grows by the measures alone."""

    def __init__(self) -> None:
        self.error = 0.0
        self.people = 0
        self._parts: dict[tuple[str, str], list[Curve]] = {}
        self.course: Curves = {}

    def add(self, block: _Block) -> None:
        """Take in the next block; its sketch is poured into the first one."""
        self.error = max(self.error, block.error)
        self.people += block.people
        for key, lanes in block.course.items():
            if key in self.course:
                self.course[key].merge(lanes)
            else:
                self.course[key] = lanes
        for key, curve in block.curves.items():
            parts = self._parts.setdefault(key, [])
            if parts and parts[0].sketch is not None and curve.sketch is not None:
                parts[0].sketch.merge(curve.sketch)
                for name, sketch in curve.sketched.items():
                    parts[0].sketched[name].merge(sketch)
                if not curve.measures:
                    continue
                curve = Curve(None, None, curve.measures)
            parts.append(curve)

    def curve(self, model: str, name: str) -> Curve:
        """The output over all people."""
        parts = self._parts[model, name]
        kept = [part.values for part in parts if part.values is not None]
        return Curve(
            values=np.concatenate(kept) if kept else None,
            sketch=parts[0].sketch,
            measures={m: np.concatenate([part.measures[m] for part in parts]) for m in parts[0].measures},
            sketched=parts[0].sketched,
        )


def simulate(scenario: Scenario, *, workers: int = 1, progress: Callable[[int, int], None] | None = None) -> Result:
    """Run a scenario: concentrations [ng/mL] and effects over time for one person or as a range over people.

    workers: processes; the result is the same to the last bit for any number. progress: called with (people done,
    people). An interrupt (Ctrl-C) ends the run early: the result is then that of the people who were finished, and says
    so. Raises `InputError` for what cannot be run, `NumericsError` if a tolerance is not met.

    >>> result = simulate(Scenario("0.5 mg/kg iv over 40 min", weight="70 kg"))
    >>> [output.name for output in result.outputs if output.kind == "concentration"]
    ['ketamine', 'norketamine']
    """
    plan = make_plan(scenario)
    gathered = _Gathered()
    try:
        for block in _blocks(plan, workers):
            gathered.add(block)
            if progress is not None:
                progress(gathered.people, plan.size)
    except KeyboardInterrupt:
        if gathered.people == 0:
            raise
    outputs = [
        concentration_output(plan, planned, name, gathered.curve(planned.model.key, name))
        for planned in plan.models
        for name in _names(planned)
    ]
    outputs += [
        effect_output(plan, planned, driven, gathered.curve(planned.spec.key, planned.spec.effect))
        for planned, driven in zip(plan.effects, plan.drivers, strict=True)
    ]
    outputs += [
        course_output(plan, structure(key), name, curve)
        for (key, name), curve in sorted(gathered.course.items(), key=partial(_course_place, plan))
    ]
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
    )


def _course_place(plan: Plan, item: tuple[tuple[str, str], object]) -> tuple[int, str]:
    assert plan.course is not None
    (key, name), _ = item
    return plan.course.wanted.index(name), key


def _widths(plan: Plan, curves: Curves) -> Iterator[Width]:
    """Of every reading, over its rival structures, for the measure that it is known by."""
    if plan.course is None:
        return
    for name in plan.course.wanted:
        rivals = [curve.sums for (_, reading), curve in curves.items() if reading == name]
        measure = plan.course.variants[0].composition.readings[name].known_by
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


def _blocks(plan: Plan, workers: int) -> Iterator[_Block]:
    spans = [(first, min(BLOCK, plan.size - first)) for first in range(0, plan.size, BLOCK)]
    if workers <= 1 or len(spans) == 1:
        yield from (_run(plan, *span) for span in spans)
        return
    if parent_process() is not None:
        raise InputError(_GUARD)
    with ProcessPoolExecutor(min(workers, len(spans)), get_context("spawn"), _adopt, (plan,)) as pool:
        waiting = iter(spans)
        # a bounded queue: finished blocks must not pile up while an earlier one is still running
        queue = [pool.submit(_run_adopted, span) for span in islice(waiting, 2 * workers)]
        try:
            while queue:
                yield queue.pop(0).result()
                queue += [pool.submit(_run_adopted, span) for span in islice(waiting, 1)]
        except BrokenProcessPool:
            raise InputError(_GUARD) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_adopted: list[Plan] = []  # the plan of this worker process, sent once


def _adopt(plan: Plan) -> None:
    signal(SIGINT, SIG_IGN)  # an interrupt is the business of the process that gathers
    _adopted[:] = [plan]


def _run_adopted(span: tuple[int, int]) -> _Block:
    return _run(_adopted[0], *span)


def _run(plan: Plan, first: int, count: int) -> _Block:
    cohort = _cohort(plan, first, count)
    numbers = [planned.parameters(cohort, plan.variation) for planned in plan.effects]
    runs = _runs(plan, numbers)
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
    return _Block(count, curves, error, course)


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
