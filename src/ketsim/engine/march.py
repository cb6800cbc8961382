"""The march from edge to edge, and the reading of outputs in between, for one block of subjects.

Drives anything that can be stepped (`Stepper`: modes or matrix exponentials) over a calendar of inputs. Knows no rates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketsim.engine.calendar import Calendar, Window, still_running
from ketsim.engine.grid import Grid
from ketsim.engine.inputs import Inputs
from ketsim.engine.reading import probed_peak, read_own, read_shared
from ketsim.engine.stepper import Stepper
from ketsim.engine.system import Array, BoolArray, IntArray, LinearSystem
from ketsim.engine.trail import Trail

# Subjects read together: their outputs stay in fast memory.
TILE = 32
# An estimate above this share of the tolerance is worth finding the true peak.
PROBE_SHARE = 0.01
# An output that never exceeds this is nothing: numbers this small have lost digits of their own.
LEAST = 1e-280
# Moments at which a doubt brought into a system is looked at, both ends of its span among them.
LOOKS = 9


@dataclass(frozen=True, slots=True)
class Leg:
    """One window with its share of the asked-for times, numbers `first` to `last` (exclusive).

    `grid` is laid over the edges where all subjects share them, else over the times alone.
    """

    window: Window
    first: int
    last: int
    grid: Grid


@dataclass(frozen=True, slots=True)
class Course:
    """All of a problem but the systems: inputs, starts [h], sorted distinct times [h] and initial amounts.

    `positive` (subject,) says whose outputs cannot be negative, so that a rounding below zero is not shown.
    """

    inputs: Inputs
    starts: Array
    times: Array
    initial: Array | None
    positive: BoolArray
    shared: tuple[Calendar, tuple[Leg, ...]] | None
    port_states: IntArray
    port: IntArray

    @classmethod
    def of(cls, inputs: Inputs, starts: Array, times: Array, initial: Array | None, positive: BoolArray) -> Course:
        """Prepare; edges that all subjects share are laid out here, once."""
        states, port = np.unique(inputs.state, return_inverse=True)
        shared = None
        if inputs.shared_calendar:
            calendar = Calendar.of(inputs, starts, float(times[-1]))
            shared = (calendar, _legs(calendar, times, port, shared=True))
        return cls(inputs, starts, times, initial, positive, shared, states, port)

    def solve(
        self,
        chain: tuple[LinearSystem, ...],
        members: IntArray,
        steppers: tuple[Stepper, ...],
        values: Array,
        error: Array,
        tolerance: float,
        *,
        last_resort: bool = False,
    ) -> None:
        """Fill `values` (subject, output, time) and `error` (subject,) for the subjects `members`.

        An output's peak is the one within the asked-for times; only as a last resort it is looked for beyond them.
        """
        inputs = self.inputs.rows(members)
        if self.shared is not None:
            calendar, legs = self.shared
        else:
            calendar = Calendar.of(inputs, self.starts, float(self.times[-1]))
            legs = _legs(calendar, self.times, self.port, shared=False)
        amount = np.broadcast_to(inputs.amount, (len(members), inputs.records))
        states = np.zeros((len(members), steppers[0].to_states(steppers[0].enter(0)).shape[1]))
        if self.initial is not None:
            states = np.array(self.initial[members], dtype=np.float64)
        doubt = np.zeros_like(states)
        trails = []
        noise = np.zeros((len(members), values.shape[1]))
        share = np.zeros(len(members))
        for leg in legs:
            stepper = steppers[leg.window.system]
            trail = self._march(calendar, leg.window, stepper, states, amount)
            own, seen = stepper.noise(trail)
            doubt, shown = _carried(chain[leg.window.system], stepper, doubt, trail.spans.sum(axis=1), members)
            noise += seen + shown
            share += stepper.share(trail)
            doubt = doubt + own
            states = stepper.to_states(trail.end)
            trails.append((leg, stepper, trail))
        peak = np.zeros_like(noise)
        for first in range(0, len(members), TILE):
            tile = slice(first, min(first + TILE, len(members)))
            who = members[tile]
            adjacent = who[-1] - who[0] == len(who) - 1
            target = values[who[0] : who[-1] + 1] if adjacent else np.empty((len(who), *values.shape[1:]))
            for leg, stepper, trail in trails:
                if leg.last > leg.first:
                    out = target[:, :, leg.first : leg.last]
                    forcing = None if trail.forcing is None else trail.forcing[tile]
                    reader = stepper.rows(tile)
                    if self.shared is not None:
                        read_shared(out, leg.grid, reader, trail.modes[tile], forcing)
                    else:
                        times, edges = self.times[leg.first : leg.last], leg.window.time[tile]
                        read_own(out, times, leg.grid, edges, reader, trail.modes[tile], forcing)
            positive = self.positive[who]
            if positive.all():
                np.maximum(target, 0.0, out=target)
            elif positive.any():
                target[positive] = np.maximum(target[positive], 0.0)
            if not adjacent:
                values[who] = target
            peak[tile] = np.maximum(target.max(axis=2), -target.min(axis=2))
        found = _relative(noise, peak, share)
        doubtful = np.flatnonzero(~(found <= PROBE_SHARE * tolerance))
        if len(doubtful):
            for leg, stepper, trail in trails:
                seen = probed_peak(leg.window, stepper.rows(doubtful), trail, doubtful, beyond=last_resort)
                peak[doubtful] = np.maximum(peak[doubtful], seen)
            found[doubtful] = _relative(noise[doubtful], peak[doubtful], share[doubtful])
        error[members] = found

    def _march(self, calendar: Calendar, window: Window, stepper: Stepper, states: Array, amount: Array) -> Trail:
        """Carry amplitudes over all edges of a window."""
        lasting = calendar.duration > 0.0
        bolus = np.where(lasting, 0.0, amount)
        rate = np.where(lasting, amount / np.where(lasting, calendar.duration, 1.0), 0.0)
        rates, forced = calendar.forcing(window, rate, self.port)
        doors = [stepper.enter(int(state)) for state in self.port_states]
        now = stepper.from_states(states)
        trail = np.empty((len(now), window.edges, now.shape[1]))
        pushes = np.zeros_like(trail) if forced.any() else None
        peak = np.abs(now)
        memory = np.zeros(len(now))
        steady = {}
        for record in np.flatnonzero(self.inputs.steady_interval > 0.0).tolist():
            here = (window.record == record).any(axis=1)
            if here.any():
                door = np.where(here[:, None], doors[int(self.port[record])], 0.0)
                interval = float(self.inputs.steady_interval[record])
                part = bolus[:, record, None] * door, rate[:, record, None] * door
                steady[record], longer = _steady(stepper, *part, calendar.duration[:, record], interval)
                memory = np.maximum(memory, longer)
        rows = np.arange(len(now))
        border = calendar.horizon if window.end is None else window.end
        spans = np.diff(window.time, axis=1, append=np.full((len(window.time), 1), border))
        push: Array | None = None
        for edge in range(window.edges):
            if edge:
                now = _step(stepper, now, push, spans[:, edge - 1 : edge])
                peak = np.maximum(peak, np.abs(now))
            acting = window.record[:, edge]
            if (acting >= 0).any():
                clear = self.inputs.reset[acting] & (acting >= 0)
                if clear.any():
                    now = np.where(clear[:, None], 0.0, now)
                for number, level in steady.items():
                    now = now + np.where((acting == number)[:, None], level, 0.0)
                dose = bolus[:, acting[0]] if len(acting) == 1 else bolus[rows, acting]
                for number, door in enumerate(doors):
                    enters = (acting >= 0) & (self.port[acting] == number)
                    if enters.any():
                        now = now + np.where(enters, dose, 0.0)[:, None] * door
                peak = np.maximum(peak, np.abs(now))
            trail[:, edge] = now
            push = None
            if pushes is not None and forced[edge]:
                for number, door in enumerate(doors):
                    pushes[:, edge] += rates[:, number, edge, None] * door
                push = pushes[:, edge]
        end = _step(stepper, now, push, spans[:, -1:])
        return Trail(trail, pushes, spans, end, np.maximum(peak, np.abs(end)), memory)


def _legs(calendar: Calendar, times: Array, port: IntArray, *, shared: bool) -> tuple[Leg, ...]:
    """Windows with their share of the times."""
    legs = []
    for window in calendar.windows():
        first = 0 if window.system == 0 else int(np.searchsorted(times, window.time[0, 0]))
        last = len(times) if window.end is None else int(np.searchsorted(times, window.end))
        if shared:
            _, forced = calendar.forcing(window, np.zeros((1, len(port))), port)
            grid = Grid.of(times[first:last], window.time[0], forced)
        else:
            grid = Grid.of(times[first:last], np.zeros(1), np.zeros(1, dtype=np.bool_))
        legs.append(Leg(window, first, last, grid))
    return tuple(legs)


def _step(stepper: Stepper, modes: Array, forcing: Array | None, span: Array) -> Array:
    """One step of (subject, mode)."""
    push = None if forcing is None else forcing[:, None, :]
    return stepper.step(modes[:, None, :], push, span)[:, 0, :]


def _steady(stepper: Stepper, bolus: Array, rate: Array, duration: Array, interval: float) -> tuple[Array, Array]:
    """What a record repeated every `interval` [h] forever before has left at its time, and how long that remembers [h].

    `bolus` and `rate` (subject, mode) per dose and per hour, `duration` [h] (row,). Inputs that have ended are a
    geometric series; those that still run are added one by one.
    """
    lasting = (duration > 0.0)[:, None]
    empty = np.zeros_like(bolus)
    single = np.where(lasting, _step(stepper, empty, rate, duration[:, None]), bolus)
    running = still_running(duration, interval)
    total, memory = stepper.repeated(single, interval)
    since = np.maximum((running + 1) * interval - duration, 0.0)
    level = _step(stepper, total, None, since[:, None])
    for back in range(1, int(running.max(initial=0)) + 1):
        partial = _step(stepper, empty, rate, np.full((len(duration), 1), back * interval))
        level = level + np.where((running >= back)[:, None], partial, 0.0)
    return level, memory


def _carried(
    system: LinearSystem, stepper: Stepper, doubt: Array, span: Array, members: IntArray
) -> tuple[Array, Array]:
    """A doubt about the states (subject, state) brought into a system: what it has become after `span` [h] (subject,),
    and the most that each output shows of it meanwhile (subject, output).
    """
    if not doubt.any():
        return doubt, np.zeros((len(doubt), system.outputs))
    span = np.broadcast_to(span, len(doubt))
    moments = span[:, None] * np.linspace(0.0, 1.0, LOOKS)
    start = np.repeat(stepper.from_states(doubt)[:, None, :], LOOKS, axis=1)
    modes = stepper.step(start, None, moments)
    after, shown = np.abs(stepper.to_states(modes[:, -1])), np.abs(stepper.read(modes)).max(axis=2)
    total = (doubt.sum(axis=1) * np.exp(np.maximum(system.growth(members), 0.0) * span))[:, None]
    moves = system.only_moves(members)[:, None]
    readout = np.abs(system.readout[members]).max(axis=2)
    return np.where(moves, after, total), np.where(moves, shown, total * readout)


def _relative(noise: Array, peak: Array, share: Array) -> Array:
    """The largest noise of an output relative to its peak, or `share` where that is less, (subject,).

    Infinite where something is not finite.
    """
    worst = np.minimum((noise / np.maximum(peak, LEAST)).max(axis=1), share)
    return np.where(np.isfinite(noise).all(axis=1) & np.isfinite(peak).all(axis=1), worst, np.inf)
