"""One effect of a run: its equation, its numbers, what drives it. From each person's concentrations to a curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ketsim.dosing import DoseEvent, Drug
from ketsim.effects.driver import Driver, driver_of, is_exact
from ketsim.effects.effect import Effect, Parameters, Seen, named
from ketsim.errors import InputError, did_you_mean
from ketsim.evidence import EffectSpec, Value, catalog, constant, load_source
from ketsim.kinetics.analytes import molar_mass_name
from ketsim.kinetics.model import Curves, Model, Site
from ketsim.kinetics.parameters import Variation, shift_typical_values, spread_between_people
from ketsim.people import Cohort

Array = NDArray[np.float64]

#: The order of effects in tables and pages.
ORDER: Final = (
    *("dissociation", "cadss", "drug_high", "analgesia", "sedation", "anaesthesia_stage", "memory", "cognition"),
    *("mean_arterial_pressure", "heart_rate", "cardiac_output", "breathing_with_opioid", "emergence_reaction"),
    *("unfit_to_drive", "nmda_occupancy", "eeg_slowing"),
)
_DELAY = "half_life_ke0"
_G_PER_MG = 1e-3


@dataclass(frozen=True, slots=True)
class PlannedEffect:
    """An effect ready to run; picklable. values: parameter -> number."""

    spec: EffectSpec
    values: Mapping[str, Value]
    driver: Driver

    @classmethod
    def of(cls, spec: EffectSpec, driver: Driver) -> PlannedEffect:
        """The effect with its numbers read. Raises `InputError` for parameters that do not fit the equation."""
        values = numbers_of(spec)
        wanted = named(spec.effect).parameters
        if values.keys() - {_DELAY} != wanted.keys() - {_DELAY}:
            raise InputError(f"{spec.key} gives {', '.join(values)}; {spec.effect} needs {', '.join(wanted)}.")
        return cls(spec, values, driver)

    @property
    def effect(self) -> Effect:
        """The equation."""
        return named(self.spec.effect)

    def parameters(self, cohort: Cohort, variation: Variation) -> dict[str, Any]:
        """Every parameter in canonical units, (subject, 1); concentrations as mass [mg/L]."""
        return parameters_of(self.spec, self.values, cohort, variation)

    def sites(self, parameters: Parameters) -> tuple[Site, ...]:
        """The effect sites that it needs in the kinetic system; none where it follows the blood without delay."""
        if _DELAY not in parameters:
            return ()
        rate = np.log(2.0) / parameters[_DELAY][:, 0]
        return tuple(Site(feed.output, rate) for feed in self.driver.feeds)

    def seen(self, times: Array, curves: Curves, first_site: int, events: Sequence[DoseEvent]) -> Seen:
        """What the effect sees of solved curves, its sites standing there from `first_site` on."""
        delayed = _DELAY in self.values
        found = [
            (curves.sites[first_site + i] if delayed else curves.of(feed.output)) * feed.factor
            for i, feed in enumerate(self.driver.feeds)
        ]
        doses = tuple((e.time, e.time + e.lag + e.duration) for e in events if e.amount > 0.0)
        return Seen(times=times, concentrations=tuple(np.maximum(c, 0.0) for c in found), doses=doses)


@dataclass(frozen=True, slots=True)
class NotKnown:
    """An effect that is not shown, and why: refused for these doses, or looked for and not found."""

    name: str
    because: str


def plan_effects(
    wanted: Sequence[str],
    events: Sequence[DoseEvent],
    chosen: Sequence[Model],
    *,
    age: float | None,
    named: bool,
) -> tuple[tuple[PlannedEffect, ...], tuple[NotKnown, ...]]:
    """The effects to show, and those that cannot be shown with the reason.

    wanted: names of effects or keys of entries; none means every shipped one, "none" none, "default" the shipped ones
    beside what else is named. Raises `InputError` for a name that is neither.
    """
    drug = next(e.drug for e in events if e.amount > 0.0)
    shown: list[PlannedEffect] = []
    refused: dict[str, str] = {}
    for spec in _wanted(wanted, drug):
        if spec.status == "record":
            refused[spec.key] = str(spec.because)
            continue
        try:
            _check_age(spec, age)
            shown.append(PlannedEffect.of(spec, driver_of(spec, events, chosen, age=age, named=named)))
        except InputError as error:
            refused.setdefault(spec.effect, error.sentence)
    return tuple(shown), tuple(NotKnown(name, because) for name, because in refused.items())


def _check_age(spec: EffectSpec, age: float | None) -> None:
    """Raise `InputError` for somebody of an age that the numbers were not found in; an age not given is an adult's."""
    limit = spec.limits.of("age")
    if age is not None and limit is not None and not limit.contains(age):
        raise InputError(f"the numbers of {spec.key} come from people {limit.words}, and {age:g} years is outside.")


def _wanted(wanted: Sequence[str], drug: Drug) -> list[EffectSpec]:
    """Entries asked for; where one of several for an effect was found with the very form of the drug, only those."""
    known = catalog().effects
    names = {e.effect for e in known} | {e.key for e in known}
    for name in wanted:
        if name not in names and name not in ("none", "default"):
            hint = did_you_mean(name, names, otherwise="ketsim effects lists them.")
            raise InputError(f"effects {name[:60]!r} is no effect; {hint}")
    if "none" in wanted and len(wanted) > 1:
        raise InputError("effects none goes alone; leave it out to name effects.")
    by_default = not wanted or "default" in wanted
    briefs = [e for e in known if e.key in wanted or e.effect in wanted or (by_default and e.status == "shipped")]
    specs = [load_source(e.source).effect(e.key) for e in briefs]
    exact = {spec.effect for spec in specs if is_exact(spec, drug)}
    kept = [spec for spec in specs if spec.effect not in exact or is_exact(spec, drug) or spec.key in wanted]
    return sorted(kept, key=lambda spec: _place(spec.effect))


def _place(name: str) -> int:
    """Where an effect stands in every table: what is felt first, then the circulation, then the rest."""
    return ORDER.index(name) if name in ORDER else len(ORDER)


def parameters_of(
    spec: EffectSpec, values: Mapping[str, Value], cohort: Cohort, variation: Variation
) -> dict[str, Any]:
    """Every parameter of an entry in canonical units, (subject, 1); concentrations as mass [mg/L]."""
    env: dict[str, Any] = {name: value.required() for name, value in values.items()}
    if variation.parameter_sets:
        shift_typical_values(env, values, cohort, variation)
    if variation.between_people:
        spread_between_people(env, values, cohort, variation, label=spec.key, pairs={})
    for name, value in values.items():
        if value.kind == "molar_concentration":
            env[name] = env[name] * _molar_mass(spec, name) * _G_PER_MG
    return {name: np.broadcast_to(number, (cohort.size,))[:, None] for name, number in env.items()}


def _molar_mass(spec: EffectSpec, parameter: str) -> float:
    """Of the analyte that the parameter speaks of [g/mol]."""
    assert spec.drive is not None
    analyte = spec.drive.analytes[named(spec.effect).analyte_of.get(parameter, 0)]
    return constant(molar_mass_name(analyte))


def numbers_of(spec: EffectSpec) -> dict[str, Value]:
    """Parameter -> number, from this source or the ones it names."""
    found = {}
    for parameter in spec.numbers:
        source, name = spec.home(parameter)
        found[parameter] = load_source(source).values[name]
    return found
