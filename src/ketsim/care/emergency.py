"""Do these words, or this choice, mean danger to life? Then nothing comes before the public lines.

A coarse net, in English and Spanish, that is meant to catch too much: it is no diagnosis, and what it does not know is
no sign of safety. The words are read and forgotten; the log learns only that an emergency was heard.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ketsim.care.event import Language
from ketsim.errors import InputError, did_you_mean
from ketsim.notice import HelpLine, public_help

_FILE: Final = Path(__file__).with_name("emergency.yaml")
_LONGEST: Final = 20_000  # characters; what lies beyond is not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """choice: its key. first: the number to lead with. says: in plain words, by language."""

    choice: str
    first: str
    says: tuple[tuple[Language, str], ...]
    phrases: tuple[tuple[str, ...], ...]

    def words(self, language: Language = "en") -> str:
        """The emergency in plain words."""
        return dict(self.says)[language]

    def sentence(self, language: Language = "en") -> str:
        """What is said before anything else."""
        second = "988" if self.first == "911" else "911"
        if language == "es":
            return (
                f"Llame al {self.first} ahora. {self.words('es')}: eso no espera. Si no contestan, llame al {second}."
            )
        return f"Call {self.first} now. {self.words()}: that does not wait. If nobody answers there, call {second}."

    @property
    def lines(self) -> tuple[HelpLine, ...]:
        """The public lines, the one to call first at the head and 911 and 988 before all others."""
        return tuple(sorted(public_help().lines, key=lambda line: (line.number != self.first, line.number not in _TWO)))


_TWO: Final = ("911", "988")


def emergencies() -> tuple[Emergency, ...]:
    """The choices that a door offers, most urgent first."""
    return _read()


def heard(text: str) -> Emergency | None:
    """The first emergency that the words mean, or None, which does not mean that there is none.

    >>> heard("My friend won't wake up").choice, heard("mi hermano tuvo una SOBREDOSIS").first
    ('not_waking', '911')
    """
    sentences = [_plain(said).split() for said in re.split(r"[.!?;\n]+", text[:_LONGEST])]
    return next(
        (one for one in _read() if any(_met(phrase, words) for phrase in one.phrases for words in sentences)), None
    )


def chosen(choice: str) -> Emergency:
    """The emergency of that choice. Raises `InputError` for a choice that is not there."""
    for one in _read():
        if one.choice == choice:
            return one
    known = [one.choice for one in _read()]
    hint = did_you_mean(choice, known, otherwise=f"expected one of {', '.join(known)}.")
    raise InputError(f"there is no emergency {choice[:40]!r}; {hint}", field="emergency")


def _met(phrase: tuple[str, ...], words: list[str]) -> bool:
    return all(
        any(word.startswith(part[:-1]) if part.endswith("*") else word == part for word in words) for part in phrase
    )


def _plain(text: str) -> str:
    """Small letters without accents, apostrophes dropped, everything else a blank."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    return re.sub(r"[^0-9a-z*]+", " ", re.sub(r"['’`´]", "", folded))


@cache
def _read() -> tuple[Emergency, ...]:
    from ketsim.rule_file import read_rules

    return tuple(
        Emergency(
            choice=one["choice"],
            first=one["first"],
            says=(("en", one["says"]["en"]), ("es", one["says"]["es"])),
            phrases=tuple(tuple(_plain(phrase).split()) for phrase in one["phrases"]),
        )
        for one in read_rules(_FILE)
    )
