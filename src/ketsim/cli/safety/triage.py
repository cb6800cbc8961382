"""``ketsim safety triage``: symptoms in plain words, how urgent they are, and whom to call first."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from ketsim.cli.safety.show import Faces, give


def triage(
    *symptoms: str,
    faces: Annotated[Faces, Parameter(name="*")] = Faces(),  # noqa: B008  (frozen)
) -> int:
    """Say how urgent symptoms are. In doubt call the emergency number first and ask ketsim later.

    Parameters
    ----------
    symptoms:
        What is wrong, in plain English, such as "blood in urine and pain above the belly".
    """
    from ketsim.safety.triage import triage as answer

    return give(answer(". ".join(symptoms)), faces)
