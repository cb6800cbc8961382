"""Does a clause affirm or deny? Negations are counted, those that are none ("not only", "cannot be ruled out") are not.

"There is no evidence that X" denies X. A myth that is named as one is denied. Two negations affirm.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ketsim.audit.lexicon import Hit

if TYPE_CHECKING:
    from ketsim.audit.frame import Polarity
    from ketsim.audit.matching import Clause

_ANSWERS: Final = ("no", "yes")  # "No, it is not": the first word answers a question


_CLOSE: Final = ("without", "lack", "lacks", "lacking", "free", "absence", "devoid", "fail", "fails")
_CONDITIONS: Final = ("if", "when", "unless", "until")
_REACH: Final = 3  # words


def polarity_of(
    clause: Clause, used: frozenset[int], *, alone: bool = True, taken: frozenset[int] = frozenset()
) -> Polarity:
    """What the clause says of what it turns on.

    used: indices of the words of the claim's notions, empty where they are not known. A negation that is part of a
    notion ("without a prescription") is none of the claim. alone: whether the clause holds no other claim. taken: words
    of a more telling claim, to which a negation before them belongs ("not a harmless party drug").
    """
    nots = [hit for hit in negations(clause) if hit.first not in used]
    if used:
        begins, ends = min(used), max(used)
        if not alone:
            nots = [hit for hit in nots if hit.first >= begins - _REACH]
            nots = [hit for hit in nots if not any(hit.first < word < begins for word in taken)]
        # "not be given if a rise of pressure ..." denies the giving: what follows the condition is not negated.
        turn = max((i for i, word in enumerate(clause.said[:begins]) if word.text in _CONDITIONS), default=-1)
        nots = [hit for hit in nots if hit.first > turn or turn <= 0]
        # A negation well behind what the claim turns on belongs to something else ("addictive, though not for all").
        nots = [hit for hit in nots if hit.first <= ends + 2]
        # "without a doctor" denies the doctor, not the dependence: such a word has to stand close before.
        nots = [hit for hit in nots if clause.said[hit.first].text not in _CLOSE or 0 <= ends - hit.first <= _REACH]
    count = len(_separate(nots)) + any(hit.group == "myth" for hit in clause.hits)
    return "deny" if count % 2 else "affirm"


def negated_outside(clause: Clause, used: frozenset[int]) -> bool:
    """Whether a negation stands just before the notions of a claim, or between them, without being one of them."""
    first, last = min(used, default=0), max(used, default=0)
    nots = [
        hit
        for hit in negations(clause)
        if first - _REACH <= hit.first <= last
        and hit.first not in used
        and (clause.said[hit.first].text not in _CLOSE or hit.last == first - 1)
    ]
    return len(_separate(nots)) % 2 == 1


def negations(clause: Clause) -> list[Hit]:
    """Negations, without those that only look like one or that call something a myth."""
    none = [hit for hit in clause.hits if hit.group in ("neg_pseudo", "partial", "myth")]
    found = [hit for hit in clause.hits if hit.group == "neg" and not _within(hit, none)]
    if len(clause.said) > 1 and clause.said[0].text in _ANSWERS and clause.said[1].start - clause.said[0].end > 1:
        return [hit for hit in found if hit.first > 0]
    return found


def _within(hit: Hit, others: Sequence[Hit]) -> bool:
    return any(other.first <= hit.first and hit.last <= other.last for other in others)


def _separate(hits: Sequence[Hit]) -> list[Hit]:
    """Negations that stand apart: "isn't likely", "no lack of"; neighbours in a list ("not X, nor Y") count once."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: hit.first):
        if kept and hit.first <= kept[-1].last:
            continue
        kept.append(hit)
    return kept[:1] if len(kept) > 1 and _repeated(kept) else kept


def _repeated(hits: Sequence[Hit]) -> bool:
    # Three and more negations in one clause are a list of denials ("no cravings, no withdrawal, no tolerance").
    return len(hits) > 2
