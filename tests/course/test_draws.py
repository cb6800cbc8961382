"""What a lane gets depends on its seed, its set and its person alone."""

import numpy as np
import pytest

from ketsim.course.draws import TYPICAL, Lanes, parameters_of
from ketsim.course.structure import structures

DEPENDENCE = structures("dependence")[0]


def drawn(lanes):
    return parameters_of(DEPENDENCE.values, DEPENDENCE.chances, lanes)


def test_the_typical_lane_has_the_numbers_as_they_stand_and_shows_everything():
    typical = drawn(Lanes.typical(7))
    for name, value in DEPENDENCE.values.items():
        assert typical[name][0] == value.canonical
    assert all(typical[name][0] == 1.0 for name in DEPENDENCE.chances)


def test_a_population_in_blocks_is_the_population():
    whole = drawn(Lanes.population(3, 16, 0, 300))
    late = drawn(Lanes.population(3, 16, 211, 60))
    for name, values in whole.items():
        np.testing.assert_array_equal(values[211:271], late[name])


def test_lanes_of_one_set_share_what_is_not_known_and_lanes_of_one_person_what_differs():
    lanes = Lanes.one_person(3, 4, 5)
    p = drawn(lanes)
    for number in range(4):
        assert len(set(p["tau_s"][lanes.sets == number])) == 1  # only uncertain
    for number in range(5):
        assert len(set(p["vulnerability"][lanes.people == number])) == 1  # only between people
    assert len(set(p["tau_s"])) == 5
    assert len(set(p["vulnerability"])) == 6


def test_another_seed_is_another_world():
    assert not np.array_equal(
        drawn(Lanes.population(1, 16, 0, 50))["tau_a"], drawn(Lanes.population(2, 16, 0, 50))["tau_a"]
    )


def test_shares_of_people_are_met():
    people = np.arange(20_000)
    lanes = Lanes(5, np.full(len(people), TYPICAL), people, 0)
    p = drawn(lanes)
    for name, share in DEPENDENCE.chances.items():
        assert set(np.unique(p[name])) == {0.0, 1.0}
        assert np.mean(p[name]) == pytest.approx(share.canonical, abs=0.015)


@pytest.mark.parametrize("seed", [0, 1, 2**62])
def test_fractions_stay_fractions(seed):
    p = drawn(Lanes.population(seed, 64, 0, 500))
    for name, value in DEPENDENCE.values.items():
        assert np.isfinite(p[name]).all()
        if value.kind == "fraction":
            assert (p[name] >= 0.0).all()
            assert (p[name] <= 1.0).all()


def test_numbers_of_lanes_are_people_or_places():
    assert Lanes.population(0, 4, 100, 3).numbers.tolist() == [100, 101, 102]
    assert Lanes.one_person(0, 2, 2).numbers.tolist() == [0, 1, 2, 3, 4]
    assert Lanes.typical(0).sets.tolist() == [TYPICAL]
