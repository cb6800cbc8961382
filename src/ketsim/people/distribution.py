"""How does one property of people, such as body weight, vary between them?

What it does not know: which people these are; numbers with a source live with the source (see `body_size`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, inf, log1p, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ketsim.errors import InputError
from ketsim.people.draws import normal, uniform
from ketsim.people.subject import LIMITS, checked_quantity
from ketsim.units import to_canonical

__all__ = ["Distribution", "described", "drawn_inside"]

Array = NDArray[np.float64]

_ATTEMPTS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A distribution cut to low ... high.

    fixed: everyone has `centre`. uniform: from low to high. normal: mean `centre`, standard deviation `scale`.
    lognormal: `shift` plus a log-normal part with median `centre` and standard deviation `scale` on the log scale.
    """

    kind: Literal["fixed", "uniform", "normal", "lognormal"]
    centre: float = 0.0
    scale: float = 0.0
    shift: float = 0.0
    low: float = -inf
    high: float = inf

    @classmethod
    def lognormal(cls, mean: float, sd: float, *, low: float = 0.0, high: float = inf) -> Distribution:
        """The log-normal distribution with this mean and standard deviation (before it is cut).

        With v = ln(1 + (sd / mean)^2) the median is mean exp(-v / 2) and the standard deviation of the logarithm
        sqrt(v).
        """
        variance = log1p((sd / mean) ** 2)
        return cls(kind="lognormal", centre=mean * exp(-variance / 2.0), scale=sqrt(variance), low=low, high=high)

    def at(self, score: Array) -> Array:
        """The values at standard normal scores, not cut; for the normal and the log-normal kind."""
        if self.kind == "lognormal":
            return np.asarray(self.shift + self.centre * np.exp(self.scale * score), dtype=np.float64)
        return np.asarray(self.centre + self.scale * score, dtype=np.float64)

    def inside(self, values: Array) -> NDArray[np.bool_]:
        """Which values lie within low ... high."""
        within: NDArray[np.bool_] = (values >= self.low) & (values <= self.high)
        return within

    def drawn(self, seed: int, name: str, first: int, count: int) -> Array:
        """One value for each of the subjects first, first + 1, ... (subject,), drawn by address.

        Raises `InputError` when low ... high leaves almost nobody.
        """
        if self.kind == "fixed":
            return np.full(count, self.centre)
        if self.kind == "uniform":
            return self.low + (self.high - self.low) * uniform(seed, name, first, count)

        def attempt(label: str) -> tuple[Array, ...]:
            return (self.at(normal(seed, name + label, first, count)),)

        return drawn_inside(attempt, lambda values: self.inside(values[0]), count, name)[0]


def drawn_inside(
    attempt: Callable[[str], tuple[Array, ...]],
    accept: Callable[[tuple[Array, ...]], NDArray[np.bool_]],
    count: int,
    name: str,
) -> tuple[Array, ...]:
    """For each subject, the values of the first attempt that is accepted.

    attempt: draws whole blocks under a label that names the attempt, so a subject's numbers do not depend on who else
    had to try again. Raises `InputError` when somebody is never accepted.
    """
    values = attempt("")
    waiting = ~accept(values)
    for number in range(1, _ATTEMPTS):
        if not waiting.any():
            return values
        again = attempt(f" again {number}")
        values = tuple(np.where(waiting, new, old) for new, old in zip(again, values, strict=True))
        waiting &= ~accept(again)
    raise InputError(
        f"the limits set for {name} leave out nearly everybody: {int(waiting.sum())} of {count} people were still "
        f"outside after {_ATTEMPTS} draws; widen them."
    )


def described(
    field: str, given: str | float | tuple[str | float, str | float] | Mapping[str, str | float] | Distribution
) -> Distribution:
    """The distribution of weight [kg], age [year] or height [cm] that a user describes.

    given: a number (everyone), two numbers (uniform between them), or a mapping with mean and sd and, if wanted, low
    and high. Weight is then taken as log-normal, age and height as normal. Raises `InputError` for anything else.
    """
    if isinstance(given, Distribution):
        return given
    if isinstance(given, Mapping):
        return _from_words(field, given)
    if isinstance(given, tuple | list):
        if len(given) != 2:
            raise InputError(f"{field} {given!r} is not a range; expected two numbers, the lowest and the highest.")
        return _uniform(field, *given)
    return Distribution(kind="fixed", centre=checked_quantity(field, given))


def _from_words(field: str, given: Mapping[str, str | float]) -> Distribution:
    unknown = set(given) - {"mean", "sd", "low", "high"}
    if unknown or not ({"mean", "sd"} <= set(given) or set(given) == {"low", "high"}):
        raise InputError(
            f"{field} {dict(given)!r} is no distribution; expected mean and sd (low, high), or low and high."
        )
    if "mean" not in given:
        return _uniform(field, given["low"], given["high"])
    lowest, highest, unit = LIMITS[field]
    low = checked_quantity(field, given["low"]) if "low" in given else lowest
    high = checked_quantity(field, given["high"]) if "high" in given else highest
    mean = checked_quantity(field, given["mean"])
    sd = to_canonical(given["sd"], field, default_unit=unit, field=f"{field} sd")
    if not low < high or not low <= mean <= high:
        raise InputError(f"{field} needs low < high with the mean between them, and has {low:g}, {mean:g}, {high:g}.")
    if not 0.0 < sd <= mean:
        raise InputError(f"{field} sd {given['sd']!r} is not possible; expected more than zero and less than the mean.")
    if field == "weight":
        return Distribution.lognormal(mean, sd, low=low, high=high)
    return Distribution(kind="normal", centre=mean, scale=sd, low=low, high=high)


def _uniform(field: str, low: str | float, high: str | float) -> Distribution:
    lowest, highest = checked_quantity(field, low), checked_quantity(field, high)
    if not lowest < highest:
        raise InputError(f"{field} range {low!r} to {high!r} is empty; write the lower number first.")
    return Distribution(kind="uniform", low=lowest, high=highest)
