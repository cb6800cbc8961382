"""The parts of the engine on their own: steps, matrix exponentials, blocks, grids, calendars."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from ketsim.engine import Inputs, step
from ketsim.engine.calendar import Calendar
from ketsim.engine.grid import Grid
from ketsim.engine.matrix_exponential import exponential
from ketsim.engine.structure import Structure, patterns


def series(points, span, terms=120):
    """Divided difference of exp(x t) in exact fractions: the sum over k of t^(k + n) h_k(points) / (k + n)!."""
    points, span = [Fraction(point) for point in points], Fraction(span)
    order = len(points) - 1
    sums = [Fraction(1)] * len(points)
    total = Fraction(0)
    for term in range(terms):
        total += sums[-1] * span ** (term + order) / math.factorial(term + order)
        sums[0] *= points[0]
        for number in range(1, len(points)):
            sums[number] = sums[number] * points[number] + sums[number - 1]
    return float(total)


@pytest.mark.parametrize("rate", [0.0, -1e-12, -1e-3, -0.5, -7.0])
@pytest.mark.parametrize("span", [0.0, 1e-6, 0.3, 5.0])
def test_charged(rate, span):
    found = step.charged(np.array([rate]), np.array([span]))[0]
    assert found == pytest.approx(series([rate, 0.0], span), rel=1e-14)


@pytest.mark.parametrize(
    "rates", [[-1.0, -1.0], [-1.0, -1.0005], [-1.0, -1.0 - 1e-14], [-2.0] * 4, [-0.3, -0.3003, -0.3]]
)
@pytest.mark.parametrize("span", [0.0, 1e-7, 0.4, 2.0, 9.0])
def test_along_a_path(rates, span):
    columns, time = [np.array([rate]) for rate in rates], np.array([span])
    assert step.passed_along(columns, time)[0] == pytest.approx(series(rates, span), rel=1e-13)
    assert step.charged_along(columns, time)[0] == pytest.approx(series([*rates, 0.0], span), rel=1e-11)


def test_a_path_fades_to_nothing_over_a_very_long_span():
    rates, time = [np.array([-5.0]), np.array([-5.004])], np.array([1e5])
    assert step.passed_along(rates, time)[0] == 0.0
    assert step.charged_along(rates, time)[0] == pytest.approx(1.0 / (5.0 * 5.004), rel=1e-14)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.integers(0, 2**32 - 1), st.floats(0.0, 300.0), st.booleans())
def test_exponential_agrees_with_scipy(states, seed, span, compartmental):
    draw = np.random.default_rng(seed)
    matrix = draw.uniform(0.0, 1.0, (3, states, states)) * (draw.random((3, states, states)) < 0.6)
    for one in matrix:
        np.fill_diagonal(one, 0.0)
        one -= np.diag(one.sum(axis=0) + draw.uniform(0.0, 0.3, states))
    if not compartmental:
        matrix = draw.normal(0.0, 1.0, matrix.shape) - 2.0 * np.eye(states)
        span = min(span, 5.0)
    found = exponential(matrix * span)
    truth = np.stack([expm(one * span) for one in matrix])
    assert np.abs(found - truth).max() <= 1e-14 * (10.0 + span) * max(1.0, np.abs(truth).max())


def test_exponential_keeps_zeros_and_digits_of_small_entries():
    matrix = np.array([[[-50.0, 0.0, 0.0], [1e-9, -1.0, 0.0], [0.0, 1e-9, -0.1]]])
    found = exponential(matrix * 2.0)[0]
    assert (found[np.triu_indices(3, 1)] == 0.0).all()
    assert found[1, 0] == pytest.approx(1e-9 * (math.exp(-2.0) - math.exp(-100.0)) / 49.0, rel=1e-13)


def test_blocks_in_the_order_in_which_they_feed_one_another():
    links = np.zeros((6, 6), dtype=bool)
    for target, source in ((5, 3), (3, 5), (0, 3), (0, 4), (4, 0), (2, 0), (1, 2)):
        links[target, source] = True
    structure = Structure.of(links)
    assert [block.tolist() for block in structure.blocks] == [[3, 5], [0, 4], [2], [1]]
    assert structure.trees == (True, True, True, True)
    assert structure.feeds[1, 3]
    assert not structure.feeds[3, 1]


def test_a_circle_is_no_tree():
    links = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]], dtype=bool)
    assert Structure.of(links).trees == (False,)
    assert Structure.of(links | links.T).trees == (False,)


def test_subjects_are_grouped_by_where_their_rates_are_not_zero():
    rates = np.ones((4, 2, 2))
    rates[1, 0, 1] = rates[3, 0, 1] = 0.0
    groups = sorted(members.tolist() for members, _ in patterns((rates,)))
    assert groups == [[0, 2], [1, 3]]


def laid(grid):
    """How often each time is served, and by which edge and offset."""
    served = {}
    for panel in grid.panels:
        for first, last, edge, offset in zip(panel.first, panel.last, panel.edge, panel.offset, strict=True):
            for place, time in enumerate(range(first, last)):
                served.setdefault(time, []).append((edge, offset + place * panel.spacing))
    for time in [*grid.free, *grid.forced]:
        served.setdefault(int(time), []).append((grid.edge[time], grid.offset[time]))
    return served


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_time_is_served_once_from_the_edge_before_it(data):
    edges = np.sort(np.array([0.0, *data.draw(st.lists(st.floats(0.0, 30.0), max_size=5))]))
    runs = data.draw(st.lists(st.tuples(st.floats(0.0, 20.0), st.floats(1e-3, 0.5), st.integers(1, 60)), max_size=3))
    single = data.draw(st.lists(st.floats(0.0, 40.0), min_size=1, max_size=8))
    times = np.unique(np.concatenate([single, *(start + step * np.arange(count) for start, step, count in runs)]))
    forced = np.array(data.draw(st.lists(st.booleans(), min_size=len(edges), max_size=len(edges))))
    grid = Grid.of(times, edges, forced)
    served = laid(grid)
    assert sorted(served) == list(range(len(times)))
    for time, ((edge, offset),) in served.items():
        assert edge == np.searchsorted(edges, times[time], side="right") - 1
        assert edges[edge] + offset == pytest.approx(times[time], rel=1e-14, abs=1e-13)
        if forced[edge]:
            assert time in grid.forced


def test_a_quarter_hourly_grid_goes_through_one_panel():
    grid = Grid.of(0.25 * np.arange(1345), np.array([0.0, 48.0, 48.6]), np.zeros(3, dtype=bool))
    (panel,) = grid.panels
    assert panel.spacing == 0.25
    assert sum(run.last - run.first for run in panel.runs) + len(grid.free) == 1345
    assert len(grid.free) < 5


def test_edges_beyond_the_times_are_left_out():
    inputs = Inputs(
        np.array([0.0, 5.0, 50.0]),
        np.ones(3),
        np.array([1.0, 100.0, 1.0]),
        np.zeros(3, int),
        np.zeros(3),
        np.zeros(3) > 0,
    )
    (window,) = Calendar.of(inputs, np.zeros(1), horizon=6.0).windows()
    assert window.time.tolist() == [[0.0, 0.0, 1.0, 5.0]]
    assert window.record.tolist() == [[-1, 0, -1, 1]]
