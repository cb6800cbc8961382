"""Which points of a course does a plot need? As few as draw the same picture, with every peak kept.

Simulated courses carry thousands of times; a screen shows a few hundred. The points kept are those without which a
straight line between neighbours would be seen to miss the course, on a linear or on a logarithmic axis. The module does
not smooth and invents no point: what is kept is what was computed.
"""

from __future__ import annotations

import heapq
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Decades below the highest value that a logarithmic axis shows.
DECADES = 4


def decimate(
    times: Array, *courses: Array, limit: int = 600, tolerance: float = 0.001, logarithmic: bool = True
) -> NDArray[np.intp]:
    """Indices of the points to draw, in order: at most `limit`, or fewer where `tolerance` is met earlier.

    times: (time,) ascending. courses: each (time,), drawn over the same times. tolerance: the miss allowed, as a
    fraction of the plot's height. logarithmic: drawn on a logarithmic axis too. Ends, the extremes of each course and
    its local peaks come first; then the point that the drawing misses most, again and again. A course with more peaks
    than half of `limit` is drawn by the highest and the lowest point of spans of equal length. A value that is not
    finite counts as zero.
    """
    count = len(times)
    if count <= 2 or not courses:
        return np.arange(count, dtype=np.intp)
    curves = _as_seen(courses, logarithmic=logarithmic)
    kept = {0, count - 1}
    for curve in curves[: len(courses)]:
        kept |= {int(np.argmax(curve)), int(np.argmin(curve))}
    peaks = _peaks(curves[: len(courses)])
    if len(peaks) > max(limit // 2, 2):
        # More swings than can be told apart: a few of them kept would look like the course, and the rest like rest.
        return _even_swings(times, curves[: len(courses)], kept, limit)
    kept |= set(peaks)
    anchors = sorted(kept)
    queue = [entry for left, right in pairwise(anchors) if (entry := _worst(times, curves, left, right))]
    heapq.heapify(queue)
    while queue and len(kept) < limit:
        miss, middle, left, right = heapq.heappop(queue)
        if -miss <= tolerance:
            break
        kept.add(middle)
        for ends in ((left, middle), (middle, right)):
            entry = _worst(times, curves, *ends)
            if entry:
                heapq.heappush(queue, entry)
    return np.array(sorted(kept), dtype=np.intp)


def _even_swings(times: Array, curves: Array, kept: set[int], limit: int) -> NDArray[np.intp]:
    """What is kept anyhow, and the highest and the lowest point of the curves' sum in spans of equal length."""
    together = curves.sum(axis=0)
    spans = max((limit - len(kept)) // 2, 1)
    edges = np.searchsorted(times, np.linspace(times[0], times[-1], spans + 1))
    for first, last in pairwise(edges.tolist()):
        if last > first:
            inner = together[first:last]
            kept = kept | {first + int(inner.argmax()), first + int(inner.argmin())}
    return np.array(sorted(kept), dtype=np.intp)


def _as_seen(courses: tuple[Array, ...], *, logarithmic: bool) -> Array:
    """Courses as fractions of the plot's height (curve, time): on the linear axis, then on a logarithmic one."""
    stack = np.nan_to_num(np.array(courses, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = min(float(stack.min()), 0.0), float(stack.max())
    if high <= low:
        return np.zeros_like(stack)
    linear = (stack - low) / (high - low)
    if high <= 0 or not logarithmic:
        return linear
    # One decade deeper than shown, so that a line leaves the plot where the course does.
    deep = np.log10(np.maximum(stack / high, 10.0 ** -(DECADES + 1))) / DECADES + 1.0
    return np.concatenate([linear, deep])


def _peaks(curves: Array) -> list[int]:
    """Local maxima of the curves, the highest rise above the neighbouring trough first."""
    found: dict[int, float] = {}
    for curve in curves:
        steps = np.sign(np.diff(curve))
        turns = np.flatnonzero(steps)
        ups, downs = turns[:-1], turns[1:]
        tops = downs[(steps[ups] > 0) & (steps[downs] < 0)]
        bottoms = np.concatenate([[0], downs[(steps[ups] < 0) & (steps[downs] > 0)]])
        for top in tops:
            before = bottoms[np.searchsorted(bottoms, top, side="right") - 1]
            found[int(top)] = max(found.get(int(top), 0.0), float(curve[top] - curve[before]))
    return sorted(found, key=lambda index: (-found[index], index))


def _worst(times: Array, curves: Array, left: int, right: int) -> tuple[float, int, int, int] | None:
    """The point between two kept ones that their straight line misses most: (-miss, index, left, right)."""
    if right - left < 2:
        return None
    inner = slice(left + 1, right)
    width = times[right] - times[left]
    share = (times[inner] - times[left]) / width if width > 0 else np.zeros(right - left - 1)
    chord = curves[:, left, None] + share * (curves[:, right] - curves[:, left])[:, None]
    miss = np.abs(curves[:, inner] - chord).max(axis=0)
    at = int(np.argmax(miss))
    return (-float(miss[at]), left + 1 + at, left, right)
