"""Every entry with its numbers, ready to be looked at without any kinetics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from ketsim.effects.driver import Driver
from ketsim.effects.effect import Seen
from ketsim.effects.planned import PlannedEffect, numbers_of
from ketsim.evidence import catalog, load_source
from ketsim.kinetics.parameters import Variation
from ketsim.people import Cohort, Subject

PEOPLE, POINTS = 3, 9


@cache
def _planned(key: str) -> PlannedEffect:
    spec = load_source(catalog().effect(key).source).effect(key)
    return PlannedEffect(spec, numbers_of(spec), Driver(None, (), (), ()))  # what drives it is no matter here


@cache
def _numbers(key: str, seed: int | None) -> Mapping[str, Any]:
    variation = Variation() if seed is None else Variation(seed=seed, between_people=True)
    return _planned(key).parameters(Cohort.of(Subject(), size=PEOPLE), variation)


def _seen_by(key: str) -> Seen:
    curve = np.linspace(0.0, 3.0, PEOPLE * POINTS).reshape(PEOPLE, POINTS)  # [mg/L]
    doses = ((0.0, 1.0), (2.0, 2.5))
    return Seen(6.0 * np.arange(float(POINTS)), (curve,) * len(_planned(key).spec.drive.analytes), doses)


@pytest.fixture(scope="session")
def planned() -> Callable[[str], PlannedEffect]:
    """An entry with its numbers."""
    return _planned


@pytest.fixture(scope="session")
def numbers() -> Callable[[str, int | None], Mapping[str, Any]]:
    """The parameters of three people: typical ones, or drawn with a seed as the source says that people differ."""
    return _numbers


@pytest.fixture(scope="session")
def seen_by() -> Callable[[str], Seen]:
    """Rising concentrations of three people over two days, and two doses."""
    return _seen_by
