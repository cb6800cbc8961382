"""``ketsim safety session``: the timeline of a treatment visit."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from ketsim.cli.request import Request
from ketsim.cli.safety.show import Faces, give


def session(
    dose: str,
    /,
    *,
    unattended: bool = False,
    model: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    request: Annotated[Request, Parameter(name="*")] = Request(),  # noqa: B008  (frozen)
    faces: Annotated[Faces, Parameter(name="*")] = Faces(),  # noqa: B008  (frozen)
) -> int:
    """Lay out a treatment visit: doses, expected effects, checks, and the earliest time to leave.

    Parameters
    ----------
    dose:
        A dosing sentence in quotes, such as "84 mg esketamine nasal", or a scenario file; of several visits the first.
    unattended:
        Somebody is, or would be, left alone after the dose.
    model:
        Model key or keys instead of the default one.
    """
    from ketsim.safety.session import session as answer

    return give(answer(request.scenario(dose, models=model), unattended=unattended), faces)
