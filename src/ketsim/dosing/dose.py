"""One dose: how much of which drug, by which route, over how long.

`Dose` is what a person says ("0.5 mg/kg iv over 40 min"); `DoseEvent` is the same dose put on the clock, with
nothing left unsaid. Neither knows the body weight, a body, or what the drug does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Self, overload

from ketsim.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class _Named(StrEnum):
    """A closed list of words."""

    @classmethod
    def named(cls, word: str) -> Self:
        """The member of that name; `InputError` with the whole list for any other word."""
        try:
            return cls(word)
        except ValueError:
            raise InputError(f"{cls.__name__.lower()} {word!r} is not known; it is one of {', '.join(cls)}.") from None


class Drug(_Named):
    """The form of the drug that an amount counts."""

    ketamine = "ketamine"
    """The racemate: equal parts of the S and the R form."""
    esketamine = "esketamine"
    """The S form alone."""
    arketamine = "arketamine"
    """The R form alone."""


class Route(_Named):
    """The way into the body."""

    iv = "iv"
    im = "im"
    sc = "sc"
    nasal = "nasal"
    oral = "oral"
    sublingual = "sublingual"
    buccal = "buccal"
    rectal = "rectal"
    inhaled = "inhaled"
    smoked = "smoked"


class Basis(_Named):
    """What a milligram was weighed as: the free base, or the hydrochloride salt."""

    base = "base"
    salt = "salt"


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose as it was said; what was left unsaid stays `None`.

    Parameters
        amount: [mg], or [mg/kg] where `per_kg`; finite and positive.
        route: the way in.
        per_kg: the amount is per kilogram of body weight.
        duration: [h] of a constant-rate infusion; 0 is a bolus.
        drug: None means that nobody named it; the racemate is meant then. A nasal dose must name it.
        basis: None means that nobody named it; base is meant then.

    Raises `InputError` for an amount or a duration that no dose can have.
    """

    amount: float
    route: Route
    per_kg: bool = False
    duration: float = 0.0
    drug: Drug | None = None
    basis: Basis | None = None

    def __post_init__(self) -> None:
        _check_amount(self.amount)
        _check_not_negative("duration", self.duration)
        if self.route is Route.nasal and self.drug is None:
            raise InputError(
                "a nasal dose must name its drug, since both ketamine and esketamine are given by nose; "
                'write for example "84 mg esketamine nasal" or "50 mg ketamine nasal".'
            )

    @property
    def meant_drug(self) -> Drug:
        """The drug named, or the racemate if none was."""
        return Drug.ketamine if self.drug is None else self.drug

    @property
    def meant_basis(self) -> Basis:
        """The basis named, or base if none was."""
        return Basis.base if self.basis is None else self.basis

    def cut(self, duration: float) -> Dose:
        """This infusion, ended after a shorter duration [h] at an unchanged rate."""
        return replace(self, amount=self.amount * (duration / self.duration), duration=duration)


@dataclass(frozen=True, slots=True)
class DoseEvent:
    """One dose on the clock, with nothing left unsaid.

    Parameters
        time: [h] after the start of the regimen, when the dose is given; `lag` comes on top.
        amount: [mg], or [mg/kg] where `per_kg`; 0 only for a pure reset.
        duration: [h] of a constant-rate infusion; 0 is a bolus.
        steady_interval: [h]; above 0, this same dose has been given at this interval for ever before `time`, and the
            amounts of that steady state are added to what is there (after `reset`, they replace it).
        reset: just before this dose every compartment is emptied, running infusions and pending doses are cancelled.
        lag: [h] between giving and the start of absorption.
    """

    time: float
    amount: float
    per_kg: bool
    duration: float
    drug: Drug
    route: Route
    basis: Basis
    steady_interval: float = 0.0
    reset: bool = False
    lag: float = 0.0

    def __post_init__(self) -> None:
        if self.amount != 0.0 or not self.reset:
            _check_amount(self.amount)
        _check_not_negative("time", self.time)
        _check_not_negative("duration", self.duration)
        _check_not_negative("steady-state interval", self.steady_interval)
        _check_not_negative("lag", self.lag)

    @property
    def rate(self) -> float:
        """[mg/h], or [mg/kg/h] where `per_kg`; 0 for a bolus."""
        return self.amount / self.duration if self.duration > 0.0 else 0.0

    @overload
    def milligrams(self, weight: float | None) -> float: ...
    @overload
    def milligrams(self, weight: NDArray[np.float64] | None) -> float | NDArray[np.float64]: ...
    def milligrams(self, weight: float | NDArray[np.float64] | None) -> float | NDArray[np.float64]:
        """The amount [mg] for a body weight [kg], or for many (subject,).

        Raises `InputError` if the dose is per kilogram and no weight is given.
        """
        if not self.per_kg:
            return self.amount
        if weight is None:
            raise InputError(
                f"a dose of {self.amount:g} mg/kg needs a body weight; give one (such as --weight 70kg) or give the "
                "dose in mg."
            )
        return self.amount * weight


_MOST = 1e6
"""[mg], a kilogram of drug; [mg/kg], the weight of the person. More is a slip of the unit."""


def _check_amount(amount: float) -> None:
    if not (isfinite(amount) and amount > 0.0):
        raise InputError(f"a dose of {amount:g} cannot be given; the amount must be a positive, finite number.")
    if amount > _MOST:
        raise InputError(
            f"a dose of {amount:g} mg is more than a kilogram of drug, or than the person; check the unit."
        )


def _check_not_negative(field: str, hours: float) -> None:
    if not (isfinite(hours) and hours >= 0.0):
        raise InputError(f"{field} {hours:g} h is not possible; it must be a finite number of hours, zero or more.")
