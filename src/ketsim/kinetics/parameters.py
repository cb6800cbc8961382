"""From published numbers to each person's parameters: typical value, body size, covariates, differences between people.

Every parameter is an array (subject,) or a scalar when all share it. The draw of a number belongs to the number (source
and name), not to the model, so the same person has the same clearance deviate in every model, arm, block and worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ketsim.errors import InputError
from ketsim.evidence import ModelSpec, Value
from ketsim.evidence.expression import FACTORS
from ketsim.kinetics.first_pass import FUNCTIONS
from ketsim.people import Cohort, Variability, uncertainty

Array = NDArray[np.float64]
Environment = dict[str, Any]

#: Covariate -> the name, in every source, of the reference person that its numbers are stated for.
REFERENCE = {"weight": "weight_ref", "age": "age_ref"}

#: What an ethnicity says to a model, 0 or 1; nobody is taken to be what was not said.
ETHNIC = ("asian", "japanese")


#: What a covariate is called when it is missing, and how it is given.
_ASKED_FOR = {
    "weight": ("weight", "--weight 70kg"),
    "age": ("age", "--age 40"),
    "height": ("height", "--height 175cm"),
    "female": ("sex", "--sex female"),
}


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
    env: Environment = {n: v.canonical for n, v in values.items() if v.canonical is not None}
    env.update(dict.fromkeys(FACTORS, 1.0))
    env.update(factors)
    env.update(cohort.covariates())
    env["time"] = time
    for name, reference in REFERENCE.items():
        if name not in env and reference in env:
            env[name] = env[reference]  # the plan says so among its assumptions
    for name in ETHNIC:
        env.setdefault(name, 0.0)
    if variation.parameter_sets:
        shift_typical_values(env, values, cohort, variation)
    for scale in spec.scaling:
        covariate = _covariate(env, scale.covariate, spec)
        ratio = (covariate / env[scale.reference]) ** env[scale.exponent]
        for name in scale.of:
            env[name] = env[name] * ratio
    for effect in spec.covariates:
        if effect.default == "on" or effect.name in options:
            for needed in sorted(effect.expression.names - env.keys()):
                _covariate(env, needed, spec)
            changed = effect.expression.evaluate(env, FUNCTIONS)
            env[effect.on] = (
                changed if effect.when is None else np.where(env[effect.when] != 0, changed, env[effect.on])
            )
    if variation.between_people:  # around each person's own typical value, as the sources estimate it
        pairs = {block.between: block.covariance for block in spec.correlations}
        spread_between_people(env, values, cohort, variation, label=spec.key, pairs=pairs)
    for name, expression in spec.derived.items():
        for needed in sorted(expression.names - env.keys()):
            _covariate(env, needed, spec)
        env[name] = expression.evaluate(env, FUNCTIONS)
    return env


def _covariate(env: Environment, name: str, spec: ModelSpec) -> Any:
    if name not in env:
        what, example = _ASKED_FOR.get(name, (name, name))
        raise InputError(f"{spec.key} needs the {what} of the person; give it, for example {example}.")
    return env[name]


def spread_between_people(
    env: Environment,
    values: Mapping[str, Value],
    cohort: Cohort,
    variation: Variation,
    *,
    label: str,
    pairs: Mapping[tuple[str, str], float],
) -> None:
    """Multiply in each person's deviates: between people, then one draw between occasions. pairs: covariances."""
    for layer, covariances, occasion in (("iiv", pairs, None), ("iov", {}, 0)):
        spreads = {n: getattr(v, layer) for n, v in values.items() if v.canonical is not None}
        varying = {n: s for n, s in spreads.items() if s is not None}
        if not varying:
            continue
        address = {name: f"{values[name].source}.{values[name].name}" for name in varying}
        law = Variability.of(
            omega2={address[n]: s.variance for n, s in varying.items() if s.scale == "log"},
            logit_sd={address[n]: float(np.sqrt(s.variance)) for n, s in varying.items() if s.scale == "logit"},
            covariance={(address[a], address[b]): c for (a, b), c in covariances.items()},
            label=label,
        )
        etas = law.etas(variation.seed, cohort.first, cohort.size, occasion=occasion)
        for name in varying:
            env[name] = law.varied(address[name], env[name], etas[:, law.names.index(address[name])])


def shift_typical_values(env: Environment, values: Mapping[str, Value], cohort: Cohort, variation: Variation) -> None:
    """Multiply in the parameter set that each person belongs to; a share of a dose cannot pass the whole."""
    for name, value in values.items():
        relative = value.relative_error
        if value.canonical is None or not relative:
            continue
        shift = uncertainty(
            variation.seed,
            f"{value.source}.{value.name}",
            relative,
            first=cohort.first,
            count=cohort.size,
            replicates=variation.parameter_sets,
        )
        shifted = env[name] * shift
        env[name] = np.minimum(shifted, 1.0) if value.kind == "fraction" and value.canonical <= 1.0 else shifted
