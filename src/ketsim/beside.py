"""What stands beside a simulated course? The other published models for the same dose, and what studies measured.

Models disagree and so do studies: both ranges are shown, and none is called the truth. Nothing here changes a curve.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ketsim.dosing import DoseEvent, Drug, parse_sentence
from ketsim.effects.driver import feed_of
from ketsim.effects.effect import Array, Seen, named
from ketsim.effects.planned import numbers_of, parameters_of
from ketsim.errors import InputError
from ketsim.evidence import Response, catalog, load_source, responses
from ketsim.kinetics.analytes import output_name
from ketsim.kinetics.choose import named_model
from ketsim.kinetics.model import Model
from ketsim.kinetics.parameters import Variation
from ketsim.people import Cohort, Subject
from ketsim.people.body_size import us_adults
from ketsim.plan import has_no_kinetics, typical_person
from ketsim.result import Result
from ketsim.run_times import output_times
from ketsim.scenario import Scenario
from ketsim.wording import number, span

_NG_PER_ML = 1_000.0  # 1 mg/L = 1,000 ng/mL
_MINUTES = 60.0  # in an hour
_POINTS, _MOST = 600, 4_000
_LOOKED_AT = 24.0  # [h] after the first dose in which models are compared
_ALIKE: Final = 1.3  # doses and their lengths within this ratio count as the same design
_SHORT = 5.0 / 60.0  # [h] what is given within five minutes is a push


@dataclass(frozen=True, slots=True)
class OtherModel:
    """One published model for the same dose, for a typical person.

    highest: [ng/mL], when: [h]. surgical: minutes above the surgical concentration, waking: minutes until the waking
    one; None where the dose does not come that far. used: it is the model of the result.
    """

    model: str
    analyte: str
    sampling: str
    certainty: str
    highest: float
    when: float
    surgical: float | None
    waking: float | None
    used: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "model": self.model,
            "analyte": self.analyte,
            "sampling": self.sampling,
            "certainty": self.certainty,
            "highest_ng_per_ml": self.highest,
            "when_h": self.when,
            "minutes_surgical": self.surgical,
            "minutes_until_waking": self.waking,
            "used": self.used,
        }


@dataclass(frozen=True, slots=True)
class Measured:
    """What one study measured of an effect after a dose like this one."""

    row: Response

    @property
    def sentence(self) -> str:
        """In words, with the source."""
        row, (low, high) = self.row, self.row.ends
        value = number(row.number) if row.number is not None else span(low, high)
        if row.number is not None and row.low is not None:
            value += f" ({span(low, high)})"
        at = f" at {row.time}" if row.time is not None else ""
        dose = row.dose or row.dose_text
        what = f"{row.effect.replace('_', ' ')}, {row.metric.replace('_', ' ')}{at}"
        unit = "" if row.unit in ("1", "state", "stage") else f" {row.unit}"
        return f"{what}: {value}{unit} after {dose} ({row.source}; certainty {row.certainty})"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        low, high = self.row.ends
        return {
            "id": self.row.id,
            "source": self.row.source,
            "effect": self.row.effect,
            "metric": self.row.metric,
            "time_h": self.row.time.canonical if self.row.time is not None else None,
            "observed": self.row.number,
            "low": low,
            "high": high,
            "unit": self.row.unit,
            "dose": self.row.dose or self.row.dose_text,
            "certainty": str(self.row.certainty),
        }


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything that stands beside one result."""

    models: tuple[OtherModel, ...]
    measured: tuple[Measured, ...]


def beside(result: Result) -> Beside:
    """What other published models give for the doses of a result, and what studies measured after such doses."""
    used = sorted({output.driver or output.model for output in result.outputs})
    effects = [output.name for output in result.outputs if output.kind == "effect"]
    return Beside(other_models(result.scenario, used), measured_beside(result.scenario, effects))


