"""What drives the course: concentrations of one kinetic model, as racemate, for every lane of an ensemble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ketsim.course.draws import Lanes
from ketsim.dosing import DoseEvent, Drug
from ketsim.effects.driver import ASSUMPTIONS
from ketsim.engine.inputs import Inputs
from ketsim.engine.slow_march import LinearDrive
from ketsim.engine.system import Array, IntArray, LinearSystem
from ketsim.errors import InputError
from ketsim.evidence import Value, load_source
from ketsim.kinetics.analytes import output_name
from ketsim.kinetics.model import Model
from ketsim.kinetics.parameters import Variation
from ketsim.people import Cohort


@dataclass(frozen=True, slots=True)
class CourseDriver:
    """The kinetic model, the output of it that drives, and the factor that makes racemate of it."""

    model: Model
    output: str
    factor: float
    assumed: Value | None

    @classmethod
    def of(cls, model: Model, events: Sequence[DoseEvent]) -> CourseDriver:
        """Raises `InputError` with the reason where the course cannot be driven by these doses."""
        drug = next(e.drug for e in events if e.amount > 0.0)
        if drug is Drug.arketamine:
            raise InputError("the course of arketamine is not known: no source compares it with racemate over weeks.")
        if model.spec.drifts:
            raise InputError(f"{model.key} has numbers that drift with time, and the course cannot be driven by it.")
        if any(e.steady_interval > 0.0 for e in events):
            raise InputError("a steady state has no beginning, and the course needs one; write the doses out.")
        if any(e.reset for e in events):
            raise InputError("a reset empties the blood but not the brain; the course cannot be driven through one.")
        if drug is Drug.esketamine:
            assumed = load_source(ASSUMPTIONS).values["racemate_equivalent"]
            return cls(model, output_name("parent", drug), assumed.required(), assumed)
        return cls(model, output_name("parent", drug), 1.0, None)

    def linear_drive(
        self,
        events: Sequence[DoseEvent],
        cohort: Cohort,
        variation: Variation,
        *,
        factors: Mapping[str, float],
        options: frozenset[str],
    ) -> LinearDrive:
        """The linear system of everybody of the cohort with one output, the driving concentration [mg/L]."""
        systems, inputs = self.model.assembled(events, cohort, variation, factors=factors, options=options)
        drug = next(e.drug for e in events if e.amount > 0.0)
        names = [output_name(role, drug) for role in self.model.roles]
        rows = [names.index(part) for part in self.model.spec.sums.get(self.output, (self.output,))]
        narrow = [LinearSystem(s.rates, s.readout[:, rows].sum(axis=1, keepdims=True), s.start) for s in systems]
        return LinearDrive(narrow, inputs)


def spread_over(drive: LinearDrive, rows: IntArray) -> LinearDrive:
    """The same for lanes: lane i is driven by the person rows[i]."""
    which = np.asarray(rows, dtype=np.int64)
    return LinearDrive(
        [LinearSystem(s.rates[which], s.readout[which], s.start) for s in drive.chain], drive.inputs.rows(which)
    )


def joined(one: LinearDrive, two: LinearDrive) -> LinearDrive:
    """The people of one, then those of the other; both with the same doses."""
    systems = [
        LinearSystem(np.concatenate([a.rates, b.rates]), np.concatenate([a.readout, b.readout]), a.start)
        for a, b in zip(one.chain, two.chain, strict=True)
    ]
    sizes = (one.chain[0].subjects, two.chain[0].subjects)

    def rows(name: str) -> Array:
        parts = [np.atleast_2d(getattr(drive.inputs, name)) for drive in (one, two)]
        return np.concatenate(
            [np.broadcast_to(part, (size, part.shape[1])) for part, size in zip(parts, sizes, strict=True)]
        )

    inputs = one.inputs
    return LinearDrive(
        systems,
        Inputs(rows("time"), rows("amount"), rows("duration"), inputs.state, inputs.steady_interval, inputs.reset),
    )


def people_of(lanes: Lanes, cohort: Cohort) -> IntArray:
    """The row of the cohort that each lane belongs to."""
    return np.maximum(lanes.people - cohort.first, 0)
