"""Several published models for one dose: one result, one table, and the disagreement said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ketsim.errors import InputError
from ketsim.result import Output, Result, Spread
from ketsim.scenario import Scenario
from ketsim.simulation import simulate


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The result of every model together, rows of one table, and a sentence on how far they disagree."""

    result: Result
    rows: tuple[dict[str, Any], ...]
    disagreement: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``ketsim compare --json``."""
        body = self.result.to_dict()
        return {**body, "schema": "ketsim.compare/1", "table": list(self.rows), "disagreement": list(self.disagreement)}


def compare(scenario: Scenario, models: Sequence[str] = (), *, workers: int = 1) -> Comparison:
    """Run one scenario with several models and state how far they disagree.

    models: at least two keys, in a list or as text with commas, here or in the scenario. Raises `InputError` for fewer.
    """
    wanted = scenario.with_(models=models) if models else scenario
    keys = tuple(dict.fromkeys(wanted.models))
    if len(keys) < 2:
        raise InputError("comparing needs at least two models; ketsim models lists them.")
    result = simulate(scenario.with_(models=keys), workers=workers)
    return Comparison(result, tuple(result.summary()), tuple(_disagreements(result)))


def _disagreements(result: Result) -> list[str]:
    said = []
    for name in dict.fromkeys(o.name for o in result.outputs):
        same = [o for o in result.outputs if o.name == name]
        if len(same) < 2:
            continue
        for measure, words in (("cmax", "peak"), ("auc_inf", "area under the curve"), ("half_life", "half-life")):
            ranked = sorted((_central(o, measure), o.model) for o in same if _central(o, measure) > 0.0)
            if len(ranked) > 1:
                (low, lowest), (high, highest) = ranked[0], ranked[-1]
                unit = same[0].measure_units[measure]
                said.append(
                    f"{name}, {words}: {low:.3g} ({lowest}) to {high:.3g} {unit} ({highest}), a "
                    f"{high / low:.2f}-fold range over "
                    f"{len(ranked)} models."
                )
        sites = {o.sampling for o in same}
        if len(sites) > 1:
            said.append(f"{name}: part of the range is where blood is drawn ({', '.join(sorted(sites))}).")
    return said


def _central(output: Output, measure: str) -> float:
    value = output.measures[measure]
    return value.median if isinstance(value, Spread) else value
