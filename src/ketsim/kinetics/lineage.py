"""Which published numbers a curve rests on: those of every compartment upstream of it, of the routes used and of
derived names.

This makes the weakest link visible: a metabolite's certainty never colours its parent, but the parent's colours the
metabolite.
"""

from __future__ import annotations

from collections.abc import Iterable

from ketsim.dosing import Route
from ketsim.evidence import Expression, ModelSpec


def names_behind(
    spec: ModelSpec, roles: frozenset[str], routes: frozenset[Route], options: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Names of values (and covariates) that influence the readouts with these roles after doses by these routes.

    Only compartments between where those doses enter and where the readout is taken count: an absorption that was not
    used, and the part of a flow that ends elsewhere, say nothing about the curve. options: covariate effects
    switched on.
    """
    targets = {compartment for role, compartment in spec.readouts if role in roles}
    used = [spec.routes[route] for route in spec.routes if route in routes]
    entries = {part.into for way in used for part in way.parts}
    passed = _reached(_steps(spec, backwards=True), targets) & _reached(_steps(spec, backwards=False), entries)
    expressions: list[Expression | None] = [spec.compartments[c].volume for c in targets]
    for flow in spec.flows:
        ends = set(flow.between or (flow.source,)) - {None}
        if ends & passed:
            expressions += [flow.clearance, flow.rate]
            if flow.target in passed:
                expressions.append(flow.fraction)
            if flow.clearance is not None:
                expressions += [c.volume for name, c in spec.compartments.items() if name in ends]
    for way in used:
        for part in way.parts:
            if part.into in passed:
                expressions += [part.fraction, part.duration, part.lag]
    names = {name for e in expressions if e is not None for name in e.names}
    devices = {way.devices for way in used if way.devices is not None}
    return frozenset(_with_ancestors(spec, names | devices, options))


def _steps(spec: ModelSpec, *, backwards: bool) -> set[tuple[str, str]]:
    """Pairs of neighbouring compartments in the direction of flow, or against it."""
    there = {(f.source, f.target) for f in spec.flows if f.source is not None and f.target is not None}
    both = {f.between for f in spec.flows if f.between is not None}
    if backwards:
        there = {(b, a) for a, b in there}
    return there | both | {(b, a) for a, b in both}


def _reached(steps: set[tuple[str, str]], start: set[str]) -> set[str]:
    known = set(start)
    while more := {b for a, b in steps if a in known} - known:
        known |= more
    return known


def _with_ancestors(spec: ModelSpec, names: Iterable[str], options: frozenset[str]) -> set[str]:
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
            if effect.on in known and (effect.default == "on" or effect.name in options):
                more |= effect.expression.names
        if more == known:
            return known
        known = more


def names_used(spec: ModelSpec) -> frozenset[str]:
    """Every value, factor and covariate that any expression of the model reads."""
    routes = frozenset(Route(r) for r in spec.routes)
    return names_behind(spec, frozenset(role for role, _ in spec.readouts), routes)
