"""When something happens to each subject: the edges between which inputs are constant, and what each edge brings.

Turns records into edges once, before any arithmetic on states; knows neither rates nor modes. Arrays have one row when
all subjects share their times and durations, else one row a subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ketsim.engine.inputs import Inputs
from ketsim.engine.system import Array, BoolArray, IntArray
from ketsim.errors import InputError

# More inputs than this running at once in a steady state is taken for a slip of units.
RUNNING_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Running:
    """One constant-rate input: record, and the edges (row,) between which it runs."""

    record: int
    first: IntArray
    last: IntArray


@dataclass(frozen=True, slots=True)
class Window:
    """The edges in force of one system: `time` [h] (row, edge) and `record` (row, edge), -1 where none acts.

    `first` is the number of the first edge in the whole calendar; `end` [h] is where the next system takes over, None
    for the last one.
    """

    system: int
    first: int
    time: Array
    record: IntArray
    end: float | None

    @property
    def edges(self) -> int:
        """How many edges."""
        return int(self.time.shape[1])


@dataclass(frozen=True, slots=True)
class Calendar:
    """All edges of a group of subjects in order of time.

    `time` [h] and `record` (row, edge); `starts` (row, system) where each system's own edge stands; `duration` [h]
    (row, record), 0 for what enters at once.
    """

    time: Array
    record: IntArray
    starts: IntArray
    horizon: float
    duration: Array
    running: tuple[Running, ...]

    @classmethod
    def of(cls, inputs: Inputs, starts: Array, horizon: float) -> Calendar:
        """The calendar of records under systems that start at `starts` [h] (system,), up to `horizon` [h]."""
        time, duration = np.broadcast_arrays(np.atleast_2d(inputs.time), np.atleast_2d(inputs.duration))
        # The span that rounding leaves between the two edges, so that exactly the amount enters.
        duration = (time + duration) - time
        ends, owners = _ends(inputs, time, duration)
        rows, systems = time.shape[0], len(starts)
        begin = np.broadcast_to(np.maximum(starts, 0.0), (rows, systems))
        moments = np.concatenate([begin, time, *(end[:, None] for end in ends)], axis=1)
        order = np.argsort(moments, axis=1, kind="stable")
        place = np.argsort(order, axis=1, kind="stable")
        record = order - systems
        record = np.where((record >= 0) & (record < inputs.records), record, -1)
        running = tuple(
            Running(owner, place[:, systems + owner], place[:, systems + inputs.records + number])
            for number, owner in enumerate(owners)
        )
        return cls(np.take_along_axis(moments, order, axis=1), record, place[:, :systems], horizon, duration, running)

    def windows(self) -> Iterator[Window]:
        """The edges under each system. A subject's edges outside the window shrink to its border and bring nothing."""
        systems = self.starts.shape[1]
        for system in range(systems):
            begin = float(self.time[0, self.starts[0, system]])
            if begin > self.horizon:
                return
            end = None if system == systems - 1 else float(self.time[0, self.starts[0, system + 1]])
            if end is not None and end > self.horizon:
                end = None
            first = int(self.starts[:, system].min())
            if end is None:
                last = int((self.time <= self.horizon).sum(axis=1).max())
            else:
                last = int(self.starts[:, system + 1].max())
            edge = np.arange(first, last)
            time, record = self.time[:, first:last], self.record[:, first:last]
            inside = (edge >= self.starts[:, system, None]) & (time <= self.horizon)
            if end is not None:
                inside &= edge < self.starts[:, system + 1, None]
            border = self.horizon if end is None else end
            yield Window(system, first, np.clip(time, begin, border), np.where(inside, record, -1), end)

    def forcing(self, window: Window, rate: Array, port: IntArray) -> tuple[Array, BoolArray]:
        """The rate into each port after each edge, (subject, port, edge) per hour, and where one may run (edge,).

        `rate` (subject, record) per hour; `port` (record,) the port that each record enters.
        """
        rates = np.zeros((len(rate), int(port.max(initial=-1)) + 1, window.edges))
        forced = np.zeros(window.edges, dtype=np.bool_)
        for run in self.running:
            first = max(int(run.first.min()) - window.first, 0)
            last = min(int(run.last.max()) - window.first, window.edges)
            if first >= last:
                continue
            edge = np.arange(first, last) + window.first
            active = (edge >= run.first[:, None]) & (edge < run.last[:, None])
            rates[:, port[run.record], first:last] += np.where(active, rate[:, run.record, None], 0.0)
            forced[first:last] |= active.any(axis=0)
        return rates, forced


def still_running(duration: Array, interval: float) -> IntArray:
    """How many earlier inputs of a steady state still run when the next one begins."""
    running = np.maximum(np.ceil(duration / interval) - 1.0, 0.0)
    if running.max(initial=0.0) > RUNNING_LIMIT:
        raise InputError(
            f"an input that lasts {duration.max():g} h is repeated every {interval:g} h without end, so that "
            f"{running.max():g} would run at once; expected at most {RUNNING_LIMIT}."
        )
    return running.astype(np.int64)


def _ends(inputs: Inputs, time: Array, duration: Array) -> tuple[list[Array], list[int]]:
    """Where each constant-rate input ends [h] (row,), resets taken into account, and which record it belongs to."""
    ends: list[Array] = []
    owners: list[int] = []
    for record in range(inputs.records):
        if not duration[:, record].any():
            continue
        full = time[:, record] + duration[:, record]
        candidates = [full]
        interval = float(inputs.steady_interval[record])
        if interval > 0.0:
            earlier = still_running(duration[:, record], interval)
            for back in range(1, int(earlier.max(initial=0)) + 1):
                shorter = full - back * interval
                candidates.append(np.where(earlier >= back, np.maximum(shorter, time[:, record]), time[:, record]))
        for end in candidates:
            for reset in np.flatnonzero(inputs.reset):
                later = time[:, reset] > time[:, record]
                if reset > record:
                    later = later | (time[:, reset] == time[:, record])
                end = np.where(later, np.minimum(end, time[:, reset]), end)
            ends.append(end)
            owners.append(record)
    return ends, owners
