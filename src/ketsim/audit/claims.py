"""Which claims does a page make, and about what? Clauses that say something, each with the observable it turns on.

A clause is tried against the frames of every observable; the most telling one names it, and others that turn on other
words of the clause make claims of their own. A statement that no frame knows is a claim too, about ``general.*``, with
the nearest observables as candidates for a person to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ketsim.audit.clauses import clauses
from ketsim.audit.frame import Pattern, Polarity, book, notions
from ketsim.audit.matching import Clause, Match, matches_of
from ketsim.audit.passage import HEADING, ITEM, Page, Passage
from ketsim.audit.polarity import negated_outside, polarity_of
from ketsim.audit.quantity import Quantity, quantities
from ketsim.audit.sentences import sentences
from ketsim.audit.stance import is_rejected, on_a_danger
from ketsim.audit.statement import EXPERIENCE, is_experience, is_no_claim, is_statement, topic_of
from ketsim.audit.words import Word

_ABOUT: Final = frozenset(("ketamine", "drug"))
#: The names of the drug, "K" only where it can hardly be a letter.
_DRUG: Final = re.compile(
    r"(?i:ket(?:amin|alar|anest)|spravato|\bket\b|\bspecial k\b)"
    r"|\b(?:of|on|do|doing|did|taking|took|snorting|snorted|from) K\b"
)
_REACH: Final = 2  # sentences before that may say what "it" is


@dataclass(frozen=True, slots=True)
class Claim:
    """start, end: offsets in the input. quantity: what it states. groups: notions of its sentence. known: a frame fits.

    passage, number: the passage and the sentence it stands in. outdated: it repeats what was true once.
    """

    start: int
    end: int
    text: str
    observable: str
    polarity: Polarity
    quantity: Quantity | None
    groups: frozenset[str]
    sentence: frozenset[str]
    known: bool
    passage: int
    number: int
    outdated: bool = False


def claims_of(page: Page) -> tuple[Claim, ...]:
    """The claims of a page, in order of their places."""
    found: list[Claim] = []
    heading: frozenset[str] = frozenset()
    before: list[frozenset[str]] = []
    leading: frozenset[str] = frozenset()
    about = _ABOUT if _names_the_drug(page) else frozenset()
    number = 0
    for place, passage in enumerate(page.passages):
        if passage.kind in ("navigation", "title", "form", "consent", "share", "related", "template"):
            continue
        is_list = passage.kind == ITEM
        if not is_list and passage.kind != HEADING and len(passage.text.split()) > 3:
            before = before[-_REACH:]
        spans = list(sentences(passage.text))
        for (start, end), following in zip(spans, [*spans[1:], None], strict=False):
            number += 1
            groups = _groups(passage.text, start, end)
            around = groups | heading | about | (leading if is_list else frozenset()).union(*before[-_REACH:])
            rejected = is_rejected(passage.text, start, end, following)
            found += _of_sentence(passage, place, number, start, end, groups, around, listed=is_list, rejected=rejected)
            if passage.kind == HEADING or _titles(passage, start, end):
                heading, before, leading = groups, [], frozenset()
            elif not is_list:
                before.append(groups)
                leading = groups
    found.sort(key=lambda claim: (claim.start, claim.end, claim.observable))
    return tuple(_distinct(found))


def _names_the_drug(page: Page) -> bool:
    """Whether the page speaks of the drug, so that a sentence without its name is about it."""
    return _DRUG.search(page.text) is not None


def _distinct(found: Sequence[Claim]) -> Iterator[Claim]:
    seen: set[tuple[int, int, str]] = set()
    for claim in found:
        key = (claim.start, claim.end, claim.observable)
        if key not in seen:
            seen.add(key)
            yield claim


def _titles(passage: Passage, start: int, end: int) -> bool:
    """Whether a short passage of its own, without a full stop, heads what follows."""
    alone = start == 0 and end == len(passage.text)
    return alone and passage.kind != ITEM and len(passage.text) <= 100 and passage.text[-1] not in ".!:;,"


def _groups(text: str, start: int, end: int) -> frozenset[str]:
    return notions(text[start:end])[2]


def _of_sentence(
    passage: Passage,
    place: int,
    number: int,
    start: int,
    end: int,
    groups: frozenset[str],
    around: frozenset[str],
    *,
    listed: bool,
    rejected: bool,
) -> Iterator[Claim]:
    text = passage.text
    known = book()
    heading = passage.kind == HEADING or _titles(passage, start, end)
    if text[start:end].rstrip("\"'”’)").endswith(("?", "？", "؟")):
        return
    every = quantities(text, start, end)
    for first, last in clauses(text, start, end):
        bare, hits, inside = notions(text[first:last])
        said = [Word(word.text, word.start + first, word.end + first) for word in bare]
        found = [quantity for quantity in every if first <= quantity.start and quantity.end <= last]
        later = "myth" in _groups(text, last, end)  # "many believe that ..., but they are wrong"
        clause = Clause(first, last, said, hits, inside, found, around, groups, rejected or later)
        if not said or is_no_claim(clause, heading=heading):
            continue
        matches = [] if is_experience(clause) else matches_of(clause, known)
        if is_experience(clause):
            told = _bare(text, first, last)
            yield Claim(
                *passage.span(*told),
                text[slice(*told)],
                EXPERIENCE,
                "affirm",
                None,
                inside,
                groups,
                True,
                place,
                number,
            )
        elif matches:
            telling = max(matches, key=lambda match: match.score)
            for match in matches:
                taken = frozenset() if match is telling else telling.used
                yield from _claims(passage, place, number, clause, match, taken, first=match is telling)
        elif is_statement(clause, listed=listed, heading=heading, ended=text[start:end].endswith(".")):
            spans = passage.span(*_bare(text, first, last))
            yield Claim(
                *spans, text[slice(*_bare(text, first, last))], topic_of(clause), polarity_of(clause, frozenset()),
                _only(clause.found), inside, groups, False, place, number,
            )  # fmt: skip


def _only(found: Sequence[Quantity]) -> Quantity | None:
    return found[0] if len(found) == 1 else None


def _claims(
    passage: Passage, place: int, number: int, clause: Clause, match: Match, taken: frozenset[int], *, first: bool
) -> Iterator[Claim]:
    pattern = book().patterns[match.frame.observable]
    polarity = _said(match, pattern, clause) or polarity_of(clause, match.used, alone=first, taken=taken)
    if clause.rejected:
        polarity = "affirm" if polarity == "deny" else "deny"
    if pattern.each is not None:
        spans = _mentions(clause, pattern.each)
    elif first:
        spans = [(clause.start, clause.end)]
    else:
        spans = [_share(clause, match)]
    for start, end in spans:
        start, end = _bare(passage.text, start, end)
        yield Claim(
            *passage.span(start, end), passage.text[start:end], match.frame.observable, polarity, match.quantity,
            clause.groups, clause.sentence, True, place, number, match.frame.outdated,
        )  # fmt: skip


def _said(match: Match, pattern: Pattern, clause: Clause) -> Polarity | None:
    """What a frame says by itself; turned round where it is called a myth, or negated from outside of its notions."""
    frame = match.frame
    stance = on_a_danger(clause) if pattern.hazard and not (frame.says and frame.negatable) else None
    if stance is not None:
        return stance
    if frame.says is None:
        return "affirm" if pattern.forbids else None
    turned = ("myth" in clause.groups and "myth" not in frame.clause) != (
        frame.negatable and negated_outside(clause, match.used)
    )
    if turned:
        return "affirm" if frame.says == "deny" else "deny"
    return frame.says


def _mentions(clause: Clause, group: str) -> list[tuple[int, int]]:
    """Every mention of a group, a brand name in brackets with the name before it."""
    spans: list[tuple[int, int]] = []
    for hit in clause.hits:
        if hit.group == group and (not spans or clause.said[hit.first].start >= spans[-1][1]):
            spans.append(_around(clause, hit.first, hit.last))
    return spans


def _around(clause: Clause, first: int, last: int) -> tuple[int, int]:
    """A mention in a row with the words since the last "or", "and" or comma, and the name in brackets behind it."""
    start = first
    while start > max(0, first - 4) and clause.said[start].start - clause.said[start - 1].end == 1:
        start -= 1
        if clause.said[start].text in ("or", "and"):
            break
    end = last
    if last + 1 < len(clause.said) and clause.said[last + 1].start - clause.said[last].end == 2:
        end = last + 1
    return clause.said[start].start, clause.said[end].end


def _share(clause: Clause, match: Match) -> tuple[int, int]:
    """The part of a clause that a second claim in it turns on: its notions and what lies between them."""
    start, end = clause.said[min(match.used)].start, clause.said[max(match.used)].end
    if match.quantity is not None:
        start, end = min(start, match.quantity.start), max(end, match.quantity.end)
    return start, end


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Without a full stop and quotation marks around it."""
    while end > start and text[end - 1] in " .!,;:\"”’'":
        end -= 1
    while start < end and text[start] in " \"“‘',;:":
        start += 1
    return start, end
