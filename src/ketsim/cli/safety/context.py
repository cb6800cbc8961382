"""``ketsim safety context``: where a dose stands among medical uses, and what to do beyond them."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from ketsim.cli.safety.show import Faces, give


def context(
    dose: str,
    /,
    *,
    weight: str | None = None,
    clinician: bool = False,
    faces: Annotated[Faces, Parameter(name="*")] = Faces(),  # noqa: B008  (frozen)
) -> int:
    """Place a dose among medical uses by its route; beyond them, first what to do.

    Parameters
    ----------
    dose:
        A dosing sentence in quotes, such as "50 mg im"; without a route the worst over all routes counts.
    weight:
        Body weight, such as 60kg; without it a light adult counts.
    clinician:
        Add published concentrations with their overlap; none of them is a threshold.
    """
    from ketsim.people.subject import checked_quantity
    from ketsim.safety.context import dose_context_of

    kilograms = None if weight is None else checked_quantity("weight", weight)
    return give(dose_context_of(dose, weight=kilograms, clinician=clinician), faces)
