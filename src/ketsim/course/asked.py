"""Is the course of weeks and months looked at? The rule, apart from all that it takes to answer with a course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

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
