"""A published model's structure in words: compartments, flows, routes and how people differ, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ketsim.wording import listed

if TYPE_CHECKING:
    from ketsim.evidence import Compartment, Flow, ModelSpec, RoutePart


def structure(spec: ModelSpec) -> dict[str, list[str]]:
    """Title -> lines; the names in them are those of the table of numbers. A part that a model lacks is left out."""
    parts = {
        "Compartments": [_compartment(name, compartment) for name, compartment in spec.compartments.items()],
        "Flows": [_flow(flow) for flow in spec.flows],
        "Routes": [
            f"{route}: {listed([_part(part) for part in how.parts])}{_limit(spec, route)}"
            for route, how in spec.routes.items()
        ],
        "Computed from the numbers": [f"{name} = {expression}" for name, expression in spec.derived.items()],
        "How people differ": list(_differences(spec)),
    }
    return {title: lines for title, lines in parts.items() if lines}


def _compartment(name: str, compartment: Compartment) -> str:
    volume = f" with volume {compartment.volume}" if compartment.volume is not None else ""
    analyte = f"; the concentration of {compartment.analyte} is read here" if compartment.analyte else ""
    return f"{name}{volume}{analyte}"


def _flow(flow: Flow) -> str:
    if flow.between is not None:
        return f"{flow.between[0]} <-> {flow.between[1]}: clearance {flow.clearance}"
    how = f"rate {flow.rate}" if flow.rate is not None else f"clearance {flow.clearance}"
    share = f", of which {flow.fraction} arrives" if flow.fraction is not None else ""
    target = "out of the body" if flow.target == "out" else flow.target
    return f"{flow.source} -> {target}: {how}{share}"


def _part(part: RoutePart) -> str:
    share = f"{part.fraction} of the dose " if part.fraction is not None else ""
    over = f" over {part.duration}" if part.duration is not None else ""
    lag = f" after {part.lag}" if part.lag is not None else ""
    return f"{share}into {part.into}{over}{lag}"


def _limit(spec: ModelSpec, route: str) -> str:
    limits = {str(name): text for name, text in spec.route_limits.items()}
    return f" ({limits[route]})" if route in limits else ""


def _differences(spec: ModelSpec) -> Iterator[str]:
    for rule in spec.scaling:
        yield f"{listed(list(rule.of))} times ({rule.covariate} / {rule.reference}) ** {rule.exponent}"
    for effect in spec.covariates:
        when = f" for {effect.when}" if effect.when is not None else ""
        because = f", because {effect.because}" if effect.because else ""
        yield f"{effect.on} becomes {effect.expression}{when} (switched {effect.default}{because})"
    for pair in spec.correlations:
        yield f"{pair.between[0]} and {pair.between[1]} vary together, covariance {pair.covariance:g} ({pair.where.at})"
