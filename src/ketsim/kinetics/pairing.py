"""A declared assumption as structure: a first-order absorption joined to a disposition model that lacks the route.

The pair is one thing: the rate constant was derived with that disposition and means nothing with another.
"""

from __future__ import annotations

from ketsim.errors import InputError
from ketsim.evidence import Compartment, Expression, Flow, ModelSpec, Pairing, RoutePart, RouteSpec


def paired_spec(spec: ModelSpec, pairing: Pairing) -> ModelSpec:
    """The model with one more route: dose -> depot -> where an intravenous dose enters; the rest as the pairing says.

    Raises `InputError` if the pairing belongs to another model or the model already has the route.
    """
    if pairing.model != spec.key:
        raise InputError(
            f"{pairing.id} pairs with {pairing.model}, not with {spec.key}; an absorption rate is no property "
            f"of the drug."
        )
    if pairing.route in spec.routes:
        raise InputError(f"{spec.key} has its own {pairing.route} route; {pairing.id} must not replace it.")
    depot = f"depot_{pairing.route}"
    entries = spec.routes["iv"].parts
    flows = tuple(
        Flow(source=depot, target=entry.into, rate=Expression.parse(pairing.rate), fraction=None)
        for entry in entries[:1]
    )
    lag = None if pairing.lag is None else Expression.parse(pairing.lag)
    parts = [RoutePart(into=depot, fraction=Expression.parse(pairing.fraction), lag=lag)]
    if pairing.rest is not None:
        parts += [_remainder(pairing.fraction, part) for part in spec.routes[pairing.rest].parts]
    return spec.model_copy(
        update={
            "compartments": {**spec.compartments, depot: Compartment()},
            "flows": (*spec.flows, *flows),
            "routes": {**spec.routes, pairing.route: RouteSpec(parts=tuple(parts))},
        }
    )


def _remainder(taken: str, part: RoutePart) -> RoutePart:
    """A part of the route by which the share that was not taken up goes on."""
    own = "1" if part.fraction is None else part.fraction.text
    return part.model_copy(update={"fraction": Expression.parse(f"(1 - {taken}) * ({own})")})
