"""Which published numbers a curve rests on: those of every compartment upstream of it, of the routes used and of
derived names.

This makes the weakest link visible: a metabolite's certainty never colours its parent, but the parent's colours the
metabolite.
"""

from __future__ import annotations

from collections.abc import Iterable

from ketsim.dosing import Route
from ketsim.evidence import Expression, ModelSpec


def names_behind(spec: ModelSpec, roles: frozenset[str], routes: frozenset[Route]) -> frozenset[str]:
    """Names of values (and covariates) that influence the readouts with these roles after doses by these routes."""
    targets = {compartment for role, compartment in spec.readouts if role in roles}
    upstream = _upstream(spec, targets)
    expressions: list[Expression | None] = [spec.compartments[c].volume for c in targets]
    for flow in spec.flows:
        ends = set(flow.between or (flow.source,)) - {None}
        if ends & upstream:
            expressions += [flow.clearance, flow.rate, flow.fraction]
            expressions += [c.volume for name, c in spec.compartments.items() if name in ends]
    for route in routes & spec.routes.keys():
        for part in spec.routes[route].parts:
            if part.into in upstream:
                expressions += [part.fraction, part.duration, part.lag]
    names = {name for e in expressions if e is not None for name in e.names}
    devices = {spec.routes[r].devices for r in routes & spec.routes.keys()}
    return frozenset(_with_ancestors(spec, names | {d for d in devices if d is not None}))


def _upstream(spec: ModelSpec, targets: set[str]) -> set[str]:
    known = set(targets)
    while True:
        more = set(known)
        for flow in spec.flows:
            if flow.between is not None and set(flow.between) & known:
                more |= set(flow.between)
            elif flow.between is None and flow.target in known and flow.source is not None:
                more.add(flow.source)
        if more == known:
            return known
        known = more


def _with_ancestors(spec: ModelSpec, names: Iterable[str]) -> set[str]:
    """The names and everything that scaling, covariate effects and derived expressions draw on for them."""
    known = set(names)
    while True:
        more = set(known)
        for name, expression in spec.derived.items():
            if name in known:
                more |= expression.names
        for scale in spec.scaling:
            if known & set(scale.of):
                more |= {scale.reference, scale.exponent, scale.covariate}
        for effect in spec.covariates:
            if effect.on in known and effect.default == "on":
                more |= effect.expression.names
        if more == known:
            return known
        known = more


def names_used(spec: ModelSpec) -> frozenset[str]:
    """Every value, factor and covariate that any expression of the model reads."""
    routes = frozenset(Route(r) for r in spec.routes)
    return names_behind(spec, frozenset(role for role, _ in spec.readouts), routes)
