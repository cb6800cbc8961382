"""What another medicine does to exposure, by route: published ratios turned into changes of gut, liver or metabolite
clearance.

No generic factor exists: the same inhibitor multiplies swallowed exposure and leaves injected exposure alone. A ratio
is used only for the route and form that it was measured with; without one the request is refused, and what is known is
said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ketsim.dosing import Drug, Route
from ketsim.errors import InputError, nearest
from ketsim.evidence import Certainty, Interaction, catalog, load_source

#: mechanism in a source -> factor of the model, and whether a larger exposure means a smaller factor.
_FACTOR = {
    "gut_clint": "gut_clint_factor",
    "hepatic_clint": "hepatic_clint_factor",
    "cyp2b6": "cyp2b6_activity",
    "clearance": "clearance_factor",
    "metabolite_clearance": "metabolite_clearance_factor",
}
_EXPOSURE = ("auc_inf", "auc")
_HALVINGS = 200
_SMALLEST, _LARGEST = 1e-9, 1e6


@dataclass(frozen=True, slots=True)
class Effect:
    """One interaction as the model will use it: factors to set, the sentence to print, sources, certainty.

    metabolite_certainty: the weakest of the row of the parent and that of norketamine, if one was used.
    """

    factors: dict[str, float]
    sentence: str
    sources: tuple[str, ...]
    certainty: Certainty
    metabolite_certainty: Certainty


def known_interactions() -> tuple[Interaction, ...]:
    """Every published interaction of the library, ratio or words."""
    keys = [entry.key for entry in catalog().sources if entry.interactions]
    return tuple(row for key in keys for row in load_source(key).interactions)


def effect_of(
    factor: str,
    *,
    drug: Drug,
    route: Route,
    exposure: Callable[[dict[str, float]], float],
    metabolite_exposure: Callable[[dict[str, float]], float] | None,
    available: frozenset[str],
) -> Effect:
    """The interaction of `factor` (such as "ticlopidine") with this drug by this route, as factors of the model.

    exposure: typical AUC of the parent as a function of factors; metabolite_exposure: the same of norketamine, if the
    model has it. available: factors that change this model. Of several studies the one with most people counts, and
    the sentence names the others. Raises `InputError` when nothing is published for the route.
    """
    rows = _rows_of(factor)
    here = [r for r in rows if _is_exposure(r, route) and r.ratio is not None and _same_drug(r.substrate, drug)]
    parent = [r for r in here if "norketamine" not in r.analyte]
    if not parent:
        raise InputError(_no_data(rows[0].factor, route, rows))
    row, *others = sorted(parent, key=lambda r: -(r.n or 0))
    assert row.ratio is not None
    factors = _solve(row.mechanism, row.ratio, exposure, available, row.factor)
    metabolite = sorted((r for r in here if r not in parent), key=lambda r: -(r.n or 0))
    name = "metabolite_clearance_factor"
    if metabolite and metabolite_exposure is not None and name in available:
        wanted = metabolite[0].ratio
        assert wanted is not None
        base = metabolite_exposure({})
        factors[name] = _bisect(partial(_ratio, metabolite_exposure, base, factors, name), wanted)
    changed = ", ".join(f"{key.replace('_', ' ')} {value:.3g}" for key, value in factors.items())
    also = "".join(f"; x{r.ratio:g} in {r.source}" for r in others)
    sentence = (
        f"{row.factor} by the {route} route: exposure x{row.ratio:g} ({row.source}; {row.where.at}; "
        f"certainty {row.certainty}{also}), met here by {changed or 'no change'}."
    )
    used = [row, *metabolite[:1]]
    return Effect(
        factors,
        sentence,
        sources=tuple({r.source: None for r in used}),
        certainty=row.certainty,
        metabolite_certainty=Certainty.weakest(r.certainty for r in used),
    )


def is_published(factor: str) -> bool:
    """Whether any source says in numbers or words what that medicine does to concentrations."""
    return any(row.factor.casefold() == factor.strip().casefold() for row in known_interactions())


def _rows_of(factor: str) -> list[Interaction]:
    every = known_interactions()
    rows = [r for r in every if r.factor.casefold() == factor.strip().casefold()]
    if rows:
        return rows
    names = sorted({r.factor for r in every if r.category_kind == "medicine"})
    raise InputError(
        f"no published kinetic interaction of {factor!r} with ketamine was found; known are {'; '.join(names)}."
        f"{nearest(factor, names)}"
    )


def _is_exposure(row: Interaction, route: Route) -> bool:
    return row.metric in _EXPOSURE and row.route == route


def _same_drug(substrate: str, drug: Drug) -> bool:
    return substrate == drug or {substrate, str(drug)} == {"ketamine", "esketamine"}


def _no_data(factor: str, route: Route, rows: Sequence[Interaction]) -> str:
    sized = [r for r in rows if r.metric in _EXPOSURE and r.ratio is not None and "norketamine" not in r.analyte]
    told = sorted({f"{r.route} x{r.ratio:g}" for r in sized})
    known = f"known: {', '.join(told)}" if told else "no size is published for any route"
    return (
        f"no published size of the interaction of {factor} with the {route} route was found ({known}); "
        "leave it out to see the course without it."
    )


def _solve(
    mechanism: str,
    ratio: float,
    exposure: Callable[[dict[str, float]], float],
    available: frozenset[str],
    factor: str,
) -> dict[str, float]:
    """Factors that turn the typical exposure into `ratio` times itself: the stated mechanism first, the liver for what
    is left.
    """
    if ratio == 1.0:
        return {}
    order = [m for m in (_FACTOR.get(mechanism), "hepatic_clint_factor", "clearance_factor") if m in available]
    base = exposure({})
    factors: dict[str, float] = {}
    for name in dict.fromkeys(order):
        reach = [_ratio(exposure, base, factors, name, edge) for edge in (_SMALLEST, _LARGEST)]
        if min(reach) <= ratio <= max(reach):
            return {**factors, name: _bisect(partial(_ratio, exposure, base, factors, name), ratio)}
        factors[name] = _SMALLEST if ratio > 1.0 else _LARGEST
    raise InputError(
        f"this model cannot express the published effect of {factor} (exposure x{ratio:g}); choose a model with "
        f"gut wall and liver, such as Ashraf2018."
    )


def _ratio(
    exposure: Callable[[dict[str, float]], float], base: float, factors: Mapping[str, float], name: str, value: float
) -> float:
    """How many times the exposure `base` it is when one more factor is set."""
    return exposure({**factors, name: value}) / base


def _bisect(function: Callable[[float], float], wanted: float) -> float:
    """Factor at which a monotone exposure ratio equals `wanted`: bisection on the logarithm of the factor."""
    low, high = np.log(_SMALLEST), np.log(_LARGEST)
    falling = function(_SMALLEST) > function(_LARGEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if (function(float(np.exp(middle))) > wanted) == falling:
            low = middle
        else:
            high = middle
        if high - low < 1e-13:
            break
    return float(np.exp((low + high) / 2))


def unmodelled(what: Iterable[tuple[str, str | float | None]]) -> tuple[str, ...]:
    """Sentences for organ function and genotype: what is known and that it is not applied. A number is in mL/min."""
    said = []
    for label, level in what:
        if level is None or level in ("normal", "*1/*1"):
            continue
        rows = [r for r in known_interactions() if label in r.factor.casefold()]
        known = "; ".join(dict.fromkeys(f"{r.text or f'x{r.ratio:g}'} ({r.source})" for r in rows if r.text or r.ratio))
        stage = level if isinstance(level, str) else f"function of {level:g} mL/min"
        said.append(f"{label} {stage} changes nothing in this result: {known or 'no published size was found'}.")
    return tuple(said)
