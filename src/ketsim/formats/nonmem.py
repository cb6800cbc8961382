"""NONMEM event records in and out: who got which dose when, what was measured, and the covariates over time.

Compartment numbers exist only at this border: a map says which route each of them is. The rules are those of the
NONMEM users guide, part VI, chapter V; what that guide leaves without meaning is refused, not guessed. Not read: clock
times and dates, times that start again at a reset, doses per kilogram, and infusions without an end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from ketsim.dosing import Basis, DoseEvent, Drug, Route
from ketsim.dosing.instruction import CLOCK, MOST_EVENTS
from ketsim.errors import InputError
from ketsim.formats.event_records import Compartment, Individual, Observations, compartments, individual
from ketsim.formats.nonmem_file import Record, read_records, write_table
from ketsim.units import to_canonical

__all__ = ["Compartment", "Individual", "Observations", "individual", "read_nonmem", "write_nonmem"]

ITEMS: Final = ("C", "ID", "TIME", "AMT", "RATE", "DUR", "ADDL", "II", "SS", "LAG", "EVID", "CMT", "MDV", "DV")
"""The columns with a meaning of their own; DUR (length of an infusion) and LAG are not NONMEM's own."""
COVARIATES: Final = ("WT", "HT", "BMI", "AGE", "SEX", "RACE", "CRCL", "EGFR", "OCC", "ARM", "VISIT", "STUDY")
"""Covariates that are read without being asked for."""
_DOSE_ITEMS: Final = ("AMT", "RATE", "DUR", "ADDL", "II", "SS", "LAG")


def read_nonmem(
    path: str | Path,
    *,
    drug: Drug | str,
    routes: Mapping[int, Compartment | Route | str] | None = None,
    basis: Basis | str = Basis.base,
    time_unit: str = "h",
    amount_unit: str = "mg",
    covariates: Collection[str] = (),
    drop: Collection[str] = (),
) -> tuple[Individual, ...]:
    """The people of a NONMEM data file, in their order.

    routes: what each compartment number means for a dose; default {1: "iv"}. drug, basis: what the amounts count.
    covariates: further columns to read as such; drop: columns to leave out. Raises `InputError` with file and line.
    """
    border = _Border(compartments(routes), Drug.named(drug), Basis.named(basis), time_unit, amount_unit)
    wanted = (*COVARIATES, *(name.upper() for name in covariates))
    left_out = tuple(name.upper() for name in drop)
    people: dict[str, _Reading] = {}
    last: _Reading | None = None
    for record in read_records(Path(path), (*ITEMS, *wanted), ("ID", "TIME"), left_out):
        if last is None or last.id != record.id:
            if record.id in people:
                raise record.error(f"the lines of person {record.id} do not stand together; sort the file by ID.")
            last = people[record.id] = _Reading(record.id, border)
        last.add(record)
    if not people:
        raise InputError("this file has no record below its first line.", where=Path(path).name)
    return tuple(reading.individual() for reading in people.values())


@dataclass(frozen=True, slots=True)
class _Border:
    """How numbers of the file become ours."""

    compartments: Mapping[int, Compartment]
    drug: Drug
    basis: Basis
    time_unit: str
    amount_unit: str

    def hours(self, record: Record, column: str) -> float:
        value = record.get(column)
        if value < 0.0:
            raise record.error(f"{column} {value:g} is negative.")
        return to_canonical(value, "time", default_unit=self.time_unit, field=column)

    def compartment(self, record: Record) -> Compartment:
        number = record.whole("CMT")
        if number == 0 and len(self.compartments) == 1:
            return next(iter(self.compartments.values()))
        if number not in self.compartments:
            known = ", ".join(f"{n}: {c.route}" for n, c in self.compartments.items())
            raise record.error(f"a dose into CMT {number} has no route; say in routes what it means (known: {known}).")
        return self.compartments[number]

    def duration(self, record: Record, amount: float, modelled: str | None) -> float:
        """[h] Length of the infusion, from RATE or DUR; both must agree."""
        rate, stated = record.get("RATE"), self.hours(record, "DUR")
        if rate in (-1.0, -2.0):
            meant = "rate" if rate == -1.0 else "duration"
            if modelled != meant:
                raise record.error(
                    f"RATE {rate:g} leaves the {meant} of the input to the model; say so in routes with "
                    f"Compartment(..., modelled={meant!r}) if the model has one."
                )
            if stated:
                raise record.error(f"RATE {rate:g} leaves the {meant} to the model, but DUR says {stated:g} h.")
            return 0.0
        if rate < 0.0:
            raise record.error(f"RATE {rate:g} is not possible; expected a rate, 0, -1 or -2.")
        if modelled is not None:
            raise record.error(f"the {modelled} of input into this CMT is said to be modelled, but RATE is {rate:g}.")
        if rate == 0.0:
            return stated
        per_hour = to_canonical(rate, "amount_rate", default_unit=f"{self.amount_unit}/{self.time_unit}", field="RATE")
        if stated and abs(per_hour * stated - amount) > 1e-6 * amount:
            raise record.error("RATE, DUR and AMT contradict each other; RATE times DUR must give AMT.")
        return stated or amount / per_hour


