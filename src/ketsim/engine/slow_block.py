"""The march of a block of subjects from one common moment to the next, with what happens to them on the way.

Between common moments (decisions, new linear systems, breaks) every subject goes at its own pace: steps are chosen from
its own errors, edges are its own. Those who have arrived wait, and are left out of the arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketsim.engine.between import MANY, Between, Kept
from ketsim.engine.drive import Drive
from ketsim.engine.entries import Entries
from ketsim.engine.lanes import MOVING, Lanes, Trial, attempt, refresh
from ketsim.engine.policy import Decision, Policy, fitting
from ketsim.engine.program import Program
from ketsim.engine.refined_grid import first_step
from ketsim.engine.system import Array, BoolArray, IntArray
from ketsim.errors import NumericsError

# Doubt falls with the fifth power of the span; the rest keeps a step from failing by a hair.
POWER, CAUTION = 0.2, 0.9
SHRINK, GROWTH = 0.2, 4.0
# An error that is nothing must not be divided by.
LEAST = 1e-30
# A span that is lost in the digits of the time cannot be gone.
STANDSTILL = 8.0 * float(np.finfo(np.float64).eps)
# Those who have arrived are left behind when no more than this share is still on the way.
CROWD = 0.75


@dataclass(slots=True)
class Outlet:
    """Where outputs go: `times` [h] sorted with an infinite one behind them; `values` (subject, time, state) and
    `concentrations` (subject, time, output) of the whole call; `rows` (subject,) of the block in them.
    """

    times: Array
    values: Array
    concentrations: Array
    rows: IntArray

    def write(self, who: IntArray, number: IntArray, states: Array, concentrations: Array) -> None:
        """Outputs number `number` (subject,) of the block's subjects `who`."""
        row = self.rows[who]
        self.values[row, number] = states.T
        self.concentrations[row, number] = concentrations.T


