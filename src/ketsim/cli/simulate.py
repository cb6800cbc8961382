"""``ketsim simulate``: what a dose gives, for one person or for many."""

from __future__ import annotations

import sys
from typing import Annotated, Final

from cyclopts import Parameter

from ketsim.cli.delivery import Delivery
from ketsim.cli.faults import INTERRUPTED
from ketsim.cli.jsonout import print_json, with_beside
from ketsim.cli.request import Answer, Request
from ketsim.cli.resultfiles import ResultFiles
from ketsim.cli.terminal import progress

#: Where in the folder of `--out` a large population puts by what is finished.
UNFINISHED: Final = ".run"


def simulate(
    dose: str,
    /,
    *,
    model: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    request: Annotated[Request, Parameter(name="*")] = Request(),  # noqa: B008  (frozen)
    dose_table: bool = False,
    answer: Annotated[Answer, Parameter(name="*")] = Answer(),  # noqa: B008  (frozen)
) -> int:
    """Simulate a dosing sentence or a scenario file.

    Parameters
    ----------
    dose:
        A dosing sentence in quotes, such as "0.5 mg/kg iv over 40 min, twice weekly for 3 weeks", or a .yaml file.
    model:
        Model key or keys instead of the default one (ketsim models lists them).
    dose_table:
        Print every single dose with its time.
    """
    from ketsim.beside import beside
    from ketsim.simulation import forget
    from ketsim.simulation import simulate as run

    scenario = request.scenario(dose, models=model)
    unfinished = None if answer.out is None else answer.out / UNFINISHED
    with Delivery() as delivery:
        files = ResultFiles.claim(delivery, out=answer.out, report=answer.report)
        result = run(
            scenario,
            progress=progress("people"),
            workers=answer.workers,
            scheduler=answer.scheduler,
            folder=unfinished,
        )
        found = beside(result)
        files.write(result, found)
    if unfinished is not None and result.stopped:
        print("The same command again goes on where this one stopped.", file=sys.stderr)
    elif unfinished is not None:
        forget(unfinished)
    if answer.json:
        print_json(with_beside(result, found))
    else:
        from ketsim.cli.summary import show

        show(result, found, dose_table=dose_table)
    return INTERRUPTED if result.stopped else 0
