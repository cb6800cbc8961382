"""Which words and signs a dosing sentence may use, and which terminal of sentence.lark each of them is.

Only single words and fixed turns of phrase are known here; their order is the grammar's, their meaning phrase.py's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from lark import Token
from lark.lexer import Lexer

_SPOKEN: Final[Mapping[str, Mapping[str, str]]] = {
    "MASS": {
        "mg": "mg, mgs, milligram, milligrams",
        "g": "g, gm, gram, grams",
        "ug": "ug, mcg, microgram, micrograms",
        "ng": "ng, nanogram, nanograms",
    },
    "KG": {"kg": "kg, kilogram, kilograms"},
    "UNIT": {
        "s": "s, sec, secs, second, seconds",
        "min": "min, mins, minute, minutes",
        "h": "h, hr, hrs, hour, hours",
        "month": "mo, month, months",
        "year": "y, yr, yrs, year, years",
    },
    "D": {"day": "d, day, days"},
    "WK": {"week": "wk, wks, week, weeks"},
    "PER": {"per": "per, /"},
    "A": {"a": "a, an"},
    "DRUG": {
        "ketamine": "ketamine, ket, racemate, racemic ketamine, racemic ket, rac-ketamine",
        "esketamine": "esketamine, es-ketamine, esket, s-ketamine, s ketamine",
        "arketamine": "arketamine, ar-ketamine, r-ketamine, r ketamine",
    },
    "BASIS": {
        "base": "base, free base, as base, as free base",
        "salt": "salt, hydrochloride, hcl, as salt, as hydrochloride, as hcl",
    },
    "ROUTE": {
        "iv": "iv, intravenous, intravenously, by vein",
        "im": "im, intramuscular, intramuscularly",
        "sc": "sc, subcut, subcutaneous, subcutaneously, under the skin",
        "nasal": "nasal, nasally, intranasal, intranasally, intra-nasal, nasal spray, by nose, snorted",
        "oral": "oral, orally, po, per os, by mouth, swallowed",
        "sublingual": "sublingual, sublingually, sl, under the tongue",
        "buccal": "buccal, buccally",
        "rectal": "rectal, rectally, pr, per rectum, by rectum",
        "inhaled": "inhaled, by inhalation",
        "smoked": "smoked",
    },
    "FORM": {
        "bolus": "bolus, push, as bolus, as a bolus",
        "infusion": "infusion, infused, as infusion, as an infusion",
    },
    "TWICE": {"1": "once", "2": "twice", "3": "thrice"},
    "OFTEN": {
        "1 day": "daily, qd",
        "2 day": "bid, bd",
        "3 day": "tid, tds",
        "4 day": "qid, qds",
        "1 week": "weekly, qw",
        "2 week": "biw",
        "3 week": "tiw",
        "1 month": "monthly",
    },
    "STEADY": {"steady": "at steady state, at steady-state, in steady state, steady state, steady-state"},
    "_OVER": {"over": "over"},
    "_FOR": {"for": "for"},
    "_IN": {"in": "in"},
    "_DOSES": {"doses": "doses, dose, divided doses"},
    "_TIMES": {"times": "times"},
    "X": {"x": "x, ×"},
    "_EVERY": {"every": "every, each, q"},
    "_OTHER": {"other": "other, second"},
    "_ON": {"on": "on"},
    "_AT": {"at": "at, @"},
    "_START": {"start": "start at, start on, starts at, starts on, starting at, starting on, starting, from"},
    "_AGAIN": {"again": "again after"},
    "_UNTIL": {"until": "until"},
    "_STOP": {"stop": "stop, stop at, stop after, stops at, stopped at, stop on"},
    "_LAG": {"lag": "lag, lag time"},
    "_TO": {"to": "to, through, -, –"},
    "THEN": {"then": "then, and then, followed by"},
    "AND": {"and": "and, plus, +"},
}
_SILENT: Final = frozenset({",", ";", "(", ")", ".", "of", "the", "given", "by", "with"})
_NUMBERS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

VOCABULARY: Final[Mapping[tuple[str, ...], tuple[str, str]]] = MappingProxyType(
    {
        tuple(turn.split()): (terminal, meaning)
        for terminal, meanings in _SPOKEN.items()
        for meaning, turns in meanings.items()
        for turn in turns.split(", ")
    }
)
"""Every word or turn of phrase, split at its spaces, with its terminal and its meaning (the value of the token)."""

TIME_UNITS: Final = frozenset({"UNIT", "D", "WK"})
_LONGEST_TURN: Final = max(map(len, VOCABULARY))

# A minus sign belongs to a number only where a word could start: "-5 mg", but not in "days 1-5".
_PIECE: Final = re.compile(
    r"""(?P<number>(?:(?<![\w.])[-−](?=[0-9.]))?(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:e[-+]?[0-9]++)?)
    |(?P<enantiomer>\(?(?P<form>[sr])\)?-?(?:\([-−+]\))?-?ket(?:amine)?(?![^\W\d]))    # S(+)-ketamine, (R)-ketamine
    |(?P<dotted>(?:[a-z]\.){1,2}[a-z]\.?(?!\w))                                        # i.v.
    |(?P<word>[^\W\d_]+(?:-[^\W\d_]+)*)
    |(?P<sign>\S)
    |\s+""",
    re.IGNORECASE | re.VERBOSE,
)


class SentenceLexer(Lexer):
    """Words, numbers and signs of a text as the terminals of sentence.lark; what is unknown becomes `UNKNOWN`."""

    def __init__(self, lexer_conf: object) -> None:
        """Nothing to set up: `lexer_conf` is what lark hands to every lexer."""

    def lex(self, data: str) -> Iterator[Token]:  # type: ignore[override]
        """See `lex`."""
        return lex(data)


def lex(text: str) -> Iterator[Token]:
    """The tokens of a text: their meaning as value, their place as `start_pos` and `end_pos` [characters]."""
    return iter(_typed_numbers(list(_tokens(text))))


def number(token: str) -> float:
    """The value of a number token, in digits or as a word; inf if it is beyond any float."""
    word = token.lower()
    return float(_NUMBERS.index(word) + 1) if word in _NUMBERS else float(word.replace("−", "-"))


def _tokens(text: str) -> Iterator[Token]:
    pieces = [m for m in _PIECE.finditer(text) if not m[0].isspace()]
    place = 0
    while place < len(pieces):
        (terminal, meaning), length = _classify(pieces, place)
        if terminal:
            start, end = pieces[place].start(), pieces[place + length - 1].end()
            yield Token(terminal, meaning, start_pos=start, end_pos=end)
        place += length


def _classify(pieces: list[re.Match[str]], place: int) -> tuple[tuple[str, str], int]:
    """The longest known turn of phrase that starts here, and its number of pieces; a silent word has no terminal."""
    piece = pieces[place]
    if piece["number"]:
        return ("NUMBER", piece[0]), 1
    if piece["enantiomer"]:
        return ("DRUG", "esketamine" if piece["form"].lower() == "s" else "arketamine"), 1
    words = tuple(_plain(p) for p in pieces[place : place + _LONGEST_TURN])
    for length in range(len(words), 0, -1):
        known = VOCABULARY.get(words[:length])
        if known:
            return known, length
    if words[0] in _NUMBERS:
        return ("NUMBER", words[0]), 1
    silent = words[0] in _SILENT and not (words[0] == "." and _stands_alone(piece))
    return ("" if silent else "UNKNOWN", piece[0]), 1


def _stands_alone(piece: re.Match[str]) -> bool:
    """Nothing before it, or a space: such a point ends no word, and may be the point of a number (". 5 mg")."""
    before = piece.string[: piece.start()]
    return not before or before[-1].isspace()


def _plain(piece: re.Match[str]) -> str:
    word = piece[0].lower().replace("µ", "u").replace("μ", "u")
    return word.replace(".", "") if piece["dotted"] else word


def _typed_numbers(tokens: list[Token]) -> Iterable[Token]:
    """Tell numbers apart by the unit behind them; drop the "and" of a list ("days 1, 3 and 5", "day 1 and day 3")."""
    types = [*(t.type for t in tokens), "", ""]
    place = 0
    while place < len(tokens):
        token, after, second = tokens[place], types[place + 1], types[place + 2]
        if token.type == "AND" and (after, second) == ("D", "NUMBER"):
            place += 2
            continue
        if token.type == "NUMBER" and after == "MASS":
            yield Token.new_borrow_pos("AMOUNT", str(token), token)
        elif token.type == "NUMBER" and after in TIME_UNITS:
            yield Token.new_borrow_pos("TIME", str(token), token)
        elif token.type != "AND" or after != "NUMBER" or second == "MASS":
            yield token
        place += 1
