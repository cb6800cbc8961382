"""Which numbers does each lane of an ensemble have? Parameter sets and people, both addressed, never drawn in order.

A lane is one person under one parameter set. The typical lane has the numbers as they stand in the source. What is not
known of a number is drawn once a set, how people differ once a person; both belong to the number (source and name).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketsim.evidence import Value
from ketsim.people import uncertainty
from ketsim.people.draws import normal, normal_quantile, uniform

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

TYPICAL = -1


@dataclass(frozen=True, slots=True)
class Lanes:
    """Whose lanes: `sets` and `people`, both (lane,), `TYPICAL` for the numbers as they stand. count: sets in all.

    even: number of people who are spread evenly over how people differ, so that a few stand for all; 0 where everybody
    is drawn by themselves.
    """

    seed: int
    sets: IntArray
    people: IntArray
    count: int
    even: int = 0

    @classmethod
    def typical(cls, seed: int) -> Lanes:
        """One lane."""
        one = np.array([TYPICAL])
        return cls(seed, one, one, 0)

    @classmethod
    def one_person(cls, seed: int, sets: int, people: int) -> Lanes:
        """The typical lane first, then every set with every person."""
        rest = cls.crossed(seed, sets, people)
        return cls(seed, np.append(TYPICAL, rest.sets), np.append(TYPICAL, rest.people), sets, people)

    @classmethod
    def crossed(cls, seed: int, sets: int, people: int) -> Lanes:
        """Every set with every person."""
        return cls(seed, np.repeat(np.arange(sets), people), np.tile(np.arange(people), sets), sets, people)

    @classmethod
    def population(cls, seed: int, sets: int, first: int, count: int) -> Lanes:
        """The people first, first + 1, ...: each has one set, in turn."""
        people = first + np.arange(count)
        return cls(seed, people % sets, people, sets)

    @property
    def size(self) -> int:
        """How many lanes."""
        return len(self.sets)

    @property
    def numbers(self) -> IntArray:
        """A number for each lane, for messages: of a population the number of the person."""
        crossed = self.sets[0] == TYPICAL or len(np.unique(self.people)) < self.size
        return np.arange(self.size) if crossed else self.people


def parameters_of(values: Mapping[str, Value], chances: Mapping[str, Value], lanes: Lanes) -> dict[str, Array]:
    """Every parameter in canonical units, (lane,)."""
    drawn = {name: _number(value, lanes) for name, value in values.items()}
    drawn |= {name: _chance(value, lanes) for name, value in chances.items()}
    return drawn


def _number(value: Value, lanes: Lanes) -> Array:
    number = np.full(lanes.size, value.required())
    address = f"{value.source}.{value.name}"
    if value.relative_error and lanes.count:
        every = uncertainty(
            lanes.seed, address, value.relative_error, first=0, count=lanes.count, replicates=lanes.count
        )
        number *= np.where(lanes.sets == TYPICAL, 1.0, every[lanes.sets])
        if value.kind == "fraction":
            number = np.minimum(number, 1.0)
    if value.iiv is not None:
        eta = np.sqrt(value.iiv.variance) * _of_people(normal, f"{address} between people", lanes, otherwise=0.0)
        if value.iiv.scale == "logit":
            return np.asarray(number / (number + (1.0 - number) * np.exp(-eta)))
        number = number * np.exp(eta)
    return number


def _chance(value: Value, lanes: Lanes) -> Array:
    """1 for who has it; the typical lane is a person who has."""
    share = _number(value, lanes)
    luck = _of_people(uniform, f"{value.source}.{value.name} chance", lanes, otherwise=0.0)
    return np.where(luck < share, 1.0, 0.0)


def _of_people(draw: object, name: str, lanes: Lanes, *, otherwise: float) -> Array:
    """One draw a person, (lane,); `otherwise` for the typical lane."""
    assert callable(draw)
    there = lanes.people[lanes.people != TYPICAL]
    if not there.size:
        return np.full(lanes.size, otherwise)
    first = int(there.min())
    if lanes.even:
        place = uniform(lanes.seed, f"{name} place", 0, lanes.even).argsort().argsort()
        share = (place + uniform(lanes.seed, f"{name} within its place", 0, lanes.even)) / lanes.even
        every = normal_quantile(share) if draw is normal else share
    else:
        every = draw(lanes.seed, name, first, int(there.max()) - first + 1)
    return np.where(lanes.people == TYPICAL, otherwise, every[np.maximum(lanes.people - first, 0)])
