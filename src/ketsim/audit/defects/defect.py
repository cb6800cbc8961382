"""A defect of a page: where it stands, what kind it is, how grave it is and why it is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ketsim.audit.frame import notions
from ketsim.audit.passage import Page, Passage
from ketsim.audit.sentences import sentences
from ketsim.audit.verdict import Judgement

SEVERITIES: Final = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Defect:
    """start, end: offsets in the input; a defect of the whole page spans it. reason: one sentence."""

    start: int
    end: int
    type: str
    severity: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by its passage, its place in it [characters], its text and the notions in it."""

    passage: Passage
    start: int
    end: int
    text: str
    groups: frozenset[str]

    @property
    def span(self) -> tuple[int, int]:
        """Offsets in the input."""
        return self.passage.span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at: the page, its judged claims, its sentences."""

    page: Page
    judged: Sequence[Judgement]
    sentences: Sequence[Sentence]

    @property
    def span(self) -> tuple[int, int]:
        """The whole page."""
        return 0, len(self.page.text)

    def passages(self) -> Iterator[Passage]:
        """Every passage, furniture too."""
        yield from self.page.passages

    def touches(self, *groups: str) -> bool:
        """Whether any sentence holds one of these notions."""
        return any(not sentence.groups.isdisjoint(groups) for sentence in self.sentences)


def subject(page: Page, judged: Sequence[Judgement]) -> Subject:
    """A page made ready."""
    made = [
        Sentence(passage, start, end, passage.text[start:end], notions(passage.text[start:end])[2])
        for passage in page.passages
        for start, end in sentences(passage.text)
    ]
    return Subject(page, judged, made)