@dataclass(slots=True)
class Block:
    """Subjects who are marched together.

    `subjects` (subject,) their numbers in the population.
    """

    program: Program
    lanes: Lanes
    entries: Entries
    outlet: Outlet
    drives: tuple[Drive, ...]
    subjects: IntArray
    most_steps: int
    between: Between

    def begin(self) -> None:
        """Let enter what enters at 0 h, and evaluate everything for the first time."""
        self.jump()
        here = np.flatnonzero(self.lanes.edge <= 0.0)
        if len(here):
            self._pass_edge(self.lanes, here)

    def run(self, until: float) -> None:
        """March everyone to `until` [h]. Outputs at that moment are left for after what happens then.

        Errors: `NumericsError` where a subject cannot go on.
        """
        lanes = self.lanes
        self._write_now(lanes, np.flatnonzero(self.outlet.times[lanes.reader] == lanes.t))
        while True:
            on = np.flatnonzero(lanes.t < until)
            if not len(on):
                break
            if len(on) < len(lanes.t) and len(on) <= CROWD * len(lanes.t):
                lanes.put(self.lanes)
                lanes = lanes.rows(on)
            self._advance(lanes, until)
        lanes.put(self.lanes)

    def finish(self) -> None:
        """Write the outputs that wait, and those of the last moment."""
        self._read_waiting()
        self._write_now(self.lanes, np.flatnonzero(self.outlet.times[self.lanes.reader] == self.lanes.t))

    def decide(self, policy: Policy, number: int) -> None:
        """Ask a policy, and let what it orders enter at once."""
        lanes = self.lanes
        states, shown = lanes.best().T, lanes.drive.read(lanes.z).T
        moment = policy.moment(number, self.subjects, states, shown)
        answer: Decision = policy.decide(moment)
        intakes, jump = fitting(answer, len(states), self.entries.states, states.shape[1])
        if jump is not None:
            lanes.fine, lanes.coarse = lanes.fine + jump.T, lanes.coarse + jump.T
        for intake in intakes:
            gain = np.zeros((self.entries.states, len(states)))
            lasting = intake.duration > 0.0
            who = np.flatnonzero(~lasting & (intake.amount > 0.0))
            gain[intake.compartment[who], who] = intake.amount[who]
            lanes.z = lanes.z + lanes.drive.enter(gain)
            who = np.flatnonzero(lasting & (intake.amount > 0.0))
            if len(who):
                end = moment.time + intake.duration[who]
                rate = intake.amount[who] / (end - moment.time)
                self.entries.add(who, intake.compartment[who], rate, end)
        taking = np.zeros(len(states), dtype=np.bool_)
        for intake in intakes:
            taking |= intake.amount > 0.0
        self._restart(np.flatnonzero(taking))
        self._evaluate()

    def change_system(self, number: int) -> None:
        """Go on with the next linear system; amounts are continuous."""
        self._read_waiting()
        amounts = self.lanes.drive.amounts(self.lanes.z)
        self.lanes.drive, self.lanes.wide = self.drives[number], None
        self.lanes.z = self.lanes.drive.enter(amounts)
        everyone = np.arange(len(self.subjects))
        self._restart(everyone)
        self._evaluate()

    def jump(self) -> None:
        """Everyone's right-hand side jumps."""
        self._restart(np.arange(len(self.subjects)))
        self._evaluate()

    def _restart(self, who: IntArray) -> None:
        """What these subjects are given has changed."""
        lanes = self.lanes
        everyone = np.arange(len(self.subjects))
        lanes.push = lanes.drive.enter(self.entries.push(everyone))
        lanes.edge = self.entries.upcoming(everyone)
        lanes.want[who] = np.minimum(lanes.want[who], first_step(lanes.drive.fastest()[who], lanes.strict[who]))

    def _evaluate(self) -> None:
        refresh(self.program, self.lanes)

    def _advance(self, lanes: Lanes, until: float) -> None:
        """One step of everyone on the way."""
        target = np.minimum(lanes.edge, until)
        gap = np.maximum(target - lanes.t, 0.0)
        hit = lanes.want >= gap * (1.0 - 1e-10)
        # Half of what is left rather than a step that leaves a sliver.
        span = np.where(hit, gap, np.where(2.0 * lanes.want > gap, 0.5 * gap, lanes.want))
        trial = attempt(self.program, lanes, span)
        good = trial.doubt <= lanes.strict
        after = np.where(hit, target, lanes.t + span)
        self._check(lanes, span, good, hit)
        self._read(lanes, trial, span, after, good)
        self._accept(lanes, trial, good, span > 0.0, after)
        ratio = np.power(lanes.strict / np.maximum(trial.doubt, LEAST), POWER)
        factor = np.where(np.isfinite(trial.doubt), np.clip(CAUTION * ratio, SHRINK, GROWTH), SHRINK)
        proposed = np.minimum(span * factor, self.program.system.longest)
        # A step cut short by an edge or a common moment says little about how long the next one may be.
        want = np.where(good & (span < lanes.want), np.maximum(proposed, lanes.want), proposed)
        lanes.want = np.where(span > 0.0, want, lanes.want)
        crossed = np.flatnonzero(good & (lanes.edge <= lanes.t))
        if len(crossed):
            self._pass_edge(lanes, crossed)
        self._write_now(lanes, np.flatnonzero((self.outlet.times[lanes.reader] == lanes.t) & (lanes.t < until)))

    def _accept(self, lanes: Lanes, trial: Trial, good: BoolArray, moving: BoolArray, after: Array) -> None:
        """Go on from the end of the step where it was good; who does not move waits."""
        lanes.taken = lanes.taken + (good & moving)
        lanes.refused = lanes.refused + (~good & moving)
        good = good & moving
        apart = np.abs(trial.fine - trial.coarse)
        size = np.maximum(lanes.peak, np.abs(trial.fine))
        if good.all():
            lanes.t, lanes.z, lanes.c, lanes.n = after, trial.z, trial.c, trial.n
            lanes.fine, lanes.coarse, lanes.n_coarse = trial.fine, trial.coarse, trial.n_coarse
            lanes.peak, lanes.off = size, np.maximum(lanes.off, apart)
        else:
            lanes.t = np.where(good, after, lanes.t)
            lanes.z, lanes.c = np.where(good, trial.z, lanes.z), np.where(good, trial.c, lanes.c)
            lanes.n, lanes.fine = np.where(good, trial.n, lanes.n), np.where(good, trial.fine, lanes.fine)
            lanes.coarse, lanes.peak = np.where(good, trial.coarse, lanes.coarse), np.where(good, size, lanes.peak)
            lanes.n_coarse = np.where(good, trial.n_coarse, lanes.n_coarse)
            lanes.off = np.where(good, np.maximum(lanes.off, apart), lanes.off)

    def _read(self, lanes: Lanes, trial: Trial, span: Array, after: Array, good: BoolArray) -> None:
        """Put the outputs that lie inside the step by, until there are many."""
        beyond = np.searchsorted(self.outlet.times, np.where(good, after, lanes.t))
        count = np.maximum(beyond - lanes.reader, 0)
        here = np.flatnonzero(count)
        if not len(here):
            return
        self.between.keep(Kept.of(lanes, trial, span, here, count), int(count.sum()))
        lanes.reader[here] += count[here]
        if self.between.waiting >= MANY:
            self._read_waiting()

    def _read_waiting(self) -> None:
        """Write the outputs that lie inside steps gone."""
        found = self.between.read(self.program, self.lanes, self.outlet.times)
        if found is not None:
            self.outlet.write(*found)

    def _write_now(self, lanes: Lanes, here: IntArray) -> None:
        """Write the outputs at the very times where these subjects are."""
        if len(here):
            shown = lanes.drive.read(lanes.z)[:, here]
            self.outlet.write(lanes.who[here], lanes.reader[here], lanes.best()[:, here], shown)
            lanes.reader[here] += 1

    def _pass_edge(self, lanes: Lanes, here: IntArray) -> None:
        """Let enter what enters these subjects now."""
        some = lanes.rows(here)
        cleared, gain = self.entries.pass_edge(some.who, some.t)
        some.z = np.where(cleared, 0.0, some.z) + some.drive.enter(gain)
        some.push = some.drive.enter(self.entries.push(some.who))
        some.edge = self.entries.upcoming(some.who)
        some.want = np.minimum(some.want, first_step(some.drive.fastest(), some.strict))
        refresh(self.program, some)
        for name in MOVING:
            getattr(lanes, name)[..., here] = getattr(some, name)

    def _check(self, lanes: Lanes, span: Array, good: BoolArray, hit: BoolArray) -> None:
        """Nobody may stand still, or go on for ever."""
        short = (span > 0.0) & (span <= STANDSTILL * np.maximum(lanes.t, 1.0))
        stuck = np.flatnonzero(short & ~(good & hit))
        if len(stuck):
            worst = int(stuck[0])
            subject = int(self.subjects[lanes.who[worst]])
            raise NumericsError(
                f"the slow states of subject {subject} cannot be marched beyond {lanes.t[worst]:.6g} h: "
                "they jump, grow without bound or are not numbers."
            )
        tired = np.flatnonzero(lanes.taken + lanes.refused >= self.most_steps)
        if len(tired):
            worst = int(tired[0])
            subject = int(self.subjects[lanes.who[worst]])
            raise NumericsError(
                f"the slow states of subject {subject} took {self.most_steps} steps and have only come to "
                f"{lanes.t[worst]:.6g} h."
            )
