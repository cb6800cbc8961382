"""What is an effect? A quantity that follows concentrations at its site, with a baseline, bounds and a direction.

Each effect is one file of this room, named as the effect, with one final class; adding the file adds the effect.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from ketsim.errors import InputError, did_you_mean

Array = NDArray[np.float64]
#: Parameter -> its value in canonical units: one number, or one a person (subject, 1).
Parameters = Mapping[str, Any]

_NOT_EFFECTS: Final = frozenset({"__init__", "effect", "sigmoid", "planned", "driver", "in_words", "shapes"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What an effect sees: times (time,) [h]; concentrations [mg/L] (subject, time) at its site, in the order of the
    analytes that drive it; doses: start and end [h] of every dose.
    """

    times: Array
    concentrations: tuple[Array, ...]
    doses: tuple[tuple[float, float], ...] = ()

    @property
    def parent(self) -> Array:
        """The first driving concentration [mg/L] (subject, time)."""
        return self.concentrations[0]


class Effect(ABC):
    """One effect. It holds no state and no numbers; `response` is its equation.

    label: in words, in the case of running text. unit: of `response` and `baseline`. parameters: name -> kind of
    number. low, high: bounds of every response. direction: 1 where more drug gives more of it, -1 less, 0 neither.
    level: the change from baseline, in `unit`, that counts for onset and duration: a definition, not a finding.
    times: names of the measures in hours that only this effect has.
    """

    label: ClassVar[str]
    unit: ClassVar[str]
    parameters: ClassVar[Mapping[str, str]]
    low: ClassVar[float]
    high: ClassVar[float]
    direction: ClassVar[int]
    level: ClassVar[float]
    times: ClassVar[tuple[str, ...]] = ()
    #: Parameter -> place of the analyte whose molar mass turns it into mass, where that is not the first.
    analyte_of: ClassVar[Mapping[str, int]] = {}

    @abstractmethod
    def baseline(self, p: Parameters) -> Any:
        """The value without drug, in `unit`: one number, or (subject, 1)."""

    @abstractmethod
    def response(self, p: Parameters, seen: Seen) -> Array:
        """The value over time, in `unit` (subject, time)."""

    def more_measures(self, p: Parameters, seen: Seen) -> Mapping[str, Array]:
        """Times [h] that only this effect has, by the names in `times`, each (subject,)."""
        return {}


@cache
def named(name: str) -> Effect:
    """The effect of that name. Raises `InputError` with the nearest names if there is none."""
    if name not in names():
        raise InputError(f"there is no effect {name[:60]!r}; {did_you_mean(name, names(), otherwise=_lists())}")
    module = import_module(f"ketsim.effects.{name}")
    kinds = [k for k in vars(module).values() if isinstance(k, type) and issubclass(k, Effect) and k is not Effect]
    return next(kind() for kind in kinds if kind.__module__ == module.__name__)


@cache
def names() -> tuple[str, ...]:
    """Every effect, sorted: the files of this room."""
    return tuple(sorted(p.stem for p in Path(__file__).parent.glob("*.py") if p.stem not in _NOT_EFFECTS))


def _lists() -> str:
    return f"there are {', '.join(names())}."
