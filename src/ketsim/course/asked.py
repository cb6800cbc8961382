"""Is the course of weeks and months looked at? The rule, apart from all that it takes to answer with a course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ketsim.errors import InputError, did_you_mean

#: From how long a look on the course is shown unasked [h].
A_WEEK: Final = 168


def is_asked(wanted: Sequence[str], *, until: float, decided: bool) -> bool:
    """Whether it is to be shown. wanted: names of readings. until: how long the look is [h]. decided: whether doses are
    decided on the way, which takes a course.

    >>> is_asked((), until=24.0, decided=False), is_asked((), until=336.0, decided=False)
    (False, True)
    >>> is_asked(("craving",), until=24.0, decided=False), is_asked(("none",), until=336.0, decided=False)
    (True, False)
    """
    if tuple(wanted) == ("none",):
        return decided
    return bool(wanted) or until >= A_WEEK or decided


def check_names(wanted: Sequence[str]) -> None:
    """Raise `InputError` for a name that is read off in no course at all, and for "none" beside others."""
    if tuple(wanted) in ((), ("none",)):
        return
    if "none" in wanted:
        raise InputError("course none goes alone; leave it out to name what to show.", field="course")
    from ketsim.course.process import kind, names

    check_known(wanted, [name for process in names() for name, r in kind(process).readings.items() if r.shown])


def check_known(wanted: Sequence[str], known: Sequence[str]) -> None:
    """Raise `InputError` for a name that is none of those, with what is near or with all of them."""
    for name in wanted:
        if name not in (*known, "default"):
            hint = did_you_mean(name, known, otherwise=f"there are {', '.join(known)}.")
            raise InputError(f"course {name[:60]!r} is nothing that is read off; {hint}", field="course")
