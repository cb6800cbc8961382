"""Draws are addressed by (seed, name, subject): equal to the bit whatever asks, and distributed as they should be."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ketsim.errors import InputError
from ketsim.people.draws import normal, normal_quantile, uniform

N = 20_000
DRAWS = [uniform, normal]
Draw = Callable[[int, str, int, int], np.ndarray]

_MASK = 2**64 - 1


def philox4x64(counter: int, key: tuple[int, int]) -> list[int]:
    """Philox 4x64 with ten rounds, written from its definition in Salmon et al. (2011)."""
    c = [(counter >> (64 * i)) & _MASK for i in range(4)]
    k = list(key)
    for _ in range(10):
        left, right = 0xD2E7470EE14C6C93 * c[0], 0xCA5A826395121157 * c[2]
        c = [(right >> 64) ^ c[1] ^ k[0], right & _MASK, (left >> 64) ^ c[3] ^ k[1], left & _MASK]
        k = [(k[0] + 0x9E3779B97F4A7C15) & _MASK, (k[1] + 0xBB67AE8584CAA73B) & _MASK]
    return c


def digest(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


@pytest.mark.parametrize("subject", [0, 1, 2, 999, 10**12, 2**64 - 1])
@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
def test_the_words_are_those_of_philox(seed: int, subject: int) -> None:
    words = philox4x64(subject + 1, (seed, digest("cl")))
    assert uniform(seed, "cl", subject, 1)[0] == ((words[0] >> 12) + 0.5) * 2.0**-52
    assert normal(seed, "cl", subject, 1)[0] == normal_quantile(np.array([((words[1] >> 12) + 0.5) * 2.0**-52]))[0]


@pytest.mark.parametrize("draw", DRAWS)
@given(first=st.integers(0, 10**12), count=st.integers(0, 64), data=st.data())
def test_a_block_is_a_slice_of_any_larger_block(draw: Draw, first: int, count: int, data: st.DataObject) -> None:
    before = data.draw(st.integers(0, min(first, 40)))
    after = data.draw(st.integers(0, 40))
    whole = draw(7, "cl", first - before, before + count + after)
    part = draw(7, "cl", first, count)
    assert part.tobytes() == whole[before : before + count].tobytes()


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize("block", [1, 3, 7, 8, 64, 1000])
def test_any_block_size_gives_the_same_bits(draw: Draw, block: int) -> None:
    n = 2_000
    whole = draw(3, "v1", 10**12, n)
    pieces = [draw(3, "v1", 10**12 + at, min(block, n - at)) for at in range(0, n, block)]
    assert np.concatenate(pieces).tobytes() == whole.tobytes()


@pytest.mark.parametrize("draw", DRAWS)
def test_order_of_asking_does_not_matter(draw: Draw) -> None:
    forward = {(name, i): draw(5, name, i, 1)[0] for name in ("a", "b") for i in range(20)}
    backward = {(name, i): draw(5, name, i, 1)[0] for name in ("b", "a") for i in reversed(range(20))}
    assert forward == backward


def test_another_process_draws_the_same() -> None:
    code = "from ketsim.people.draws import normal; print(normal(9, 'ka', 12, 4).tobytes().hex())"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert out == normal(9, "ka", 12, 4).tobytes().hex()


def test_names_seeds_and_neighbours_are_uncorrelated() -> None:
    base = normal(1, "cl", 0, N)
    others = [normal(1, "v1", 0, N), normal(1, "cl ", 0, N), normal(2, "cl", 0, N), normal(0, "cl", 0, N)]
    others += [normal(1, "cl", lag, N) for lag in (1, 2, 3, 4, 64)]
    others.append(normal_quantile(uniform(1, "cl", 0, N)))
    limit = 4.5 / np.sqrt(N)
    assert [abs(float(np.corrcoef(base, other)[0, 1])) < limit for other in others] == [True] * len(others)


def test_no_two_draws_are_the_same_number() -> None:
    values = np.concatenate([uniform(s, n, f, 2000) for s in (0, 1) for n in ("a", "b") for f in (0, 2000, 10**12)])
    assert np.unique(values).size == values.size


@pytest.mark.parametrize("first", [0, 10**12])
@pytest.mark.parametrize(("draw", "law"), [(uniform, "uniform"), (normal, "norm")])
def test_distribution(draw: Draw, law: str, first: int) -> None:
    values = draw(11, "cl", first, N)
    assert stats.kstest(values, law).pvalue > 1e-3
    expected = getattr(stats, law)
    assert abs(values.mean() - expected.mean()) < 4.5 * expected.std() / np.sqrt(N)
    assert values.var() == pytest.approx(expected.var(), rel=0.05)


def test_subjects_fill_the_square_evenly() -> None:
    counts, _, _ = np.histogram2d(uniform(4, "a", 0, N), uniform(4, "b", 0, N), bins=10)
    assert stats.chisquare(counts.ravel()).pvalue > 1e-3


def test_uniform_stays_inside() -> None:
    values = uniform(1, "x", 0, N)
    assert values.min() > 0.0
    assert values.max() < 1.0


def test_quantile_agrees_with_scipy_from_the_far_tail_to_the_middle() -> None:
    p = np.concatenate([np.geomspace(1e-300, 0.5, 3001), 1.0 - np.geomspace(2.0**-53, 0.5, 3001)])
    np.testing.assert_allclose(normal_quantile(p), stats.norm.ppf(p), rtol=2e-14, atol=1e-15)


@given(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True), st.floats(0.0, 1.0, exclude_min=True, exclude_max=True))
def test_quantile_is_monotone_and_odd(a: float, b: float) -> None:
    low, high = normal_quantile(np.array([min(a, b), max(a, b)]))
    assert low <= high
    whole = round(a * 2**20) / 2**20
    if 0.0 < whole < 1.0:
        assert normal_quantile(np.array([whole]))[0] == -normal_quantile(np.array([1.0 - whole]))[0]


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, float("nan")])
def test_quantile_outside_the_interval_is_an_error(p: float) -> None:
    with pytest.raises(ValueError, match="inside"):
        normal_quantile(np.array([p]))


@pytest.mark.parametrize(
    ("seed", "first", "count", "field"),
    [
        (-1, 0, 1, "seed"),
        (2**64, 0, 1, "seed"),
        (1.5, 0, 1, "seed"),
        ("1", 0, 1, "seed"),
        (1, -1, 1, "first subject"),
        (1, 0, -1, "count of subjects"),
    ],
)
def test_bad_addresses_are_explained(seed: int, first: int, count: int, field: str) -> None:
    with pytest.raises(InputError, match=f"{field} must be a whole number"):
        uniform(seed, "x", first, count)


def test_numpy_integers_are_whole_numbers() -> None:
    assert uniform(3, "x", 0, 2).tolist() == uniform(np.int64(3), "x", np.int64(0), np.int64(2)).tolist()
