"""``ketsim compare``: several published models for one dose, side by side, and where they disagree."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from ketsim.cli.delivery import Delivery
from ketsim.cli.jsonout import print_json
from ketsim.cli.request import Answer, Request
from ketsim.cli.resultfiles import ResultFiles


def compare(
    *keys: str,
    dose: str,
    request: Annotated[Request, Parameter(name="*")] = Request(),  # noqa: B008  (frozen)
    answer: Annotated[Answer, Parameter(name="*")] = Answer(),  # noqa: B008  (frozen)
) -> int:
    """Run several published models for one dose.

    Parameters
    ----------
    keys:
        Model keys (ketsim models lists them).
    dose:
        A dosing sentence in quotes, or a scenario file (.yaml).
    """
    from ketsim.beside import beside
    from ketsim.comparison import compare as run

    scenario = request.scenario(dose, models=keys)
    with Delivery() as delivery:
        files = ResultFiles.claim(delivery, out=answer.out, report=answer.report)
        comparison = run(scenario, workers=answer.workers, scheduler=answer.scheduler)
        found = beside(comparison.result)
        files.write(comparison.result, found)
    if answer.json:
        print_json(comparison.to_dict())
    else:
        from ketsim.cli.summary import show

        show(comparison.result, found, disagreement=comparison.disagreement)
    return 0
