"""The people of an event-record file, free of its layout: doses, covariates over time, observations.

Compartment numbers exist only at this border: a `Compartment` says what such a number means for a dose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ketsim.dosing import DoseEvent, Drug, Regimen, Route
from ketsim.errors import InputError


@dataclass(frozen=True, slots=True)
class Compartment:
    """What a compartment number of the file means for a dose.

    drug: None takes the drug of the whole file. modelled: the model of this route has its own rate or duration of
    input, so that RATE -1 or RATE -2 is meant; such a dose has no duration of its own here.
    """

    route: Route
    drug: Drug | None = None
    modelled: Literal["rate", "duration"] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """What was measured: time [h] (n,), value in the unit of the file (n,), compartment number (n,; 0 if unsaid)."""

    time: NDArray[np.float64]
    value: NDArray[np.float64]
    compartment: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True, slots=True)
class Individual:
    """One person of a data file: doses, covariates as (time [h], value) at each change, observations."""

    id: str
    events: tuple[DoseEvent, ...]
    covariates: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    observations: Observations = field(
        default_factory=lambda: Observations(np.empty(0), np.empty(0), np.empty(0, dtype=np.int64)), compare=False
    )

    def constant(self, covariate: str) -> float | None:
        """The value of a covariate that never changes, None if it is not there; `InputError` if it changes."""
        changes = self.covariates.get(covariate, ())
        if len(changes) > 1:
            raise InputError(f"{covariate} of person {self.id} changes with time; it has no one value.")
        return changes[0][1] if changes else None


def individual(
    person: str, doses: Regimen, *, until: float | None = None, covariates: Mapping[str, float] | None = None
) -> Individual:
    """One person who follows a regimen, to be written; doses per kilogram take the covariate WT [kg]."""
    said = dict(covariates or {})
    events = tuple(
        replace(event, amount=event.milligrams(said.get("WT")), per_kg=False) for event in doses.events(until)
    )
    return Individual(person, events, {name: ((0.0, value),) for name, value in said.items()})


def compartments(routes: Mapping[int, Compartment | Route | str] | None) -> dict[int, Compartment]:
    """The map with every route spelled out; None is {1: "iv"}."""
    chosen = {1: Route.iv} if routes is None else routes
    if not chosen:
        raise InputError("routes is empty; say at least which compartment number is which route, such as {1: 'iv'}.")
    return {number: c if isinstance(c, Compartment) else Compartment(Route.named(c)) for number, c in chosen.items()}
