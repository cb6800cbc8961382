"""Which slow, non-linear states are there, and how do they change?

A slow system knows numbers and names only; what a state stands for is decided elsewhere. Each state decays on its own
and is pushed by a remainder that may depend on everything: y' = -rate y + rest(t, y, p, c).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ketsim.engine.system import Array
from ketsim.errors import InputError


class Rest(Protocol):
    """What pushes the states."""

    def __call__(self, t: Array, y: Sequence[Array], p: Mapping[str, Array], c: Sequence[Array], /) -> Sequence[Array]:
        """The push on every state [1/h], from the time [h], the states, the parameters and what drives them."""


class Signals(Protocol):
    """What drives the states, made from concentrations alone."""

    def __call__(self, t: Array, c: Sequence[Array], p: Mapping[str, Array], /) -> Sequence[Array]:
        """The drive at a time [h], from concentrations and parameters."""


@dataclass(frozen=True, slots=True)
class SlowSystem:
    """The system y' = -rate y + rest(t, y, p, c), with c a drive that is known as a function of time.

    Parameters
    ----------
    states
        Names, for messages.
    rates
        [1/h] (state,) or (subject, state), not negative. The closer they are to what the whole right-hand side does to
        a small displacement of the state, the longer the steps: the decay itself is exact at any step.
    rest
        Written with the operations of `arithmetic` only. `y` and `c` are sequences, one entry a state or driver, each
        (subject,); `p` maps names to (subject,); it returns one entry a state.
    scales
        (state,) The size of each state that matters. An error is judged relative to it, or to the state's own peak
        where that is larger.
    signals
        Turns concentrations into what `rest` is given as `c`; left out, `c` is the concentrations. It is evaluated once
        for every moment and `rest` several times, so that what depends on concentrations alone belongs here.
    longest
        [h] The longest step. Needed only where `rest` or `signals` change with `t` by itself: a quarter of a rhythm's
        period, or less. Moments at which they jump are given to the march as `breaks`.

    Errors: `InputError` for shapes that do not fit, names that repeat, and numbers that are not finite.

    >>> decay = SlowSystem(("mood",), np.array([0.5]), lambda t, y, p, c: (p["push"],), np.array([1.0]))
    >>> decay.rates_of(2).tolist()
    [[0.5], [0.5]]
    """

    states: tuple[str, ...]
    rates: Array
    rest: Rest
    scales: Array
    signals: Signals | None = None
    longest: float = np.inf

    def __post_init__(self) -> None:
        rates = np.ascontiguousarray(self.rates, dtype=np.float64)
        scales = np.ascontiguousarray(self.scales, dtype=np.float64)
        count = len(self.states)
        if not count or len(set(self.states)) != count:
            raise InputError(f"slow states are {list(self.states)}; expected at least one name, none twice.")
        if rates.ndim not in (1, 2) or rates.shape[-1] != count:
            raise InputError(f"slow rates have shape {rates.shape}; expected (state,) or (subject, state) of {count}.")
        if not np.isfinite(rates).all() or (rates < 0.0).any():
            raise InputError("slow rates must be finite numbers, none negative; growth belongs into the rest.")
        if scales.shape != (count,) or not np.isfinite(scales).all() or (scales <= 0.0).any():
            raise InputError(f"slow scales must be {count} positive numbers, one a state; found {self.scales}.")
        if not self.longest > 0.0:
            raise InputError(f"the longest step is {self.longest} h; expected a positive number.")
        object.__setattr__(self, "rates", rates)
        object.__setattr__(self, "scales", scales)

    def rates_of(self, subjects: int) -> Array:
        """Rates [1/h] (subject, state)."""
        if self.rates.ndim == 2 and len(self.rates) != subjects:
            raise InputError(f"slow rates are for {len(self.rates)} subjects; expected {subjects}.")
        return np.broadcast_to(self.rates, (subjects, len(self.states)))