@dataclass(slots=True)
class _Reading:
    """The records of one person, read one by one."""

    id: str
    border: _Border
    events: list[DoseEvent] = field(default_factory=list)
    covariates: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    observed: list[tuple[float, float, int]] = field(default_factory=list)
    time: float = 0.0

    def add(self, record: Record) -> None:
        kind = self._kind(record)
        if "TIME" not in record.numbers:
            raise record.error("TIME is missing; each line needs its time.")
        time = self.border.hours(record, "TIME")
        if time < self.time:
            at_reset = " A clock that starts again at a reset is not read: let TIME go on rising." if kind > 2 else ""
            raise record.error(f"TIME goes back within person {self.id}; sort the lines by TIME.{at_reset}")
        self.time = time
        for name in record.numbers.keys() - set(ITEMS):
            value, changes = record.numbers[name], self.covariates.setdefault(name, [])
            if changes and changes[-1][1] != value and changes[-1][0] == time:
                raise record.error(f"{name} is {changes[-1][1]:g} and {value:g} at the same time.")
            if not changes or changes[-1][1] != value:
                changes.append((time, value))
        if kind in (1, 4):
            self._dose(record, time, reset=kind == 4)
        elif kind == 3:
            self._cancel(time)
            border = self.border
            route = (
                border.compartment(record).route
                if record.get("CMT")
                else next(iter(border.compartments.values())).route
            )
            self.events.append(DoseEvent(time, 0.0, False, 0.0, border.drug, route, border.basis, reset=True))
        elif kind == 0 and "DV" in record.numbers and not record.whole("MDV", (0, 1)):
            self.observed.append((time, record.numbers["DV"], record.whole("CMT")))

    def individual(self) -> Individual:
        observed = np.array(self.observed, dtype=np.float64).reshape(-1, 3)
        return Individual(
            self.id,
            tuple(sorted(self.events, key=lambda event: event.time)),
            {name: tuple(changes) for name, changes in self.covariates.items()},
            Observations(observed[:, 0], observed[:, 1], observed[:, 2].astype(np.int64)),
        )

    def _kind(self, record: Record) -> int:
        dosed = [item for item in _DOSE_ITEMS if record.get(item)]
        kind = record.whole("EVID", range(5)) if "EVID" in record.numbers else int(bool(dosed))
        if kind in (0, 2, 3) and dosed:
            raise record.error(
                f"{dosed[0]} {record.get(dosed[0]):g} stands on a line with EVID {kind}, which is no dose."
            )
        if kind in (1, 4) and record.whole("MDV", (0, 1)) == 0 and "MDV" in record.numbers:
            raise record.error(f"MDV 0 calls this line an observation, EVID {kind} a dose.")
        return kind

    def _dose(self, record: Record, time: float, *, reset: bool) -> None:
        border = self.border
        steady, more = record.whole("SS", (0, 1, 2)), record.whole("ADDL")
        interval, lag = border.hours(record, "II"), border.hours(record, "LAG")
        if record.get("AMT") == 0.0 and steady and record.get("RATE") > 0.0:
            raise record.error("an infusion without an end at steady state (AMT 0, RATE above 0) is not read.")
        if record.get("AMT") <= 0.0:
            raise record.error(f"AMT {record.get('AMT'):g} is not a dose; expected an amount above 0.")
        if more < 0:
            raise record.error(f"ADDL {more} is not possible; expected the number of further doses.")
        if (more or steady) and not interval:
            raise record.error(f"{'ADDL' if more else 'SS'} needs II, the interval between the doses.")
        if interval and not (more or steady):
            raise record.error(f"II {interval:g} h has no meaning without ADDL or SS.")
        if more + len(self.events) >= MOST_EVENTS:
            raise record.error(f"ADDL {more} makes more than {MOST_EVENTS:,} doses of person {self.id}.")
        compartment = border.compartment(record)
        amount = to_canonical(record.get("AMT"), "amount", default_unit=border.amount_unit, field="AMT")
        duration = border.duration(record, amount, compartment.modelled)
        reset = reset or steady == 1
        if reset:
            self._cancel(time)
        for number in range(more + 1):
            self.events.append(
                DoseEvent(
                    time=time + number * interval,
                    amount=amount,
                    per_kg=False,
                    duration=duration,
                    drug=compartment.drug or border.drug,
                    route=compartment.route,
                    basis=border.basis,
                    steady_interval=interval if steady and number == 0 else 0.0,
                    reset=reset and number == 0,
                    lag=lag,
                )
            )

    def _cancel(self, time: float) -> None:
        """A reset cancels the additional doses that were still to come."""
        self.events = [event for event in self.events if event.time <= time + CLOCK]


