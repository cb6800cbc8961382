"""What the outputs are between the edges of a march, at the asked-for times.

Every output is taken straight from the edge before it. Equally spaced times go through panels (`grid`); the others, and
those under a running input, are stepped to one by one. Knows no rates.
"""

from __future__ import annotations

import numpy as np

from ketsim.engine.calendar import Window
from ketsim.engine.grid import Grid, Panel
from ketsim.engine.stepper import Stepper
from ketsim.engine.system import Array, BoolArray, IntArray
from ketsim.engine.trail import Trail

# Where an output's peak is looked for when the asked-for times may have missed it, in units of 1 / (largest rate).
PROBES = 2.0 ** np.arange(-3.0, 25.0)


def read_shared(out: Array, grid: Grid, stepper: Stepper, modes: Array, forcing: Array | None) -> None:
    """Fill `out` (subject, output, time) for subjects that share all edges; `grid` is laid over these edges.

    `modes` and `forcing` (subject, edge, mode) hold after each edge.
    """
    for panel in grid.panels:
        _fill(out, panel, stepper, stepper.step(modes[:, panel.edge], None, panel.offset[None, :]))
    for single, push in ((grid.free, None), (grid.forced, forcing)):
        if len(single):
            edge = grid.edge[single]
            pushed = None if push is None else push[:, edge]
            out[:, :, single] = stepper.read(stepper.step(modes[:, edge], pushed, grid.offset[None, single]))


def read_own(
    out: Array, times: Array, grid: Grid, edges: Array, stepper: Stepper, modes: Array, forcing: Array | None
) -> None:
    """Fill `out` (subject, output, time) for subjects with edges [h] (subject, edge) of their own.

    `grid` is laid over the sorted `times` [h] alone. Panels serve the rows in which nothing happens to a subject.
    """
    subject = np.arange(len(edges))[:, None]
    passed = np.zeros((len(edges), len(times) + 1), dtype=np.int64)
    np.add.at(passed, (subject, np.searchsorted(times, edges)), 1)
    edge = np.cumsum(passed, axis=1)[:, :-1] - 1
    pushed = None if forcing is None else (forcing != 0.0).any(axis=2)
    single = np.ones(edge.shape, dtype=np.bool_)
    for panel in grid.panels:
        before = edge[:, panel.first]
        calm = before == edge[:, panel.last - 1]
        if pushed is not None:
            calm &= ~pushed[subject, before]
        offset = times[panel.first] - edges[subject, before]
        _fill(out, panel, stepper, stepper.step(modes[subject, before], None, offset))
        for row, (first, last) in enumerate(zip(panel.first.tolist(), panel.last.tolist(), strict=True)):
            single[:, first:last] = ~calm[:, row, None]
    who, when, place, listed = _listed(single)
    if len(who):
        before = edge[subject, listed]
        push = None if forcing is None else forcing[subject, before]
        after = stepper.step(modes[subject, before], push, times[listed] - edges[subject, before])
        out[who, :, when] = stepper.read(after)[who, :, place]


def probed_peak(window: Window, stepper: Stepper, trail: Trail, who: IntArray, *, beyond: bool) -> Array:
    """The largest size of each output (subject, output) at spans after each edge that double from very short on.

    With `beyond` the last march is followed beyond the asked-for times too: an output may have its peak there.
    """
    spans = np.append(0.0, PROBES)[None, :] / stepper.fastest()[:, None]
    following = np.broadcast_to(trail.spans, trail.modes.shape[:2])[who]
    peak: Array = np.abs(stepper.read(trail.end[who, None])).max(axis=2)
    for edge in range(window.edges):
        push = None if trail.forcing is None else _repeat(trail.forcing[who, edge])
        after = stepper.step(_repeat(trail.modes[who, edge]), push, np.minimum(spans, following[:, edge, None]))
        peak = np.maximum(peak, np.abs(stepper.read(after)).max(axis=2))
    if beyond and window.end is None:
        after = stepper.step(_repeat(trail.end[who]), None, spans)
        peak = np.maximum(peak, np.abs(stepper.read(after)).max(axis=2))
    return peak


def _repeat(modes: Array) -> Array:
    """Modes (subject, mode) once for every probe."""
    return np.repeat(modes[:, None, :], len(PROBES) + 1, axis=1)


def _fill(out: Array, panel: Panel, stepper: Stepper, coarse: Array) -> None:
    """Fill `out` along the runs of a panel from the modes at the start of its rows, (subject, row, mode)."""
    fine = stepper.panel(panel.spacing, panel.width)
    filled = np.matmul(coarse[:, None], fine).reshape(out.shape[0], out.shape[1], -1)
    for run in panel.runs:
        begin = run.row * panel.width
        out[:, :, run.first : run.last] = filled[:, :, begin : begin + run.last - run.first]


def _listed(chosen: BoolArray) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """The chosen (subject, time) pairs as `who`, `when`, their `place` in a table of times (subject, place), the table.

    Rows of the table are as long as the longest; what fills up the shorter ones has no place.
    """
    who, when = np.nonzero(chosen)
    count = chosen.sum(axis=1)
    place = np.arange(len(who)) - np.repeat(np.cumsum(count) - count, count)
    table = np.zeros((len(chosen), int(count.max(initial=0))), dtype=np.int64)
    table[who, place] = when
    return who, when, place, table
