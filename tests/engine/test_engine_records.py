"""The dosing-record matrix: every kind of record, alone and mixed, against 50-digit arithmetic."""

import numpy as np
import pytest

from ketsim.engine import Inputs, LinearSystem, propagate

TIMES = np.array([0.0, 0.2, 1.0, 1.5, 2.0, 3.0, 4.5, 6.0, 7.25, 9.0, 12.0, 12.5, 20.0, 31.0])
TOLERANCE = 1e-12

CASES = {
    "bolus": [{"time": 1.0, "amount": 10.0}],
    "bolus into a later state": [{"time": 1.0, "amount": 10.0, "state": 2}],
    "infusion": [{"time": 1.0, "amount": 10.0, "duration": 3.5}],
    "infusion that outlasts the times": [{"time": 1.0, "amount": 10.0, "duration": 90.0}],
    "overlapping infusions": [
        {"time": 0.0, "amount": 10.0, "duration": 6.0},
        {"time": 2.0, "amount": 4.0, "duration": 1.0, "state": 1},
        {"time": 2.5, "amount": 4.0, "duration": 7.0},
    ],
    "two at once": [
        {"time": 2.0, "amount": 5.0},
        {"time": 2.0, "amount": 3.0, "duration": 2.0, "state": 1},
        {"time": 2.0, "amount": 1.0, "state": 2},
    ],
    "out of order": [{"time": 7.0, "amount": 5.0}, {"time": 1.0, "amount": 3.0, "duration": 2.0}],
    "steady boluses": [{"time": 1.5, "amount": 5.0, "steady_interval": 8.0}],
    "steady infusions": [{"time": 1.5, "amount": 5.0, "duration": 2.0, "steady_interval": 8.0}],
    "steady infusions as long as the interval": [{"time": 1.5, "amount": 5.0, "duration": 8.0, "steady_interval": 8.0}],
    "steady infusions longer than the interval": [
        {"time": 1.5, "amount": 5.0, "duration": 9.5, "steady_interval": 4.0}
    ],
    "steady state on top of what is there": [
        {"time": 0.0, "amount": 5.0, "duration": 6.0},
        {"time": 3.0, "amount": 2.0, "duration": 1.0, "steady_interval": 12.0, "state": 1},
        {"time": 7.0, "amount": 2.0},
    ],
    "reset": [
        {"time": 0.0, "amount": 5.0, "duration": 20.0},
        {"time": 1.0, "amount": 5.0},
        {"time": 4.5, "amount": 0.0, "reset": True},
        {"time": 6.0, "amount": 5.0, "duration": 1.0},
    ],
    "reset with a dose": [
        {"time": 0.0, "amount": 5.0, "duration": 20.0},
        {"time": 4.5, "amount": 2.0, "duration": 2.0, "reset": True},
    ],
    "reset with a steady state": [
        {"time": 0.0, "amount": 50.0},
        {"time": 4.5, "amount": 2.0, "duration": 9.0, "steady_interval": 4.0, "reset": True},
    ],
    "reset of running steady infusions": [
        {"time": 0.0, "amount": 2.0, "duration": 30.0, "steady_interval": 8.0},
        {"time": 9.0, "amount": 1.0, "reset": True},
    ],
    "reset between records of one time": [
        {"time": 2.0, "amount": 5.0, "duration": 5.0},
        {"time": 2.0, "amount": 3.0, "reset": True},
        {"time": 2.0, "amount": 1.0, "duration": 3.0},
    ],
    "nothing": [],
}


@pytest.mark.parametrize("system", ["oral_system", "swirling_system"])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("own", [False, True], ids=["shared calendar", "own calendars"])
def test_every_record(case, own, system, records, independent, worst, request):
    chosen = request.getfixturevalue(system)
    inputs = records(*CASES[case], own_calendar=chosen.subjects if own else 0)
    found = propagate(chosen, inputs, TIMES)
    truth = independent(chosen, inputs, TIMES)
    assert found.values.shape == truth.shape
    assert (worst(found.values, truth) <= np.minimum(found.error, TOLERANCE)).all()
    assert set(found.method) == {"modal" if system == "oral_system" else "expm"}


def test_amounts_times_and_durations_of_each_subject(oral_system, records, independent, worst):
    inputs = records(
        {"time": [0.0, 1.0, 2.5], "amount": [5.0, 6.0, 7.0], "duration": [0.0, 2.0, 9.0]},
        {"time": [4.0, 3.0, 2.5], "amount": 3.0, "duration": [1.0, 0.0, 0.5], "state": 2},
        {"time": [8.0, 8.0, 1.0], "amount": 2.0, "duration": [30.0, 3.0, 7.0], "steady_interval": 6.0},
    )
    found = propagate(oral_system, inputs, TIMES)
    assert (worst(found.values, independent(oral_system, inputs, TIMES)) <= TOLERANCE).all()


