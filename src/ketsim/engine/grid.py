"""How the asked-for times fall between the edges: runs of equal spacing, which are cheap, and single times.

A run at r + i h needs no exponential a time: exp of the coarse offsets and exp of one panel of fine offsets are enough,
joined by one small matrix product. Knows times only.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ketsim.engine.system import Array, BoolArray, IntArray

# Shorter runs are not worth a panel.
SHORTEST_RUN = 12
WIDTHS = (8, 16, 32, 64)
# Exponentials are dearer than multiplications: what one costs in padded entries of a panel.
EXPONENTIAL_COST = 6


@dataclass(frozen=True, slots=True)
class Run:
    """Times number `first` to `last` (exclusive), equally spaced: they fill panel rows `row` onwards."""

    first: int
    last: int
    row: int


@dataclass(frozen=True, slots=True)
class Panel:
    """Runs of one spacing [h], cut into rows of `width` times.

    Row number r holds the times number `first[r]` to `last[r]` (exclusive) and starts `offset[r]` [h] after the edge
    number `edge[r]`.
    """

    spacing: float
    width: int
    first: IntArray
    last: IntArray
    edge: IntArray
    offset: Array
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Sorted times of one window: panels, and the single times with and without a running input.

    `free` and `forced` are numbers of times; `edge` (time,) the edge before each, `offset` [h] (time,) the span since.
    """

    panels: tuple[Panel, ...]
    free: IntArray
    forced: IntArray
    edge: IntArray
    offset: Array

    @classmethod
    def of(cls, times: Array, edges: Array, forced: BoolArray) -> Grid:
        """Lay sorted `times` [h] over sorted `edges` [h]; `forced` (edge,) says where an input runs after the edge."""
        edge = np.searchsorted(edges, times, side="right") - 1
        offset = times - edges[edge]
        pushed = forced[edge]
        single = np.ones(len(times), dtype=np.bool_)
        slack = 8.0 * np.finfo(np.float64).eps * float(times[-1]) if len(times) else 0.0
        groups: dict[float, list[tuple[int, int]]] = {}
        for first, last in _runs(times, edge, slack):
            if pushed[first]:
                continue
            spacing = (times[last - 1] - times[first]) / (last - first - 1)
            for known in groups:
                if abs(known - spacing) * (last - first) <= slack:
                    spacing = known
                    break
            ideal = times[first] + spacing * np.arange(last - first)
            if np.abs(times[first:last] - ideal).max() <= slack:
                groups.setdefault(spacing, []).append((first, last))
                single[first:last] = False
        panels = tuple(_panel(spacing, runs, edge, offset) for spacing, runs in groups.items())
        return cls(panels, np.flatnonzero(single & ~pushed), np.flatnonzero(single & pushed), edge, offset)


def _runs(times: Array, edge: IntArray, slack: float) -> list[tuple[int, int]]:
    """Stretches [first, last) of at least `SHORTEST_RUN` equally spaced times after the same edge."""
    found = []
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(edge)) + 1, [len(edge)]]).tolist()
    for begin, end in pairwise(bounds):
        if end - begin < SHORTEST_RUN:
            continue
        gaps = np.diff(times[begin:end])
        breaks = np.concatenate([[0], np.flatnonzero(np.abs(np.diff(gaps)) > slack) + 1, [len(gaps)]]).tolist()
        taken = begin
        for start, stop in pairwise(breaks):
            first, last = max(begin + start, taken), begin + stop + 1
            if last - first >= SHORTEST_RUN:
                found.append((first, last))
                taken = last
    return found


def _panel(spacing: float, runs: list[tuple[int, int]], edge: IntArray, offset: Array) -> Panel:
    """Cut runs of one spacing into rows, of the width that costs least."""

    def cost(width: int) -> int:
        rows = sum(-(-(last - first) // width) for first, last in runs)
        return rows * width + EXPONENTIAL_COST * (rows + width)

    width = min(WIDTHS, key=cost)
    starts: list[int] = []
    ends: list[int] = []
    placed = []
    for first, last in runs:
        placed.append(Run(first, last, len(starts)))
        rows = range(first, last, width)
        starts += rows
        ends += [min(row + width, last) for row in rows]
    begin = np.array(starts)
    return Panel(spacing, width, begin, np.array(ends), edge[begin], offset[begin], tuple(placed))
