"""Summaries of many people: within the stated resolution, the same whatever the blocks, in memory that stays flat."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ketsim.errors import InputError, NumericsError
from ketsim.measures import StreamingMoments, StreamingQuantiles, quantile

Q = [0.0, 0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999, 1.0]


def sketch(values: np.ndarray, block: int | None = None) -> StreamingQuantiles:
    made = StreamingQuantiles(values.shape[1:])
    for at in range(0, len(values), block or max(1, len(values))):
        made.add(values[at : at + (block or len(values))])
    return made


POSITIVE = st.floats(1e-11, 1e11)
ANY = st.floats(-1e9, 1e9)


@given(values=arrays(np.float64, st.tuples(st.integers(1, 60), st.just(2)), elements=POSITIVE | st.just(0.0)))
@settings(max_examples=80)
def test_positive_values_within_the_stated_resolution(values: np.ndarray) -> None:
    exact = np.quantile(values, Q, axis=0)
    found = sketch(values).quantile(Q)
    assert (np.abs(found - exact) <= StreamingQuantiles.resolution * exact + 1e-15 * exact).all()
    assert (found[0] == exact[0]).all()
    assert (found[-1] == exact[-1]).all()


@given(values=arrays(np.float64, st.tuples(st.integers(1, 60), st.just(1)), elements=ANY))
@settings(max_examples=80)
def test_mixed_signs_within_the_resolution_of_the_two_people_between(values: np.ndarray) -> None:
    ordered = np.sort(values[:, 0])
    rank = np.array(Q) * (len(ordered) - 1)
    size = np.maximum(np.abs(ordered[np.floor(rank).astype(int)]), np.abs(ordered[np.ceil(rank).astype(int)]))
    found, made = sketch(values).quantile(Q)[:, 0], StreamingQuantiles()
    bound = StreamingQuantiles.resolution * size * (1.0 + 1e-12) + made.smallest
    assert (np.abs(found - np.quantile(ordered, Q)) <= bound).all()
    assert (np.diff(found) >= 0.0).all()


@given(
    values=arrays(np.float64, st.tuples(st.integers(0, 60), st.just(2)), elements=ANY | POSITIVE | st.just(np.nan)),
    block=st.integers(1, 20),
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=80)
def test_blocks_and_merging_change_no_bit(values: np.ndarray, block: int, order: object) -> None:
    whole = sketch(values).quantile(Q)
    parts = [sketch(values[at : at + block]) for at in range(0, len(values), block)]
    order.shuffle(parts)  # type: ignore[attr-defined]
    merged = StreamingQuantiles((2,))
    for part in parts:
        merged.merge(part)
    assert merged.quantile(Q).tobytes() == whole.tobytes()
    assert sketch(values, block).quantile(Q).tobytes() == whole.tobytes()
    np.testing.assert_array_equal(merged.count, (~np.isnan(values)).sum(axis=0))


def test_a_lognormal_population_of_many_cells() -> None:
    values = np.random.default_rng(1).lognormal(0.0, 1.5, size=(5_000, 6, 2)) * np.geomspace(1e-9, 1e3, 12).reshape(
        6, 2
    )
    exact, found = np.quantile(values, Q, axis=0), sketch(values, 512).quantile(Q)
    assert found.shape == (len(Q), 6, 2)
    np.testing.assert_allclose(found, exact, rtol=StreamingQuantiles.resolution)


def test_zeros_are_exact_and_a_constant_too() -> None:
    values = np.array([0.0, 0.0, 0.0, 5.0])
    assert sketch(values).quantile([0.0, 0.5, 1.0]).tolist() == [0.0, 0.0, 5.0]
    assert sketch(np.full(9, 0.123456789)).quantile([0.1, 0.5, 0.9]).tolist() == [0.123456789] * 3


def test_what_is_below_the_smallest_counts_as_zero_within_that_size() -> None:
    values = np.array([1e-300, 1e-20, -1e-18, 3.0])
    found = StreamingQuantiles()
    found.add(values)
    assert np.abs(found.quantile(Q) - np.quantile(values, Q)).max() <= found.resolution * 3.0
    assert found.quantile(1.0 / 3.0) == 0.0
    fine = StreamingQuantiles(smallest=1e-30)
    fine.add(values)
    assert fine.quantile(2.0 / 3.0) == pytest.approx(1e-20, rel=StreamingQuantiles.resolution)


def test_one_quantile_or_several() -> None:
    made = sketch(np.arange(12.0).reshape(4, 3))
    assert made.quantile(0.5).shape == (3,)
    assert made.quantile([0.5]).shape == (1, 3)
    assert StreamingQuantiles(200).quantile(0.5).shape == (200,)


def test_nobody_has_no_quantile() -> None:
    made = StreamingQuantiles(3)
    made.add(np.empty((0, 3)))
    made.add(np.array([[np.nan, 1.0, np.nan]]))
    np.testing.assert_array_equal(made.quantile(0.5), [np.nan, 1.0, np.nan])
    assert made.count.tolist() == [0, 1, 0]


def test_a_million_values_in_flat_memory() -> None:
    generator = np.random.default_rng(2)
    blocks = [np.exp(generator.normal(size=(500, 200))) * np.geomspace(1.0, 1e-8, 200) for _ in range(2)]
    made = StreamingQuantiles(200)
    made.add(blocks[0])
    made.add(blocks[1])
    size = made.nbytes
    tracemalloc.start()
    for number in range(10):
        made.add(blocks[number % 2])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.count.tolist() == [6_000] * 200
    assert made.nbytes == size
    assert size < 15e6
    assert peak < 10e6


def test_two_hundred_times_of_four_outputs_fit_in_tens_of_megabytes() -> None:
    made = StreamingQuantiles((200, 4))
    made.add(np.full((1, 200, 4), 1e-12))
    made.add(np.full((1, 200, 4), 1e5))
    assert made.nbytes < 60e6


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
def test_an_infinite_value_is_a_fault_and_counts_nobody(bad: float) -> None:
    made = StreamingQuantiles(2)
    with pytest.raises(NumericsError, match="infinite"):
        made.add(np.array([[1.0, 2.0], [bad, 1.0]]))
    assert made.count.tolist() == [0, 0]


def test_slips_are_explained() -> None:
    made = StreamingQuantiles((2,))
    with pytest.raises(InputError, match="shape"):
        made.add(np.ones((4, 3)))
    with pytest.raises(InputError, match="same shape"):
        made.merge(StreamingQuantiles((3,)))
    with pytest.raises(InputError, match="same smallest"):
        made.merge(StreamingQuantiles((2,), smallest=1.0))
    with pytest.raises(InputError, match="between 0 and 1"):
        made.quantile(1.5)
    with pytest.raises(InputError, match="between 0 and 1"):
        quantile([1.0], [float("nan")])
    with pytest.raises(InputError, match="positive"):
        StreamingQuantiles(smallest=0.0)
    with pytest.raises(InputError, match="shape"):
        StreamingMoments((2,)).add(np.ones((4, 3)))
    with pytest.raises(InputError, match="merged"):
        StreamingMoments((2,)).merge(StreamingMoments((3,)))


@given(values=arrays(np.float64, st.tuples(st.integers(1, 30), st.just(2)), elements=st.floats(-1e6, 1e6)))
@settings(max_examples=50)
def test_exact_quantiles_are_those_of_numpy(values: np.ndarray) -> None:
    np.testing.assert_allclose(quantile(values, Q), np.quantile(values, Q, axis=0), rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(quantile(values, 0.3), np.quantile(values, 0.3, axis=0), rtol=1e-12, atol=1e-9)


def test_exact_quantiles_leave_out_the_undefined() -> None:
    values = np.array([[1.0, np.nan], [np.nan, np.nan], [3.0, np.nan]])
    np.testing.assert_array_equal(quantile(values, [0.0, 0.5, 1.0]), [[1.0, np.nan], [2.0, np.nan], [3.0, np.nan]])
    np.testing.assert_array_equal(quantile(np.empty((0, 2)), 0.5), [np.nan, np.nan])


@given(
    values=arrays(np.float64, st.tuples(st.integers(2, 80), st.just(2)), elements=st.floats(-1e3, 1e3)),
    block=st.integers(1, 20),
)
@settings(max_examples=50)
def test_moments_of_blocks_are_those_of_the_whole(values: np.ndarray, block: int) -> None:
    made = StreamingMoments(2)
    for at in range(0, len(values), block):
        made.add(values[at : at + block])
    np.testing.assert_allclose(made.mean, values.mean(axis=0), rtol=1e-10, atol=1e-9)
    np.testing.assert_allclose(made.variance, values.var(axis=0, ddof=1), rtol=1e-9, atol=1e-6)


def test_moments_keep_precision_far_from_zero_and_repeat_to_the_bit() -> None:
    values = 1e9 + np.random.default_rng(3).normal(size=(10_000, 1))
    runs = []
    for _ in range(2):
        made = StreamingMoments((1,))
        for at in range(0, len(values), 256):
            part = StreamingMoments((1,))
            part.add(values[at : at + 256])
            made.merge(part)
        runs.append((made.mean.tobytes(), made.variance.tobytes()))
        assert made.variance[0] == pytest.approx(values.var(ddof=1), rel=1e-7)
    assert runs[0] == runs[1]


def test_moments_of_few_or_undefined_people() -> None:
    made = StreamingMoments(2)
    made.add(np.array([[1.0, np.nan]]))
    assert made.count.tolist() == [1, 0]
    assert np.isnan(made.variance).all()
    np.testing.assert_array_equal(made.mean, [1.0, np.nan])
