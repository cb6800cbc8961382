"""What enters the system, where and when: boluses, constant-rate inputs, steady states, resets.

Knows amounts and states as numbers only. Bioavailability, lag and routes are applied before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketsim.engine.system import Array, BoolArray, IntArray
from ketsim.errors import InputError


@dataclass(frozen=True, slots=True)
class Inputs:
    """D input records, in the order in which they act where their times are equal.

    Parameters
    ----------
    time
        [h] (record,) shared by all subjects, or (subject, record).
    amount
        Amount that enters, (record,) or (subject, record).
    duration
        [h] (record,) or (subject, record); 0 enters at once, else at the constant rate amount / duration.
    state
        (record,) The state that it enters.
    steady_interval
        [h] (record,) 0 for none. An interval II adds, at `time`, the steady state of this record repeated every II
        forever before; then the record itself acts. An input longer than II leaves the earlier ones running.
    reset
        (record,) Before it acts, clear the state and stop every running input.

    Errors: `InputError` for shapes, negative times, durations or intervals, and numbers that are not finite.
    """

    time: Array
    amount: Array
    duration: Array
    state: IntArray
    steady_interval: Array
    reset: BoolArray

    def __post_init__(self) -> None:
        records = np.shape(self.time)[-1] if np.ndim(self.time) else 0
        for name in ("time", "amount", "duration", "steady_interval"):
            value = np.ascontiguousarray(getattr(self, name), dtype=np.float64)
            _check_shape(name, value.shape, records, per_subject=name != "steady_interval")
            if not np.isfinite(value).all():
                raise InputError(f"input {name} must hold finite numbers.")
            if name != "amount" and (value < 0).any():
                raise InputError(f"input {name} must not be negative; found {value.min():g} h.")
            object.__setattr__(self, name, value)
        if not np.issubdtype(np.asarray(self.state).dtype, np.integer) and records:
            raise InputError("input state must hold whole numbers: the index of the state that each record enters.")
        state = np.ascontiguousarray(self.state, dtype=np.int64)
        reset = np.ascontiguousarray(self.reset, dtype=np.bool_)
        _check_shape("state", state.shape, records, per_subject=False)
        _check_shape("reset", reset.shape, records, per_subject=False)
        if (state < 0).any():
            raise InputError(f"input state must not be negative; found {state.min()}.")
        object.__setattr__(self, "state", state)
        object.__setattr__(self, "reset", reset)
        subjects = {value.shape[0] for value in (self.time, self.amount, self.duration) if value.ndim == 2}
        if len(subjects) > 1:
            raise InputError(f"input arrays disagree on the number of subjects: {sorted(subjects)}.")

    @property
    def records(self) -> int:
        """How many records."""
        return int(self.state.shape[0])

    @property
    def subjects(self) -> int | None:
        """How many subjects the arrays are for; None when every array is shared."""
        for value in (self.time, self.amount, self.duration):
            if value.ndim == 2:
                return int(value.shape[0])
        return None

    @property
    def shared_calendar(self) -> bool:
        """True when all subjects have the same times and durations (amounts may differ)."""
        return self.time.ndim == 1 and self.duration.ndim == 1

    def rows(self, subjects: slice | IntArray) -> Inputs:
        """The same records for some of the subjects."""
        time, amount, duration = (
            value[subjects] if value.ndim == 2 else value for value in (self.time, self.amount, self.duration)
        )
        return Inputs(time, amount, duration, self.state, self.steady_interval, self.reset)


def _check_shape(name: str, shape: tuple[int, ...], records: int, *, per_subject: bool) -> None:
    """Refuse an array that is neither (record,) nor, where allowed, (subject, record)."""
    if shape == (records,) or (per_subject and len(shape) == 2 and shape[1] == records):
        return
    expected = "(record,) or (subject, record)" if per_subject else "(record,)"
    raise InputError(f"input {name} has shape {shape}; expected {expected} with {records} records.")
