"""Do the units of a formula work out? Each name carries the unit of its kind, and the result must fit its place.

The units are the canonical ones, each symbol for itself, since formulas run on canonical numbers: a year is not 8766 h
here, and mg/L divided by g/mol is not umol/L, so that a forgotten factor shows. Where a unit cannot be known nothing is
claimed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ketsim.evidence.expression import FACTORS, FIRST_DEVICE_SHARE, Expression
from ketsim.evidence.model_spec import ModelSpec
from ketsim.evidence.value import Value
from ketsim.units import powers

Unit = Mapping[str, float]
Problem = tuple[tuple[str | int, ...], str]

_COVARIATE_KINDS = {"weight": "weight", "age": "age", "height": "height", "time": "time"}
_COVARIATE_KINDS |= dict.fromkeys(("female", "asian", "japanese"), "dimensionless")
_FIELD_KINDS = {
    "volume": "volume",
    "clearance": "clearance",
    "rate": "rate",
    "fraction": "fraction",
    "duration": "time",
    "lag": "time",
}


class _MismatchError(Exception):
    """A sentence about units that do not fit; becomes a `Problem` where the formula stands."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The unit of each name (None: not known) and, where a name is a published number, the number."""

    units: Mapping[str, Unit | None]
    numbers: Mapping[str, float]


def unit_problems(spec: ModelSpec, values: Mapping[str, Value]) -> Iterator[Problem]:
    """Every formula of a model whose units do not work out. `values`: the source's own; borrowed names have no unit."""
    units: dict[str, Unit | None] = {name: powers(kind) for name, kind in _COVARIATE_KINDS.items()}
    units |= dict.fromkeys((*FACTORS, FIRST_DEVICE_SHARE), powers("dimensionless"))
    units |= {name: powers(value.kind) for name, value in values.items()}
    numbers = {name: value.canonical for name, value in values.items() if value.canonical is not None}
    names = _Names(units, numbers)
    for i, scale in enumerate(spec.scaling):
        ours, theirs = units.get(scale.covariate), units.get(scale.reference)
        if ours is not None and theirs is not None and ours != theirs:
            sentence = (
                f"{scale.reference} is in {_words(theirs)}; expected the unit of {scale.covariate}, {_words(ours)}."
            )
            yield ("scaling", i, "reference"), sentence
        exponent = units.get(scale.exponent)
        if exponent:
            yield ("scaling", i, "exponent"), f"{scale.exponent} is in {_words(exponent)}; an exponent has no unit."
    for route, entry in spec.routes.items():
        device = None if entry.devices is None else units.get(entry.devices)
        if device is not None and device != powers("amount"):
            yield ("routes", route, "devices"), f"{entry.devices} is in {_words(device)}; expected an amount [mg]."
    for path, formula in spec.expressions():
        try:
            found = _unit(formula.tree, names)
            if path[0] == "derived":
                units[str(path[1])] = found
            elif path[0] == "covariates":
                on = spec.covariates[int(path[1])].on
                _expect(found, units.get(on), formula, f"as {on} is")
            else:
                kind = _FIELD_KINDS[str(path[-1])]
                _expect(found, powers(kind), formula, f"for a {path[-1]}")
        except _MismatchError as error:
            if path[0] == "derived":
                units[str(path[1])] = None
            yield path, str(error)


def _expect(found: Unit | None, wanted: Unit | None, formula: Expression, why: str) -> None:
    if found is not None and wanted is not None and found != wanted:
        raise _MismatchError(f"the formula {formula} is in {_words(found)}; expected {_words(wanted)}, {why}.")


def _unit(node: ast.expr, names: _Names) -> Unit | None:
    match node:
        case ast.Name(id=name):
            return names.units.get(name)
        case ast.Constant(value=number):
            return None if number == 0 else {}  # nothing is nothing in every unit
        case ast.UnaryOp(operand=operand):
            return _unit(operand, names)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            return _same(node, [left, right], names)
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
            first, second = _unit(left, names), _unit(right, names)
            if first is None or second is None:
                return None
            return _combined(first, second, 1.0 if isinstance(op, ast.Mult) else -1.0)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(node, left, right, names)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(node, name, arguments, names)
        case _:
            raise AssertionError(f"{ast.dump(node)} passed the check of expressions")


def _same(node: ast.expr, parts: list[ast.expr], names: _Names) -> Unit | None:
    known = [unit for unit in (_unit(part, names) for part in parts) if unit is not None]
    for unit in known[1:]:
        if unit != known[0]:
            raise _MismatchError(f"{ast.unparse(node)} puts {_words(known[0])} and {_words(unit)} together.")
    return known[0] if known else None


def _power(node: ast.expr, base: ast.expr, exponent: ast.expr, names: _Names) -> Unit | None:
    below, above = _unit(base, names), _unit(exponent, names)
    if above:
        raise _MismatchError(f"{ast.unparse(node)} has an exponent in {_words(above)}; an exponent has no unit.")
    if not below:
        return below
    match exponent:
        case ast.Constant(value=int(number)):
            return {symbol: power * number for symbol, power in below.items() if number}
        case ast.Name(id=name) if name in names.numbers:
            return {symbol: power * names.numbers[name] for symbol, power in below.items() if names.numbers[name]}
        case _:
            return None


def _call(node: ast.expr, name: str, arguments: list[ast.expr], names: _Names) -> Unit | None:
    match name:
        case "exp" | "log":
            inner = _unit(arguments[0], names)
            if inner:
                raise _MismatchError(
                    f"{ast.unparse(node)} takes the {name} of {_words(inner)}; it needs a pure number."
                )
            return {}
        case "sqrt":
            inner = _unit(arguments[0], names)
            return None if inner is None else {symbol: power / 2.0 for symbol, power in inner.items()}
        case "where":
            _unit(arguments[0], names)
            return _same(node, arguments[1:], names)
        case "well_stirred_availability" | "gut_availability":
            _same(node, arguments, names)
            return {}
        case _:
            return _same(node, arguments, names)


def _combined(first: Unit, second: Unit, sign: float) -> Unit:
    powers_of = {s: first.get(s, 0.0) + sign * second.get(s, 0.0) for s in {**first, **second}}
    return {symbol: power for symbol, power in powers_of.items() if power}


def _words(unit: Unit) -> str:
    above = [_symbol(s, p) for s, p in unit.items() if p > 0]
    below = [_symbol(s, -p) for s, p in unit.items() if p < 0]
    return "/".join(["*".join(above) or "1", *below]) if unit else "no unit"


def _symbol(symbol: str, power: float) -> str:
    return symbol if power == 1 else f"{symbol}^{power:g}"
