"""Who takes what next, given how they are? Doses decided on the way, from the state of each subject at set times.

A policy is a pure function of a moment: of the subjects' own states, concentrations and random numbers. Then what a
subject takes does not depend on the other subjects of its block, and a block can be marched again. Whatever a policy
must remember is a slow state that does not change by itself and is moved by `jump`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from ketsim.engine.system import Array, IntArray
from ketsim.errors import InputError


@dataclass(frozen=True, slots=True)
class Moment:
    """What a policy sees: one decision of a block of subjects.

    `number` counts decisions from 0; `time` [h]; `subjects` (subject,) their numbers in the whole population;
    `states` (subject, state); `concentrations` (subject, output); `uniforms` (subject, draw) random numbers addressed
    by decision and subject.
    """

    number: int
    time: float
    subjects: IntArray
    states: Array
    concentrations: Array
    uniforms: Array


@dataclass(frozen=True, slots=True)
class Order:
    """What enters from the moment on: one amount for each subject, 0 where nothing is taken.

    Parameters
    ----------
    amount
        (subject,) not negative.
    compartment
        The state of the linear system that it enters, one number or (subject,).
    duration
        [h] one number or (subject,); 0 enters at once, else at a constant rate.
    """

    amount: Array
    compartment: int | IntArray = 0
    duration: float | Array = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy answers: any number of orders, and what is added to the slow states at once, (subject, state)."""

    orders: Sequence[Order] = field(default=())
    jump: Array | None = None


Decide: TypeAlias = Callable[[Moment], Decision]
# Random numbers in (0, 1) of a decision for subjects of the population: (subject, draw).
Uniforms: TypeAlias = Callable[[int, IntArray], Array]


@dataclass(frozen=True, slots=True)
class Policy:
    """Decisions at `times` [h] (decision,), rising, shared by all subjects.

    `uniforms` hands out random numbers by (number of the decision, numbers of the subjects): addressed, never consumed
    in order. Left out, the moment holds none.

    >>> daily = Policy(24.0 * np.arange(3), lambda moment: Decision([Order(np.full(len(moment.subjects), 5.0))]))
    >>> daily.moment(0, np.arange(2), np.zeros((2, 1)), np.zeros((2, 1))).uniforms.shape
    (2, 0)
    """

    times: Array
    decide: Decide
    uniforms: Uniforms | None = None

    def __post_init__(self) -> None:
        times = np.ascontiguousarray(self.times, dtype=np.float64)
        if times.ndim != 1 or not np.isfinite(times).all() or (times < 0.0).any() or (np.diff(times) <= 0.0).any():
            raise InputError("decision times must be a list of rising, finite numbers of hours, none negative.")
        object.__setattr__(self, "times", times)

    def moment(self, number: int, subjects: IntArray, states: Array, concentrations: Array) -> Moment:
        """Decision number `number` of these subjects."""
        uniforms = np.zeros((len(subjects), 0)) if self.uniforms is None else self.uniforms(number, subjects)
        return Moment(number, float(self.times[number]), subjects, states, concentrations, uniforms)


@dataclass(frozen=True, slots=True)
class Intake:
    """An order that was found fit: `amount`, `compartment` and `duration` [h], all (subject,)."""

    amount: Array
    compartment: IntArray
    duration: Array


def fitting(decision: Decision, subjects: int, compartments: int, states: int) -> tuple[list[Intake], Array | None]:
    """The intakes of a decision and its jump; what does not fit is refused.

    Errors: `InputError`.
    """
    intakes = []
    for order in decision.orders:
        amount, duration = (_column(name, getattr(order, name), subjects) for name in ("amount", "duration"))
        where = np.asarray(order.compartment)
        if not np.issubdtype(where.dtype, np.integer) or where.shape not in ((), (subjects,)):
            raise InputError(f"an order's compartment has shape {where.shape}; expected whole numbers, ({subjects},).")
        compartment = np.broadcast_to(where.astype(np.int64), (subjects,))
        if subjects and not ((compartment >= 0) & (compartment < compartments)).all():
            raise InputError(f"an order enters compartment {compartment.max()}; expected 0 to {compartments - 1}.")
        intakes.append(Intake(amount, compartment, duration))
    jump = decision.jump
    if jump is not None and (np.shape(jump) != (subjects, states) or not np.isfinite(jump).all()):
        raise InputError(f"a jump must be finite numbers of shape {(subjects, states)}; found shape {np.shape(jump)}.")
    return intakes, jump


def _column(name: str, given: float | Array, subjects: int) -> Array:
    """One number for each subject, finite and not negative."""
    column = np.asarray(given, dtype=np.float64)
    if column.shape not in ((), (subjects,)):
        raise InputError(f"an order's {name} has shape {column.shape}; expected one number a subject, ({subjects},).")
    if not np.isfinite(column).all() or (column < 0.0).any():
        raise InputError(f"an order's {name} must be finite numbers, none negative.")
    return np.broadcast_to(column, (subjects,))
