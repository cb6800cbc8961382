"""Which people are simulated together, and what is known of each?

Arrays over subjects; what was not said is None and absent from `Cohort.covariates`, so that a model that needs it can
say so. What it does not know: models, and random effects on their parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketsim.people.subject import ETHNICITIES, Subject

__all__ = ["ETHNICITY_CODES", "Cohort"]

Array = NDArray[np.float64]

#: Ethnicities in the order of the codes of `Cohort.ethnicity`.
ETHNICITY_CODES = tuple(ETHNICITIES)
_MEANING = np.array([ETHNICITIES[name] for name in ETHNICITY_CODES], dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The subjects first ... first + size - 1 of a population, or one person.

    weight [kg], age [year], height [cm], female (bool) and ethnicity (codes into `ETHNICITY_CODES`) are (subject,) or
    None where not said; liver, kidney, co_medication and cyp2b6 are the same for all.
    """

    first: int
    size: int
    weight: Array | None = None
    age: Array | None = None
    height: Array | None = None
    female: NDArray[np.bool_] | None = None
    ethnicity: NDArray[np.int8] | None = None
    liver: str | None = None
    kidney: str | float | None = None
    co_medication: tuple[str, ...] = ()
    cyp2b6: str | None = None

    @classmethod
    def of(cls, subject: Subject, *, first: int = 0, size: int = 1) -> Cohort:
        """One person as a cohort, nothing filled in; `size` times the same one where parameter sets differ.

        >>> Cohort.of(Subject(weight="70 kg")).covariates()
        {'weight': array([70.])}
        """

        def one(value: float | None) -> Array | None:
            return None if value is None else np.full(size, value, dtype=np.float64)

        return cls(
            first=first,
            size=size,
            weight=one(subject.weight),
            age=one(subject.age),
            height=one(subject.height),
            female=None if subject.sex is None else np.full(size, subject.sex == "female"),
            ethnicity=None
            if subject.ethnicity is None
            else np.full(size, ETHNICITY_CODES.index(subject.ethnicity), dtype=np.int8),
            liver=subject.liver,
            kidney=subject.kidney,
            co_medication=subject.co_medication,
            cyp2b6=subject.cyp2b6,
        )

    def covariates(self) -> dict[str, Array]:
        """What is known, by the names that models use, each (subject,).

        weight [kg], age [year], height [cm], female, asian and japanese (0 or 1); a name that is absent was not said.
        """
        known: dict[str, Array] = {}
        for name, values in (("weight", self.weight), ("age", self.age), ("height", self.height)):
            if values is not None:
                known[name] = values
        if self.female is not None:
            known["female"] = self.female.astype(np.float64)
        if self.ethnicity is not None:
            known["asian"], known["japanese"] = _MEANING[self.ethnicity].T
        return known
