"""What is a process of the course? Slow states that follow what is in the blood, and what can be read off them.

Each process is one file of this room, named as the process, with one final class; adding the file adds the process. Its
equations are written with the operations of `ketsim.engine.arithmetic` only, so that every driver can run them.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from ketsim.errors import InputError, did_you_mean

Array = NDArray[np.float64]

#: What the file of a process has, and no other.
_CLASS: Final = "(Process):\n"
#: The name under which a process sees the driving concentration [mg/L], as racemate.
CONCENTRATION: Final = "concentration"
#: How the names of measures end that are counted from the last dose on.
AFTER_LAST_DOSE: Final = "_after_last_dose"
#: What is known by how strong it gets after the last dose, and when.
SIZE_AND_TIME: Final = (f"peak{AFTER_LAST_DOSE}", f"time_of_peak{AFTER_LAST_DOSE}")


@dataclass(frozen=True, slots=True)
class Reading:
    """Something that can be read off the states at any time.

    unit: at the doors. low, high: bounds. level: the change from what it was at the beginning, in `unit`, that counts
    for onset and duration. shown: whether it is an output, or only what other processes look at. direction: 1 where
    more drug over more time gives more of it, -1 less, 0 neither or nobody knows. known_by: the measures whose width is
    told, the first of them its size.
    """

    label: str
    unit: str
    low: float
    high: float
    level: float
    shown: bool = True
    direction: int = 0
    known_by: tuple[str, ...] = ("peak",)

    def known_of(self, there: Container[str]) -> tuple[str, ...]:
        """The measures whose width is told, of those that are there: without a last dose, those over all the time."""
        names = (name if name in there else name.removesuffix(AFTER_LAST_DOSE) for name in self.known_by)
        return tuple(name for name in names if name in there)


class See:
    """What a process may look at: the time, the parameters, states, signals and readings by name, each when asked for.

    t: [h]. p: parameter -> number or array. Arrays are (subject,) on the march and (subject, time) when read off.
    """

    __slots__ = ("_known", "_makers", "p", "t")

    def __init__(
        self, t: Any, p: Mapping[str, Any], known: dict[str, Any], makers: Mapping[str, Callable[[str, See], Any]]
    ) -> None:
        self.t, self.p, self._known, self._makers = t, p, known, makers

    def __getitem__(self, name: str) -> Any:
        known = self._known
        if name not in known:
            known[name] = self._makers[name](name, self)
        return known[name]

    def __contains__(self, name: str) -> bool:
        return name in self._known or name in self._makers


class Process:
    """One process. It holds no numbers; what differs from scenario to scenario are its parameters.

    parameters: name -> kind of number; names are shared, so two processes that say `tau_b` mean the same number.
    states: name -> size that matters, which all begin at zero or at what `start` says. signals: what depends on the
    concentration alone. readings: name -> what it is.
    """

    parameters: ClassVar[Mapping[str, str]] = {}
    states: ClassVar[Mapping[str, float]] = {}
    signals: ClassVar[tuple[str, ...]] = ()
    readings: ClassVar[Mapping[str, Reading]] = {}
    #: Measures of its own that are 0 or 1 for a person, and a share of people otherwise.
    shares: ClassVar[tuple[str, ...]] = ()
    #: State -> what a session sets it to; for sessions that are decided on the way.
    renewed: ClassVar[Mapping[str, float]] = {}

    def needs(self) -> Mapping[str, str]:
        """Every parameter it uses: name -> kind."""
        return self.parameters

    def start(self, p: Mapping[str, Any]) -> Mapping[str, Any]:
        """State -> its value at 0 h, where that is not zero."""
        return {}

    def rates(self, p: Mapping[str, Any]) -> Mapping[str, Any]:
        """State -> how fast it decays by itself [1/h]; zero where it is left out."""
        return {}

    def push(self, see: See) -> Mapping[str, Any]:
        """State -> everything else that moves it [1/h]; nothing where it is left out."""
        return {}

    def signal(self, name: str, see: See) -> Any:
        """A signal, from ``see["concentration"]``, parameters and time alone."""
        raise NotImplementedError(name)

    def read(self, name: str, see: See) -> Any:
        """A reading."""
        raise NotImplementedError(name)

    def breaks(self) -> tuple[float, ...]:
        """Times [h] at which something here jumps by itself."""
        return ()

    def measures(
        self, name: str, times: Array, values: Array, p: Mapping[str, Array], *, stop: float
    ) -> Mapping[str, Array]:
        """Measures that only this reading has, each (lane,): of curves (lane, time) at times [h]. p: parameter ->
        (lane,). stop: end of the last dose [h].
        """
        return {}


@cache
def names() -> tuple[str, ...]:
    """Every process, sorted: the files of this room that hold its class."""
    found = Path(__file__).parent.glob("*.py")
    return tuple(sorted(p.stem for p in found if _CLASS in p.read_text(encoding="utf-8")))


@cache
def kind(name: str) -> type[Process]:
    """The class of that process. Raises `InputError` with the nearest names if there is none."""
    if name not in names():
        listed = f"there are {', '.join(names())}."
        raise InputError(f"there is no process {name[:60]!r}; {did_you_mean(name, names(), otherwise=listed)}")
    module = import_module(f"ketsim.course.{name}")
    kinds = [k for k in vars(module).values() if isinstance(k, type) and issubclass(k, Process) and k is not Process]
    return next(k for k in kinds if k.__module__ == module.__name__)


@cache
def reading_of(name: str) -> Reading | None:
    """The reading of that name, of whichever process; None where no process has it."""
    return next((kind(process).readings[name] for process in names() if name in kind(process).readings), None)
