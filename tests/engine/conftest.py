"""An independent solver for the tests: one subject, plain Python, 50 decimal digits, no shared code with the engine.

Records become boluses and constant rates; every span is one matrix exponential (scaled Taylor series in decimals);
every steady state is the sum of earlier doses, added one by one until they no longer matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

import numpy as np
import pytest

from ketsim.engine import Inputs, LinearSystem

DIGITS = 50
NEGLIGIBLE = Decimal("1e-30")


@dataclass(frozen=True)
class Record:
    time: float
    amount: float
    duration: float = 0.0
    state: int = 0
    steady_interval: float = 0.0
    reset: bool = False


@pytest.fixture(scope="session")
def independent():
    """The solver as a function of what `propagate` takes; returns values (subject, time, output)."""

    def solve_all(systems, inputs, times, initial=None):
        systems = systems if isinstance(systems, (list, tuple)) else [systems]
        count = systems[0].subjects
        columns = [
            np.broadcast_to(value, (count, inputs.records)) for value in (inputs.time, inputs.amount, inputs.duration)
        ]
        whole = zip(inputs.state, inputs.steady_interval, inputs.reset, strict=True)
        shared = [(int(state), float(interval), bool(reset)) for state, interval, reset in whole]
        values = []
        for subject in range(count):
            chain = [(system.start, system.rates[subject], system.readout[subject]) for system in systems]
            own = zip(*(column[subject].tolist() for column in columns), shared, strict=True)
            records = [Record(time, amount, duration, *rest) for time, amount, duration, rest in own]
            begin = None if initial is None else initial[subject].tolist()
            values.append(solve(chain, records, np.asarray(times).tolist(), begin))
        return np.array(values)

    return solve_all


def solve(systems, records, times, initial=None):
    """Outputs [time][output] as floats; `systems` is a list of (start, A, C)."""
    with localcontext() as context:
        context.prec = DIGITS
        chain = [(max(Decimal(start), Decimal(0)), _exact(a), _exact(c)) for start, a, c in systems]
        begin = [Decimal(x) for x in initial] if initial is not None else [Decimal(0)] * len(chain[0][1])
        return _solve(chain, records, [Decimal(time) for time in times], begin)


def _solve(chain, records, times, state):
    running = [span for number, record in enumerate(records) for span in _running(number, record, records)]
    moments = {Decimal(0), *times, *(start for start, _, _ in chain), *(Decimal(record.time) for record in records)}
    moments |= {end for _, end, _, _ in running}
    found, previous = {}, Decimal(0)
    for moment in sorted(moments):
        if moment > previous:
            push = [Decimal(0)] * len(state)
            for start, end, place, rate in running:
                if start <= previous and end >= moment:
                    push[place] += rate
            state = _carry(_in_force(chain, previous)[1], state, push, moment - previous)
        rates, readout = _in_force(chain, moment)[1:]
        for record in records:
            if Decimal(record.time) == moment:
                if record.reset:
                    state = [Decimal(0)] * len(state)
                if record.steady_interval:
                    state = [a + b for a, b in zip(state, _steady(rates, record), strict=True)]
                if not record.duration:
                    state[record.state] += Decimal(record.amount)
        found[moment] = [float(_total(c * x for c, x in zip(row, state, strict=True))) for row in readout]
        previous = moment
    return [found[time] for time in times]


def _running(number, record, records):
    """(start, end, state, rate) of a lasting record, and of those before it that its steady state leaves running."""
    if not record.duration:
        return
    start, duration, interval = Decimal(record.time), Decimal(record.duration), Decimal(record.steady_interval)
    back = 0
    while back == 0 or (interval and back * interval < duration):
        end = start + duration - back * interval
        for other, reset in enumerate(records):
            if reset.reset and (reset.time, other) > (record.time, number):
                end = min(end, Decimal(reset.time))
        yield start, end, record.state, Decimal(record.amount) / duration
        back += 1


def _steady(rates, record):
    size = len(rates)
    zero = [Decimal(0)] * size
    interval, duration, amount = Decimal(record.steady_interval), Decimal(record.duration), Decimal(record.amount)
    push, total, back = list(zero), list(zero), 1
    if duration:
        push[record.state] = amount / duration
    while back * interval < duration:
        total = [a + b for a, b in zip(total, _carry(rates, zero, push, back * interval), strict=True)]
        back += 1
    if duration:
        single = _carry(rates, zero, push, duration)
    else:
        single = list(zero)
        single[record.state] = amount
    part = _carry(rates, single, zero, back * interval - duration)
    one = _exponential([[entry * interval for entry in row] for row in rates])
    while sum(map(abs, part)) > NEGLIGIBLE * sum(map(abs, total)):
        total = [a + b for a, b in zip(total, part, strict=True)]
        part = [_total(e * x for e, x in zip(row, part, strict=True)) for row in one]
    return total


def _carry(rates, state, push, span):
    """The state after a span under a constant push, by one exponential of a matrix with one more row."""
    larger = [[entry * span for entry in row] + [p * span] for row, p in zip(rates, push, strict=True)]
    whole = _exponential([*larger, [Decimal(0)] * (len(state) + 1)])
    extended = [*state, Decimal(1)]
    return [_total(e * x for e, x in zip(row, extended, strict=True)) for row in whole[:-1]]


def _exponential(matrix):
    size = len(matrix)
    norm = max(sum(abs(entry) for entry in row) for row in matrix)
    halvings = 0
    while norm > Decimal("0.01"):
        norm, halvings = norm / 2, halvings + 1
    small = [[entry / 2**halvings for entry in row] for row in matrix]
    total = power = [[Decimal(int(i == j)) for j in range(size)] for i in range(size)]
    for term in range(1, 20):
        power = [[entry / term for entry in row] for row in _product(power, small)]
        total = [[a + b for a, b in zip(one, two, strict=True)] for one, two in zip(total, power, strict=True)]
    for _ in range(halvings):
        total = _product(total, total)
    return total


def _product(left, right):
    columns = list(zip(*right, strict=True))
    return [[_total(a * b for a, b in zip(row, column, strict=True) if a and b) for column in columns] for row in left]


def _total(numbers):
    return sum(numbers, start=Decimal(0))


def _in_force(chain, time):
    return [system for system in chain if system[0] <= time][-1]


def _exact(matrix):
    return [[Decimal(float(entry)) for entry in row] for row in matrix]


@pytest.fixture(scope="session")
def records():
    """Builds `Inputs` from one keyword dictionary a record; a list stands for one number a subject."""

    def build(*given, own_calendar=0):
        def column(name, default=0.0):
            return [record.get(name, default) for record in given]

        def stack(name):
            values = column(name)
            if any(isinstance(value, list) for value in values):
                return np.array(np.broadcast_arrays(*(np.atleast_1d(value) for value in values)), dtype=float).T
            return np.array(values, dtype=float)

        time, amount, duration = stack("time"), stack("amount"), stack("duration")
        if own_calendar:
            time, duration = (
                np.array(np.broadcast_to(value, (own_calendar, len(given)))) for value in (time, duration)
            )
        state = np.array(column("state", 0), dtype=np.int64)
        interval = np.array(column("steady_interval"), dtype=float)
        return Inputs(time, amount, duration, state, interval, np.array(column("reset", False), dtype=bool))

    return build


@pytest.fixture(scope="session")
def worst():
    """Largest error of values (subject, time, output) against the truth, relative to each output's peak, (subject,)."""

    def relative(values, truth, peak=None):
        peak = np.abs(truth).max(axis=1, keepdims=True) if peak is None else peak
        off = np.abs(values - truth)
        return np.where(off > 0.0, off / np.where(peak > 0.0, peak, 1.0), 0.0).max(axis=(1, 2))

    return relative


