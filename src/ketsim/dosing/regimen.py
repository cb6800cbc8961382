"""What is taken, and when: any number of dosing instructions on one clock, expanded to single doses on request.

A regimen is immutable; every method that changes something returns a new one. It does not know who takes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, isnan

from ketsim.dosing.dose import DoseEvent
from ketsim.dosing.instruction import Instruction, check_number
from ketsim.errors import InputError


@dataclass(frozen=True, slots=True)
class Regimen:
    """Dosing instructions on one clock.

    Parameters
        instructions: in the order in which they were given; they may overlap.
        notes: what had to be taken for granted when the regimen was read from words; not part of its identity.
    """

    instructions: tuple[Instruction, ...]
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if not self.instructions:
            raise InputError("a regimen needs at least one dose")

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

    def events(self, until: float | None = None) -> tuple[DoseEvent, ...]:
        """Every single dose that starts before `until` [h], sorted by time (equal times keep their order).

        A running infusion is not cut at `until`; `stop` does that. Raises `InputError` if a repetition is
        open-ended and `until` is missing, or if there would be more than 100,000 doses.
        """
        horizon = inf if until is None else until
        if isnan(horizon) or horizon < 0.0:
            raise InputError(f"until {horizon:g} h is not a time; it must be zero or later")
        if horizon == inf and self.open_ended:
            raise InputError(
                'this regimen has no end of its own; give it one (such as "for 4 weeks") '
                "or say until when to follow it (such as --until 4wk)"
            )
        check_number(sum(i.number_before(horizon) for i in self.instructions))
        events = [event for i in self.instructions for event in i.events(horizon)]
        return tuple(sorted(events, key=lambda event: event.time))
