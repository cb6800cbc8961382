"""Which boxes does the form of the search have? The codes most people need, in words; the API takes every code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ketsim.care.search import USUAL
from ketsim.care.web.words import Words

DISTANCES: Final = (5, 10, 25, 50, 100, 250)  # miles
BOXES: Final[Mapping[str, tuple[str, ...]]] = {
    "offers": ("SA", "DT", "SUMH", "MH", "TELE", "KIT"),
    "setting": ("OP", "RES", "HI"),
    "payment": ("MD", "MC", "PI", "MI", "SF", "SS", "NP"),
    "people": ("ADLT", "CHLD", "SNR", "FEM", "MALE", "PW", "VET"),
    "language": ("SP", "AH"),
}


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a group."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class BoxGroup:
    """One question of the form and its boxes."""

    name: str
    choices: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the form holds: as typed, to be shown again."""

    near: str = ""
    within: str = f"{USUAL:g}"
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    cursor: str = ""

    @property
    def distances(self) -> tuple[str, ...]:
        """The distances to choose from [mi]; one that was asked for in an address stays among them."""
        usual = tuple(map(str, DISTANCES))
        return usual if self.within in usual else (*usual, self.within)

    @property
    def narrowed(self) -> bool:
        """Whether any box is ticked."""
        return any(self.codes.values())

    def chosen(self, group: str) -> Sequence[str]:
        """What was chosen in a group."""
        return self.codes.get(group, ())

    def pairs(self, **other: str) -> list[tuple[str, str]]:
        """The names and values that ask the same again."""
        fields = [("near", self.near), ("within", self.within)]
        fields += [(group, value) for group, values in self.codes.items() for value in values]
        return fields + list(other.items())


def groups(words: Words, asked: Asked) -> tuple[BoxGroup, ...]:
    """The boxes in a language; what was asked beyond them stays, as it was typed."""
    return tuple(
        BoxGroup(
            name,
            tuple(Box(code, words(f"choice.{name}.{code}")) for code in known)
            + tuple(Box(other, other) for other in asked.chosen(name) if other not in known),
        )
        for name, known in BOXES.items()
    )