def test_amounts_of_each_subject_on_a_shared_calendar(oral_system, records, independent, worst):
    inputs = records(
        {"time": 1.0, "amount": [5.0, 6.0, 7.0]}, {"time": 2.0, "amount": [1.0, 0.0, 2.0], "duration": 3.0}
    )
    assert inputs.shared_calendar
    found = propagate(oral_system, inputs, TIMES)
    assert (worst(found.values, independent(oral_system, inputs, TIMES)) <= TOLERANCE).all()


@pytest.mark.parametrize("own", [False, True], ids=["shared calendar", "own calendars"])
@pytest.mark.parametrize("system", ["oral_system", "swirling_system"])
def test_systems_that_change_with_time(own, system, records, independent, worst, request):
    first = request.getfixturevalue(system)
    chain = (
        first,
        LinearSystem(1.7 * first.rates, first.readout, start=3.0),
        LinearSystem(0.3 * first.rates, 2.0 * first.readout, start=9.0),
    )
    inputs = records(
        {"time": 0.0, "amount": 5.0},
        {"time": 1.0, "amount": 9.0, "duration": 4.0},
        {"time": 3.0, "amount": 2.0, "duration": 10.0, "steady_interval": 6.0},
        {"time": 9.0, "amount": 1.0},
        {"time": 12.5, "amount": 2.0, "reset": True},
        own_calendar=first.subjects if own else 0,
    )
    found = propagate(chain, inputs, TIMES)
    assert (worst(found.values, independent(chain, inputs, TIMES)) <= TOLERANCE).all()


def test_initial_amounts(oral_system, records, independent, worst):
    begin = np.arange(15.0).reshape(3, 5)
    inputs = records({"time": 2.0, "amount": 5.0})
    found = propagate(oral_system, inputs, TIMES, initial=begin)
    assert (worst(found.values, independent(oral_system, inputs, TIMES, begin)) <= TOLERANCE).all()


def test_an_output_at_the_time_of_a_bolus_is_after_it(records):
    system = LinearSystem(np.array([[[-1.0]]]), np.array([[[1.0]]]))
    inputs = records({"time": 0.0, "amount": 4.0}, {"time": 2.0, "amount": 3.0})
    values = propagate(system, inputs, np.array([0.0, 2.0])).values[0, :, 0]
    np.testing.assert_allclose(values, [4.0, 4.0 * np.exp(-2.0) + 3.0], rtol=1e-15)


def test_a_very_short_infusion_late_in_the_course_loses_nothing(records):
    system = LinearSystem(np.array([[[0.0]]]), np.array([[[1.0]]]))
    short = records(
        {"time": 8000.0, "amount": 4.0, "duration": 1e-9}, {"time": 8000.0, "amount": 3.0, "duration": 1e-15}
    )
    assert propagate(system, short, np.array([9000.0])).values[0, 0, 0] == pytest.approx(7.0, rel=1e-15)


@pytest.mark.parametrize("own", [False, True], ids=["shared calendar", "own calendars"])
def test_equal_spacing_is_only_a_shorter_way(own, oral_system, records, worst):
    inputs = records(
        {"time": 0.3, "amount": 5.0, "duration": 0.7},
        {"time": 4.0, "amount": 2.0},
        {"time": 7.7, "amount": 2.0, "duration": 3.3},
        own_calendar=3 if own else 0,
    )
    fine = np.concatenate([np.linspace(0.0, 2.0, 121), 2.0 + 0.25 * np.arange(1, 73)])
    together = propagate(oral_system, inputs, fine)
    apart = np.concatenate(
        [propagate(oral_system, inputs, fine[part : part + 5]).values for part in range(0, 193, 5)], 1
    )
    assert (worst(together.values, apart) <= 1e-13).all()


def test_many_systems_in_a_row_pile_up_no_doubt():
    """Where drug only moves or leaves, a hundred changes of rates leave the estimate far below the tolerance."""

    def system(hour: float) -> LinearSystem:
        leaving = 50.0 * (1.0 + 0.0087 * hour)
        rates = np.array([[[-2.0, 0.5, 0.0], [1.0, -0.5, 0.0], [1.0, 0.0, -leaving]]])
        return LinearSystem(rates, np.array([[[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]]), hour)

    once, first = np.array([48.0]), np.array([0])
    inputs = Inputs(np.zeros(1), once, once, first, np.zeros(1), np.zeros(1, dtype=bool))
    chain = tuple(system(float(hour)) for hour in range(100))
    assert propagate(chain, inputs, np.linspace(0.0, 120.0, 500)).error.max() < 1e-11
