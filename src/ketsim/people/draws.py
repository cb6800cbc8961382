"""Which random number belongs to this subject, under this name and this seed?

A draw is addressed by (seed, name, subject), never consumed in order: subject 41 has the same "cl" draw in every
arm, block, process and rerun, and adding a name or a subject moves nobody else's numbers.

The generator is Philox 4x64-10, a counter-based generator: its key is (seed, 64-bit BLAKE2b digest of the name), and
subject i owns exactly one step of the counter, which is four 64-bit words. `uniform` reads the first word, `normal`
the second, so that the two are independent under one name too.

What it does not know: what a name means, and how large the variability is.
"""

from __future__ import annotations

import operator
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from ketsim.errors import InputError

__all__ = ["normal", "normal_quantile", "uniform"]

Array = NDArray[np.float64]

_WORDS_PER_SUBJECT = 4
_UNIFORM_WORD = 0
_NORMAL_WORD = 1
_SEEDS = 2**64


def uniform(seed: int, name: str, first: int, count: int) -> Array:
    """One number in the open interval (0, 1) for each of the subjects first, first + 1, ...

    seed: whole number from 0 to 2^64 - 1. name: what the draw is for, such as "cl". first: index of the first
    subject. count: how many subjects. Returns (subject,). The values are odd multiples of 2^-53, so neither 0 nor 1
    occurs. Raises `InputError` for a seed, a first or a count that is not such a whole number.

    >>> block = uniform(1, "cl", 0, 1000)
    >>> bool((uniform(1, "cl", 640, 3) == block[640:643]).all())
    True
    """
    return _open_unit(_words(seed, name, first, count)[:, _UNIFORM_WORD])


def normal(seed: int, name: str, first: int, count: int) -> Array:
    """One standard normal number for each of the subjects first, first + 1, ...

    Arguments and errors as `uniform`; returns (subject,). Computed by inverting the normal distribution function, one
    word a subject, so the value depends on nothing but (seed, name, subject).
    """
    return normal_quantile(_open_unit(_words(seed, name, first, count)[:, _NORMAL_WORD]))


def normal_quantile(p: Array) -> Array:
    """The z with P(Z <= z) = p for a standard normal Z; p inside (0, 1), any shape.

    Rational approximations of Wichura (1988), algorithm AS 241 (PPND16), relative error about 1e-16: three ranges
    around the median, in the tails and in the far tails. Raises `ValueError` for p outside (0, 1).
    """
    p = np.ascontiguousarray(p, dtype=np.float64)
    if not ((p > 0.0) & (p < 1.0)).all():
        raise ValueError("normal_quantile needs probabilities inside (0, 1)")
    q = p - 0.5
    central = np.abs(q) <= _CENTRAL_HALF_WIDTH
    # Every range is evaluated for every element: masking would let a value's place in the array choose between
    # vector and scalar code, and the last bit could then depend on the block.
    tail = np.sqrt(-np.log(np.where(q <= 0.0, p, 1.0 - p)))
    near, far = tail - 1.6, tail - 5.0
    in_tail = np.where(
        tail <= 5.0,
        _polynomial(_TAIL_NUMERATOR, near) / _polynomial(_TAIL_DENOMINATOR, near),
        _polynomial(_FAR_NUMERATOR, far) / _polynomial(_FAR_DENOMINATOR, far),
    )
    r = np.where(central, _CENTRAL_HALF_WIDTH**2 - q * q, 0.0)
    in_centre = q * _polynomial(_CENTRAL_NUMERATOR, r) / _polynomial(_CENTRAL_DENOMINATOR, r)
    return np.where(central, in_centre, np.copysign(in_tail, q))


def _words(seed: int, name: str, first: int, count: int) -> NDArray[np.uint64]:
    """The 64-bit words that subjects first ... first + count - 1 own: (subject, 4)."""
    start, number = _whole("first subject", first), _whole("count of subjects", count)
    key = np.array([_whole("seed", seed), _digest(name)], dtype=np.uint64)
    # The bit generator alone, without numpy's Generator on top: its stream is fixed by the published algorithm,
    # while a Generator's methods may change between numpy versions.
    raw = np.random.Philox(key=key, counter=start).random_raw(_WORDS_PER_SUBJECT * number)
    return np.asarray(raw, dtype=np.uint64).reshape(number, _WORDS_PER_SUBJECT)


def _open_unit(words: NDArray[np.uint64]) -> Array:
    """Map 64-bit words to the middles of 2^52 equal cells of (0, 1)."""
    return np.asarray(((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52, dtype=np.float64)


def _whole(field: str, value: int) -> int:
    """The value as an int in [0, 2^64)."""
    try:
        whole = operator.index(value)
    except TypeError:
        raise InputError(f"the {field} must be a whole number from 0 to 2^64 - 1, and {value!r} is not one.") from None
    if not 0 <= whole < _SEEDS:
        raise InputError(f"the {field} must be a whole number from 0 to 2^64 - 1, and {value!r} is not one.")
    return whole


@lru_cache(maxsize=4096)
def _digest(name: str) -> int:
    """The 64-bit BLAKE2b digest of name; Python's own hash differs between processes."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    """Evaluate by Horner's rule, highest power first."""
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value = value * x + coefficient
    return value


_CENTRAL_HALF_WIDTH = 0.425
_CENTRAL_NUMERATOR = (
    2.5090809287301226727e3,
    3.3430575583588128105e4,
    6.7265770927008700853e4,
    4.5921953931549871457e4,
    1.3731693765509461125e4,
    1.9715909503065514427e3,
    1.3314166789178437745e2,
    3.3871328727963666080e0,
)
_CENTRAL_DENOMINATOR = (
    5.2264952788528545610e3,
    2.8729085735721942674e4,
    3.9307895800092710610e4,
    2.1213794301586595867e4,
    5.3941960214247511077e3,
    6.8718700749205790830e2,
    4.2313330701600911252e1,
    1.0,
)
_TAIL_NUMERATOR = (
    7.74545014278341407640e-4,
    2.27238449892691845833e-2,
    2.41780725177450611770e-1,
    1.27045825245236838258e0,
    3.64784832476320460504e0,
    5.76949722146069140550e0,
    4.63033784615654529590e0,
    1.42343711074968357734e0,
)
_TAIL_DENOMINATOR = (
    1.05075007164441684324e-9,
    5.47593808499534494600e-4,
    1.51986665636164571966e-2,
    1.48103976427480074590e-1,
    6.89767334985100004550e-1,
    1.67638483018380384940e0,
    2.05319162663775882187e0,
    1.0,
)
_FAR_NUMERATOR = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    1.24266094738807843860e-3,
    2.65321895265761230930e-2,
    2.96560571828504891230e-1,
    1.78482653991729133580e0,
    5.46378491116411436990e0,
    6.65790464350110377720e0,
)
_FAR_DENOMINATOR = (
    2.04426310338993978564e-15,
    1.42151175831644588870e-7,
    1.84631831751005461485e-5,
    7.86869131145613259100e-4,
    1.48753612908506148525e-2,
    1.36929880922737805310e-1,
    5.99832206555887937690e-1,
    1.0,
)
