"""What ketsim says of one dose in a typical adult: the times of an effect, by the entry and the model behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ketsim.evidence import constant
from ketsim.result import Output, Result, central
from ketsim.scenario import Scenario
from ketsim.simulation import simulate


@dataclass(frozen=True, slots=True)
class Simulated:
    """One entry of an effect, driven by one kinetic model.

    measures: name -> [h], None where it is not reached; share_of_peak is a share. default: the model is the one that
    ketsim takes unasked.
    """

    dose: str
    effect: str
    entry: str
    driver: str
    sampling: str
    certainty: str
    sources: tuple[str, ...]
    measures: Mapping[str, float | None]
    default: bool = True

    @classmethod
    def of(cls, dose: str, output: Output, measures: Mapping[str, float | None], *, default: bool = True) -> Simulated:
        """These measures of an effect's output."""
        return cls(
            dose=dose,
            effect=output.name,
            entry=output.model,
            driver=output.driver or "",
            sampling=output.sampling,
            certainty=output.certainty,
            sources=output.sources,
            measures=measures,
            default=default,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; times in hours."""
        measures = {name if name == "share_of_peak" else f"{name}_h": value for name, value in self.measures.items()}
        return {
            "dose": self.dose,
            "effect": self.effect,
            "entry": self.entry,
            "driver": self.driver,
            "default": self.default,
            "sampling": self.sampling,
            "certainty": self.certainty,
            "sources": list(self.sources),
            "measures": measures,
        }


@lru_cache(maxsize=64)
def typical(dose: str, models: tuple[str, ...] = ()) -> Result:
    """The shipped effects of a dose in a typical adult. Raises `InputError` for what no model answers."""
    return simulate(Scenario(dose, weight=constant("weight_ref"), models=models))


def effects_named(result: Result, name: str) -> list[Output]:
    """The outputs of that effect, one an entry."""
    return [output for output in result.outputs if output.kind == "effect" and output.name == name]


def times_of(dose: str, output: Output, names: Sequence[str], *, default: bool = True) -> Simulated:
    """These measures of an effect; those that it has."""
    found = {name: central(output.measures[name]) for name in names if name in output.measures}
    measures = {name: float(value) if np.isfinite(value) else None for name, value in found.items()}
    return Simulated.of(dose, output, measures, default=default)


def share_of_peak(dose: str, result: Result, output: Output, time: float) -> Simulated:
    """How much of its highest change an effect still has at a time [h]."""
    baseline, change = central(output.measures["baseline"]), central(output.measures["change_at_peak"])
    there = float(np.interp(time, result.times, output.median)) - baseline
    return Simulated.of(dose, output, {"share_of_peak": there / change if change else None})
