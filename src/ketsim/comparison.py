"""Several published models for one dose: one result, one table, and the disagreement said in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ketsim.disagreement import by_name, disagreements
from ketsim.errors import InputError
from ketsim.result import Result
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

_COMPARED: Final = ("cmax", "auc_inf", "half_life")


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The result of every model together, rows of one table, and sentences on how far they disagree."""

    result: Result
    rows: tuple[dict[str, Any], ...]
    disagreement: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``ketsim compare --json``."""
        body = self.result.to_dict()
        return {**body, "schema": "ketsim.compare/1", "table": list(self.rows), "disagreement": list(self.disagreement)}


def compare(
    scenario: Scenario, models: Sequence[str] = (), *, workers: int = 1, scheduler: str | None = None
) -> Comparison:
    """Run one scenario with several models and state how far they disagree.

    models: at least two keys, in a list or as text with commas, here or in the scenario. Raises `InputError` for fewer.
    """
    wanted = scenario.with_(models=models) if models else scenario
    keys = tuple(dict.fromkeys(wanted.models))
    if len(keys) < 2:
        raise InputError("comparing needs at least two models; ketsim models lists them.")
    shown = wanted.effects or ("none",)  # models of concentrations are compared; effects where they are asked for
    course = wanted.course or ("none",)
    result = simulate(scenario.with_(models=keys, effects=shown, course=course), workers=workers, scheduler=scheduler)
    return Comparison(result, tuple(result.summary()), tuple(_said(result)))


def _said(result: Result) -> Iterator[str]:
    for measure in _COMPARED:
        yield from (found.sentence() for found in disagreements(result.outputs, measure))
    for same in by_name(result.outputs, _COMPARED[0]).values():
        sites = sorted({output.sampling for output in same})
        if len(sites) > 1:
            yield f"For {same[0].name} part of the range is where blood is drawn ({', '.join(sites)})."
