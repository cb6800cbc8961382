"""Numerics only: linear systems exactly, slow states over them by steps, each with an error estimate. Knows no drug.

What slow states need is loaded when it is first asked for: a curve over hours needs none of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ketsim.engine.inputs import Inputs
from ketsim.engine.propagate import Solution, propagate
from ketsim.engine.system import Array, BoolArray, IntArray, LinearSystem

if TYPE_CHECKING:
    from ketsim.engine.checkpoint import RunFolder as RunFolder
    from ketsim.engine.policy import Decision as Decision
    from ketsim.engine.policy import Moment as Moment
    from ketsim.engine.policy import Order as Order
    from ketsim.engine.policy import Policy as Policy
    from ketsim.engine.slow import SlowSystem as SlowSystem
    from ketsim.engine.slow_march import LinearDrive as LinearDrive
    from ketsim.engine.slow_march import SlowSolution as SlowSolution
    from ketsim.engine.slow_march import march_slow as march_slow

_LATER = {
    "Decision": "policy",
    "LinearDrive": "slow_march",
    "Moment": "policy",
    "Order": "policy",
    "Policy": "policy",
    "RunFolder": "checkpoint",
    "SlowSolution": "slow_march",
    "SlowSystem": "slow",
    "march_slow": "slow_march",
}

__all__ = ["Array", "BoolArray", "Inputs", "IntArray", "LinearSystem", "Solution", "propagate", *sorted(_LATER)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"ketsim.engine.{_LATER[name]}"), name)
