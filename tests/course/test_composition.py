"""Processes find each other by name, and what a reading rests on is found by following it."""

from typing import ClassVar

import numpy as np
import pytest

from ketsim.course.composition import Composition
from ketsim.course.march import measured
from ketsim.course.planned import variants_of
from ketsim.course.process import SIZE_AND_TIME, Process, Reading, kind, names
from ketsim.engine.slow_march import march_slow
from ketsim.errors import InputError


class Store(Process):
    parameters: ClassVar = {"fill": "rate", "empty": "rate"}
    states: ClassVar = {"store": 1.0}

    def rates(self, p):
        return {"store": p["empty"]}

    def push(self, see):
        return {"store": see.p["fill"] * see["doubled"]}


class Doubled(Process):
    parameters: ClassVar = {"unused": "rate"}
    signals: ClassVar = ("doubled",)

    def signal(self, name, see):
        return 2.0 * see["concentration"] + see.p["offset"]


class Shown(Process):
    parameters: ClassVar = {"scale": "dimensionless"}
    readings: ClassVar = {"shown": Reading("what is shown", "1", 0.0, 1e3, 1.0)}

    def read(self, name, see):
        return see.p["scale"] * see["store"]


def test_what_a_reading_rests_on_is_followed_through_states_and_signals():
    composition = Composition((Shown(), Store(), Doubled()))
    assert composition.behind("shown") == {"scale", "fill", "empty", "offset"}


def test_a_state_that_pushes_itself_is_followed_once():
    class Loop(Process):
        states: ClassVar = {"around": 1.0}
        readings: ClassVar = {"round": Reading("round", "1", 0.0, 1.0, 1.0)}

        def push(self, see):
            return {"around": see.p["k"] * see["around"]}

        def read(self, name, see):
            return see["around"]

    assert Composition((Loop(),)).behind("round") == {"k"}


def test_two_processes_may_not_share_a_name():
    with pytest.raises(AssertionError, match="share"):
        Composition((Store(), Store()))


def test_the_march_of_composed_processes_is_the_closed_form():
    composition = Composition((Store(), Doubled(), Shown()), feeds=())
    p = {"fill": np.array([1.0, 2.0]), "empty": np.array([0.5, 0.5]), "offset": np.array([3.0, 3.0])}
    times = np.array([0.0, 1.0, 4.0])
    system = composition.slow_system(p, 2)
    solved = march_slow(system, p, None, composition.initial(p, 2), times, tolerance=1e-8)
    found = composition.read(["shown"], times, solved.values, solved.concentrations, {**p, "scale": 10.0})
    expected = 10.0 * np.array([1.0, 2.0])[:, None] * 3.0 / 0.5 * (1.0 - np.exp(-0.5 * times))
    np.testing.assert_allclose(found["shown"], expected, rtol=1e-7)


def test_what_is_seen_at_a_moment_is_what_is_read_off():
    (variant, *_) = variants_of(["dependence"], stop=10.0, factor=1.0, in_force=())
    composition = variant.composition
    rng = np.random.default_rng(1)
    p = {name: rng.uniform(0.5, 2.0, 3) for name in composition.parameters}
    states = rng.uniform(0.0, 1.0, (3, len(composition.states)))
    concentration = rng.uniform(0.0, 1.0, (3, 1))
    see = composition.at_moment(5.0, states, concentration, p)
    read = composition.read(["craving", "withdrawal"], np.array([5.0]), states[:, None], concentration[:, None], p)
    for name, values in read.items():
        np.testing.assert_array_equal(see[name], values[:, 0])


def test_every_file_of_the_room_is_one_process_and_each_belongs_to_a_structure():
    for name in names():
        assert issubclass(kind(name), Process)


def test_an_unknown_process_is_named_with_its_neighbours():
    with pytest.raises(InputError, match="craving"):
        kind("cravin")


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (SIZE_AND_TIME, SIZE_AND_TIME),
        (("peak", "time_of_peak", "area"), ("peak", "time_of_peak")),
        (("peak", "time_of_peak", *SIZE_AND_TIME), SIZE_AND_TIME),
        (("area",), ()),
    ],
)
def test_a_reading_is_known_after_the_last_dose_or_over_all_where_nobody_knows_which_is_the_last(there, told):
    assert Reading("shown", "1", 0.0, 1.0, 1.0, known_by=SIZE_AND_TIME).known_of(there) == told


def test_what_every_reading_is_known_by_is_a_measure_that_there_is():
    there = {*measured(np.arange(3.0), np.ones((1, 3)), level=1.0, stop=1.0)}
    for process in names():
        for reading in kind(process).readings.values():
            assert reading.known_by == reading.known_of(there)
