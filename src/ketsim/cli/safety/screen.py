"""``ketsim safety screen``: what labels and guidelines forbid or ask to weigh before a treatment."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from ketsim.cli.safety.show import Faces, give
from ketsim.errors import InputError


def screen(
    *,
    product: str = "esketamine nasal",
    setting: str = "care",
    bp: str | None = None,
    has: Annotated[tuple[str, ...], Parameter(name="--has")] = (),
    has_not: Annotated[tuple[str, ...], Parameter(name="--not")] = (),
    list_: Annotated[bool, Parameter(name="--list")] = False,
    faces: Annotated[Faces, Parameter(name="*")] = Faces(),  # noqa: B008  (frozen)
) -> int:
    """Go through the checklist of contraindications and cautions; what is not answered is never clear.

    Parameters
    ----------
    product:
        "esketamine nasal" or ketamine.
    setting:
        care, or trial (a history of substance use is a caution in care and excludes from a trial).
    bp:
        Blood pressure at rest before the dose, such as 150/95.
    has:
        Something on the checklist that is there, such as aneurysm; may be repeated.
    has_not:
        Something on the checklist that is not there; may be repeated.
    list_:
        Only list the questions.
    """
    from ketsim.safety.screening import screen as answer

    if list_:
        return _list(json=faces.json)
    both = {name.casefold() for name in has} & {name.casefold() for name in has_not}
    if both:
        raise InputError(f"{min(both)[:60]} was given with --has and with --not; give one of them.")
    answers = dict.fromkeys(has, "yes") | dict.fromkeys(has_not, "no")
    if bp is not None:
        answers["blood-pressure"] = bp
    return give(answer(answers, product=product, setting=setting), faces)


def _list(*, json: bool) -> int:
    from ketsim.safety.screening_book import checklist

    questions = checklist().questions
    if json:
        from ketsim.cli.jsonout import print_json

        print_json({"items": [{"id": name, "question": asks} for name, asks in questions]})
    else:
        from ketsim.cli import terminal

        terminal.facts(questions)
    return 0
