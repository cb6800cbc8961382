"""Scenario in, Result out: draw the people, solve, summarise.

Populations run in blocks of fixed size whose results are merged in block order, so one worker and many give the same
bits, and memory stays flat: beyond `KEEP_PEOPLE` only summaries are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context, parent_process
from signal import SIG_IGN, SIGINT, signal

import numpy as np
from numpy.typing import NDArray

from ketsim.dosing import Basis, DoseEvent
from ketsim.errors import InputError
from ketsim.kinetics.analytes import is_parent, label, place
from ketsim.measures import StreamingQuantiles, noncompartmental
from ketsim.people import Cohort, Subject
from ketsim.plan import Plan, PlannedModel, assumptions, make_plan, warnings
from ketsim.result import GivenDose, Output, Result, Spread
from ketsim.scenario import Scenario
from ketsim.version import __version__

Array = NDArray[np.float64]

BLOCK = 1_024
KEEP_PEOPLE = 2_000
_LOW, _MIDDLE, _HIGH = 0.05, 0.5, 0.95
_GUARD = (
    "a worker process ended before its work was done; a script that asks for several workers must make the call under "
    'if __name__ == "__main__":, and enough memory must be free. With workers=1 neither is needed.'
)
_SMALLEST = 1e-6  # [ng/mL] far below any assay; less counts as nothing in the summary of a large population
_NG_PER_ML = 1_000.0  # 1 mg/L = 1,000 ng/mL
_UNITS = {"cmax": "ng/mL", "tmax": "h", "auc": "ng*h/mL", "auc_inf": "ng*h/mL", "half_life": "h"}


@dataclass(frozen=True, slots=True)
class _Curve:
    """One output of one block [ng/mL]: curves (subject, time), or their sketch, and measures (subject,)."""

    values: Array | None
    sketch: StreamingQuantiles | None
    measures: dict[str, Array]


@dataclass(frozen=True, slots=True)
class _Block:
    """How many people, their outputs by (model, name), and the largest numerical error relative to a curve's peak."""

    people: int
    curves: dict[tuple[str, str], _Curve]
    error: float


class _Gathered:
    """Blocks in the order in which they were added: what is kept of them grows by the measures alone."""

    def __init__(self) -> None:
        self.error = 0.0
        self.people = 0
        self._parts: dict[tuple[str, str], list[_Curve]] = {}

    def add(self, block: _Block) -> None:
        """Take in the next block; its sketch is poured into the first one."""
        self.error = max(self.error, block.error)
        self.people += block.people
        for key, curve in block.curves.items():
            parts = self._parts.setdefault(key, [])
            if parts and parts[0].sketch is not None and curve.sketch is not None:
                parts[0].sketch.merge(curve.sketch)
                curve = _Curve(None, None, curve.measures)
            parts.append(curve)

    def curve(self, model: str, name: str) -> _Curve:
        """The output over all people."""
        parts = self._parts[model, name]
        kept = [part.values for part in parts if part.values is not None]
        return _Curve(
            values=np.concatenate(kept) if kept else None,
            sketch=parts[0].sketch,
            measures={m: np.concatenate([part.measures[m] for part in parts]) for m in _UNITS},
        )