@pytest.fixture(scope="session")
def oral_system():
    """Three subjects: gut, transit, central, peripheral, metabolite; outputs central, metabolite and their sum."""
    rates = np.zeros((3, 5, 5))
    for subject, scale in enumerate((1.0, 0.6, 1.7)):
        flow = {(1, 0): 1.2, (2, 1): 2.3, (3, 2): 1.1, (2, 3): 0.4, (4, 2): 0.9}
        for (target, source), rate in flow.items():
            rates[subject, target, source] = rate * scale ** (1 + source / 3)
        rates[subject] -= np.diag(rates[subject].sum(axis=0))
        rates[subject, 2, 2] -= 0.35 * scale
        rates[subject, 4, 4] -= 0.21
    readout = np.zeros((3, 3, 5))
    readout[:, 0, 2] = [0.5, 0.4, 0.25]
    readout[:, 1, 4] = 0.8
    readout[:, 2] = readout[:, 0] + readout[:, 1]
    return LinearSystem(rates, readout)


@pytest.fixture(scope="session")
def swirling_system():
    """Two subjects whose three states feed one another in a circle, so that two rates are complex."""
    rates = np.zeros((2, 3, 3))
    for subject, scale in enumerate((1.0, 0.4)):
        rates[subject, 1, 0], rates[subject, 2, 1], rates[subject, 0, 2] = 1.5 * scale, 1.1 * scale, 1.3 * scale
        rates[subject] -= np.diag(rates[subject].sum(axis=0) + np.array([0.1, 0.0, 0.2]))
    return LinearSystem(rates, np.broadcast_to(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 2.0]]), (2, 2, 3)))
