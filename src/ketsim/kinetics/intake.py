"""From doses on a clock to inputs into compartments: how much enters where, when, and how fast.

Bioavailability, zero-order absorption, swallowed parts and the rule for later nasal devices are applied here, per
person. A dose in hydrochloride is turned to base by the ratio of molar masses. Knows no disposition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ketsim.dosing import Basis, DoseEvent
from ketsim.engine import Inputs
from ketsim.errors import InputError
from ketsim.evidence import ModelSpec, RouteSpec
from ketsim.kinetics.first_pass import FUNCTIONS

Array = NDArray[np.float64]
Environment = dict[str, Any]

#: Time [h], amount [mg] and duration [h], each a number or (subject,); compartment, steady interval [h], does it clear.
_Column = tuple[Any, Any, Any, int, float, bool]


def build_inputs(
    spec: ModelSpec,
    env: Environment,
    events: Sequence[DoseEvent],
    *,
    weight: Array | None,
    salt_to_base: float,
) -> Inputs:
    """Inputs of every person, one column per part of a dose: arrays (input,) when shared, else (subject, input).

    events: doses sorted by time. weight: [kg] (subject,), needed for doses per kg. salt_to_base: mass of base in one
    mass of hydrochloride. Raises `InputError` for a dose per kg without a weight, and for a steady state with a lag.
    """
    index = {name: i for i, name in enumerate(spec.compartments)}
    columns: list[_Column] = []
    shares = _first_device_shares(spec, env, events)
    for event, share in zip(events, shares, strict=True):
        if event.reset:  # at the time of giving, whatever the lag: what was given and not yet taken up is cancelled too
            columns = [_cancelled(column, event.time) for column in columns]
            columns.append((event.time, 0.0, 0.0, 0, 0.0, True))
        if event.amount == 0.0:
            continue
        amount = event.milligrams(weight) * _to_model_basis(spec, event.basis, salt_to_base)
        local = {**env, "first_device_share": share}
        for part in spec.routes[event.route].parts:
            fraction = 1.0 if part.fraction is None else part.fraction.evaluate(local, FUNCTIONS)
            duration = event.duration if part.duration is None else part.duration.evaluate(local, FUNCTIONS)
            lag = event.lag if part.lag is None else event.lag + part.lag.evaluate(local, FUNCTIONS)
            if event.steady_interval > 0.0 and np.any(lag > 0.0):
                raise InputError(
                    "a steady state with a lag cannot be run: until the lag has passed, doses from before still act; "
                    "leave the lag out, or write the doses before it one by one."
                )
            columns.append(
                (event.time + lag, amount * fraction, duration, index[part.into], event.steady_interval, False)
            )
    time, given, duration, state, steady, reset = zip(*columns, strict=True)
    return Inputs(
        time=_table(time),
        amount=_table(given),
        duration=_table(duration),
        state=np.asarray(state, dtype=np.intp),
        steady_interval=np.asarray(steady, dtype=np.float64),
        reset=np.asarray(reset, dtype=np.bool_),
    )


def _cancelled(column: _Column, reset: float) -> _Column:
    """The same input, or nothing for those people in whom it would begin after the reset [h]."""
    time, amount, *rest = column
    pending = np.asarray(time) > reset
    return (time, np.where(pending, 0.0, amount), *rest) if pending.any() else column


def _table(cells: Sequence[Any]) -> Array:
    """(input,) when every cell is shared by all people, else (subject, input)."""
    if all(np.ndim(cell) == 0 for cell in cells):
        return np.asarray(cells, dtype=np.float64)
    return np.stack(np.broadcast_arrays(*cells), axis=-1).astype(np.float64)


def _to_model_basis(spec: ModelSpec, given: Basis, salt_to_base: float) -> float:
    if spec.dose_basis == "salt":
        return 1.0 if given is Basis.salt else 1.0 / salt_to_base
    return salt_to_base if given is Basis.salt else 1.0


def _first_device_shares(spec: ModelSpec, env: Mapping[str, Any], events: Sequence[DoseEvent]) -> list[float]:
    """Share of each dose that comes from the first device of its session; 1 where the route has no devices.

    A session goes on as long as the next nasal dose follows within the model's `session_gap` [h].
    """
    shares = []
    used, last = 0.0, -np.inf
    for event in events:
        if event.reset:
            used = 0.0
        route: RouteSpec | None = spec.routes.get(event.route)
        if route is None or route.devices is None or event.amount == 0.0:
            shares.append(1.0)
            continue
        if event.per_kg:
            raise InputError(f"{spec.key} counts nasal devices of a fixed amount; give the dose in mg, not per kg.")
        device, gap = float(env[route.devices]), float(env["session_gap"])
        if event.time - last > gap:
            used = 0.0
        shares.append(float(np.clip((device - used) / event.amount, 0.0, 1.0)))
        used += event.amount
        last = event.time
    return shares
