"""``ketsim safety level-of-care``: where treatment may begin, from severity and what else is there."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from ketsim.cli.safety.show import Faces, give
from ketsim.errors import InputError


def level_of_care(
    severity: str | None = None,
    /,
    *,
    has: Annotated[tuple[str, ...], Parameter(name="--has")] = (),
    list_: Annotated[bool, Parameter(name="--list")] = False,
    faces: Annotated[Faces, Parameter(name="*")] = Faces(),  # noqa: B008  (frozen)
) -> int:
    """Say where treatment may begin: with visits, in a clinic, in a hospital; no trial compared them for ketamine.

    Parameters
    ----------
    severity:
        none, mild, moderate or severe (ketsim safety screen use-disorder finds it).
    has:
        What else is there, such as benzodiazepines or "thoughts of suicide"; may be repeated.
    list_:
        Only list what is asked for.
    """
    from ketsim.safety.level_of_care import level_of_care as answer
    from ketsim.safety.level_of_care import questions

    if list_:
        from ketsim.cli.safety.show import list_questions

        return list_questions(questions(), json=faces.json)
    if severity is None:
        raise InputError("severity is missing; give none, mild, moderate or severe.", field="severity")
    return give(answer(severity, has), faces)
