"""What are the slow states of every subject at every asked-for time, over days or years?

Linear kinetics are carried exactly; slow states by an exponential integrator, with an error estimate a subject that is
held to the tolerance. What a subject gets does not depend, to the last bit, on which other subjects are in the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ketsim.engine.between import Between
from ketsim.engine.drive import Drive, Silence
from ketsim.engine.drives import drives_of
from ketsim.engine.entries import Entries
from ketsim.engine.inputs import Inputs
from ketsim.engine.lanes import RICHARDSON, Lanes
from ketsim.engine.policy import Policy
from ketsim.engine.program import Program
from ketsim.engine.slow import SlowSystem
from ketsim.engine.slow_block import Block, Outlet
from ketsim.engine.system import Array, BoolArray, IntArray, LinearSystem
from ketsim.errors import InputError, NumericsError

# Subjects marched together: few enough to stay in fast memory, enough to make up for the cost of a call.
BLOCK = 4096
# The doubt a step may have: errors of a hundred steps add up, and all the more the shorter the steps are.
STEP_SHARE, SLOPE = 1.0, 1.25
# The finest tolerance, and the finest doubt: beyond them roundings are taken for errors.
FINEST, FINEST_DOUBT = 1e-11, 1e-15
# How much stricter than what it missed the tolerance by a subject is marched again, and how often.
STRICTER, STRICTEST = 0.3, 1e-6
TRIES = 4
# The C library hands freed memory back to the system at once, and fetching it anew costs more than the arithmetic; once
# an array of this length has come and gone, it keeps that much.
KEPT = 4_000_000
# Steps of one subject: more than this is no march but a standstill.
MOST_STEPS = 10_000_000


@dataclass(frozen=True, slots=True)
class LinearDrive:
    """The linear system whose outputs drive the slow states, and what enters it.

    `systems` one, or several in order of `start` as in `propagate`; `inputs` without steady states (slow states have
    none); `initial` (subject, state) amounts at 0 h, nothing if left out.
    """

    systems: LinearSystem | Sequence[LinearSystem]
    inputs: Inputs
    initial: Array | None = None

    @property
    def chain(self) -> tuple[LinearSystem, ...]:
        """The systems in order."""
        return (self.systems,) if isinstance(self.systems, LinearSystem) else tuple(self.systems)


@dataclass(frozen=True, slots=True)
class SlowSolution:
    """States at the asked-for times, how far they may be off, and what it took.

    `values` (subject, time, state); `concentrations` (subject, time, output) of the linear system; `error` (subject,)
    the largest estimated error of any state on the whole way, relative to the state's peak or scale; `steps` (subject,)
    steps taken and refused.
    """

    values: Array
    concentrations: Array
    error: Array
    steps: IntArray


NOTHING: Final = Inputs(
    time=np.zeros(0),
    amount=np.zeros(0),
    duration=np.zeros(0),
    state=np.zeros(0, dtype=np.int64),
    steady_interval=np.zeros(0),
    reset=np.zeros(0, dtype=np.bool_),
)


def march_slow(
    system: SlowSystem,
    parameters: Mapping[str, Array | float],
    drive: LinearDrive | None,
    initial: Array,
    times: Array,
    *,
    tolerance: float = 1e-6,
    policy: Policy | None = None,
    breaks: Array | None = None,
    subjects: IntArray | None = None,
) -> SlowSolution:
    """March y' = -rate y + rest(t, y, p, c(t)) for every subject.

    Parameters
    ----------
    parameters
        Name -> one number or (subject,).
    drive
        What drives the states; None where nothing does.
    initial
        (subject, state) at 0 h.
    times
        [h] (time,) shared by all subjects, not negative, in any order. An output at the very time of a dose, a decision
        or a jump is read after it.
    tolerance
        Largest acceptable estimated error of a state relative to its peak or scale, at least 1e-11.
    policy
        Doses decided on the way.
    breaks
        [h] (break,) moments at which the right-hand side jumps or has a kink in `t`; no step goes across.
    subjects
        (subject,) numbers in the whole population, for the policy and messages; else 0, 1, ...

    Errors: `InputError` for what does not fit; `NumericsError` where the tolerance is not met, with the subject.

    >>> system = SlowSystem(("x",), np.array([0.5]), lambda t, y, p, c: (p["a"] * y[0],), np.array([1.0]))
    >>> march_slow(system, {"a": 0.3}, None, np.array([[8.0]]), np.array([2.0])).values.round(4).tolist()
    [[[5.3626]]]
    """
    initial, times = np.asarray(initial, dtype=np.float64), np.asarray(times, dtype=np.float64)
    _check(system, drive, initial, times, tolerance)
    count = len(initial)
    numbers = np.arange(count) if subjects is None else np.asarray(subjects, dtype=np.int64)
    if numbers.shape != (count,):
        raise InputError(f"the subjects' numbers have shape {numbers.shape}; expected ({count},).")
    moments, where = np.unique(times, return_inverse=True)
    p = np.array([np.broadcast_to(np.asarray(v, dtype=np.float64), (count,)) for v in parameters.values()])
    program = Program(system, tuple(parameters), 0 if drive is None else drive.chain[0].outputs)
    problem = _Problem(
        program,
        program.prepared(p.reshape(len(parameters), count)),
        system.rates_of(count),
        drive,
        initial,
        moments,
        policy,
        np.zeros(0) if breaks is None else np.asarray(breaks, dtype=np.float64),
        numbers,
    )
    values = np.empty((count, len(moments), len(system.states)))
    concentrations = np.empty((count, len(moments), 0 if drive is None else drive.chain[0].outputs))
    error, steps = np.full(count, np.inf), np.zeros(count, dtype=np.int64)
    np.empty(KEPT)
    with np.errstate(all="ignore"):  # whatever is not finite is caught by the march, by name
        for group, drives in _groups(drive, count):
            for begin in range(0, len(group), BLOCK):
                part = np.arange(begin, min(begin + BLOCK, len(group)))
                strict = np.full(len(part), max(STEP_SHARE * tolerance**SLOPE, FINEST_DOUBT))
                for _ in range(TRIES):
                    who = group[part]
                    found = problem.solve(who, tuple(d.rows(part) for d in drives), strict, values, concentrations)
                    error[who] = found[0]
                    steps[who] += found[1]
                    part = part[again := ~(found[0] <= tolerance)]
                    if not len(part):
                        break
                    missed = np.clip(tolerance / found[0][again], STRICTEST, 1.0)
                    strict = np.maximum(strict[again] * STRICTER * np.power(missed, SLOPE), FINEST_DOUBT)
    if not (error <= tolerance).all():
        worst = int(np.argmax(np.where(np.isfinite(error), error, np.inf)))
        raise NumericsError(
            f"the tolerance {tolerance:g} was not met: "
            f"subject {numbers[worst]} has an estimated relative error of {error[worst]:g} in its slow states."
        )
    return SlowSolution(values[:, where], concentrations[:, where], error, steps)


@dataclass(frozen=True, slots=True)
class _Problem:
    """All of a call but the tolerance; arrays have all subjects."""

    program: Program
    p: Array
    rates: Array
    drive: LinearDrive | None
    initial: Array
    times: Array
    policy: Policy | None
    breaks: Array
    numbers: IntArray

    def solve(
        self, who: IntArray, drives: tuple[Drive, ...], strict: Array, values: Array, concentrations: Array
    ) -> tuple[Array, IntArray]:
        """March the subjects `who` and fill in their outputs; their errors (subject,) and steps (subject,)."""
        block = self._block(who, drives, strict, Outlet(np.append(self.times, np.inf), values, concentrations, who))
        for moment, decision, system in self._agenda():
            block.run(moment)
            if system is not None:
                block.change_system(system)
            if decision is not None and self.policy is not None:
                block.decide(self.policy, decision)
            elif system is None:
                block.jump()
        block.run(float(self.times[-1]))
        block.finish()
        lanes = block.lanes
        size = np.maximum(lanes.peak, self.program.system.scales[:, None])
        off = np.maximum(lanes.off, block.between.doubt)
        return (RICHARDSON * off / size).max(axis=0), lanes.taken + lanes.refused

    def _agenda(self) -> Iterator[tuple[float, int | None, int | None]]:
        """Common moments [h] up to the last output, with the decision taken and the system that begins then."""
        decisions = {} if self.policy is None else {t: k for k, t in enumerate(self.policy.times.tolist())}
        chain = () if self.drive is None else self.drive.chain
        systems = {system.start: number for number, system in enumerate(chain) if number}
        for moment in sorted({*decisions, *systems, *self.breaks.tolist()}):
            if 0.0 <= moment <= self.times[-1]:
                yield moment, decisions.get(moment), systems.get(moment)

    def _block(self, who: IntArray, drives: tuple[Drive, ...], strict: Array, outlet: Outlet) -> Block:
        """A block at 0 h."""
        count, states = len(who), 0 if self.drive is None else self.drive.chain[0].states
        inputs = NOTHING if self.drive is None else self.drive.inputs.rows(who)
        entries = Entries.of(inputs, count, states, float(self.times[-1]))
        begin = None if self.drive is None else self.drive.initial
        amounts = np.zeros((states, count)) if begin is None else np.asarray(begin, dtype=np.float64)[who].T
        rates = np.ascontiguousarray(self.rates[who].T)
        y = np.ascontiguousarray(self.initial[who].T)
        z = drives[0].enter(amounts)
        zero = np.zeros(count, dtype=np.int64)
        fastest = np.maximum(drives[0].fastest(), rates.max(axis=0))
        lanes = Lanes(
            who=np.arange(count),
            t=np.zeros(count),
            want=np.minimum(1.0 / np.maximum(fastest, 1e-6), self.program.system.longest),
            edge=entries.upcoming(np.arange(count)),
            z=z,
            push=np.zeros_like(z),
            fine=y,
            coarse=y.copy(),
            n=np.zeros_like(y),
            n_coarse=np.zeros_like(y),
            c=np.zeros((0, count)),
            peak=np.abs(y),
            off=np.zeros_like(y),
            reader=zero,
            taken=zero.copy(),
            refused=zero.copy(),
            strict=strict,
            rates=rates,
            p=np.ascontiguousarray(self.p[:, who]),
            drive=drives[0],
        )
        between = Between(np.zeros_like(y))
        block = Block(self.program, lanes, entries, outlet, drives, self.numbers[who], MOST_STEPS, between)
        block.begin()
        return block


def _groups(drive: LinearDrive | None, count: int) -> Iterator[tuple[IntArray, tuple[Drive, ...]]]:
    """Subjects with their drives."""
    if drive is None:
        yield np.arange(count), (Silence(count),)
        return
    yield from drives_of(drive.chain, _positive(drive))


def _positive(drive: LinearDrive) -> BoolArray:
    """Whose concentrations cannot be negative: no flow, readout, amount or initial amount below zero, (subject,)."""
    chain = drive.chain
    between = ~np.eye(chain[0].states, dtype=np.bool_)
    positive = np.broadcast_to((drive.inputs.amount >= 0.0).all(axis=-1), (chain[0].subjects,))
    for system in chain:
        flows = (system.rates >= 0.0) | ~between
        positive = positive & flows.all(axis=(1, 2)) & (system.readout >= 0.0).all(axis=(1, 2))
    return positive if drive.initial is None else positive & (np.asarray(drive.initial) >= 0.0).all(axis=1)


def _check(system: SlowSystem, drive: LinearDrive | None, initial: Array, times: Array, tolerance: float) -> None:
    """Refuse arrays that do not fit together, with the sentence that says which."""
    if initial.ndim != 2 or initial.shape[1] != len(system.states) or not np.isfinite(initial).all():
        raise InputError(f"initial slow states must be finite numbers of shape (subject, {len(system.states)}).")
    if times.ndim != 1 or not len(times) or not np.isfinite(times).all() or (times < 0.0).any():
        raise InputError("output times must be a list of at least one finite number of hours, none negative.")
    if not tolerance >= FINEST:
        raise InputError(
            f"the tolerance is {tolerance:g}; expected at least {FINEST:g}, since digits are lost on the way."
        )
    if drive is None:
        return
    shapes = {(linear.subjects, linear.states, linear.outputs) for linear in drive.chain}
    if len(shapes) != 1:
        raise InputError(f"systems disagree on (subjects, states, outputs): {sorted(shapes)}.")
    subjects, states, _ = shapes.pop()
    if subjects != len(initial):
        raise InputError(f"the linear system is for {subjects} subjects and the slow states for {len(initial)}.")
    starts = np.array([linear.start for linear in drive.chain])
    if starts[0] > 0.0 or (np.diff(starts) <= 0.0).any() or (starts[1:] <= 0.0).any():
        raise InputError(f"system starts are {starts.tolist()} h; expected rising times, only the first one by 0 h.")
    if drive.inputs.subjects not in (None, subjects):
        raise InputError(f"inputs are for {drive.inputs.subjects} subjects; expected {subjects}.")
    if drive.inputs.records and int(drive.inputs.state.max()) >= states:
        raise InputError(f"an input enters state {drive.inputs.state.max()}; expected at most {states - 1}.")
    if (drive.inputs.steady_interval > 0.0).any():
        raise InputError("an input asks for a steady state, which slow states do not have; give the doses themselves.")
    if drive.initial is not None and np.shape(drive.initial) != (subjects, states):
        raise InputError(f"initial amounts must be finite numbers of shape {(subjects, states)}.")
