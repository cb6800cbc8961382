"""How far does this person's parameter lie from the typical one, and how uncertain is the typical one itself?

Two layers. Between people (and between occasions): random effects with a covariance matrix, added to the logarithm of a
parameter, or to the logit of a fraction. Around the published estimates: one multiplier for each replicate, shared by
all its people. What it does not know: which source the numbers come from, and the parameters' typical values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, log1p, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketsim.errors import InputError
from ketsim.people.draws import normal

__all__ = ["Variability", "omega2_of_cv", "uncertainty"]

Array = NDArray[np.float64]


def omega2_of_cv(cv: float) -> float:
    """The variance of the logarithm, ln(1 + cv^2), of a log-normal parameter with this coefficient of variation.

    Many papers print "CV %" for 100 sqrt(omega^2) instead; then the variance is the square of what they print, and
    this is not the function to use. Raises `InputError` for a cv that is not a finite number, zero or more.

    >>> round(omega2_of_cv(0.3), 6)
    0.086178
    """
    return log1p(_not_negative("coefficient of variation", cv) ** 2)


@dataclass(frozen=True, slots=True)
class Variability:
    """Random effects of the parameters `names`, on the log scale or, for those in `logit`, on the logit scale.

    root: lower triangular matrix L (name, name) with L L' the covariance. Build it with `of`.
    """

    names: tuple[str, ...]
    logit: frozenset[str]
    root: tuple[tuple[float, ...], ...]

    @classmethod
    def of(
        cls,
        *,
        omega2: Mapping[str, float] | None = None,
        logit_sd: Mapping[str, float] | None = None,
        covariance: Mapping[tuple[str, str], float] | None = None,
        label: str = "",
    ) -> Variability:
        """The variability with these variances (log scale), standard deviations (logit) and covariances.

        label: what the matrix belongs to, for the sentence of an error. Raises `InputError` for numbers below zero, for
        covariances of unknown names, and for a matrix that is not positive definite.
        """
        omega2, logit_sd = omega2 or {}, logit_sd or {}
        names = (*omega2, *logit_sd)
        if len(set(names)) < len(names):
            raise InputError(
                f"a parameter of {label or 'the model'} varies on the log or on the logit scale, not on both."
            )
        variances = [_not_negative(f"variance of {name}", value) for name, value in omega2.items()]
        variances += [_not_negative(f"standard deviation of {name}", value) ** 2 for name, value in logit_sd.items()]
        matrix = np.diag(np.array(variances, dtype=np.float64))
        for (a, b), value in (covariance or {}).items():
            if a not in names or b not in names or a == b:
                raise InputError(
                    f"the covariance of {a} and {b} needs two different parameters that vary; those of "
                    f"{label or 'the model'} are {', '.join(names) or 'none'}."
                )
            matrix[names.index(a), names.index(b)] = matrix[names.index(b), names.index(a)] = value
        root = _root(matrix, names, label)
        return cls(names, frozenset(logit_sd), tuple(map(tuple, root.tolist())))

    def etas(self, seed: int, first: int, count: int, *, occasion: int | None = None) -> Array:
        """The random effects (subject, name) of the subjects first, first + 1, ...

        occasion: number of the occasion for effects that change between occasions. A name's draw does not depend on the
        other names: eta_j = sum over k <= j of L_jk z_k, with z_k drawn under the name k.
        """
        layer = "between people" if occasion is None else f"between occasions {occasion}"
        scores = [normal(seed, f"{name} {layer}", first, count) for name in self.names]
        etas = np.zeros((count, len(self.names)))
        # Summed one by one: a matrix product may round differently in blocks of different size.
        for j, row in enumerate(self.root):
            for weight, score in zip(row[: j + 1], scores, strict=False):
                if weight != 0.0:
                    etas[:, j] += weight * score
        return etas

    def varied(self, name: str, typical: ArrayLike, eta: ArrayLike) -> Array:
        """The individual value: typical exp(eta), or on the logit scale 1 / (1 + (1 / typical - 1) exp(-eta)).

        A fraction of exactly 0 or 1 stays what it is. Raises `InputError` for a name that does not vary and for a
        fraction outside 0-1.
        """
        if name not in self.names:
            raise InputError(f"{name} does not vary; what varies is {', '.join(self.names) or 'nothing'}.")
        value, effect = np.asarray(typical, dtype=np.float64), np.asarray(eta, dtype=np.float64)
        if name not in self.logit:
            return np.asarray(value * np.exp(effect), dtype=np.float64)
        if not ((value >= 0.0) & (value <= 1.0)).all():
            raise InputError(
                f"{name} varies on the logit scale and must lie between 0 and 1, and {typical!r} does not."
            )
        return np.asarray(value / (value + (1.0 - value) * np.exp(-effect)), dtype=np.float64)


def uncertainty(seed: int, name: str, relative_se: float, *, first: int, count: int, replicates: int) -> Array:
    """Multipliers (subject,) of a published estimate: subject i has that of replicate i mod `replicates`.

    Log-normal with median 1 and ln(1 + relative_se^2) as the variance of the logarithm. Raises `InputError` for a
    standard error below zero and fewer than one replicate.
    """
    if replicates < 1:
        raise InputError(f"uncertainty needs at least one replicate, and {replicates!r} were asked for.")
    sigma = sqrt(log1p(_not_negative(f"relative standard error of {name}", relative_se) ** 2))
    multipliers = np.exp(sigma * normal(seed, f"{name} parameter set", 0, replicates))
    return multipliers[(first + np.arange(count)) % replicates]


def _root(matrix: Array, names: tuple[str, ...], label: str) -> Array:
    """The Cholesky factor, leaving out the rows of parameters that do not vary."""
    varies = np.diag(matrix) > 0.0
    if not np.isfinite(matrix).all() or matrix[~varies].any():
        raise InputError(f"the covariance matrix of {label or ', '.join(names)} pairs a parameter that does not vary.")
    root = np.zeros_like(matrix)
    kept = np.flatnonzero(varies)
    try:
        root[np.ix_(kept, kept)] = np.linalg.cholesky(matrix[np.ix_(kept, kept)])
    except np.linalg.LinAlgError:
        lowest = float(np.linalg.eigvalsh(matrix).min())
        raise InputError(
            f"the covariance matrix of {label or 'the model'} over {', '.join(names)} is not positive definite "
            f"(smallest eigenvalue {lowest:.3g}): a covariance is larger than its variances allow."
        ) from None
    return root


def _not_negative(field: str, value: float) -> float:
    if not (isfinite(value) and value >= 0.0):
        raise InputError(f"the {field} must be a finite number, zero or more, and {value!r} is not.")
    return value