def write_nonmem(
    people: Iterable[Individual], path: str | Path, *, routes: Mapping[int, Compartment | Route | str] | None = None
) -> None:
    """Write people as NONMEM event records, every dose on its own line; nothing is left behind if it fails.

    routes: which compartment number each route gets; default {1: "iv"}. Amounts are in mg, times in h. Read back with
    the same `routes`, drug and basis, the people are equal. Raises `InputError` for what the records cannot hold.
    """
    known = compartments(routes)
    everyone = tuple(people)
    names = sorted({name for person in everyone for name in person.covariates})
    _check_writable(everyone, names, known)
    lagged = any(event.lag for person in everyone for event in person.events)
    header = [item for item in ITEMS if item != "C" and (lagged or item != "LAG")]
    rows = [row for person in everyone for row in _rows(person, known, names)]
    write_table(Path(path), [*header, *names], ([row.get(name, "0") for name in (*header, *names)] for row in rows))


def _check_writable(people: Iterable[Individual], names: Iterable[str], known: Mapping[int, Compartment]) -> None:
    """Refuse what would be read back otherwise. A file has one basis, and one drug unless `routes` tells them apart."""
    for name, times in Counter(person.id for person in people).items():
        if times > 1 or re.fullmatch(r"\w[\w.+-]*", name) is None:
            raise InputError(f"ID {name!r} cannot be written; each person needs an own number or word.")
    for name in names:
        if name in ITEMS or re.fullmatch(r"[A-Z][A-Z0-9_]*", name) is None:
            raise InputError(f"covariate {name!r} cannot be written; use capital letters and no name of NONMEM's.")
    doses = [event for person in people for event in person.events if event.amount]
    if len({event.drug for event in doses if known[_number(event, known)].drug is None}) > 1:
        raise InputError("the doses are of several drugs; tell them apart in routes with Compartment(route, drug).")
    if len({event.basis for event in doses}) > 1:
        raise InputError("some doses count base and some salt; a file has one basis, so convert them first.")


def _number(event: DoseEvent, known: Mapping[int, Compartment]) -> int:
    """The compartment number of a dose: the one for its very drug before the one for any."""
    for drug in (event.drug, None):
        for number, compartment in known.items():
            if compartment.route is event.route and compartment.drug is drug:
                return number
    raise InputError(f"{event.drug} {event.route} has no compartment number; add it to routes, such as {{2: 'oral'}}.")


def _rows(person: Individual, known: Mapping[int, Compartment], names: Iterable[str]) -> Iterator[dict[str, str]]:
    """The lines of one person, sorted by time; a change of a covariate with nothing else gets a line with EVID 2."""
    seen = person.observations
    lines = [(event.time, _dose_cells(person, event, known)) for event in person.events]
    lines += [
        (float(time), {"DV": repr(float(value)), "CMT": str(number), "EVID": "0", "MDV": "0"})
        for time, value, number in zip(seen.time, seen.value, seen.compartment, strict=True)
    ]
    changes = {time for past in person.covariates.values() for time, _ in past} - {time for time, _ in lines}
    lines += [(time, {"DV": ".", "EVID": "2", "MDV": "1"}) for time in (changes if changes or lines else {0.0})]
    for time, cells in sorted(lines, key=lambda line: line[0]):
        past = {name: [v for t, v in person.covariates.get(name, ()) if t <= time] for name in names}
        stated = {name: repr(float(values[-1])) if values else "." for name, values in past.items()}
        yield {"ID": person.id, "TIME": repr(float(time)), **cells, **stated}


def _dose_cells(person: Individual, event: DoseEvent, known: Mapping[int, Compartment]) -> dict[str, str]:
    if event.per_kg:
        raise InputError(f"person {person.id} has a dose in mg/kg; NONMEM records count mg, so a weight is needed.")
    number = _number(event, known)
    modelled = known[number].modelled
    if modelled and event.duration:
        raise InputError(f"the {modelled} of input into CMT {number} is modelled, but a dose has its own duration.")
    rate = {"rate": "-1", "duration": "-2"}.get(modelled or "", repr(event.rate) if event.duration else "0")
    steady = event.steady_interval > 0.0
    return {
        "AMT": repr(float(event.amount)),
        "RATE": rate if event.amount else "0",
        "DUR": repr(float(event.duration)) if event.duration else "0",
        "II": repr(float(event.steady_interval)) if steady else "0",
        "SS": ("1" if event.reset else "2") if steady else "0",
        "LAG": repr(float(event.lag)) if event.lag else "0",
        "EVID": "3" if not event.amount else "4" if event.reset and not steady else "1",
        "CMT": str(number),
        "MDV": "1",
        "DV": ".",
    }
