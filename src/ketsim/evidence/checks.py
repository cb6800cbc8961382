"""Does a source hang together? Names that formulas use, compartments that flows name, values that pairings take.

Works on typed sources and reports (path, sentence) pairs; the reader turns paths into lines. Shapes and units of single
entries are checked where the types are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from keyword import iskeyword

from ketsim.errors import nearest
from ketsim.evidence.dimension import Problem, unit_problems
from ketsim.evidence.effect_spec import EffectSpec
from ketsim.evidence.expression import COVARIATES, FACTORS, FIRST_DEVICE_SHARE, FUNCTION_ARGUMENTS
from ketsim.evidence.interaction import Pairing
from ketsim.evidence.model_spec import OUT, Flow, ModelSpec
from ketsim.evidence.source import Source
from ketsim.evidence.value import Value

_RESERVED = {*COVARIATES, *FACTORS, *FUNCTION_ARGUMENTS, FIRST_DEVICE_SHARE}


def source_problems(source: Source, *, also_named: frozenset[str] = frozenset()) -> Iterator[Problem]:
    """Everything that does not fit together in one source. `also_named`: values that exist but could not be read."""
    for name in source.values:
        if name in _RESERVED or iskeyword(name):
            yield ("values", name), f"{name!r} has a meaning of its own in formulas; choose another name for the value."
    for section in ("observed", "responses", "arms", "facts", "interactions", "pairings", "gaps"):
        yield from _repeated(section, [entry.id for entry in getattr(source, section)], "id")
    yield from _repeated("models", [spec.key for spec in source.models], "key")
    yield from _repeated("effects", [spec.key for spec in source.effects], "key")
    for i, effect in enumerate(source.effects):
        for parameter, there in effect.numbers.items():
            yield from _number_problems(("effects", i, "numbers", parameter), there, effect, source, also_named)
    for i, spec in enumerate(source.models):
        for path, sentence in _model_problems(spec, source, also_named):
            yield ("models", i, *path), sentence
    for i, pairing in enumerate(source.pairings):
        for path, sentence in _pairing_problems(pairing, source, also_named):
            yield ("pairings", i, *path), sentence


def _number_problems(
    path: tuple[str | int, ...], there: str, effect: EffectSpec, source: Source, also_named: frozenset[str]
) -> Iterator[Problem]:
    if "." in there or there in also_named:
        return
    if there not in source.values:
        yield path, f"{there!r} is no value of this source.{nearest(there, source.values)}"
    elif source.values[there].number is None and effect.status != "record":
        yield path, f"{there!r} is blank (null), so {effect.key} can only be a record."


def _pairing_problems(pairing: Pairing, source: Source, also_named: frozenset[str]) -> Iterator[Problem]:
    roles = (("fraction", pairing.fraction, "fraction"), ("rate", pairing.rate, "rate"), ("lag", pairing.lag, "time"))
    for field, name, kind in roles:
        if name is None or name in also_named:
            continue
        if name not in source.values:
            yield (field,), f"{name!r} is no value of this source.{nearest(name, source.values)}"
        elif source.values[name].kind != kind:
            yield (field,), f"{name!r} is a {source.values[name].kind}; expected a value of kind {kind}."
        elif source.values[name].number is None:
            yield (field,), f"{name!r} is blank (null); a pairing needs the number."


def _model_problems(spec: ModelSpec, source: Source, also_named: frozenset[str]) -> Iterator[Problem]:
    values = set(source.values) | also_named
    lent = set(spec.uses)
    for name in spec.uses:
        if name in values or name in _RESERVED or iskeyword(name):
            yield ("uses", name), f"{name!r} is already taken; choose another short name."
    for i, name in enumerate(spec.parameters or ()):
        if name not in values:
            yield ("parameters", i), f"{name!r} is no value of this source.{nearest(name, values)}"
    known = values | lent | {*COVARIATES, *FACTORS}
    for name in spec.derived:
        if name in values | lent or name in _RESERVED or iskeyword(name):
            yield ("derived", name), f"{name!r} is already taken; choose another name."
    every = known | set(spec.derived)
    yield from _formula_problems(spec, known)
    yield from _adjustment_problems(spec, values | lent, every)
    yield from _correlation_problems(spec, source, also_named)
    yield from _structure_problems(spec)
    yield from _blank_problems(spec, source.values)
    yield from unit_problems(spec, source.values)


def _formula_problems(spec: ModelSpec, known: set[str]) -> Iterator[Problem]:
    """Names that have no meaning where they stand; a derived name is known only after the line that defines it."""
    visible = set(known)
    counted = {route for route, entry in spec.routes.items() if entry.devices is not None}
    for path, formula in spec.expressions():
        if path[0] not in ("covariates", "derived"):
            visible |= set(spec.derived)
        here = visible | ({FIRST_DEVICE_SHARE} if path[0] == "routes" and path[1] in counted else set())
        for name in sorted(formula.names - here):
            if name in spec.derived:
                yield path, f"the formula {formula} uses {name!r}, which is derived only further down; put it first."
            elif name == FIRST_DEVICE_SHARE:
                yield path, f"{name} is known only in the parts of a route that states devices."
            else:
                yield (
                    path,
                    (
                        f"the formula {formula} uses {name!r}, which is no value, derived name or covariate."
                        f"{nearest(name, here)}"
                    ),
                )
        if path[0] == "derived":
            visible.add(str(path[1]))


def _adjustment_problems(spec: ModelSpec, values: set[str], every: set[str]) -> Iterator[Problem]:
    for i, scale in enumerate(spec.scaling):
        for j, name in enumerate(scale.of):
            if name not in values:
                yield ("scaling", i, "of", j), f"{name!r} is no value of this model.{nearest(name, values)}"
        for field, name in (("reference", scale.reference), ("exponent", scale.exponent)):
            if name not in values:
                yield ("scaling", i, field), f"{name!r} is no value of this model.{nearest(name, values)}"
        if scale.covariate not in COVARIATES:
            yield (
                ("scaling", i, "covariate"),
                f"{scale.covariate!r} is no covariate; known are {', '.join(COVARIATES)}.",
            )
    for i, effect in enumerate(spec.covariates):
        if effect.on not in values:
            yield ("covariates", i, "on"), f"{effect.on!r} is no value of this model.{nearest(effect.on, values)}"
        if effect.when is not None and effect.when not in COVARIATES:
            yield ("covariates", i, "when"), f"{effect.when!r} is no covariate; known are {', '.join(COVARIATES)}."


def _correlation_problems(spec: ModelSpec, source: Source, also_named: frozenset[str]) -> Iterator[Problem]:
    for i, block in enumerate(spec.correlations):
        spreads = []
        for j, name in enumerate(block.between):
            path = ("correlations", i, "between", j)
            value = source.values.get(name)
            if value is None and name not in also_named:
                yield path, f"{name!r} is no value of this source.{nearest(name, source.values)}"
            elif value is not None and value.iiv is None:
                yield path, f"{name!r} has no iiv, so nothing can go with it."
            elif value is not None and value.iiv is not None:
                spreads.append(value.iiv.variance)
        if len(spreads) == 2 and block.covariance**2 >= spreads[0] * spreads[1]:
            most = (spreads[0] * spreads[1]) ** 0.5
            sentence = f"covariance {block.covariance:g} is more than the variances allow; it lies within {most:.3g}."
            yield ("correlations", i, "covariance"), sentence


def _structure_problems(spec: ModelSpec) -> Iterator[Problem]:
    rooms = spec.compartments
    if OUT in rooms:
        yield ("compartments", OUT), "out is where drug leaves; give the compartment another name."
    seen: dict[str, str] = {}
    for name, room in rooms.items():
        if room.analyte is not None and room.volume is None:
            yield (
                ("compartments", name),
                f"{room.analyte} is read in {name}, which has no volume; a concentration needs one.",
            )
        if room.analyte is not None and seen.setdefault(room.analyte, name) != name:
            yield (
                ("compartments", name),
                f"{room.analyte} is read in {seen[room.analyte]} already; one analyte, one compartment.",
            )
    if rooms and not spec.readouts and spec.status != "record":
        yield ("compartments",), f"{spec.key} reads no concentration; give one compartment an analyte and a volume."
    for i, flow in enumerate(spec.flows):
        yield from _flow_problems(spec, i, flow)
    for route, entry in spec.routes.items():
        for i, part in enumerate(entry.parts):
            if part.into not in rooms:
                yield (
                    ("routes", route, i, "into"),
                    f"{part.into!r} is no compartment of {spec.key}.{nearest(part.into, rooms)}",
                )
    for route in spec.route_limits:
        if route not in spec.routes:
            yield ("route_limits", route), f"{spec.key} has no {route} route to limit."
    outputs = {role for role, _ in spec.readouts}
    for total, parts in spec.sums.items():
        for i, name in enumerate(parts):
            if name not in outputs:
                yield ("sums", total, i), f"{name!r} is no output of {spec.key}.{nearest(name, outputs)}"
    for name in spec.residual:
        if name not in outputs:
            yield ("residual", name), f"{name!r} is no output of {spec.key}.{nearest(name, outputs)}"


def _flow_problems(spec: ModelSpec, i: int, flow: Flow) -> Iterator[Problem]:
    rooms = spec.compartments
    ends = [("between", j, name) for j, name in enumerate(flow.between or ())]
    for path, name in (
        *((("between", j), name) for _, j, name in ends),
        (("from",), flow.source),
        (("to",), flow.target if flow.target != OUT else None),
    ):
        if name is not None and name not in rooms:
            yield ("flows", i, *path), f"{name!r} is no compartment of {spec.key}.{nearest(name, rooms)}"
    if flow.clearance is None:
        return
    for name in flow.between or ((flow.source,) if flow.source is not None else ()):
        if name in rooms and rooms[name].volume is None:
            yield ("flows", i), f"a clearance flows out of {name}, which has no volume; give it one or use a rate."


def _blank_problems(spec: ModelSpec, values: Mapping[str, Value]) -> Iterator[Problem]:
    """A model that runs may not need a number that was not found."""
    if spec.status == "record":
        return
    for path, formula in spec.expressions():
        for name in sorted(formula.names & values.keys()):
            if values[name].number is None:
                yield path, f"{name!r} is blank (null), so {spec.key} can only be a record."
    for i, scale in enumerate(spec.scaling):
        for field, name in (("reference", scale.reference), ("exponent", scale.exponent)):
            if name in values and values[name].number is None:
                yield ("scaling", i, field), f"{name!r} is blank (null), so {spec.key} can only be a record."


def _repeated(section: str, names: list[str], field: str) -> Iterator[Problem]:
    for i, name in enumerate(names):
        if name in names[:i]:
            yield (section, i, field), f"the {field} {name!r} is written twice in this file."
