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
    "AMOUNT": f"a dose (such as 0.5 mg/kg, 56 mg or 0.1 mg/kg/h) or a word on how it is given, such as in {_EXAMPLE}",
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
    sentence = _with_comma(before, here, text) or _with_comma(here, after, text)
    return InputError(sentence or _sentence(before, here, after, error), where=f"column {here.start + 1}")


def _sentence(before: _Seen, here: _Seen, after: _Seen, error: UnexpectedToken) -> str:
    expected = error.expected
    if before.type == "NUMBER" and expected <= {"_DOSES", "_TIMES", "X"}:
        if here.type == "UNKNOWN":
            return f'"{here.words}" is not a dose unit; expected {DOSE_UNITS}.'
        return f'"{before.words}" has no unit; a dose is a number and its unit: {DOSE_UNITS}.'
    if not here.type:
        return f"the sentence ends too early; {_next(expected)} is missing."
    if here.type == "NUMBER" and "TIME" in expected:
        if after.type == "UNKNOWN":
            return f'"{after.words}" is not a unit of time; expected {TIME_UNITS}.'
        return f'"{here.words}" has no unit of time; expected {TIME_UNITS}.'
    if here.type != "UNKNOWN":
        return f'"{here.words}" does not fit here; expected {_next(expected)}.'
    if before.type == "PER":
        return f'"{here.words}" cannot stand behind "{before.words}"; expected a dose unit: {DOSE_UNITS}.'
    words = [" ".join(turn) for turn in VOCABULARY]
    near = [word for word in get_close_matches(here.words.lower(), words, n=3) if len(word) > 2]
    hint = f' Did you mean "{near[0]}"?' if near else ""
    return f'"{here.words}" is not a word of the dosing sentence; expected {_next(expected)}.{hint}'


def _with_comma(left: _Seen, right: _Seen, text: str) -> str | None:
    """What to say of 0,5 or 1,000: two numbers with nothing but a comma between them."""
    if left.type not in _NUMBERS or right.type not in _NUMBERS or text[left.end : right.start] != ",":
        return None
    shown = f"{left.words},{right.words}"
    return f'"{shown}" is not a number; write a decimal point and no thousands sign, such as 0.5 or 1000.'


def _next(expected: Collection[str]) -> str:
    return next(
        (words for terminal, words in _EXPECTED.items() if terminal in expected), f"something such as {_EXAMPLE}"
    )


def _short(word: str) -> str:
    return word if len(word) <= 30 else f"{word[:27]}..."
