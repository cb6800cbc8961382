"""The width of a result is told apart by the law of total variance."""

import numpy as np
import pytest

from ketsim.course.draws import Lanes
from ketsim.course.ensemble import Sums, width_of

LANES = Lanes.crossed(0, 40, 60)


def sums(structure, parameters, people, seed=1):
    rng = np.random.default_rng(seed)
    of_set = parameters * rng.standard_normal(40)
    of_lane = people * rng.standard_normal(LANES.size)
    return Sums.of(structure + of_set[LANES.sets] + of_lane, LANES)


@pytest.mark.parametrize(
    ("spread", "parameters", "people", "expected"),
    [
        (0.0, 0.0, 1.0, (0.0, 0.0, 1.0)),
        (0.0, 1.0, 0.0, (0.0, 1.0, 0.0)),
        (2.0, 0.0, 0.0, (1.0, 0.0, 0.0)),
        (2.0, 1.0, 1.0, (1 / 3, 1 / 3, 1 / 3)),
    ],
)
def test_each_part_is_found(spread, parameters, people, expected):
    width = width_of("x", "peak", [sums(-spread / 2, parameters, people, 1), sums(spread / 2, parameters, people, 2)])
    assert (width.structures, width.parameters, width.people) == pytest.approx(expected, abs=0.12)


def test_shares_add_up_to_one():
    width = width_of("x", "peak", [sums(0, 1, 2), sums(1, 2, 1)])
    assert width.structures + width.parameters + width.people == pytest.approx(1.0)


def test_blocks_add_up_to_the_whole():
    values = np.random.default_rng(0).gamma(2.0, size=500)
    whole = Sums.of(values, Lanes.population(0, 8, 0, 500))
    parts = [Sums.of(values[a:b], Lanes.population(0, 8, a, b - a)) for a, b in ((0, 123), (123, 400), (400, 500))]
    added = parts[0].plus(parts[1]).plus(parts[2])
    for name in ("number", "total", "squares"):
        np.testing.assert_allclose(getattr(added, name), getattr(whole, name), rtol=1e-12)


def test_what_never_happened_has_no_part():
    values = np.full(LANES.size, np.nan)
    assert width_of("x", "onset", [Sums.of(values, LANES)]).people == 0.0
