"""What is taken, and when: any number of dosing instructions on one clock, expanded to single doses on request.

A regimen is immutable; every method that changes something returns a new one. It does not know who takes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf, isfinite, isnan

from ketsim.dosing.dose import Basis, Dose, DoseEvent, Drug, Route
from ketsim.dosing.instruction import Instruction, Repeat, check_number
from ketsim.dosing.table import DoseRow, dose_table
from ketsim.errors import InputError
from ketsim.units import to_canonical


@dataclass(frozen=True, slots=True)
class Regimen:
    """Dosing instructions on one clock, in the order in which they were given; they may overlap.

    Build one from a sentence (`parse_sentence`), or from parts:

    >>> load = Regimen.bolus("0.5 mg/kg", route="iv")
    >>> keep = Regimen.infusion(rate="0.1 mg/kg/h", tinf="24 h", route="iv")
    >>> [(e.time, e.duration) for e in load.then(keep).stop("6 h").events()]
    [(0.0, 0.0), (0.0, 6.0)]
    """

    instructions: tuple[Instruction, ...]

    def __post_init__(self) -> None:
        if not self.instructions:
            raise InputError("a regimen needs at least one dose.")

    def __str__(self) -> str:
        """The canonical sentence."""
        from ketsim.dosing.wording import word_regimen

        return word_regimen(self)

    def __repr__(self) -> str:
        return f'Regimen("{self}")'

    @classmethod
    def bolus(
        cls,
        amt: float | str,
        *,
        route: Route | str,
        drug: Drug | str | None = None,
        basis: Basis | str | None = None,
        time: float | str = 0.0,
        ii: float | str | None = None,
        addl: int | None = None,
        until: float | str | None = None,
        ss: bool = False,
        lag: float | str = 0.0,
    ) -> Regimen:
        """A dose at once: `amt` [mg, or text such as "0.5 mg/kg"], first at `time` [h].

        ii: [h] interval of repetition, with `addl` further doses or `until` a time, else open-ended. ss: the first
        dose is given at the steady state of that repetition. lag: [h] before absorption starts.
        """
        amount, per_kg = _amount(amt)
        dose = _dose(amount, per_kg, 0.0, route, drug, basis)
        return cls((_timed(dose, time, ii, addl, until, ss, lag),))

    @classmethod
    def infusion(
        cls,
        amt: float | str | None = None,
        *,
        route: Route | str,
        rate: float | str | None = None,
        tinf: float | str | None = None,
        drug: Drug | str | None = None,
        basis: Basis | str | None = None,
        time: float | str = 0.0,
        ii: float | str | None = None,
        addl: int | None = None,
        until: float | str | None = None,
        ss: bool = False,
        lag: float | str = 0.0,
    ) -> Regimen:
        """A constant-rate infusion from two of `amt` [mg], `rate` [mg/h] and `tinf` [h]; the rest is as for `bolus`."""
        if sum(given is not None for given in (amt, rate, tinf)) != 2:
            raise InputError("an infusion needs two of amt, rate and tinf, such as amt='0.5 mg/kg' and tinf='40 min'.")
        duration = 0.0 if tinf is None else _hours(tinf, "tinf")
        speed, per_kg = (0.0, False) if rate is None else _amount(rate, rate=True)
        if amt is None:
            amount = speed * duration
        else:
            amount, amount_per_kg = _amount(amt)
            if rate is not None:
                if per_kg != amount_per_kg or not speed > 0.0:
                    raise InputError(
                        f"amt {amt!r} and rate {rate!r} must both be positive, and both or neither per kg."
                    )
                duration = amount / speed
            per_kg = amount_per_kg
        if not duration > 0.0:
            raise InputError(f"an infusion over {duration:g} h is not possible; use Regimen.bolus for a dose at once.")
        dose = _dose(amount, per_kg, duration, route, drug, basis)
        return cls((_timed(dose, time, ii, addl, until, ss, lag),))

    @property
    def open_ended(self) -> bool:
        """Some repetition has no end of its own, so that `events` needs `until`."""
        return any(i.open_ended for i in self.instructions)

    @property
    def end(self) -> float:
        """[h] When everything is over (see `Instruction.end`); inf if something is open-ended."""
        return max(i.end for i in self.instructions)

    @property
    def drug_stated(self) -> bool:
        """Every dose named its drug; where one did not, the racemate is meant and `assumptions` says so."""
        return all(i.dose.drug is not None for i in self.instructions)

    @property
    def per_kg(self) -> bool:
        """Some dose is per kilogram, so that a body weight is needed."""
        return any(i.dose.per_kg for i in self.instructions)

    def assumptions(self) -> tuple[str, ...]:
        """What was left unsaid and what is meant then, one sentence each."""
        from ketsim.dosing.unsaid import assumptions

        return assumptions(self)

    def events(self, until: float | None = None) -> tuple[DoseEvent, ...]:
        """Every single dose that starts before `until` [h], sorted by time (equal times keep their order).

        A running infusion is not cut at `until`; `stop` does that. Raises `InputError` if a repetition is
        open-ended and `until` is missing, or if there would be more than 100,000 doses.
        """
        horizon = inf if until is None else until
        if isnan(horizon) or horizon < 0.0:
            raise InputError(f"until {horizon:g} h is not a time; it must be zero or later.")
        if horizon == inf and self.open_ended:
            raise InputError(
                'this regimen has no end of its own; give it one (such as "for 4 weeks") '
                "or say until when to follow it (such as --until 4wk)."
            )
        check_number(sum(i.number_before(horizon) for i in self.instructions))
        events = [event for i in self.instructions for event in i.events(horizon)]
        return tuple(sorted(events, key=lambda event: event.time))

    def table(self, weight: float | None = None, until: float | None = None) -> tuple[DoseRow, ...]:
        """Every single dose in mg with its rate and running total; `weight` [kg] is needed for doses per kilogram."""
        return dose_table(self.events(until), weight)

    def then(self, after: Regimen) -> Regimen:
        """`after` starts when all of this has ended (a repetition ends when its next dose would have been due)."""
        if self.end == inf:
            raise InputError("nothing can come after a regimen without an end; give it one with until or stop.")
        return self.plus(after, at=self.end)

    def plus(self, other: Regimen, *, at: float | str = 0.0) -> Regimen:
        """`other` is given as well, its clock starting at `at` [h] of this one."""
        return Regimen(self.instructions + other.shifted(at).instructions)

    def shifted(self, by: float | str) -> Regimen:
        """Everything later by so many hours (earlier if negative, but not before 0 h)."""
        hours = _hours(by, "shift")
        return Regimen(tuple(replace(i, start=i.start + hours) for i in self.instructions))

    def until(self, at: float | str) -> Regimen:
        """No dose starts at `at` [h] or later; a running infusion runs out."""
        limit = _hours(at, "until")
        return _kept((i.until(limit) for i in self.instructions), limit)

    def stop(self, at: float | str) -> Regimen:
        """Everything stops at `at` [h]: no dose from then on, and a running infusion is cut."""
        limit = _hours(at, "stop")
        return _kept((part for i in self.instructions for part in i.stopped(limit)), limit)

    def repeat(self, times: int, *, every: float | str | None = None) -> Regimen:
        """The whole regimen `times` times, `every` so many hours, or each time when the one before has ended."""
        interval = self.end if every is None else _hours(every, "every")
        if times < 1 or not (isfinite(interval) and interval > 0.0):
            raise InputError(f"a regimen cannot be repeated {times} times every {interval:g} h; both must be positive.")
        check_number(float(times * len(self.instructions)))
        if all(i.repeat is None for i in self.instructions):
            repeat = Repeat(interval, count=times)
            return Regimen(tuple(replace(i, repeat=repeat) for i in self.instructions))
        return Regimen(tuple(i for n in range(times) for i in self.shifted(n * interval).instructions))


def _kept(instructions: Iterable[Instruction | None], limit: float) -> Regimen:
    kept = tuple(i for i in instructions if i is not None)
    if not kept:
        raise InputError(f"nothing is given before {limit:g} h; stop later.")
    return Regimen(kept)


def _dose(
    amount: float, per_kg: bool, duration: float, route: Route | str, drug: Drug | str | None, basis: Basis | str | None
) -> Dose:
    return Dose(
        amount,
        Route.named(route),
        per_kg,
        duration,
        None if drug is None else Drug.named(drug),
        None if basis is None else Basis.named(basis),
    )


def _timed(
    dose: Dose,
    time: float | str,
    ii: float | str | None,
    addl: int | None,
    until: float | str | None,
    ss: bool,
    lag: float | str,
) -> Instruction:
    start, repeat = _hours(time, "time"), None
    if ii is not None:
        span = None if until is None else _hours(until, "until") - start
        repeat = Repeat(_hours(ii, "ii"), count=None if addl is None else addl + 1, span=span)
    elif addl or until is not None:
        raise InputError("addl and until repeat a dose, which needs its interval ii, such as ii='12 h'.")
    return Instruction(dose, start, repeat, _hours(lag, "lag"), ss)


def _hours(value: float | str, field: str) -> float:
    return to_canonical(value, "time", default_unit="h", field=field)


def _amount(value: float | str, *, rate: bool = False) -> tuple[float, bool]:
    per_kg = isinstance(value, str) and "/kg" in value.replace(" ", "")
    kind = ("amount_rate" if rate else "amount") + ("_per_weight" if per_kg else "")
    unit = "mg/h" if rate else "mg"
    return to_canonical(value, kind, default_unit=unit, field="rate" if rate else "amt"), per_kg
