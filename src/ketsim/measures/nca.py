"""What is the exposure, the half-life and the clearance that a curve shows, without a model?

Non-compartmental analysis over arrays (subject, time): peak, areas, terminal slope, extrapolation to infinity,
clearance, residence time and volume. Where a measure has no value it is NaN, and `TerminalPhase.why` says the reason.

What it does not know: the bioavailable fraction (after an extravascular dose the clearance is CL/F and the residence
time includes absorption), whether kinetics are linear, and where the dose was when times do not start at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from ketsim.errors import InputError
from ketsim.measures.area import Array, areas, auc, curves, last_positive
from ketsim.measures.terminal import DEFAULT_TOLERANCE, TerminalPhase, fitted

__all__ = ["Nca", "accumulation", "clearance", "cmax", "half_life", "mrt", "noncompartmental", "tmax", "vss"]

# Curves are measured a few at a time, so that what is computed on the way stays in the processor's cache.
_SAMPLES_AT_ONCE = 25_000


@dataclass(frozen=True, slots=True)
class Nca:
    """Non-compartmental measures of each curve, all (subject,); NaN where there is none.

    cmax [mg/L], tmax [h], auc (to the last positive sample) and auc_inf [mg h/L], aumc and aumc_inf [mg h2/L],
    half_life and mrt [h], clearance [L/h], vss and vz [L]; without a dose the last three are NaN. extrapolated: share
    of auc_inf beyond the last positive sample (0-1). terminal: the slope and the samples it rests on.
    """

    cmax: Array
    tmax: Array
    auc: Array
    auc_inf: Array
    extrapolated: Array
    aumc: Array
    aumc_inf: Array
    half_life: Array
    mrt: Array
    clearance: Array
    vss: Array
    vz: Array
    terminal: TerminalPhase


_Arrays = TypeVar("_Arrays", Nca, TerminalPhase)


def noncompartmental(
    time: ArrayLike,
    concentration: ArrayLike,
    *,
    dose: ArrayLike | None = None,
    infusion: ArrayLike = 0.0,
    tolerance: float = DEFAULT_TOLERANCE,
) -> Nca:
    """Every non-compartmental measure of curves after one dose given at time zero.

    time: [h] (time,) or (subject, time). concentration: [mg/L] (subject, time) or (time,). dose: [mg], one or
    (subject,). infusion: how long the dose ran [h]. tolerance: see `ketsim.measures.terminal`.

        auc_inf  = auc + C_last / lambda_z
        aumc_inf = aumc + t_last C_last / lambda_z + C_last / lambda_z^2

    Raises `InputError` for unusable samples (see `ketsim.measures.area.curves`) and a dose or an infusion that is not a
    finite number, zero or more.
    """
    t, c, shape = curves(time, concentration)
    given = np.full(len(c), np.nan) if dose is None else _amount("dose", dose, shape)
    lasted = _amount("infusion time", infusion, shape)
    step = max(1, _SAMPLES_AT_ONCE // c.shape[1])
    slices = [slice(at, at + step) for at in range(0, max(len(c), 1), step)]
    return _joined(Nca, [_measured(t[s], c[s], given[s], lasted[s], tolerance) for s in slices], shape)


def _measured(t: Array, c: Array, dose: Array, infusion: Array, tolerance: float) -> Nca:
    phase = fitted(t, c, (len(c),), tolerance=tolerance)
    last = np.maximum(last_positive(c), 0)[:, None]
    t_last = np.take_along_axis(t, last, axis=1)[:, 0]
    c_last = np.take_along_axis(c, last, axis=1)[:, 0]
    counted = np.arange(c.shape[1] - 1) < last
    area, moment = (part.sum(axis=1, where=counted) for part in areas(t, c))
    beyond = c_last / phase.rate
    auc_inf = area + beyond
    aumc_inf = moment + beyond * (t_last + 1.0 / phase.rate)
    cl = clearance(dose, auc_inf)
    residence = mrt(aumc_inf, auc_inf, infusion=infusion)
    return Nca(
        cmax=cmax(c),
        tmax=tmax(t, c),
        auc=area,
        auc_inf=auc_inf,
        extrapolated=beyond / auc_inf,
        aumc=moment,
        aumc_inf=aumc_inf,
        half_life=half_life(phase.rate),
        mrt=residence,
        clearance=cl,
        vss=vss(cl, residence),
        vz=np.asarray(cl / phase.rate, dtype=np.float64),
        terminal=phase,
    )


def _joined(kind: type[_Arrays], parts: Sequence[_Arrays], shape: tuple[int, ...]) -> _Arrays:
    """One dataclass of arrays from those of consecutive subjects, in the shape that the curves had."""
    joined: dict[str, Any] = {}
    for name in (field.name for field in fields(kind)):
        column = [getattr(part, name) for part in parts]
        if isinstance(column[0], TerminalPhase):
            joined[name] = _joined(TerminalPhase, column, shape)
        else:
            joined[name] = np.concatenate(column).reshape(shape)
    return kind(**joined)


def cmax(concentration: ArrayLike) -> Array:
    """The highest sampled concentration [mg/L] (subject,) of concentrations (subject, time) or (time,)."""
    return np.asarray(np.max(np.asarray(concentration, dtype=np.float64), axis=-1), dtype=np.float64)


def tmax(time: ArrayLike, concentration: ArrayLike) -> Array:
    """The time of the first highest sample [h] (subject,); NaN where the curve never rises above zero."""
    t, c, shape = curves(time, concentration)
    peak = np.argmax(c, axis=1)[:, None]
    positive = np.take_along_axis(c, peak, axis=1)[:, 0] > 0.0
    return np.where(positive, np.take_along_axis(t, peak, axis=1)[:, 0], np.nan).reshape(shape)


def half_life(rate: ArrayLike) -> Array:
    """The half-life ln 2 / lambda_z [h]."""
    return np.asarray(np.log(2.0) / np.asarray(rate, dtype=np.float64), dtype=np.float64)


def clearance(dose: ArrayLike, auc_inf: ArrayLike) -> Array:
    """The clearance dose / AUC to infinity [L/h]; CL/F after an extravascular dose. NaN where the area is zero."""
    area = np.asarray(auc_inf, dtype=np.float64)
    return np.asarray(np.asarray(dose, dtype=np.float64) / np.where(area > 0.0, area, np.nan), dtype=np.float64)


def mrt(aumc_inf: ArrayLike, auc_inf: ArrayLike, *, infusion: ArrayLike = 0.0) -> Array:
    """The mean residence time AUMC / AUC - infusion / 2 [h]; NaN where the area is zero."""
    area = np.asarray(auc_inf, dtype=np.float64)
    ratio = np.asarray(aumc_inf, dtype=np.float64) / np.where(area > 0.0, area, np.nan)
    return np.asarray(ratio - np.asarray(infusion, dtype=np.float64) / 2.0, dtype=np.float64)


def vss(cl: ArrayLike, residence: ArrayLike) -> Array:
    """The volume at steady state, clearance times mean residence time [L]; for intravenous doses."""
    return np.asarray(np.asarray(cl, dtype=np.float64) * np.asarray(residence, dtype=np.float64), dtype=np.float64)


def accumulation(
    time: ArrayLike, concentration: ArrayLike, *, interval: float, first: float = 0.0, last: float
) -> Array:
    """The accumulation ratio AUC(last ... last + interval) / AUC(first ... first + interval) (subject,).

    interval: dosing interval [h]. first, last: times of the two doses compared [h]. NaN where the first area is
    zero. Raises `InputError` when an interval is not covered by the samples or is not positive.
    """
    if not interval > 0.0:
        raise InputError(f"the dosing interval must be a positive number of hours, and {interval!r} is not.")
    before = auc(time, concentration, start=first, until=first + interval)
    after = auc(time, concentration, start=last, until=last + interval)
    return np.asarray(after / np.where(before > 0.0, before, np.nan), dtype=np.float64)


def _amount(field: str, value: ArrayLike, shape: tuple[int, ...]) -> Array:
    """One amount for each curve."""
    amount = np.asarray(value, dtype=np.float64)
    if not (np.isfinite(amount) & (amount >= 0.0)).all():
        raise InputError(f"the {field} must be a finite number, zero or more, and {value!r} is not.")
    if amount.shape not in ((), shape):
        raise InputError(
            f"the {field} must be one number or one for each curve {shape}, and its shape is {amount.shape}."
        )
    return np.broadcast_to(amount, shape).reshape(-1)
