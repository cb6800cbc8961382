"""Several processes as one system of slow states: who feeds whom is found by name, nothing is wired by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ketsim.course.process import CONCENTRATION, Process, Reading, See
from ketsim.engine.slow import SlowSystem

Array = NDArray[np.float64]
Parameters = Mapping[str, Any]


class _Asked(dict[str, Any]):
    """Parameters that are all 1 and remember which of them were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def __missing__(self, name: str) -> float:
        self.names.add(name)
        return 1.0


@dataclass(frozen=True)
class Composition:
    """Processes that run together. feeds: (output of the linear system, factor) that add up to the concentration
    [mg/L, as racemate] which drives them.
    """

    processes: tuple[Process, ...]
    feeds: tuple[tuple[int, float], ...] = ((0, 1.0),)

    def __post_init__(self) -> None:
        named = [name for p in self.processes for name in (*p.states, *p.signals, *p.readings)]
        twice = {name for name in named if named.count(name) > 1}
        assert not twice, f"processes share the names {sorted(twice)}"

    def same_as(self, other: Composition) -> bool:
        """Whether it is made of the same processes, so that only numbers may differ."""
        mine, others = ([(type(p), vars(p)) for p in x.processes] for x in (self, other))
        return mine == others and self.feeds == other.feeds

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Names of all states, in the order of the march."""
        return tuple(name for p in self.processes for name in p.states)

    @cached_property
    def signals(self) -> tuple[str, ...]:
        """Names of all signals, the concentration first."""
        return (CONCENTRATION, *(name for p in self.processes for name in p.signals))

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        """Everything that can be read off."""
        return {name: reading for p in self.processes for name, reading in p.readings.items()}

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of all parameters that the processes need."""
        return tuple(dict.fromkeys(name for p in self.processes for name in p.needs()))

    @cached_property
    def breaks(self) -> Array:
        """Times [h] at which a right-hand side jumps."""
        return np.unique(np.array([t for p in self.processes for t in p.breaks()], dtype=np.float64))

    @cached_property
    def _makers(self) -> Mapping[str, Callable[[str, See], Any]]:
        return {name: p.read for p in self.processes for name in p.readings}

    @cached_property
    def _signal_makers(self) -> Mapping[str, Callable[[str, See], Any]]:
        return {name: p.signal for p in self.processes for name in p.signals}

    @cached_property
    def shares(self) -> frozenset[str]:
        """Measures that are 0 or 1 for a person, and a share of people otherwise."""
        return frozenset(name for p in self.processes for name in p.shares)

    @cached_property
    def renewed(self) -> Mapping[str, float]:
        """State -> what a session sets it to."""
        return {name: value for p in self.processes for name, value in p.renewed.items()}

    def measures(
        self, name: str, times: Array, values: Array, p: Mapping[str, Array], *, stop: float
    ) -> Mapping[str, Array]:
        """Measures that only this reading has, each (lane,)."""
        owner = next(process for process in self.processes if name in process.readings)
        return owner.measures(name, times, values, p, stop=stop)

    def behind(self, reading: str) -> frozenset[str]:
        """Names of the parameters that a reading rests on, through every state and signal on its way.

        Everything is evaluated once, at ones, and what is asked for is noted.
        """
        asked = _Asked()
        moved: set[Process] = set()

        def state(name: str, see: See) -> float:
            process = next(p for p in self.processes if name in p.states)
            if process not in moved:
                moved.add(process)
                process.rates(asked)
                process.push(see)
            return 1.0

        makers = {
            **self._makers,
            **self._signal_makers,
            **dict.fromkeys(self.states, state),
            CONCENTRATION: lambda name, see: 1.0,
        }
        See(np.float64(0.0), asked, {}, makers)[reading]
        return frozenset(asked.names)

    def initial(self, p: Parameters, subjects: int) -> Array:
        """States at 0 h (subject, state)."""
        begin = np.zeros((subjects, len(self.states)))
        for process in self.processes:
            for name, value in process.start(p).items():
                begin[:, self.states.index(name)] = value
        return begin

    def slow_system(self, p: Parameters, subjects: int) -> SlowSystem:
        """What the engine marches; p: parameter -> number or (subject,)."""
        rates = np.zeros((subjects, len(self.states)))
        for process in self.processes:
            for name, value in process.rates(p).items():
                rates[:, self.states.index(name)] = value
        return SlowSystem(
            states=self.states,
            rates=rates,
            rest=self._rest,
            scales=np.array([scale for process in self.processes for scale in process.states.values()]),
            signals=self._signals,
        )

    def _signals(self, t: Array, c: Sequence[Array], p: Mapping[str, Array]) -> Sequence[Array]:
        concentration: Any = 0.0
        for output, factor in self.feeds:
            concentration = concentration + factor * c[output]
        see = See(t, p, {CONCENTRATION: concentration}, self._signal_makers)
        return [see[name] for name in self.signals]

    def _rest(self, t: Array, y: Sequence[Array], p: Mapping[str, Array], c: Sequence[Array]) -> Sequence[Array]:
        see = See(t, p, dict(zip((*self.states, *self.signals), (*y, *c), strict=True)), self._makers)
        pushed: dict[str, Any] = {}
        for process in self.processes:
            pushed |= process.push(see)
        return [pushed.get(name, 0.0) for name in self.states]

    def at_moment(self, t: float, states: Array, concentrations: Array, p: Mapping[str, Array]) -> See:
        """What can be seen at one moment, for a policy; states (subject, state), concentrations (subject, output)."""
        time = np.full(len(states), t)
        signals = self._signals(time, list(concentrations.T), p)
        known = dict(zip((*self.states, *self.signals), (*states.T, *signals), strict=True))
        return See(time, p, known, self._makers)

    def read(
        self, wanted: Iterable[str], times: Array, states: Array, concentrations: Array, p: Parameters
    ) -> dict[str, Array]:
        """Readings by name, each (subject, time); states (subject, time, state), concentrations (subject, time,
        output), p: parameter -> number or (subject,).
        """
        columns = {name: value[:, None] if np.ndim(value) == 1 else value for name, value in p.items()}
        time = np.broadcast_to(times, states.shape[:2])
        signals = self._signals(time, list(np.moveaxis(concentrations, 2, 0)), columns)
        known = dict(zip((*self.states, *self.signals), (*np.moveaxis(states, 2, 0), *signals), strict=True))
        see = See(time, columns, known, self._makers)
        return {name: np.broadcast_to(np.asarray(see[name], dtype=np.float64), time.shape) for name in wanted}