def other_models(scenario: Scenario, used: Sequence[str]) -> tuple[OtherModel, ...]:
    """Every published model that answers these doses for such a person, in a list by its highest concentration.

    used: keys of the models of the result. What was asked by name is not widened, and a medicine or an option that
    changes one model was not published for the others: then there is nothing beside it.
    """
    if scenario.models or scenario.options or not all(map(has_no_kinetics, scenario.co_medication)):
        return ()
    events = scenario.regimen.events(_LOOKED_AT)
    given = [e for e in events if e.amount > 0.0]
    if not given:
        return ()
    person = typical_person(scenario)
    rows = []
    for model in _able(given, scenario):
        with suppress(InputError):  # it needs something that was not said, such as the weight
            rows.append(_row(model, given, events, person, used=model.key in used))
    return tuple(sorted(rows, key=lambda row: row.highest))


def _able(given: Sequence[DoseEvent], scenario: Scenario) -> Iterator[Model]:
    drug, routes = given[0].drug, {e.route for e in given}
    for brief in catalog().models:
        forms = {*brief.drugs, *brief.stands_for}
        if brief.status != "shipped" or drug.value not in forms or not routes <= set(brief.routes):
            continue
        try:
            model = named_model(brief.key, given, site=None).model
            model.check(given, age=scenario.age, weight=scenario.weight)
        except InputError:
            continue
        if model.admits_age(scenario.age):
            yield model


def _row(
    model: Model, given: Sequence[DoseEvent], events: Sequence[DoseEvent], person: Cohort, *, used: bool
) -> OtherModel:
    drug = given[0].drug
    times = output_times(events, _LOOKED_AT, (), points=_POINTS, most=_MOST)
    name = output_name("parent", drug)
    curve = np.maximum(model.curves(events, person, times, Variation()).of(name), 0.0)
    at = int(curve[0].argmax())
    surgical, waking = _stages(drug, name, times, curve)
    return OtherModel(
        model=model.key,
        analyte=name,
        sampling=model.spec.sampling,
        certainty=str(model.certainty(name, drug, frozenset(e.route for e in given))),
        highest=float(curve[0, at]) * _NG_PER_ML,
        when=float(times[at]),
        surgical=surgical,
        waking=waking,
        used=used,
    )


def _stages(drug: Drug, name: str, times: Array, curve: Array) -> tuple[float | None, float | None]:
    """How long surgical and when waking [min] by the stages of anaesthesia that are shown; None where not reached."""
    (brief,) = (e for e in catalog().effects if e.effect == "anaesthesia_stage" and e.status == "shipped")
    spec = load_source(brief.source).effect(brief.key)
    try:
        factor = feed_of(spec, drug, (name,)).factor
    except InputError:  # the bands belong to another form of the drug
        return None, None
    p = parameters_of(spec, numbers_of(spec), Cohort.of(Subject()), Variation())
    found = named(spec.effect).more_measures(p, Seen(times, (curve * factor,)))
    surgical, waking = float(found["surgical_duration"][0]), float(found["waking"][0])
    if surgical == 0.0:
        return None, None
    return surgical * _MINUTES, waking * _MINUTES


def measured_beside(scenario: Scenario, effects: Iterable[str]) -> tuple[Measured, ...]:
    """What studies measured of these effects after such a dose: same form and route, alike in size and length.

    Children are set beside children only, adults beside adults; an age not given is an adult's.
    """
    names = set(effects)
    given = [e for e in scenario.regimen.events(_LOOKED_AT) if e.amount > 0.0]
    weight = scenario.weight or load_source("Constants").values["weight_ref"].required()
    child = scenario.age is not None and scenario.age < us_adults().adult_age
    return tuple(
        Measured(row)
        for row in responses()
        if row.effect in names
        and row.dose
        and (row.population.group == "child") == child
        and _alike(given, row.dose, weight)
    )


def _alike(given: Sequence[DoseEvent], dose: str, weight: float) -> bool:
    """Whether one dose was given, by both, and the two are alike; several within a day have no row of their own."""
    if len(given) != 1 or str(given[0].route) not in dose.split():  # most rows need not be parsed
        return False
    theirs = [e for e in parse_sentence(dose).events(_LOOKED_AT) if e.amount > 0.0]
    if len(theirs) != 1:
        return False
    (one,), (other,) = given, theirs
    if (one.drug, one.route) != (other.drug, other.route):
        return False
    amounts = sorted((one.milligrams(weight), other.milligrams(weight)))
    lengths = sorted((max(one.duration, _SHORT), max(other.duration, _SHORT)))
    return amounts[1] <= _ALIKE * amounts[0] and lengths[1] <= _ALIKE * lengths[0]
