"""What is wrong with a form, said above it and beside the field, in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass

from ketsim.care.refusal import Refusal
from ketsim.care.web.words import Words
from ketsim.wording import sentence_case


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. field: id of the field that it belongs to. detail: the full sentence, in English, where
    the page is in another language."""

    field: str | None
    text: str
    detail: str | None = None


def problem(words: Words, refused: Refusal) -> Problem:
    """The problem in the language of the page; English has the sentence itself."""
    said = sentence_case(refused.sentence)
    if words.language == "en":
        return Problem(refused.field, said)
    key = f"error.{refused.code}"
    return Problem(refused.field, words(key) if words.knows(key) else words("error.other"), said)
