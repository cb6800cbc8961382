"""``ketsim compare``: several published models for one dose, side by side, and where they disagree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ketsim.cli.delivery import Delivery
from ketsim.cli.jsonout import print_json
from ketsim.cli.request import Count, Request
from ketsim.cli.resultfiles import ResultFiles


def compare(
    *keys: str,
    dose: str,
    request: Annotated[Request, Parameter(name="*")] = Request(),  # noqa: B008  (frozen)
    json: bool = False,
    out: Path | None = None,
    report: Path | None = None,
    workers: Count = 1,
) -> int:
    """Run several published models for one dose.

    Parameters
    ----------
    keys:
        Model keys (ketsim models lists them).
    dose:
        A dosing sentence in quotes, or a scenario file (.yaml).
    json:
        Print one JSON object instead of tables.
    out:
        Folder for the curves, the measures, the figure and the JSON object.
    report:
        File for a self-contained HTML report.
    workers:
        Processes to share a population; the answer is the same for any number.
    """
    from ketsim.comparison import compare as run

    scenario = request.scenario(dose, models=keys)
    with Delivery() as delivery:
        files = ResultFiles.claim(delivery, out=out, report=report)
        comparison = run(scenario, workers=workers)
        files.write(comparison.result)
    if json:
        print_json(comparison.to_dict())
    else:
        from ketsim.cli.summary import show

        show(comparison.result, disagreement=comparison.disagreement)
    return 0
