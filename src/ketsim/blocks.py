"""What is kept of the people of a run: blocks that add up in order, and how a block becomes plain arrays and back.

Sums of blocks are blocks, so that a long run can put by what it has so far. As arrays a block can be written, sent to
another process, and read again to the very same bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from ketsim.measures import StreamingQuantiles
from ketsim.outputs import Curve

if TYPE_CHECKING:
    from ketsim.course.run import Curves

#: What stands between the parts of an array's name; no name of a model or a measure holds it.
_BETWEEN: Final = "\n"


@dataclass(frozen=True, slots=True)
class Block:
    """How many people, their outputs by (model, name), the largest numerical error relative to a curve's peak, and the
    readings of their course by (structure, name).
    """

    people: int
    curves: dict[tuple[str, str], Curve]
    error: float
    course: Curves


class Gathered:
    """Blocks in the order in which they were added: what is kept of them grows by the measures alone."""

    def __init__(self) -> None:
        self.error = 0.0
        self.people = 0
        self._parts: dict[tuple[str, str], list[Curve]] = {}
        self.course: Curves = {}

    def add(self, block: Block) -> None:
        """Take in the next block; its sketch is poured into the first one."""
        self.error = max(self.error, block.error)
        self.people += block.people
        for key, lanes in block.course.items():
            if key in self.course:
                self.course[key].merge(lanes)
            else:
                self.course[key] = lanes
        for key, curve in block.curves.items():
            parts = self._parts.setdefault(key, [])
            if parts and parts[0].sketch is not None and curve.sketch is not None:
                parts[0].sketch.merge(curve.sketch)
                for name, sketch in curve.sketched.items():
                    parts[0].sketched[name].merge(sketch)
                if not curve.measures:
                    continue
                curve = Curve(None, None, curve.measures)
            parts.append(curve)

    def curve(self, model: str, name: str) -> Curve:
        """The output over all people."""
        parts = self._parts[model, name]
        kept = [part.values for part in parts if part.values is not None]
        return Curve(
            values=np.concatenate(kept) if kept else None,
            sketch=parts[0].sketch,
            measures={m: np.concatenate([part.measures[m] for part in parts]) for m in parts[0].measures},
            sketched=parts[0].sketched,
        )

    def block(self) -> Block:
        """All that was added, as one block."""
        return Block(self.people, {key: self.curve(*key) for key in self._parts}, self.error, self.course)


def arrays_of(block: Block) -> dict[str, NDArray[Any]]:
    """A block of a population as arrays by name."""
    whole: dict[str, Any] = {"people": np.array(block.people), "error": np.array(block.error)}
    for (model, name), curve in block.curves.items():
        whole[_BETWEEN.join(("curve", model, name))] = _of_curve(curve)
    for (structure, name), lanes in block.course.items():
        whole[_BETWEEN.join(("course", structure, name))] = {
            **_of_curve(Curve(lanes.values, lanes.sketch, lanes.measures, lanes.sketched)),
            "sums": {m: np.stack([s.number, s.total, s.squares]) for m, s in lanes.sums.items()},
        }
    return dict(_flat("", whole))


def block_of(arrays: Mapping[str, NDArray[Any]]) -> Block:
    """The block again."""
    from ketsim.course.ensemble import Sums
    from ketsim.course.run import CourseCurve

    curves: dict[tuple[str, str], Curve] = {}
    course: Curves = {}
    whole = _nested(arrays)
    for model, outputs in whole.get("curve", {}).items():
        for name, found in outputs.items():
            curves[model, name] = _curve_of(found)
    for structure, readings in whole.get("course", {}).items():
        for name, found in readings.items():
            curve = _curve_of(found)
            sums = {m: Sums(*np.array(rows)) for m, rows in found.get("sums", {}).items()}
            course[structure, name] = CourseCurve(
                typical=None,
                values=curve.values,
                sketch=curve.sketch,
                measures=curve.measures,
                sketched=curve.sketched,
                sums=sums,
            )
    return Block(int(whole["people"]), curves, float(whole["error"]), course)


def _of_curve(curve: Curve) -> dict[str, Any]:
    found: dict[str, Any] = {"measures": dict(curve.measures)}
    found["sketched"] = {name: sketch.arrays() for name, sketch in curve.sketched.items()}
    if curve.values is not None:
        found["values"] = curve.values
    if curve.sketch is not None:
        found["sketch"] = curve.sketch.arrays()
    return found


def _curve_of(found: Mapping[str, Any]) -> Curve:
    sketch = found.get("sketch")
    return Curve(
        values=found.get("values"),
        sketch=None if sketch is None else StreamingQuantiles.of_arrays(sketch),
        measures=dict(found.get("measures", {})),
        sketched={name: StreamingQuantiles.of_arrays(one) for name, one in found.get("sketched", {}).items()},
    )


def _flat(before: str, whole: Mapping[str, Any]) -> Iterator[tuple[str, NDArray[Any]]]:
    for name, part in whole.items():
        place = f"{before}{name}"
        if isinstance(part, Mapping):
            yield from _flat(place + _BETWEEN, part)
        else:
            yield place, part


def _nested(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for place, array in arrays.items():
        *path, last = place.split(_BETWEEN)
        inner = whole
        for name in path:
            inner = inner.setdefault(name, {})
        inner[last] = array
    return whole
