"""A regimen as a table: every single dose in mg with its time, rate and running total, ready to be printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ketsim.dosing.dose import Basis, DoseEvent, Drug, Route


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One row: time [h], amount [mg], duration [h], rate [mg/h] (0 for a bolus) and `total` [mg].

    `total` is the sum of this drug (and basis) up to and including this dose.
    """

    time: float
    amount: float
    duration: float
    rate: float
    route: Route
    drug: Drug
    basis: Basis
    total: float


def dose_table(events: Iterable[DoseEvent], weight: float | None = None) -> tuple[DoseRow, ...]:
    """Rows in the order of the events. Raises `InputError` if a dose is per kilogram and `weight` [kg] is missing."""
    totals: defaultdict[tuple[Drug, Basis], float] = defaultdict(float)
    rows = []
    for event in events:
        amount = event.milligrams(weight)
        totals[event.drug, event.basis] += amount
        rows.append(
            DoseRow(
                time=event.time,
                amount=amount,
                duration=event.duration,
                rate=amount / event.duration if event.duration > 0.0 else 0.0,
                route=event.route,
                drug=event.drug,
                basis=event.basis,
                total=totals[event.drug, event.basis],
            )
        )
    return tuple(rows)
