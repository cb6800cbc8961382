"""Does a clause that no frame knows state something that could be checked? And about which topic?

Questions, wishes, invitations and bare titles state nothing. A statement has a verb and speaks of the drug, the body,
treatment or the law; an item of a list states what its list is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ketsim.audit.clauses import has_verb
from ketsim.rule_file import read_rules

if TYPE_CHECKING:
    from ketsim.audit.matching import Clause

_FILE: Final = Path(__file__).with_name("statements.yaml")
_ASKS: Final = frozenset(("how", "what", "why", "when", "where", "who", "which", "whether"))
_SHORTEST: Final = 4
EXPERIENCE: Final = "anecdote.experience"
_SELF: Final = frozenset(("i", "i'm", "i've", "i'd", "my", "mine"))
_LINKING: Final = frozenset(
    ("and", "but", "so", "then", "because", "when", "after", "since", "honestly", "personally", "for")
)
_HOLDS: Final = frozenset(
    (
        "think",
        "believe",
        "heard",
        "read",
        "know",
        "told",
        "says",
        "said",
        "guess",
        "sure",
        "thought",
        "doctor",
        "psychiatrist",
    )
)


@cache
def _rules() -> Mapping[str, Mapping[str, list[str]]]:
    rules: Mapping[str, Mapping[str, list[str]]] = read_rules(_FILE)
    return rules


def is_statement(clause: Clause, *, listed: bool, heading: bool, ended: bool) -> bool:
    """Whether the clause says something about the drug, its effects, its law or its treatment."""
    said = clause.said
    if not said or (said[0].text in _ASKS and len(said) > 1 and not has_verb(said[:3])):
        return False
    if listed and not heading:
        return len(said) >= _SHORTEST and has_verb(said) and bool(clause.groups & {"domain"})
    # A full stop behind six words or more ends a statement, whether its verb is known or not.
    stated = has_verb(said) or (ended and len(said) >= _SHORTEST + 2)
    if len(said) < _SHORTEST or not stated or (heading and said[0].text in _ASKS):
        return False
    if "domain" not in clause.groups and not clause.found:
        return False
    opening = " ".join(word.text for word in said[:6])
    return not any(opening.startswith(start) for start in _rules()["no_statement"]["openings"])


def is_no_claim(clause: Clause, *, heading: bool) -> bool:
    """Whether a clause claims nothing although it holds the words of a claim: a question, a title, the page itself."""
    said = clause.said
    if heading and (said[0].text in _ASKS or not has_verb(said)):
        return True
    opening = " ".join(word.text for word in said[:5])
    return any(opening.startswith(start) for start in _rules()["no_claim"]["openings"])


def is_experience(clause: Clause) -> bool:
    """Whether somebody tells what happened to himself or to one of his own, and not what he holds to be true."""
    opening = [word.text for word in clause.said[:5]]
    if not opening or not (
        opening[0] in _SELF or (opening[0] in _LINKING and len(opening) > 1 and opening[1] in _SELF)
    ):
        return False
    return len(clause.said) >= _SHORTEST and _HOLDS.isdisjoint(opening) and has_verb(clause.said)


def topic_of(clause: Clause) -> str:
    """The topic of a statement, as ``general.TOPIC``; the first group of the list that it touches."""
    for topic, groups in _rules()["topics"].items():
        if not clause.groups.isdisjoint(groups):
            return f"general.{topic}"
    return "general.other"
