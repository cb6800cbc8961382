"""From the numbers of a run to the outputs of its result: range over people, measures, certainty, sources.

The certainty of an output is the weakest link on its path: numbers of the model and of the effect, and what is assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ketsim.effects.planned import PlannedEffect
from ketsim.evidence import Certainty
from ketsim.kinetics.analytes import is_parent, label
from ketsim.measures import StreamingQuantiles
from ketsim.plan import Plan, PlannedModel
from ketsim.result import GivenBooster, Output, Spread

if TYPE_CHECKING:
    from ketsim.course.run import CourseCurve, Curves
    from ketsim.course.structure import Structure

Array = NDArray[np.float64]

_LOW, _MIDDLE, _HIGH = _QUANTILES = 0.05, 0.5, 0.95
CONCENTRATION_UNITS: Final = {"cmax": "ng/mL", "tmax": "h", "auc": "ng*h/mL", "auc_inf": "ng*h/mL", "half_life": "h"}


@dataclass(frozen=True, slots=True)
class Curve:
    """One output, in its unit at the doors: curves (subject, time) or their sketch, measures (subject,) or theirs."""

    values: Array | None
    sketch: StreamingQuantiles | None
    measures: dict[str, Array]
    sketched: dict[str, StreamingQuantiles] = field(default_factory=dict)


def concentration_output(plan: Plan, planned: PlannedModel, name: str, curve: Curve) -> Output:
    """The output of one analyte of one model [ng/mL]."""
    model = planned.model
    low, middle, high = _band(curve)
    behind = model.numbers_behind(name, plan.drug, plan.routes, plan.options)
    effects = [e for e in planned.interactions if e.factors]
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
        measure_units=CONCENTRATION_UNITS,
    )


def effect_output(plan: Plan, planned: PlannedEffect, driven: PlannedModel, curve: Curve) -> Output:
    """The output of one effect, in its own unit; driven: the model that drives it, with what changes it."""
    spec, effect, driver = planned.spec, planned.effect, planned.driver
    low, middle, high = _band(curve)
    feeds = [
        (feed.output, driver.model.numbers_behind(feed.output, plan.drug, plan.routes, plan.options))
        for feed in driver.feeds
    ]
    behind = dict.fromkeys(str(v) for v in (*planned.values.values(), *driver.values))
    behind |= dict.fromkeys(str(v) for _, values in feeds for v in values)
    changed = [i for i in driven.interactions if i.factors]
    sources = [v.source for v in (*planned.values.values(), *driver.values)]
    sources += [v.source for _, values in feeds for v in values] + [s for i in changed for s in i.sources]
    links = [v.certainty for v in planned.values.values()] + [*driver.certainties]
    links += [driver.model.certainty(output, plan.drug, plan.routes, plan.options) for output, _ in feeds]
    links += [i.certainty if is_parent(output) else i.metabolite_certainty for i in changed for output, _ in feeds]
    times = dict.fromkeys(("onset", "time_of_peak", "duration", *effect.times), "h")
    units = {**times, "area": f"{effect.unit}*h"}
    measures: dict[str, float | Spread] = {m: _spread(x) for m, x in curve.measures.items()}
    measures |= {m: Spread(*(float(x.quantile(q)) for q in _QUANTILES)) for m, x in curve.sketched.items()}
    return Output(
        name=spec.effect,
        label=effect.label,
        model=spec.key,
        model_label=spec.label,
        kind="effect",
        unit=effect.unit,
        sampling=driver.model.spec.sampling,
        certainty=str(Certainty.weakest(links)),
        sources=tuple(dict.fromkeys(sources)),
        numbers=tuple(behind),
        low=low,
        median=middle,
        high=high,
        values=curve.values,
        measures=measures,
        measure_units={m: units.get(m, effect.unit) for m in measures},
        driver=driver.model.key,
        level=effect.level,
    )


def course_output(plan: Plan, structure: Structure, name: str, curve: CourseCurve) -> Output:
    """The output of one reading of the course under one structure, brought to the times of the run."""
    course, driven = plan.course, plan.course_model
    assert course is not None
    assert driven is not None
    variant = next(v for v in course.variants if structure in v.structures)
    reading = variant.composition.readings[name]
    driver = course.driver
    numbers = {**structure.values, **structure.chances, **course.treatment_values}
    numbers |= {**course.decided_values, **course.mood_values}
    behind = [numbers[p] for p in sorted(course.behind(variant, name)) if p in numbers]
    behind += [driver.assumed] if driver.assumed is not None else []
    below = driver.model.numbers_behind(driver.output, plan.drug, plan.routes, plan.options)
    changed = [i for i in driven.interactions if i.factors]
    links = [v.certainty for v in behind] + [i.certainty for i in changed]
    links.append(driver.model.certainty(driver.output, plan.drug, plan.routes, plan.options))
    low, middle, high = (np.interp(plan.times, course.times, line) for line in _band(curve))
    if curve.typical is not None:
        middle = np.interp(plan.times, course.times, curve.typical)
    spreads = {m: _spread(x) for m, x in curve.measures.items()}
    spreads |= {m: Spread(*(float(x.quantile(q)) for q in _QUANTILES)) for m, x in curve.sketched.items()}
    one = curve.typical is not None
    shares = {m: curve.sums[m].mean_in_percent for m in spreads if m in variant.composition.shares}
    spreads = {m: x for m, x in spreads.items() if m not in shares}
    units = {m: _course_unit(m, reading.unit) for m in spreads} | dict.fromkeys(shares, "%")
    return Output(
        name=name,
        label=reading.label,
        model=structure.key,
        model_label=structure.label,
        kind="course",
        unit=reading.unit,
        sampling=driver.model.spec.sampling,
        certainty=str(Certainty.weakest(links)),
        sources=tuple(dict.fromkeys([v.source for v in behind] + [v.source for v in below])),
        numbers=tuple(dict.fromkeys(str(v) for v in (*behind, *below))),
        low=low,
        median=middle,
        high=high,
        values=None,
        measures=({**curve.typical_measures} if one else {**spreads}) | shares,
        measure_units=units,
        driver=driver.model.key,
        level=reading.level,
        ranges={m: s for m, s in spreads.items() if isinstance(s, Spread)} if one else {},
    )


def decided_concentration(plan: Plan, curve: CourseCurve) -> Output:
    """The concentration [ng/mL] where doses are decided on the way: over all structures, people and chances."""
    course, driven = plan.course, plan.course_model
    assert course is not None
    assert driven is not None
    planned, name = plan.models[0], course.driver.output
    every = Curve(curve.values, curve.sketch, curve.measures, curve.sketched)
    alone = concentration_output(plan, planned, name, every)
    deciding = [v for variant in course.variants for v in course.deciding_values(variant)]
    numbers = dict.fromkeys([*alone.numbers, *(str(v) for v in deciding)])
    one = curve.typical is not None
    spreads = {m: _spread(x) for m, x in curve.measures.items()}
    spreads |= {m: Spread(*(float(x.quantile(q)) for q in _QUANTILES)) for m, x in curve.sketched.items()}
    return replace(
        alone,
        label=f"{alone.label}, doses decided on the way",
        certainty=str(Certainty.weakest([Certainty(alone.certainty), *(v.certainty for v in deciding)])),
        sources=tuple(dict.fromkeys([*alone.sources, *(v.source for v in deciding)])),
        numbers=tuple(numbers),
        median=curve.typical if curve.typical is not None else alone.median,
        values=None,
        measures=dict(curve.typical_measures) if one else spreads,
        measure_units={m: CONCENTRATION_UNITS[m] for m in spreads},
        ranges={m: s for m, s in spreads.items() if isinstance(s, Spread)} if one else {},
    )


def boosters_given(plan: Plan, curves: Curves) -> Iterator[GivenBooster]:
    """Every booster of the one person whom the line stands for, under each structure, with what was found then."""
    course = plan.course
    if course is None:
        return
    from ketsim.course.planned_booster import PlannedBooster

    if not isinstance(course.decided, PlannedBooster):
        return
    rule = course.decided.rule
    unit = course.variants[0].composition.readings[rule.reading].unit
    for (key, name), curve in sorted(curves.items(), key=lambda item: item[0]):
        if name != "boosters" or curve.typical is None:
            continue
        found = curves[key, "booster_finding"].typical
        assert found is not None
        for number, place in enumerate(np.flatnonzero(np.diff(curve.typical) > 0.0) + 1, start=1):
            because = f"{rule.when}: {rule.reading} was {found[place]:.4g} {unit}"
            yield GivenBooster(key, number, float(course.times[place]), because)


def _course_unit(measure: str, unit: str) -> str:
    if measure == "area":
        return f"{unit}*h"
    return "h" if measure.startswith(("onset", "time_", "duration")) else unit


def _band(curve: Curve | CourseCurve) -> tuple[Array, Array, Array]:
    """5 %, 50 % and 95 % of people at each time."""
    if curve.values is not None:
        low, middle, high = np.quantile(curve.values, (_LOW, _MIDDLE, _HIGH), axis=0)
        return low, middle, high
    assert curve.sketch is not None
    return curve.sketch.quantile(_LOW), curve.sketch.quantile(_MIDDLE), curve.sketch.quantile(_HIGH)


def _spread(values: Array) -> float | Spread:
    if values.size == 1:
        return float(values[0])
    there = values[np.isfinite(values)]
    if there.size == 0:
        return Spread(np.nan, np.nan, np.nan)
    low, middle, high = np.quantile(there, (_LOW, _MIDDLE, _HIGH))
    return Spread(float(low), float(middle), float(high))
