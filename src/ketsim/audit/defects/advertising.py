"""Who answers the telephone number, and who pays? Calls to action without disclosure, or with one far away.

A public line (emergency, crisis, poison, national helpline) is no advertisement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ketsim.audit.defects.defect import Defect, Subject

PHONE: Final = re.compile(
    r"(?<!\d)(?:\+?\d{1,3}[-. ])?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}(?!\d)|"
    r"(?<!\d)0800[ -]?\d{3}[ -]?\d{3,4}(?!\d)|(?<!\d)1?-?8(?:00|33|44|55|66|77|88)[-. ][A-Z0-9-]{7,9}"
)
_PUBLIC: Final = re.compile(
    r"800[-. ]?222[-. ]?1222|800[-. ]?662[-. ]?(?:4357|HELP)|800[-. ]?273[-. ]?8255|0300 123 6600|116 ?123|"
    r"1800[ -]?250[ -]?015|13 ?11 ?14"
)
_CALL: Final = re.compile(
    r"\b(?:call|calls|dial|phone|speak|talk|reach|contact|helpline|hotline|toll[- ]free|immediate help|"
    r"help now|24/7)\b",
    re.I,
)
_DISCLOSED: Final = re.compile(
    r"paid advertis|who answers|calls? .{0,80}(?:answered|routed|forwarded|directed|transferred|"
    r"returned) (?:to|by)|(?:is|are) (?:paid|compensated|sponsored)|sponsor(?:ed|s) (?:by|the)|"
    r"receives? (?:a |any )?(?:compensation|commission|referral fee)|advertis(?:er|ement)",
    re.I,
)
_FULL: Final = re.compile(
    r"paid advertis|(?:is|are) (?:paid|compensated|sponsored)|answered or returned by|"
    r"treatment providers listed|compensation from",
    re.I,
)
_NEAR: Final = 300  # characters within which a disclosure stands beside the number
_COLLECTS: Final = re.compile(
    r"\b(?:treatment|rehab|recovery|detox|clinic|center|centre|facility|specialist|advisor|admissions)", re.I
)


def find(subject: Subject) -> Iterator[Defect]:
    """Numbers that advertise without saying so, and disclosures that come late."""
    text = subject.page.text
    disclosures = [found.start() for found in _FULL.finditer(text)]
    first: int | None = None
    for sentence in subject.sentences:
        numbers = [found for found in PHONE.finditer(sentence.text) if not _PUBLIC.search(found[0])]
        if not numbers or (not _CALL.search(sentence.text) and not _CALL.search(sentence.passage.text)):
            continue
        start, end = sentence.span
        first = start if first is None else first
        beside = any(abs(place - start) <= _NEAR for place in disclosures)
        if not beside and (_COLLECTS.search(text) is not None):
            reason = "A telephone number is offered without saying who answers and who pays for the call."
            yield Defect(start, end, "undisclosed-advert", "high", reason)
    if first is not None and disclosures and min(disclosures) - first > _NEAR:
        reason = f"Who answers and pays is disclosed {min(disclosures) - first} characters after the first number."
        yield Defect(*subject.span, "late-disclosure", "high", reason)
