"""How much do adults weigh, and how tall are they?

Weight (shifted log-normal) and height (normal) of men and women of the United States, 20 years and older, with the
correlation between the two. Every number and its derivation is in the source Fryar2025. What it does not know: how size
goes with age, and the people of other countries.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ketsim.people.distribution import Distribution, drawn_inside
from ketsim.people.draws import normal
from ketsim.people.subject import LIMITS

__all__ = ["SOURCE", "US_ADULTS", "BodySize", "us_adults"]

Array = NDArray[np.float64]

SOURCE = "Fryar2025"
US_ADULTS = "US adults"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodySize:
    """Weight [kg] and height [cm] of men and women, with the correlation of their normal scores by sex.

    adult_age: youngest age that they hold for [year]. female_share: share of women where it was not said.
    """

    male: tuple[Distribution, Distribution]
    female: tuple[Distribution, Distribution]
    male_correlation: float
    female_correlation: float
    adult_age: float
    female_share: float

    def drawn(self, seed: int, first: int, female: NDArray[np.bool_]) -> tuple[Array, Array]:
        """Weights [kg] and heights [cm] (subject,) of the subjects first, first + 1, ... of these sexes."""
        count = len(female)
        rho = np.where(female, self.female_correlation, self.male_correlation)

        def attempt(label: str) -> tuple[Array, ...]:
            tall = normal(seed, f"covariate height{label}", first, count)
            own = normal(seed, f"covariate weight{label}", first, count)
            heavy = rho * tall + np.sqrt(1.0 - rho * rho) * own
            return tuple(
                np.where(female, self.female[which].at(score), self.male[which].at(score))
                for which, score in enumerate((heavy, tall))
            )

        def accept(values: tuple[Array, ...]) -> NDArray[np.bool_]:
            return self.male[0].inside(values[0]) & self.male[1].inside(values[1])

        weight, height = drawn_inside(attempt, accept, count, "body size")
        return weight, height


@cache
def us_adults() -> BodySize:
    """The body size of adults of the United States (source Fryar2025)."""
    from ketsim.evidence import load_source  # here, so that describing a person stays light

    source = load_source(SOURCE)

    def number(name: str) -> float:
        return source.values[name].required()

    def of(sex: str) -> tuple[Distribution, Distribution]:
        (light, heavy, _), (short, tall, _) = LIMITS["weight"], LIMITS["height"]
        weight = Distribution(
            kind="lognormal",
            centre=number(f"weight_{sex}_scale"),
            scale=number(f"weight_{sex}_sigma"),
            shift=number(f"weight_{sex}_shift"),
            low=light,
            high=heavy,
        )
        mean, sd = number(f"height_{sex}_mean"), number(f"height_{sex}_sd")
        return weight, Distribution(kind="normal", centre=mean, scale=sd, low=short, high=tall)

    return BodySize(
        male=of("male"),
        female=of("female"),
        male_correlation=number("weight_height_correlation_male"),
        female_correlation=number("weight_height_correlation_female"),
        adult_age=number("adult_age"),
        female_share=number("female_share"),
    )
