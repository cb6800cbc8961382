"""How do many people spread: mean, spread and quantiles, in memory that does not grow with their number?

`quantile` is exact and needs every value at once. `StreamingQuantiles` and `StreamingMoments` take the people block
by block and can be merged. NaN means "undefined for this person": it is left out, and `count` says how many remain.

What it does not know: uncertainty of the quantiles themselves, and anything joint between two outputs or times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketsim.errors import InputError, NumericsError

__all__ = ["StreamingMoments", "StreamingQuantiles", "quantile"]

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

# Each octave of a float64 is cut into 2^7 equal classes: shifting the number's bits right by 45 leaves its exponent
# and the first seven bits of its mantissa, which is the class. No logarithm, so no rounding at a class's edge.
_SHIFT = 45
_CELLS_AT_ONCE = 4_000_000


def quantile(values: ArrayLike, q: float | Sequence[float]) -> Array:
    """Exact quantiles over people of values (subject, ...): shape (...) for one q, (q, ...) for several.

    Interpolates linearly between two people. NaN values are left out; a quantile of nobody is NaN. Raises `InputError`
    for q outside 0-1.

    >>> quantile([1.0, 2.0, 3.0, float("nan")], [0.0, 0.5, 0.75]).tolist()
    [1.0, 2.0, 2.5]
    """
    probabilities = _probabilities(q)
    ordered = np.sort(np.asarray(values, dtype=np.float64), axis=0)
    defined = (~np.isnan(ordered)).sum(axis=0)
    top = np.maximum(defined - 1, 0)
    result = np.full((probabilities.size, *ordered.shape[1:]), np.nan)
    if len(ordered):
        for at, probability in enumerate(probabilities.flat):
            rank = probability * top
            below = np.floor(rank).astype(np.intp)
            low = np.take_along_axis(ordered, below[None], axis=0)[0]
            high = np.take_along_axis(ordered, np.minimum(below + 1, top)[None], axis=0)[0]
            result[at] = np.where(defined > 0, low + (high - low) * (rank - below), np.nan)
    return result.reshape((*probabilities.shape, *ordered.shape[1:]))


class StreamingQuantiles:
    """Quantiles of a stream of people, from counts in classes of equal relative width.

    Every answer q lies within `resolution` (relative, 2^-8 = 0.39 %) of the exact quantile of the same people, or
    within `smallest` of it where that is larger; zeros, the lowest and the highest value are exact. For mixed signs
    the bound holds for the two people between whom a quantile is interpolated. Counts are whole numbers, so the order
    and the size of blocks, and the order of merging, cannot change a bit of any answer.

    Memory: 8 bytes times cells times 128 classes per octave between `smallest` and the largest magnitude seen, so
    8 MB for 200 times over 12 decades; a larger `smallest` takes less.
    """

    resolution = 2.0**-8

    def __init__(self, shape: int | Sequence[int] = (), *, smallest: float = 2.0**-40) -> None:
        """Start with nobody. shape: of one person's values, such as (time, output). smallest: magnitude below which
        a value counts as zero, in the unit of the values; the default is about 1e-12. Raises `InputError` if it is not
        positive.
        """
        if not (np.isfinite(smallest) and smallest > 0.0):
            raise InputError(f"the smallest magnitude told from zero must be positive, and {smallest!r} is not.")
        self.shape = _shape(shape)
        self.smallest = float(2.0 ** np.floor(np.log2(smallest)))
        self._first_class = int(np.array(self.smallest).view(np.int64)) >> _SHIFT
        self._low = 0
        self._counts: Counts = np.zeros((int(np.prod(self.shape)), 1), dtype=np.int64)
        self._minimum = np.full(len(self._counts), np.inf)
        self._maximum = np.full(len(self._counts), -np.inf)

    @property
    def count(self) -> Counts:
        """How many people are defined in each cell (shape)."""
        total: Counts = self._counts.sum(axis=1).reshape(self.shape)
        return total

    @property
    def nbytes(self) -> int:
        """Bytes that the counts take."""
        return self._counts.nbytes

    def add(self, values: ArrayLike) -> None:
        """Count a block of people, values (subject, *shape). Raises `InputError` for another shape, `NumericsError` for
        an infinite value; nothing is counted then.
        """
        block = np.asarray(values, dtype=np.float64)
        if block.shape[1:] != self.shape or block.ndim == 0:
            raise InputError(f"expected values of shape (subject, {self.shape}), and got {block.shape}.")
        block = block.reshape(len(block), len(self._counts))
        if np.isinf(block).any():
            raise NumericsError("a value to summarise is infinite.")
        people = max(1, _CELLS_AT_ONCE // max(1, block.shape[1]))
        for at in range(0, len(block), people):
            self._add(block[at : at + people])

    def merge(self, other: StreamingQuantiles) -> None:
        """Add the people of another sketch to this one. Raises `InputError` when the two do not fit together."""
        if other.shape != self.shape or other.smallest != self.smallest:
            raise InputError("only sketches of the same shape and the same smallest magnitude can be merged.")
        self._cover(other._low, other._low + other._counts.shape[1] - 1)
        at = other._low - self._low
        self._counts[:, at : at + other._counts.shape[1]] += other._counts
        self._minimum = np.minimum(self._minimum, other._minimum)
        self._maximum = np.maximum(self._maximum, other._maximum)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it as arrays by name: of the counts, mostly zeros, those that are not, and how far apart they lie."""
        flat = self._counts.reshape(-1)
        there = np.flatnonzero(flat)
        apart, counts = np.diff(there, prepend=0), flat[there]
        return {
            "shape": np.array(self.shape, dtype=np.int64),
            "smallest": np.array(self.smallest),
            "window": np.array([self._low, self._counts.shape[1]]),
            "apart": apart.astype(_narrowest(apart)),
            "counts": counts.astype(_narrowest(counts)),
            "minimum": self._minimum,
            "maximum": self._maximum,
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> StreamingQuantiles:
        """The same sketch again."""
        sketch = cls(tuple(int(n) for n in arrays["shape"]), smallest=float(arrays["smallest"]))
        sketch._low, width = (int(n) for n in arrays["window"])
        sketch._counts = np.zeros((len(sketch._minimum), width), dtype=np.int64)
        sketch._counts.reshape(-1)[np.cumsum(arrays["apart"], dtype=np.int64)] = arrays["counts"]
        sketch._minimum, sketch._maximum = np.array(arrays["minimum"]), np.array(arrays["maximum"])
        return sketch

    def quantile(self, q: float | Sequence[float]) -> Array:
        """Quantiles, of this sketch's shape for one q and (q, *shape) for several; NaN where nobody is defined.

        Raises `InputError` for q outside 0-1.
        """
        probabilities = _probabilities(q)
        wanted = probabilities.ravel()
        centres = self._centres()
        result = np.full((wanted.size, len(self._counts)), np.nan)
        for cell, row in enumerate(self._counts):
            running = np.cumsum(row)
            top = running[-1] - 1
            if top < 0:
                continue
            rank = wanted * top
            below = np.floor(rank)
            low = self._person(cell, running, centres, below)
            high = self._person(cell, running, centres, np.minimum(below + 1.0, top))
            result[:, cell] = low + (high - low) * (rank - below)
        return result.reshape((*probabilities.shape, *self.shape))

    def _person(self, cell: int, running: Counts, centres: Array, place: Array) -> Array:
        """The value of the person at this place in the order of a cell, counted from zero."""
        lowest, highest = self._minimum[cell], self._maximum[cell]
        middle = np.clip(centres[np.searchsorted(running, place, side="right")], lowest, highest)
        return np.where(place == 0.0, lowest, np.where(place == running[-1] - 1, highest, middle))

    def _add(self, block: Array) -> None:
        defined = ~np.isnan(block)
        if not defined.any():
            return
        classes = self._classes(block)
        self._cover(int(classes.min(where=defined, initial=0)), int(classes.max(where=defined, initial=0)))
        classes += np.arange(block.shape[1], dtype=np.int64) * self._counts.shape[1] - self._low
        # Cell by cell, so that the counts written to lie close together.
        np.add.at(self._counts.reshape(-1), classes.T[defined.T], 1)
        self._minimum = np.minimum(self._minimum, block.min(axis=0, where=defined, initial=np.inf))
        self._maximum = np.maximum(self._maximum, block.max(axis=0, where=defined, initial=-np.inf))

    def _classes(self, block: Array) -> Counts:
        """The signed class of every value: 0 for |x| < smallest, then 1, 2, ... with the sign of x."""
        magnitude = np.abs(block)
        classes = magnitude.view(np.int64)
        classes >>= _SHIFT
        classes -= self._first_class - 1
        np.maximum(classes, 0, out=classes)
        return np.negative(classes, out=classes, where=block < 0.0)

    def _centres(self) -> Array:
        """The middle of each class that the window covers."""
        number = np.arange(self._low, self._low + self._counts.shape[1], dtype=np.int64)
        edge = np.maximum(np.abs(number), 1) - 1 + self._first_class
        middle = 0.5 * (_edge(edge) + _edge(edge + 1))
        return np.where(number == 0, 0.0, np.copysign(middle, number))

    def _cover(self, low: int, high: int) -> None:
        """Widen the window of classes, in steps of one octave, so that it covers low ... high."""
        octave = 1 << (52 - _SHIFT)
        width = self._counts.shape[1]
        before = max(0, -(-(self._low - low) // octave)) * octave
        after = max(0, -(-(high - self._low - width + 1) // octave)) * octave
        if before or after:
            self._counts = np.pad(self._counts, ((0, 0), (before, after)))
            self._low -= before


class StreamingMoments:
    """Mean and variance of a stream of people, merged by the formula of Chan, Golub and LeVeque.

    Floating-point sums depend on the order of merging: merge blocks of one size in the order of the people, and the
    answer is the same to the bit whatever computed the blocks.
    """

    def __init__(self, shape: int | Sequence[int] = ()) -> None:
        """Start with nobody. shape: of one person's values, such as (time, output)."""
        self.shape = _shape(shape)
        self.count: Counts = np.zeros(self.shape, dtype=np.int64)
        self._mean = np.zeros(self.shape)
        self._squares = np.zeros(self.shape)

    @property
    def mean(self) -> Array:
        """Mean of each cell; NaN where nobody is defined."""
        return np.where(self.count > 0, self._mean, np.nan)

    @property
    def variance(self) -> Array:
        """Sample variance (n - 1) of each cell; NaN where fewer than two people are defined."""
        return np.where(self.count > 1, self._squares / np.maximum(self.count - 1, 1), np.nan)

    def add(self, values: ArrayLike) -> None:
        """Take a block of people, values (subject, *shape). Raises `InputError` for another shape."""
        block = np.asarray(values, dtype=np.float64)
        if block.shape[1:] != self.shape or block.ndim == 0:
            raise InputError(f"expected values of shape (subject, {self.shape}), and got {block.shape}.")
        defined = ~np.isnan(block)
        part = StreamingMoments(self.shape)
        part.count = defined.sum(axis=0, dtype=np.int64)
        part._mean = block.sum(axis=0, where=defined) / np.maximum(part.count, 1)
        part._squares = ((block - part._mean) ** 2).sum(axis=0, where=defined)
        self.merge(part)

    def merge(self, other: StreamingMoments) -> None:
        """Add the people of another stream to this one. Raises `InputError` when the shapes differ."""
        if other.shape != self.shape:
            raise InputError(f"moments of shape {other.shape} cannot be merged into shape {self.shape}.")
        total = self.count + other.count
        share = other.count / np.maximum(total, 1)
        apart = other._mean - self._mean
        self._squares = self._squares + other._squares + apart * apart * self.count * share
        self._mean = self._mean + apart * share
        self.count = total


def _shape(given: int | Sequence[int]) -> tuple[int, ...]:
    return (given,) if isinstance(given, int) else tuple(given)


def _narrowest(counts: Counts) -> type[np.unsignedinteger[Any]]:
    """The kind of whole number that takes least room for these."""
    largest = int(counts.max(initial=0))
    return next(kind for kind in (np.uint8, np.uint16, np.uint32, np.uint64) if largest <= np.iinfo(kind).max)


def _edge(number: Counts) -> Array:
    """The lowest magnitude of a class."""
    return (number << _SHIFT).view(np.float64)


def _probabilities(q: float | Sequence[float]) -> Array:
    probabilities = np.asarray(q, dtype=np.float64)
    if probabilities.ndim > 1 or not ((probabilities >= 0.0) & (probabilities <= 1.0)).all():
        raise InputError(f"a quantile is asked for by a number between 0 and 1, such as 0.95; got {q!r}.")
    return probabilities
