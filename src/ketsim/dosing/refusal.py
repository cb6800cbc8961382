"""Why a sentence cannot be read: the place, the word that stands there, and what was expected instead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from lark.exceptions import UnexpectedToken

from ketsim.dosing.words import VOCABULARY, lex
from ketsim.errors import InputError

DOSE_UNITS: Final = "mg, mg/kg, ug/kg, g, g/day, mg/h, mg/kg/h or ug/kg/min"
TIME_UNITS: Final = "s, min, h, d, wk or months"
_EXAMPLE: Final = '"0.5 mg/kg iv over 40 min, twice weekly for 3 weeks"'
_NUMBERS: Final = ("AMOUNT", "TIME", "NUMBER")
_EXPECTED: Final = {
    "TIME": f"a time with its unit ({TIME_UNITS})",
    "KG": '"kg" or a unit of time',
    "THEN": 'a drug, a route or a word such as "over", "every", "for", "at", "then" or "and"',
    "AMOUNT": "a dose such as 0.5 mg/kg, 56 mg or 0.1 mg/kg/h",
    "_DOSES": '"doses"',
    "NUMBER": "a whole number",
    "D": "a unit of time",
}
"""What to say of a terminal that could stand next, the most telling first."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A token as it stands in the text; beyond either end the type and the words are empty."""

    type: str = ""
    words: str = ""
    start: int = 0
    end: int = 0


def explain(error: UnexpectedToken, text: str) -> InputError:
    """The error of the parser as one sentence that points at the column."""
    seen = [_Seen(t.type, _short(text[t.start_pos : t.end_pos]), t.start_pos or 0, t.end_pos or 0) for t in lex(text)]
    if error.token.type == "$END":
        place = len(seen)
    else:
        place = next(i for i, one in enumerate(seen) if one.start == error.token.start_pos)
    end = len(text.rstrip())
    before, here, after = [_Seen(), *seen, _Seen(start=end, end=end), _Seen()][place : place + 3]
    at, sentence = _reason(before, here, after, text, error.expected)
    return InputError(sentence, where=f"column {at.start + 1}")


def _reason(before: _Seen, here: _Seen, after: _Seen, text: str, expected: Collection[str]) -> tuple[_Seen, str]:
    """The token to point at, and what to say of it."""
    for left, right in ((before, here), (here, after)):
        if left.type in _NUMBERS and right.type in _NUMBERS and text[left.end : right.start] == ",":
            shown = f"{left.words},{right.words}"
            return left, f'"{shown}" is not a number; write a decimal point and no thousands sign, as in 0.5 or 1000.'
    if before.type == "NUMBER" and expected == _AFTER_A_LOOSE_NUMBER:
        if here.type == "UNKNOWN":
            return here, f'"{here.words}" is not a dose unit; expected {DOSE_UNITS}.'
        if here.type == "_TO":
            return before, f'"{text[before.start : after.end]}" is a range; a dose is one number, such as 10 mg.'
        return before, f'"{before.words}" has no unit; a dose is a number and its unit: {DOSE_UNITS}.'
    if before.type == "_IN" and "TIME" not in expected:
        return before, (
            f'"{before.words}" divides an amount a day, as in "1 g/day in 4 doses"; '
            'an infusion runs "over" a time; by nose is "nasal".'
        )
    if not here.type:
        return here, f"the sentence ends too early; {_next(expected)} is missing."
    if here.type == "NUMBER" and "TIME" in expected:
        if after.type == "UNKNOWN":
            return after, f'"{after.words}" is not a unit of time; expected {TIME_UNITS}.'
        return here, f'"{here.words}" has no unit of time; expected {TIME_UNITS}.'
    if here.type == "TIME":
        return here, f'"{here.words} {after.words}" needs a word in front: "over", "for", "every", "at" or "until".'
    if here.type != "UNKNOWN":
        return here, f'"{here.words}" does not fit here; expected {_next(expected)}.'
    if before.type == "PER":
        return here, f'"{here.words}" cannot stand behind "{before.words}"; expected a dose unit: {DOSE_UNITS}.'
    words = [" ".join(turn) for turn in VOCABULARY]
    near = [word for word in get_close_matches(here.words.lower(), words, n=3, cutoff=_NEAR) if len(word) > 2]
    hint = f' Did you mean "{near[0]}"?' if near else ""
    return here, f'"{here.words}" is not a word of the dosing sentence; expected {_next(expected)}.{hint}'


_NEAR: Final = 0.8
"""How alike two words must be before one is offered for the other: qod is not qid, and stat is not salt."""
_AFTER_A_LOOSE_NUMBER: Final = {"_DOSES", "_TIMES", "X"}


def _next(expected: Collection[str]) -> str:
    return next((words for terminal, words in _EXPECTED.items() if terminal in expected), f"words as in {_EXAMPLE}")


def _short(word: str) -> str:
    return word if len(word) <= 30 else f"{word[:27]}..."
