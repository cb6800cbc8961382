"""A dosing sentence, such as "0.5 mg/kg iv over 40 min, twice weekly for 3 weeks", to a `Regimen` and back.

The words stand in `words`, the grammar in sentence.lark, the meaning of clauses in `phrase` and `meaning`, the way
back in `wording`, the errors in `refusal`; here phrases become one regimen: "then" starts when everything before it
has ended, "and" starts together with the doses before it, each unless it says its own time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ketsim.dosing.instruction import Instruction
from ketsim.dosing.regimen import Regimen
from ketsim.dosing.wording import word_regimen
from ketsim.errors import InputError

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

    from ketsim.dosing.phrase import Phrase

EXAMPLE: Final = "0.5 mg/kg iv over 40 min"
LONGEST: Final = 2000
"""A longer sentence [characters] is refused unread."""


def parse_sentence(text: str) -> Regimen:
    """The regimen that a sentence says.

    Raises `InputError` that points at the column and says what was expected.

    >>> parse_sentence("0.5 mg/kg iv over 40 min").events()[0].duration
    0.6666666666666666
    """
    if not isinstance(text, str):
        raise InputError(f'a dosing sentence is text, such as "{EXAMPLE}"; got {type(text).__name__}.')
    if len(text) > LONGEST:
        raise InputError(f"a dosing sentence has at most {LONGEST:,} characters; this one has {len(text):,}.")
    if not text.strip():
        raise InputError(f'the dosing sentence is empty; write for example "{EXAMPLE}".')

    from lark.exceptions import UnexpectedToken

    try:
        tree = _parser().parse(text)
    except UnexpectedToken as error:
        from ketsim.dosing.refusal import explain

        raise explain(error, text) from None
    regimen = _put_together(tree, text)
    if len(word_regimen(regimen)) > LONGEST:
        raise InputError(
            f"this sentence holds {len(regimen.instructions)} doses, too many to be written out in {LONGEST:,} "
            "characters; say with an interval how often they are given."
        )
    return regimen


def format_sentence(regimen: Regimen) -> str:
    """The canonical sentence of a regimen: `parse_sentence(format_sentence(r)) == r` for every `r` that was parsed.

    >>> format_sentence(parse_sentence("ket 50mg IM"))
    '50 mg ketamine im'
    """
    return word_regimen(regimen)


@cache
def _parser() -> Lark:
    """The parser, built on first use (about 30 ms) and kept."""
    from lark import Lark

    from ketsim.dosing.words import SentenceLexer

    grammar = Path(__file__).with_name("sentence.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=SentenceLexer, propagate_positions=True)


def _put_together(tree: Tree[Token], text: str) -> Regimen:
    """The regimen of a parsed sentence."""
    from ketsim.dosing.phrase import read_phrase

    joins, phrases = [""], []
    for node in tree.children:
        if isinstance(node, str):
            continue
        if node.data == "phrase":
            phrases.append(read_phrase(node, text))
        else:
            joins.append(str(node.data))
    for phrase in phrases[:-1]:
        if phrase.stop is not None:
            phrase.refuse("stop", '"stop at" ends the whole sentence; put it last.')
    stop = phrases[-1].stop
    if len(phrases) > 1 and phrases[-1].columns.keys() == {"stop"}:
        del phrases[-1]
    reading = _Reading()
    for place, (join, phrase) in enumerate(zip(joins, phrases, strict=False)):
        reading.add(join, phrase, stop=inf if stop is None or place < len(phrases) - 1 else stop)
    whole = Regimen(tuple(reading.done))
    return whole if stop is None else whole.stop(stop)


@dataclass(slots=True)
class _Reading:
    """The phrases read so far. A group is what "and" joins; "then" opens a new one."""

    done: list[Instruction] = field(default_factory=list)
    group_start: float = 0.0
    group_timed: bool = False
    group_listed: bool = False

    def add(self, join: str, phrase: Phrase, *, stop: float) -> None:
        """Put one more phrase on the clock; `stop` [h] is the end of the last one."""
        from ketsim.dosing.meaning import Before, instruction

        timed = None
        earliest = 0.0
        if join == "then":
            earliest = max(i.end for i in self.done)
            if earliest == inf:
                phrase.refuse("", _NEVER)
            timed = _AFTER_DAYS if self.group_listed else None
            self.group_start, self.group_timed, self.group_listed = earliest, False, False
        elif self.group_timed:
            timed = _BESIDE_TIME
        dose = self.done[-1].dose if self.done else None
        series = join == "then" and self.done[-1].repeat is not None
        made = instruction(phrase, Before(self.group_start, earliest, timed, dose, stop, series))
        on_days = bool(phrase.days) and phrase.period is None
        self.group_timed |= bool(phrase.at) or on_days
        self.group_listed |= made.listed or on_days
        self.done.append(made)


_NEVER: Final = '"then" never comes, since the doses before it have no end; add one, such as "for 4 weeks".'
_AFTER_DAYS: Final = 'after named days "then" must say when it starts, such as "then 1 mg/kg iv on day 8" or "at 7 d".'
_BESIDE_TIME: Final = (
    'the dose before "and" is given at its own time, so this one must say its time too, such as "at 0 h" or "at 6 h".'
)
