"""Which moments are worth looking at, when doses are minutes and courses are years?

Right after an edge (a dose begins or ends) everything changes fast, and ever more slowly afterwards: the grid starts
with short steps at every edge and lets them grow geometrically. Knows times only.
"""

from __future__ import annotations

import numpy as np

from ketsim.engine.system import Array
from ketsim.errors import InputError

# How much of the fastest decay the first step after an edge may take, at a tolerance of one. What decays fastest is
# carried exactly, and what follows it has little time to change; a step that was too long is refused all the same.
FIRST_SHARE = 3.0
# No grid has more moments than this; a slip of units is more likely.
MOST = 10_000_000


def first_step(fastest: Array, tolerance: Array) -> Array:
    """The first span after an edge [h] (subject,), from the largest rate of each subject [1/h], endless where it is 0.

    A step of order four errs by the fifth power of the share of the fastest decay that they take.
    """
    share = FIRST_SHARE * np.power(tolerance, 0.2)
    with np.errstate(divide="ignore"):
        return np.asarray(share / fastest)


def refined_grid(edges: Array, until: float, *, first: float, growth: float = 1.3, longest: float = np.inf) -> Array:
    """Moments [h] from 0 to `until`: dense after every edge, ever sparser afterwards.

    Parameters
    ----------
    edges
        [h] (edge,) in any order; those outside 0 to `until` are left out. 0 counts as one.
    until
        [h] the last moment.
    first
        [h] the step after an edge.
    growth
        The ratio of each step to the one before it, at least 1.
    longest
        [h] no step is longer, however long ago the last edge was.

    Every edge is a moment itself. Where the next edge is near, the steps before it are shortened evenly, so that no
    sliver is left. Errors: `InputError`.

    >>> refined_grid(np.array([0.0, 10.0]), 12.0, first=1.0, growth=2.0).tolist()
    [0.0, 1.0, 3.0, 7.0, 10.0, 11.0, 12.0]
    """
    if not (until > 0.0 and first > 0.0 and longest > 0.0 and np.isfinite(until)):
        raise InputError(f"a grid needs positive spans; found until {until} h, first {first} h, longest {longest} h.")
    if not growth >= 1.0:
        raise InputError(f"the growth of a grid is {growth}; expected at least 1.")
    inner = np.asarray(edges, dtype=np.float64)
    marks = np.unique(np.concatenate([[0.0], inner[(inner > 0.0) & (inner < until)], [until]]))
    gaps = np.diff(marks)
    steps = _offsets(float(gaps.max()), first, growth, longest)
    count = np.maximum(np.searchsorted(steps, gaps * (1.0 - 1e-12)), 1)
    if count.sum() >= MOST:
        raise InputError(f"the grid would have {count.sum():,} moments; expected fewer than {MOST:,}.")
    parts = []
    for begin, gap, number in zip(marks[:-1].tolist(), gaps.tolist(), count.tolist(), strict=True):
        offsets = steps[:number]
        # The last of them would lie within a sliver of the next edge: spread what is left over the last two steps.
        if number > 1 and gap - offsets[-1] < 0.5 * (offsets[-1] - offsets[-2]):
            offsets = np.append(offsets[:-1], 0.5 * (offsets[-2] + gap))
        parts.append(begin + offsets)
    return np.append(np.concatenate(parts), until)


def _offsets(span: float, first: float, growth: float, longest: float) -> Array:
    """Moments after one edge [h], from 0 to beyond `span`."""
    offsets, step = [0.0], min(first, longest)
    while offsets[-1] < span:
        if len(offsets) >= MOST:
            raise InputError(f"the grid would have more than {MOST:,} moments; expected longer steps.")
        if growth == 1.0 or step >= longest:
            more = np.arange(1, min(int((span - offsets[-1]) / step) + 2, MOST + 1))
            return np.concatenate([offsets, offsets[-1] + step * more])
        offsets.append(offsets[-1] + step)
        step = min(step * growth, longest)
    return np.array(offsets)
