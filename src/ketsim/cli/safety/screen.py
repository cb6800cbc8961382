"""``ketsim safety screen``: what labels and guidelines forbid or ask to weigh; signs of a use disorder."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from ketsim.cli.safety.show import Faces, give, list_questions
from ketsim.errors import InputError


def screen(
    what: Literal["treatment", "use-disorder"] = "treatment",
    /,
    *,
    answers: tuple[str, ...] = (),
    product: str = "esketamine nasal",
    setting: str = "care",
    bp: str | None = None,
    has: Annotated[tuple[str, ...], Parameter(name="--has")] = (),
    has_not: Annotated[tuple[str, ...], Parameter(name="--not")] = (),
    list_: Annotated[bool, Parameter(name="--list")] = False,
    faces: Annotated[Faces, Parameter(name="*")] = Faces(),  # noqa: B008  (frozen)
) -> int:
    """Go through a checklist: contraindications and cautions before a treatment, or signs of a use disorder.

    What is not answered is never clear. The signs make a band and no diagnosis; nothing is stored.

    Parameters
    ----------
    what:
        treatment (before a dose) or use-disorder (signs of one, what they mean and what to do next).
    answers:
        For use-disorder, such as craving=yes,tolerance=no; without any it asks in a terminal.
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
        return list_questions(_questions(what), json=faces.json)
    both = {name.casefold() for name in has} & {name.casefold() for name in has_not}
    if both:
        raise InputError(f"{min(both)[:60]} was given with --has and with --not; give one of them.")
    if what == "use-disorder":
        from ketsim.cli.safety.use_disorder import answered

        if bp is not None:
            raise InputError("bp belongs to the checklist before a treatment; leave it out for use-disorder.")
        return give(answered(answers, has, has_not), faces)
    if answers:
        raise InputError(
            "answers belong to use-disorder, as in ketsim safety screen use-disorder --answers craving=yes."
        )
    known = dict.fromkeys(has, "yes") | dict.fromkeys(has_not, "no")
    if bp is not None:
        known["blood-pressure"] = bp
    return give(answer(known, product=product, setting=setting), faces)


def _questions(what: str) -> tuple[tuple[str, str], ...]:
    if what == "use-disorder":
        from ketsim.safety.use_disorder import questions

        return questions()
    from ketsim.safety.screening_book import checklist

    return checklist().questions
