"""What does the program compute for an observable? Shown beside the evidence, never in its place.

A simulated value is no evidence: no reference interval, no truth and no verdict is made of it. Where it lies apart from
the evidence that is a finding, which `ketsim validate` lists.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from ketsim.observables.evidence import Interval, convert
from ketsim.observables.observable import Observable, Simulated
from ketsim.observables.registry import reference_of, registry

if TYPE_CHECKING:
    from ketsim.result import Output, Result

#: Simulated and published lie apart when their intervals do not meet although each is widened by this factor: a
#: definition. Published means of the same thing differ as much between studies.
APART: Final = 1.25

_SAME_UNIT: Final = {"beats/min": "1/min"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One simulated value of an observable, in the unit of the evidence.

    low, high: over what the numbers of the model may be; equal to value where the model gives none. apart: True where
    all models together lie apart from the reference interval; None where the two are not to be compared. because: why
    they may differ.
    """

    observable: str
    dose: str
    model: str
    output: str
    measure: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    certainty: str
    sources: tuple[str, ...]
    apart: bool | None
    because: str | None
    reference: Interval | None

    @property
    def published(self) -> str:
        """The reference interval in figures; empty where there is none."""
        if self.reference is None:
            return ""
        ends = ("" if x is None else f"{x:.4g}" for x in (self.reference.low, self.reference.high))
        return f"{' to '.join(dict.fromkeys(ends))} {self.reference.unit}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "dose": self.dose,
            "model": self.model,
            "output": self.output,
            "measure": self.measure,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
            "certainty": self.certainty,
            "sources": list(self.sources),
            "apart": self.apart,
            "because": self.because,
            "published": None if self.reference is None else self.reference.to_dict(),
        }


def beside(one: Observable) -> tuple[Beside, ...]:
    """What the program computes for the observable: one row for every request and model; empty where it cannot."""
    return tuple(row for asked in one.simulated for row in _rows(one, asked))


def all_beside() -> tuple[Beside, ...]:
    """Every simulated value of the registry."""
    return tuple(row for one in registry().values() for row in beside(one))


def _rows(one: Observable, asked: Simulated) -> Iterator[Beside]:
    result = _result(tuple(sorted((name, _hashable(field)) for name, field in asked.scenario.items())))
    found = [o for o in result.outputs if o.name == asked.output]
    values = [_value(o, asked) for o in found]
    apart = _apart(values, reference_of(one)) if asked.compare else None
    for output, (low, value, high) in zip(found, values, strict=True):
        yield Beside(
            observable=one.name,
            dose=result.scenario.dose,
            model=output.model,
            output=output.name,
            measure=asked.measure,
            value=value,
            low=low,
            high=high,
            unit=asked.unit,
            certainty=output.certainty,
            sources=tuple(output.sources),
            apart=apart,
            because=asked.because,
            reference=reference_of(one),
        )


_Ends = tuple[float | None, float | None, float | None]


def _value(output: Output, asked: Simulated) -> _Ends:
    """Low, value and high of the measure, in the unit asked for."""
    from ketsim.result import Spread

    number = output.measures.get(asked.measure)
    value = None if number is None or isinstance(number, Spread) else number
    if not output.ranges and asked.measure.startswith("duration") and not value:
        value = None  # an effect that is never reached has no length
    spread = output.ranges.get(asked.measure)
    low, high = (value, value) if spread is None else (spread.low, spread.high)
    unit = output.measure_units[asked.measure]
    unit = _SAME_UNIT.get(unit, unit)

    def told(x: float | None) -> float | None:
        return None if x is None or not math.isfinite(x) else convert(x, unit, asked.unit)

    return told(low), told(value), told(high)


def _apart(values: list[_Ends], reference: Interval | None) -> bool | None:
    lows = [low for low, _, _ in values if low is not None]
    highs = [high for _, _, high in values if high is not None]
    if reference is None or not lows or not highs:
        return None
    above = reference.high is not None and min(lows) > reference.high * APART
    below = reference.low is not None and max(highs) * APART < reference.low
    return above or below


@lru_cache(maxsize=32)
def _result(fields: tuple[tuple[str, Any], ...]) -> Result:
    from ketsim.scenario import Scenario
    from ketsim.simulation import simulate

    return simulate(Scenario(**dict(fields)))


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
