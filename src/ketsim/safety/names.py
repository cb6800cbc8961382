"""Which of the known names was meant, and what is said of one that is not known?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, TypeVar

from ketsim.errors import InputError, did_you_mean

Key = TypeVar("Key", bound=str)

_LONGEST: Final = 60  # characters of what was typed that are repeated in a sentence


def plain(name: str) -> str:
    """A name as it is compared: small letters and digits, single spaces.

    >>> plain("U.S.A."), plain("drug-driving")
    ('usa', 'drug driving')
    """
    return " ".join(re.sub(r"[^\w]+|_", " ", name.replace(".", "").casefold()).split())


def letters(name: str) -> str:
    """A name as far as spellings meet: letters and digits alone, without case, accents and a final s.

    >>> letters("Oxy-Contin"), letters("MAOIs")
    ('oxycontin', 'maoi')
    """
    said = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c.isalnum())
    return said[:-1] if len(said) > 3 and said.endswith("s") else said


def meant(given: str, known: Mapping[Key, tuple[str, ...]]) -> Key | None:
    """The known name, given itself or one of its other names; None where there is none.

    >>> meant("Saliva", {"oral fluid": ("saliva",)})
    'oral fluid'
    """
    return next((key for key, others in known.items() if plain(given) in (plain(key), *map(plain, others))), None)


def expected(field: str, given: str, known: Mapping[Key, tuple[str, ...]]) -> Key:
    """The known name, as `meant` gives it. Raises `InputError` with the nearest ones where there is none."""
    found = meant(given, known)
    if found is None:
        names: list[str] = [*known, *(name for others in known.values() for name in others)]
        hint = did_you_mean(plain(given), names, otherwise=f"expected one of {', '.join(known)}.")
        raise InputError(f"{field} {shown(given)!r} is not known; {hint}", field=field)
    return found


def shown(text: str) -> str:
    """What was typed, fit to be repeated: on one line, nothing that makes a terminal do something, not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST] or "nothing"
