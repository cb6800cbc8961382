"""What stands where in a document? Passages of text, each with the place of every character in the input.

A passage is what a reader sees as one piece: a heading, a paragraph, an item of a list, a caption, a button. Furniture
(navigation, forms, banners, footers) is a passage too, with a label: nothing is taken away silently.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

#: Kinds of passages; all but the first four are furniture.
HEADING: Final = "heading"
PARAGRAPH: Final = "paragraph"
ITEM: Final = "item"
CELL: Final = "cell"
BODY: Final = (HEADING, PARAGRAPH, ITEM, CELL)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text.

    text: as a reader sees it, white space as single blanks. places: for each character its offset in the input.
    end: offset in the input behind the last character. kind: what it is. links: (start, end, target) of links, in
    characters of `text`. level: of a heading, 1 to 6; 0 where unknown.
    """

    text: str
    places: array[int]
    end: int
    kind: str = PARAGRAPH
    links: tuple[tuple[int, int, str], ...] = ()
    level: int = 0

    @property
    def start(self) -> int:
        """Offset of the first character in the input."""
        return self.places[0]

    @property
    def is_body(self) -> bool:
        """Whether it is part of what the page says, and not furniture."""
        return self.kind in BODY

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the input of the characters from `start` to before `end`."""
        if end >= len(self.text):
            return self.places[start], self.end
        return self.places[start], self.places[end - 1] + self._width(end - 1)

    def _width(self, index: int) -> int:
        # A blank may stand for several characters of white space, and an entity for one character: the next
        # character's place tells how wide the last one was, unless white space or markup lies between them.
        following = self.places[index + 1] - self.places[index]
        return following if self.text[index] == "&" or 0 < following <= 1 else 1


class PassageBuilder:
    """Collects characters with their places; white space becomes single blanks."""

    def __init__(self) -> None:
        self._fresh()

    def _fresh(self) -> None:
        self._characters: list[str] = []
        self._places = array("l")
        self._blank: int | None = None
        self._end = 0
        self._links: list[tuple[int, int, str]] = []

    def __len__(self) -> int:
        return len(self._characters)

    def add(self, text: str, place: int, *, width: int | None = None) -> None:
        """Add text that stands at `place`; with `width` all of it stands for that many characters of the input."""
        for index, character in enumerate(text):
            at = place if width is not None else place + index
            if character.isspace() or character in "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff":
                if character.isspace() and self._characters and self._blank is None:
                    self._blank = at
                continue
            if self._blank is not None:
                self._characters.append(" ")
                self._places.append(self._blank)
                self._blank = None
            self._characters.append(character)
            self._places.append(at)
            self._end = at + (width if width is not None else 1)

    def link(self, start: int, target: str) -> None:
        """What was added since `start` [characters] is a link."""
        if len(self._characters) > start:
            self._links.append((start, len(self._characters), target))

    def take(self, kind: str, *, level: int = 0) -> Passage | None:
        """The passage so far, and a fresh start; None where there is no text."""
        if not self._characters:
            self._fresh()
            return None
        made = Passage("".join(self._characters), self._places, self._end, kind, tuple(self._links), level)
        self._fresh()
        return made


@dataclass(frozen=True, slots=True)
class Page:
    """A document that was read: its name, the input text, and its passages in order.

    form: how it was read (html, markdown, text, pdf, docx). linked: whether links were kept, so that the lack of a
    link means something.
    """

    name: str
    text: str
    passages: tuple[Passage, ...]
    form: str
    linked: bool = False
    notes: tuple[str, ...] = ()

    def body(self) -> Iterator[Passage]:
        """What the page says."""
        return (passage for passage in self.passages if passage.is_body)
