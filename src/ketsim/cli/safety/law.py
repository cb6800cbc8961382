"""``ketsim safety law``: law and approval by country, product, use and date."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from ketsim.cli.safety.show import Faces, give


def law(
    country: str | None = None,
    /,
    *,
    product: str | None = None,
    use: str | None = None,
    date: str | None = None,
    faces: Annotated[Faces, Parameter(name="*")] = Faces(),  # noqa: B008  (frozen)
) -> int:
    """Look up law and approval.

    Parameters
    ----------
    country:
        A country, such as US or England; every country listed if left out.
    product:
        ketamine or esketamine (the nasal spray).
    use:
        What for: anaesthesia, depression, possession, supply, import, driving, ...
    date:
        The day asked about, such as 2018-01-01; the day of the check if left out.
    """
    from ketsim.safety.law import day_of
    from ketsim.safety.law import law as look_up

    on = None if date is None else day_of(date)
    return give(look_up(country, product=product, use=use, on=on), faces)
