"""What enters each subject next, and when? Doses that were given from the start, and those that are added on the way.

Every subject has edges of its own: an input begins or ends, or nothing enters but the right-hand side is not smooth.
Knows amounts and states as numbers only. What a subject gets does not depend on the others of its block.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketsim.engine.calendar import Calendar
from ketsim.engine.inputs import Inputs
from ketsim.engine.system import Array, BoolArray, IntArray


@dataclass(slots=True)
class Entries:
    """The edges of a block of subjects, with a place in them for each.

    `time` [h] (row, edge), infinite behind the last, one row where all share theirs; `record` (row, edge), -1 where
    nothing enters at once; `given` [1/h] (subject, port, edge) rates after each edge; `ports` (port,) the states they
    enter; `place` (subject,) the next edge. Added inputs lie in slots: `ends` [h] (slot, subject), infinite where
    free, `into` and `speed` (slot, subject).
    """

    inputs: Inputs
    bolus: Array
    states: int
    time: Array
    record: IntArray
    given: Array
    ports: IntArray
    place: IntArray
    ends: Array
    into: IntArray
    speed: Array

    @classmethod
    def of(cls, inputs: Inputs, subjects: int, states: int, horizon: float) -> Entries:
        """Lay the records of a block of subjects out in time, up to `horizon` [h]."""
        calendar = Calendar.of(inputs, np.zeros(1), horizon)
        window = next(calendar.windows())
        ports, port = np.unique(inputs.state, return_inverse=True)
        amount = np.broadcast_to(inputs.amount, (subjects, inputs.records))
        lasting = calendar.duration > 0.0
        rate = np.where(lasting, amount / np.where(lasting, calendar.duration, 1.0), 0.0)
        given, _ = calendar.forcing(window, rate, port)
        rows = len(window.time)
        return cls(
            inputs=inputs,
            bolus=np.where(lasting, 0.0, amount),
            states=states,
            time=np.concatenate([window.time, np.full((rows, 1), np.inf)], axis=1),
            record=window.record,
            given=given,
            ports=ports,
            place=np.zeros(subjects, dtype=np.int64),
            ends=np.full((0, subjects), np.inf),
            into=np.zeros((0, subjects), dtype=np.int64),
            speed=np.zeros((0, subjects)),
        )

    def upcoming(self, who: IntArray) -> Array:
        """When the next edge of each of these subjects is [h] (subject,), infinite where there is none."""
        soonest = self.time[0 if len(self.time) == 1 else who, self.place[who]]
        for ends in self.ends:
            soonest = np.minimum(soonest, ends[who])
        return np.asarray(soonest)

    def pass_edge(self, who: IntArray, now: Array) -> tuple[BoolArray, Array]:
        """Go past all edges of these subjects at their times `now` [h] (subject,).

        Returns who is cleared before anything enters, and what enters at once, (state, subject).
        """
        cleared = np.zeros(len(who), dtype=np.bool_)
        gain = np.zeros((self.states, len(who)))
        while True:
            row = np.zeros_like(who) if len(self.time) == 1 else who
            here = np.flatnonzero(self.time[row, self.place[who]] <= now)
            if not len(here):
                break
            subject = who[here]
            record = self.record[row[here], self.place[subject]]
            acting = record >= 0
            here, record, entering = here[acting], record[acting], subject[acting]
            clear = self.inputs.reset[record]
            cleared[here[clear]] = True
            gain[:, here[clear]] = 0.0
            self.ends[:, entering[clear]] = np.inf
            if self.states:
                gain[self.inputs.state[record], here] += self.bolus[entering, record]
            self.place[subject] += 1
        for ends, speed in zip(self.ends, self.speed, strict=True):
            over = who[ends[who] <= now]
            ends[over] = np.inf
            speed[over] = 0.0
        return cleared, gain

    def push(self, who: IntArray) -> Array:
        """The rates at which something enters these subjects now, (state, subject) per hour."""
        total = np.zeros((self.states, len(who)))
        before = self.place[who] - 1
        for port, state in enumerate(self.ports.tolist() if self.states else []):
            total[state] += np.where(before >= 0, self.given[who, port, before], 0.0)
        column = np.arange(len(who))
        for ends, into, speed in zip(self.ends, self.into, self.speed, strict=True):
            running = np.flatnonzero(np.isfinite(ends[who]))
            total[into[who[running]], column[running]] += speed[who[running]]
        return total

    def add(self, who: IntArray, state: IntArray, rate: Array, end: Array) -> None:
        """Let inputs run into these subjects from now until `end` [h], each in its subject's first free slot."""
        free = ~np.isfinite(self.ends[:, who])
        if not len(self.ends) or not free.any(axis=0).all():
            subjects = self.place.shape[0]
            self.ends = np.concatenate([self.ends, np.full((1, subjects), np.inf)])
            self.into = np.concatenate([self.into, np.zeros((1, subjects), dtype=np.int64)])
            self.speed = np.concatenate([self.speed, np.zeros((1, subjects))])
            free = ~np.isfinite(self.ends[:, who])
        slot = np.argmax(free, axis=0)
        self.ends[slot, who], self.into[slot, who], self.speed[slot, who] = end, state, rate