def simulate(scenario: Scenario, *, workers: int = 1, progress: Callable[[int, int], None] | None = None) -> Result:
    """Run a scenario: concentrations [ng/mL] over time for one person or as a range over people.

    workers: processes; the result is the same to the last bit for any number. progress: called with (people done,
    people). An interrupt (Ctrl-C) ends the run early: the result is then that of the people who were finished, and says
    so. Raises `InputError` for what cannot be run, `NumericsError` if a tolerance is not met.

    >>> result = simulate(Scenario("0.5 mg/kg iv over 40 min", weight="70 kg"))
    >>> [output.name for output in result.outputs]
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
        _output(plan, planned, name, gathered.curve(planned.model.key, name))
        for planned in plan.models
        for name in _names(planned)
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
    )


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
    curves: dict[tuple[str, str], _Curve] = {}
    error = 0.0
    for planned in plan.models:
        solved = planned.model.curves(
            plan.events, cohort, plan.times, plan.variation, factors=planned.factors, options=plan.options
        )
        error = max(error, float(solved.error.max()))
        for name, values in zip(solved.names, solved.values, strict=True):
            if name not in planned.outputs:
                continue
            shown = np.maximum(values, 0.0) * _NG_PER_ML
            measures = _measures(plan.times, shown)
            if plan.size <= KEEP_PEOPLE:
                curves[planned.model.key, name] = _Curve(shown, None, measures)
            else:
                sketch = StreamingQuantiles(len(plan.times), smallest=_SMALLEST)
                sketch.add(shown)
                curves[planned.model.key, name] = _Curve(None, sketch, measures)
    return _Block(count, curves, error)


def _cohort(plan: Plan, first: int, count: int) -> Cohort:
    if isinstance(plan.people, Subject):
        return Cohort.of(plan.people, first=first, size=count)
    return plan.people.realise(first, count, plan.variation.seed)


def _measures(times: Array, values: Array) -> dict[str, Array]:
    found = noncompartmental(times, values, tolerance=0.0)  # curves without noise: the best straight line, no ties
    return {name: getattr(found, name) for name in _UNITS}


def _names(planned: PlannedModel) -> list[str]:
    return sorted(planned.outputs, key=place)


def _output(plan: Plan, planned: PlannedModel, name: str, curve: _Curve) -> Output:
    model = planned.model
    if curve.values is not None:
        low, middle, high = np.quantile(curve.values, (_LOW, _MIDDLE, _HIGH), axis=0)
    else:
        assert curve.sketch is not None
        low, middle, high = (curve.sketch.quantile(q) for q in (_LOW, _MIDDLE, _HIGH))
    behind = model.numbers_behind(name, plan.drug, plan.routes, plan.options)
    effects = [e for e in planned.effects if e.factors]
    sources = dict.fromkeys([v.source for v in behind] + [s for e in effects for s in e.sources])
    links = [e.certainty if is_parent(name) else e.metabolite_certainty for e in effects]
    certainty = min([model.certainty(name, plan.drug, plan.routes, plan.options), *links])
    return Output(
        name=name,
        label=f"{label(name)} in {model.blood_words}",
        model=model.key,
        model_label=model.spec.label,
        kind="concentration",
        unit="ng/mL",
        sampling=model.spec.sampling,
        certainty=str(certainty),
        sources=tuple(sources),
        numbers=tuple(str(v) for v in behind),
        low=low,
        median=middle,
        high=high,
        values=curve.values,
        measures={m: _spread(x) for m, x in curve.measures.items()},
        measure_units=_UNITS,
    )


def _spread(values: Array) -> float | Spread:
    if values.size == 1:
        return float(values[0])
    there = values[np.isfinite(values)]
    if there.size == 0:
        return Spread(np.nan, np.nan, np.nan)
    low, middle, high = np.quantile(there, (_LOW, _MIDDLE, _HIGH))
    return Spread(float(low), float(middle), float(high))


def _dose_rows(events: tuple[DoseEvent, ...], weight: float | None) -> tuple[GivenDose, ...]:
    return tuple(GivenDose(e.time, e.duration, _in_words(e, weight)) for e in events if e.amount > 0.0)


def _in_words(dose: DoseEvent, weight: float | None) -> str:
    """One dose, in mg too where the weight [kg] is known: 0.5 mg/kg (35 mg) ketamine iv."""
    amount = f"{dose.amount:g} {'mg/kg' if dose.per_kg else 'mg'}"
    if dose.per_kg and weight is not None:
        amount += f" ({dose.milligrams(weight):g} mg)"
    salt = " hydrochloride" if dose.basis is Basis.salt else ""
    return f"{amount} {dose.drug}{salt} {dose.route}"
