"""Who are the people of a simulated population, and how do they differ in body, age and sex?

A description without a seed: the same description and seed give person number i the same body in every block. What it
does not know: how people differ in what their bodies do to the drug (see `variability` and the sources).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketsim.errors import InputError
from ketsim.people.body_size import SOURCE, US_ADULTS, us_adults
from ketsim.people.cohort import ETHNICITY_CODES, Cohort
from ketsim.people.distribution import Distribution, described
from ketsim.people.draws import uniform
from ketsim.people.subject import Subject, checked_ethnicity, checked_sex
from ketsim.units import to_canonical

__all__ = ["Population"]

Quantity = str | float | tuple[str | float, str | float] | Mapping[str, str | float] | Distribution


@dataclass(frozen=True, slots=True, init=False)
class Population:
    """People who differ.

    size: how many. weight, age, height: a number with a unit (everyone), two numbers (evenly between them), or a
    mapping with mean and sd and, if wanted, low and high. Weight that was not said, or is "US adults", is that of
    adults of the United States, and so is height when neither was said; age that was not said stays unsaid. sex:
    "female" or "male" for everyone; female: share of women instead. ethnicity: one for everyone, or a mapping to shares
    that add up to 1. liver, kidney, co_medication, cyp2b6: as of `Subject`, for everyone.

    Raises `InputError` with one sentence for anything that cannot be meant.

    >>> Population(1000, weight={"mean": "75 kg", "sd": "12 kg"}, sex="male").realise(0, 3, seed=1).weight.round(1)
    array([61.6, 72.6, 86.4])
    """

    size: int
    weight: Distribution | None
    height: Distribution | None
    age: Distribution | None
    female: float | None
    ethnicity: tuple[tuple[str, float], ...]
    common: Subject
    weight_of_us_adults: bool
    height_of_us_adults: bool

    def __init__(
        self,
        size: int,
        *,
        weight: Quantity | None = None,
        height: Quantity | None = None,
        age: Quantity | None = None,
        sex: str | None = None,
        female: str | float | None = None,
        ethnicity: str | Mapping[str, str | float] | None = None,
        liver: str | None = None,
        kidney: str | float | None = None,
        co_medication: str | Sequence[str] = (),
        cyp2b6: str | None = None,
    ) -> None:
        if sex is not None and female is not None:
            raise InputError("give sex for a population of one sex, or female for the share of women, not both.")
        draw_weight = weight is None or weight == US_ADULTS
        draw_height = (weight is None and height is None) or height == US_ADULTS
        if sex is not None:
            share: float | None = 1.0 if checked_sex(sex) == "female" else 0.0
        else:
            share = None if female is None else _share("female", female)
        fields = {
            "size": _size(size),
            "weight": None if draw_weight or weight is None else described("weight", weight),
            "height": None if draw_height or height is None else described("height", height),
            "age": None if age is None else described("age", age),
            "female": share,
            "ethnicity": _shares(ethnicity),
            "common": Subject(liver=liver, kidney=kidney, co_medication=co_medication, cyp2b6=cyp2b6),
            "weight_of_us_adults": draw_weight,
            "height_of_us_adults": draw_height,
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        self._refuse_children_of_adult_size()

    def realise(self, first: int, count: int, seed: int) -> Cohort:
        """The people number first ... first + count - 1, the same whatever block asks for them.

        Raises `InputError` for people beyond the population, a seed outside 0 ... 2^64 - 1, and limits that leave
        nobody.
        """
        if not 0 <= first <= first + count <= self.size:
            raise InputError(f"people {first} to {first + count - 1} are not among the {self.size} of this population.")
        share = self._female_share()
        female = None if share is None else uniform(seed, "covariate sex", first, count) < share
        weight, height = self._sizes(seed, first, count, female)
        return Cohort(
            first=first,
            size=count,
            weight=weight,
            height=height,
            age=None if self.age is None else self.age.drawn(seed, "covariate age", first, count),
            female=female,
            ethnicity=self._ethnicities(seed, first, count),
            liver=self.common.liver,
            kidney=self.common.kidney,
            co_medication=self.common.co_medication,
            cyp2b6=self.common.cyp2b6,
        )

    def assumptions(self) -> tuple[str, ...]:
        """What is taken for granted about these people, in sentences."""
        said = []
        drawn = [
            name for name, on in (("weight", self.weight_of_us_adults), ("height", self.height_of_us_adults)) if on
        ]
        if drawn:
            age = f"{us_adults().adult_age:g} years and older"
            said.append(f"Body {' and '.join(drawn)}: drawn from adults of the United States, {age} ({SOURCE}).")
            if self.age is not None:
                said.append("Body size is not tied to age.")
            if self.female is None:
                said.append(f"Sex was not said: {us_adults().female_share:.0%} of the people are women.")
        if self.weight is not None and self.weight.kind == "lognormal":
            said.append("Body weight is taken as log-normal with the mean and standard deviation given.")
        known = [
            self.weight_of_us_adults or self.weight is not None,
            self.height_of_us_adults or self.height is not None,
        ]
        if all(known) and not (self.weight_of_us_adults and self.height_of_us_adults):
            said.append("Weight and height are drawn independently of each other.")
        if any(name == "asian" for name, _ in self.ethnicity):
            said.append('Ethnicity "asian" does not say from where: these people count as not Japanese.')
        return tuple(said)

    def _female_share(self) -> float | None:
        if self.female is None and (self.weight_of_us_adults or self.height_of_us_adults):
            return us_adults().female_share
        return self.female

    def _sizes(
        self, seed: int, first: int, count: int, female: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
        # Under names of their own: a stated weight must not follow the height of the survey's people, nor the reverse.
        weight = None if self.weight is None else self.weight.drawn(seed, "stated weight", first, count)
        height = None if self.height is None else self.height.drawn(seed, "stated height", first, count)
        if female is not None and (self.weight_of_us_adults or self.height_of_us_adults):
            drawn_weight, drawn_height = us_adults().drawn(seed, first, female)
            weight = drawn_weight if self.weight_of_us_adults else weight
            height = drawn_height if self.height_of_us_adults else height
        return weight, height

    def _ethnicities(self, seed: int, first: int, count: int) -> NDArray[np.int8] | None:
        if not self.ethnicity:
            return None
        codes = np.array([ETHNICITY_CODES.index(name) for name, _ in self.ethnicity], dtype=np.int8)
        edges = np.cumsum([share for _, share in self.ethnicity])[:-1]
        return codes[np.searchsorted(edges, uniform(seed, "covariate ethnicity", first, count), side="right")]

    def _refuse_children_of_adult_size(self) -> None:
        if self.age is None or not (self.weight_of_us_adults or self.height_of_us_adults):
            return
        youngest = self.age.centre if self.age.kind == "fixed" else self.age.low
        if youngest < us_adults().adult_age:
            raise InputError(
                f"people of {youngest:g} years need a weight of their own, such as a mean and a standard deviation: "
                f"the body sizes of {SOURCE} hold from {us_adults().adult_age:g} years on."
            )


def _size(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise InputError(f"a population of {given!r} people is not possible; expected a whole number, 1 or more.")
    return given


def _share(field: str, given: str | float) -> float:
    share = to_canonical(given, "fraction", default_unit="1", field=field)
    if not 0.0 <= share <= 1.0:
        raise InputError(f"{field} {given!r} is no share; expected a number from 0 to 1 or a percentage.")
    return share


def _shares(given: str | Mapping[str, str | float] | None) -> tuple[tuple[str, float], ...]:
    if given is None:
        return ()
    if isinstance(given, str):
        return ((checked_ethnicity(given), 1.0),)
    shares = sorted((checked_ethnicity(name), _share(f"ethnicity {name}", share)) for name, share in given.items())
    total = sum(share for _, share in shares)
    if not abs(total - 1.0) < 1e-6 or len(dict(shares)) < len(shares):
        raise InputError(f"the shares of ethnicity must add up to 1, one for each, and these add up to {total:g}.")
    return tuple(shares)
