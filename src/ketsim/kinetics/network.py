"""From a model's compartments and flows to the rate matrix that the engine solves.

Amounts are milligrams of the drug given (parent equivalents); a concentration is amount / volume, times the ratio of
molar masses where the model counts moles. Knows structure only: every number arrives in the environment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ketsim.engine import LinearSystem
from ketsim.errors import InputError
from ketsim.evidence import Expression, ModelSpec
from ketsim.evidence.model_spec import OUT
from ketsim.kinetics.first_pass import FUNCTIONS

Array = NDArray[np.float64]
Environment = dict[str, Any]


def build_system(
    spec: ModelSpec,
    env: Environment,
    mass_ratio: dict[str, float],
    *,
    subjects: int,
    start: float = 0.0,
    sites: Sequence[tuple[int, Any]] = (),
) -> LinearSystem:
    """The linear system of every person: rates [1/h] (subject, state, state) and readout [1/L] (subject, output,
    state).

    mass_ratio: analyte role -> molar mass of the analyte over that of the drug given; 1 where the model passes mass on.
    sites: effect sites as (row of the readout that feeds it, rate ke0 [1/h] (subject,)); each follows that
    concentration by dCe/dt = ke0 (C - Ce) and takes nothing away. Outputs stand in the order of `spec.readouts`, then
    of `sites`. Raises `InputError` for a rate that is negative or not finite.
    """
    index = {name: i for i, name in enumerate(spec.compartments)}
    rates = np.zeros((subjects, len(index), len(index)))

    def move(source: str, target: str, rate: Any, fraction: Any = 1.0) -> None:
        i = index[source]
        rates[:, i, i] -= rate
        if target != OUT:
            rates[:, index[target], i] += rate * fraction

    for flow in spec.flows:
        if flow.between is not None:
            a, b = flow.between
            exchange = _evaluate(flow.clearance, env)
            move(a, b, _checked(exchange / _volume(spec, a, env), spec, f"{a} to {b}"))
            move(b, a, _checked(exchange / _volume(spec, b, env), spec, f"{b} to {a}"))
            continue
        assert flow.source is not None
        assert flow.target is not None
        rate = (
            _evaluate(flow.rate, env)
            if flow.rate is not None
            else _evaluate(flow.clearance, env) / _volume(spec, flow.source, env)
        )
        fraction = 1.0 if flow.fraction is None else _evaluate(flow.fraction, env)
        move(flow.source, flow.target, _checked(rate, spec, f"{flow.source} to {flow.target}"), fraction)

    readout = np.zeros((subjects, len(spec.readouts), len(index)))
    for row, (role, compartment) in enumerate(spec.readouts):
        readout[:, row, index[compartment]] = mass_ratio.get(role, 1.0) / _volume(spec, compartment, env)
    if sites:
        rates, readout = _with_sites(rates, readout, sites)
    return LinearSystem(rates=rates, readout=readout, start=start)


def _with_sites(rates: Array, readout: Array, sites: Sequence[tuple[int, Any]]) -> tuple[Array, Array]:
    """Rates and readout with one more state an effect site; that state is the site's concentration itself."""
    subjects, outputs, states = readout.shape
    more = len(sites)
    wider = np.zeros((subjects, states + more, states + more))
    wider[:, :states, :states] = rates
    seen = np.zeros((subjects, outputs + more, states + more))
    seen[:, :outputs, :states] = readout
    for number, (row, rate) in enumerate(sites):
        state = states + number
        wider[:, state, :states] = readout[:, row] * np.reshape(rate, (-1, 1))
        wider[:, state, state] = -np.asarray(rate)
        seen[:, outputs + number, state] = 1.0
    return wider, seen


def _evaluate(expression: Expression | None, env: Environment) -> Any:
    assert expression is not None  # the reader refuses a flow without a clearance or a rate
    return expression.evaluate(env, FUNCTIONS)


def _volume(spec: ModelSpec, compartment: str, env: Environment) -> Any:
    return _evaluate(spec.compartments[compartment].volume, env)


def _checked(rate: Any, spec: ModelSpec, words: str) -> Any:
    if not np.all(np.isfinite(rate)) or np.any(np.asarray(rate) < 0.0):
        raise InputError(
            f"the flow {words} of {spec.key} is negative or not finite for this person; check weight and age."
        )
    return rate
