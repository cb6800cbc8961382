"""From published numbers to each person's parameters: typical value, body size, covariates, differences between people.

Every parameter is an array (subject,) or a scalar when all share it. The draw of a number belongs to the number (source and
name), not to the model, so the same person has the same clearance deviate in every model, arm, block and worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ketsim.errors import InputError
from ketsim.evidence import ModelSpec, Value
from ketsim.kinetics.first_pass import FUNCTIONS
from ketsim.people import Cohort, draws

Array = NDArray[np.float64]
Environment = dict[str, Any]

#: Covariate -> the name, in every source, of the reference person that its numbers are stated for.
REFERENCE = {"weight": "weight_ref", "age": "age_ref"}

#: Factors that an interaction may set; each leaves the model as published when it is 1.
FACTORS = (
    "clearance_factor",
    "metabolite_clearance_factor",
    "gut_clint_factor",
    "hepatic_clint_factor",
    "cyp2b6_activity",
)


@dataclass(frozen=True, slots=True)
class Variation:
    """How people and parameter sets are drawn.

    seed: of the keyed draws. between_people: draw the published between-person spread. parameter_sets: number of sets
    drawn from published standard errors (0: none); subject i belongs to set i mod `parameter_sets`.
    """

    seed: int = 0
    between_people: bool = False
    parameter_sets: int = 0


def individual_parameters(
    spec: ModelSpec,
    values: Mapping[str, Value],
    cohort: Cohort,
    variation: Variation,
    *,
    factors: Mapping[str, float],
    options: frozenset[str] = frozenset(),
    time: float = 0.0,
) -> Environment:
    """Every name that the model's expressions may use, for each person of the cohort.

    spec: the model. values: its named numbers (its own and those it borrows). factors: interaction factors that differ
    from 1. options: names of covariate effects switched on that are off by default. time: [h] since the first dose, for
    models whose parameters drift.

    Raises `InputError` when the model needs a covariate (such as weight) that was not given.
    """
    env: Environment = {name: _number(value) for name, value in values.items() if value.canonical is not None}
    env.update({name: 1.0 for name in FACTORS})
    env.update(factors)
    env.update(cohort.covariates())
    env["time"] = time
    for name, reference in REFERENCE.items():
        if name not in env and reference in env:
            env[name] = env[reference]  # the plan says so among its assumptions
    for name in ("asian", "japanese"):
        env.setdefault(name, 0.0)
    if variation.parameter_sets:
        _shift_typical_values(env, values, cohort, variation)
    if variation.between_people:
        _spread_between_people(env, spec, values, cohort, variation)
    for scale in spec.scaling:
        covariate = _covariate(env, scale.covariate, spec)
        ratio = (covariate / env[scale.reference]) ** env[scale.exponent]
        for name in scale.of:
            env[name] = env[name] * ratio
    for effect in spec.covariates:
        if effect.default == "on" or effect.name in options:
            changed = effect.expression.evaluate(env, FUNCTIONS)
            env[effect.on] = changed if effect.when is None else np.where(env[effect.when] != 0, changed, env[effect.on])
    for name, expression in spec.derived.items():
        for needed in expression.names - env.keys():
            _covariate(env, needed, spec)
        env[name] = expression.evaluate(env, FUNCTIONS)
    return env


def _number(value: Value) -> float:
    assert value.canonical is not None  # the caller filters blanks
    return value.canonical


def _covariate(env: Environment, name: str, spec: ModelSpec) -> Any:
    if name not in env:
        raise InputError(
            f"{spec.key} needs {_ARTICLE.get(name, name)} of the person; give it, for example {_EXAMPLE.get(name, name)}."
        )
    return env[name]


_ARTICLE = {"weight": "the weight", "age": "the age", "height": "the height", "female": "the sex"}
_EXAMPLE = {"weight": "--weight 70kg", "age": "--age 40", "height": "--height 175cm", "female": "--sex female"}


def _spread_between_people(
    env: Environment, spec: ModelSpec, values: Mapping[str, Value], cohort: Cohort, variation: Variation
) -> None:
    deviates: dict[str, Array] = {}
    correlated = {name for block in spec.correlations for name in block.between}
    for block in spec.correlations:
        deviates.update(_correlated(block.between, block.covariance, values, cohort, variation))
    for name, value in values.items():
        if value.canonical is None:
            continue
        spread = 0.0 if value.iiv is None else value.iiv.variance
        occasion = 0.0 if value.iov is None else value.iov.variance
        eta = deviates.get(name, 0.0)
        if name not in correlated and spread > 0.0:
            eta = np.sqrt(spread) * _deviate(value, "between people", cohort, variation)
        if occasion > 0.0:
            eta = eta + np.sqrt(occasion) * _deviate(value, "between occasions", cohort, variation)
        if np.ndim(eta):
            env[name] = _moved(env[name], eta, logit=_is_logit(value))


def _is_logit(value: Value) -> bool:
    return any(s is not None and s.scale == "logit" for s in (value.iiv, value.iov))


def _moved(typical: Any, eta: Any, *, logit: bool) -> Any:
    if not logit:
        return typical * np.exp(eta)
    return 1.0 / (1.0 + (1.0 / typical - 1.0) * np.exp(-eta))


def _deviate(value: Value, layer: str, cohort: Cohort, variation: Variation) -> Array:
    return draws.normal(variation.seed, f"{value.source}.{value.name} {layer}", cohort.first, cohort.size)


def _correlated(
    names: tuple[str, str], covariance: float, values: Mapping[str, Value], cohort: Cohort, variation: Variation
) -> dict[str, Array]:
    first, second = (values[name] for name in names)
    assert first.iiv is not None
    assert second.iiv is not None
    s1, s2 = np.sqrt(first.iiv.variance), np.sqrt(second.iiv.variance)
    rho = covariance / (s1 * s2)
    if not -1.0 < rho < 1.0:
        raise InputError(f"the covariance of {names[0]} and {names[1]} is larger than their variances allow.")
    z1 = _deviate(first, "between people", cohort, variation)
    z2 = _deviate(second, "between people", cohort, variation)
    return {names[0]: s1 * z1, names[1]: s2 * (rho * z1 + np.sqrt(1.0 - rho * rho) * z2)}


def _shift_typical_values(
    env: Environment, values: Mapping[str, Value], cohort: Cohort, variation: Variation
) -> None:
    sets = variation.parameter_sets
    which = (cohort.first + np.arange(cohort.size)) % sets
    for name, value in values.items():
        relative = value.relative_error
        if value.canonical is None or relative is None or relative == 0.0:
            continue
        deviate = draws.normal(variation.seed, f"{value.source}.{value.name} parameter set", 0, sets)[which]
        if _is_logit(value):
            typical = env[name]
            env[name] = _moved(typical, deviate * relative / (1.0 - typical), logit=True)
        else:
            env[name] = _moved(env[name], deviate * np.sqrt(np.log1p(relative * relative)), logit=False)

