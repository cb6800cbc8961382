"""``ketsim safety combine``: ketamine with another substance, or given to somebody who did not know."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from ketsim.cli.safety.show import Faces, give


def combine(
    *substances: str,
    faces: Annotated[Faces, Parameter(name="*")] = Faces(),  # noqa: B008  (frozen)
) -> int:
    """Say what is known of ketamine with other substances, how sure it is, and what to do.

    Parameters
    ----------
    substances:
        One or more names, such as alcohol; "spiked drink" for somebody who was given it unknowingly.
    """
    from ketsim.safety.combinations import combination

    return give(combination(substances), faces)
