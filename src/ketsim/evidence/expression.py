"""What may a source file compute? Names, + - * / **, a few functions, and whole numbers from 0 to 9; nothing else.

An `Expression` is checked when it is made and can then be evaluated over floats or arrays. It knows no function itself:
the table of functions is handed in, so this room needs no kinetics. Any other number belongs to a `Value`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer

from ketsim.errors import InputError, did_you_mean

#: Functions an expression may call, with the number of their arguments.
FUNCTION_ARGUMENTS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "min": 2,
        "max": 2,
        "exp": 1,
        "log": 1,
        "sqrt": 1,
        "where": 3,
        "well_stirred_clearance": 2,
        "well_stirred_availability": 2,
        "gut_availability": 2,
        "permeability_limited_flow": 2,
    }
)
#: What an expression may know of the person and the clock.
COVARIATES: Final = ("weight", "age", "height", "female", "asian", "japanese", "time")
#: Factors that interactions set; each is 1 when nothing interacts.
FACTORS: Final = (
    "clearance_factor",
    "metabolite_clearance_factor",
    "gut_clint_factor",
    "hepatic_clint_factor",
    "cyp2b6_activity",
)
#: Share of a dose that the first device of a session delivers; only in the parts of a route that counts devices.
FIRST_DEVICE_SHARE: Final = "first_device_share"

_LONGEST = 400
_LARGEST_LITERAL = 9
_STRANGE = re.compile(r"[^A-Za-z0-9_+\-*/()., ]")
# Such as 2e5 or 0x10, which Python would take or warn about before we could refuse them.
_WORDY_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])\.?[0-9][0-9.]*[A-Za-z_][A-Za-z0-9_.]*")
_ALLOWED = f"allowed are names, + - * / **, parentheses and the functions {', '.join(FUNCTION_ARGUMENTS)}"
_ONLY_WHOLE = f"only whole numbers from 0 to {_LARGEST_LITERAL} may stand in a formula; others belong under values"
_OPERATORS: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = MappingProxyType(
    {
        ast.Add: lambda a, b: a + b,
        ast.Sub: lambda a, b: a - b,
        ast.Mult: lambda a, b: a * b,
        ast.Div: lambda a, b: a / b,
        ast.Pow: lambda a, b: a**b,
    }
)


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked formula over named numbers, such as ``2 / mtt_nk``.

    >>> half = Expression.parse("dose / (2 * v1)")
    >>> sorted(half.names), half.evaluate({"dose": 50.0, "v1": 25.0}, {})
    (['dose', 'v1'], 1.0)
    """

    text: str

    def __post_init__(self) -> None:
        _tree(self.text)

    @classmethod
    def parse(cls, text: str | int) -> Expression:
        """Check a formula. Raises `InputError` that names the first thing that is not allowed in it."""
        return cls(str(text).strip())

    def __str__(self) -> str:
        return self.text

    @property
    def names(self) -> frozenset[str]:
        """Every name that must have a number when the formula is evaluated; functions are not among them."""
        return _names(self.text)

    @property
    def tree(self) -> ast.expr:
        """The checked syntax tree."""
        return _tree(self.text)

    def evaluate(self, values: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
        """The result over floats or arrays that broadcast together.

        Raises `InputError` for a name without a number, and for a result that is not real and finite.
        """
        import numpy as np

        try:
            with np.errstate(all="ignore"):  # a branch that where() does not take may be infinite
                result = _evaluate(_tree(self.text), values, functions, self.text)
        except ArithmeticError:  # plain floats raise where arrays go to infinity
            result = np.nan
        if np.iscomplexobj(result) or not np.all(np.isfinite(result)):
            raise InputError(f"the formula {self.text!r} gives no finite number; check what it is given.")
        return result


def _read(given: Any) -> Any:
    if isinstance(given, Expression):
        return given
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise InputError(f"{given!r} is not a formula; write a name such as cl, or a formula such as '2 / mtt'.")
    return Expression.parse(str(given))


#: An expression as a field of a source file.
ExpressionField = Annotated[
    Expression,
    BeforeValidator(_read, json_schema_input_type=str | int),
    PlainSerializer(lambda e: e.text, return_type=str),
]


@lru_cache(maxsize=4096)
def _tree(text: str) -> ast.expr:
    if not text:
        raise InputError("the formula is empty; write a name such as cl, or a formula such as '2 / mtt'.")
    if len(text) > _LONGEST:
        raise InputError(
            f"the formula {text[:40]!r}... is longer than {_LONGEST} characters; break it up under derived."
        )
    strange = _STRANGE.search(text)
    if strange is not None:
        raise InputError(f"the formula {text!r} holds {strange[0]!r}; {_ALLOWED}.")
    literal = _WORDY_NUMBER.search(text)
    if literal is not None:
        raise InputError(f"the formula {text!r} holds the number {literal[0]}; {_ONLY_WHOLE}.")
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise InputError(f"the formula {text!r} cannot be read: {error.msg}.") from None
    _check(tree, text)
    return tree


def _check(node: ast.expr, text: str) -> None:
    match node:
        case ast.Name():
            if node.id in FUNCTION_ARGUMENTS:
                raise InputError(f"{node.id} in the formula {text!r} is a function; give it arguments, {node.id}(...).")
        case ast.Constant():
            number = node.value
            if type(number) is not int or not 0 <= number <= _LARGEST_LITERAL:
                raise InputError(
                    f"the formula {text!r} holds the number {ast.get_source_segment(text, node)}; {_ONLY_WHOLE}."
                )
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check(operand, text)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            _check(left, text)
            _check(right, text)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            if name not in FUNCTION_ARGUMENTS:
                known = ", ".join(FUNCTION_ARGUMENTS)
                hint = did_you_mean(name, FUNCTION_ARGUMENTS, otherwise=f"known are {known}.")
                raise InputError(f"the formula {text!r} calls {name}, which is not known; {hint}")
            if len(arguments) != FUNCTION_ARGUMENTS[name]:
                raise InputError(
                    f"{name} in the formula {text!r} takes {FUNCTION_ARGUMENTS[name]} arguments, not {len(arguments)}."
                )
            for argument in arguments:
                _check(argument, text)
        case _:
            raise InputError(f"the formula {text!r} holds {ast.get_source_segment(text, node)!r}; {_ALLOWED}.")


@lru_cache(maxsize=4096)
def _names(text: str) -> frozenset[str]:
    called = {id(node.func) for node in ast.walk(_tree(text)) if isinstance(node, ast.Call)}
    return frozenset(n.id for n in ast.walk(_tree(text)) if isinstance(n, ast.Name) and id(n) not in called)


def _evaluate(node: ast.expr, values: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]], text: str) -> Any:
    match node:
        case ast.Name(id=name):
            if name not in values:
                raise InputError(f"the formula {text!r} needs {name}, which has no number.")
            return values[name]
        case ast.Constant(value=int(number)):
            return float(number)
        case ast.UnaryOp(op=op, operand=operand):
            inner = _evaluate(operand, values, functions, text)
            return -inner if isinstance(op, ast.USub) else inner
        case ast.BinOp(left=left, op=binary, right=right):
            return _OPERATORS[type(binary)](
                _evaluate(left, values, functions, text), _evaluate(right, values, functions, text)
            )
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return functions[name](*(_evaluate(argument, values, functions, text) for argument in arguments))
        case _:
            raise AssertionError(f"{ast.dump(node)} passed the check of expressions")
