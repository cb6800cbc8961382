"""Which of the known names was meant, and how is what was typed repeated in a sentence?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_LONGEST: Final = 60  # characters of what was typed that are repeated in a sentence


def plain(name: str) -> str:
    """A name as it is compared: small letters and digits, single spaces.

    >>> plain("U.S.A."), plain("drug-driving")
    ('usa', 'drug driving')
    """
    return " ".join(re.sub(r"[^\w]+|_", " ", name.replace(".", "").casefold()).split())


def meant(given: str, known: Mapping[str, tuple[str, ...]]) -> str | None:
    """The known name, given itself or one of its other names; None where there is none.

    >>> meant("Saliva", {"oral fluid": ("saliva",)})
    'oral fluid'
    """
    return next((key for key, others in known.items() if plain(given) in map(plain, (key, *others))), None)


def shown(text: str) -> str:
    """What was typed, fit to be repeated: on one line, nothing that makes a terminal do something, not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST] or "nothing"
