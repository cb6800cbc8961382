"""Who speaks, and was he introduced? A surname that says things and was never given a first name or an office."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ketsim.audit.defects.defect import Defect, Subject

_SAID: Final = re.compile(
    r"(?:^|[\s”\"’,])((?:[A-Z][a-z'’-]+\s+)?[A-Z][a-z'’-]{2,})\s+(?:said|says|added|adds|explained|explains|"
    r"told|tells|noted|notes|warned|recalled)\b"
    r"|(?:said|says|added|explained|noted|warned)\s+((?:Dr\.?\s+|Prof\.?\s+)?[A-Z][a-z'’-]{2,})(?=[\s.,;]|$)"
)
_MOST: Final = 200  # speakers that are looked up
_NO_NAME: Final = frozenset(
    [
        "The",
        "This",
        "That",
        "These",
        "Those",
        "They",
        "She",
        "Her",
        "His",
        "You",
        "We",
        "It",
        "He",
        "One",
        "Someone",
        "People",
        "Patients",
        "Users",
        "Doctors",
        "Experts",
        "Research",
        "Researchers",
        "Study",
        "Studies",
        "Scientists",
        "Critics",
        "Others",
        "Many",
        "Some",
        "Most",
        "Ketamine",
        "Officials",
        "Police",
        "Health",
        "Report",
        "Court",
        "Drug",
        "Government",
        "Ministers",
        "Agency",
        "Institute",
        "University",
        "Hospital",
        "Administration",
        "Association",
        "Department",
        "Service",
        "Council",
        "Centre",
        "Center",
        "Label",
        "Law",
        "Friends",
        "Family",
        "Parents",
        "Authorities",
        "Nobody",
        "Everyone",
        "Clinic",
        "Both",
        "And",
        "But",
        "What",
        "Who",
        "Leaflet",
        "Guidance",
    ]
)


def find(subject: Subject) -> Iterator[Defect]:
    """Speakers who are quoted by surname and never introduced."""
    whole = " ".join(passage.text for passage in subject.passages())
    known: dict[str, bool] = {}
    for sentence in subject.sentences:
        for found in _SAID.finditer(sentence.text):
            name = (found[1] or found[2]).split()[-1]
            if name in _NO_NAME or (found[1] and len(found[1].split()) > 1):
                continue
            if name not in known:
                if len(known) >= _MOST:
                    return
                known[name] = _introduced(name, whole)
            if not known[name]:
                start, end = sentence.span
                yield Defect(start, end, "orphan-speaker", "medium", f"{name} is quoted and was never introduced.")


def _introduced(name: str, whole: str) -> bool:
    """Whether a first name, a title or an office stands by the name anywhere, other than a verb of saying."""
    return bool(
        re.search(
            rf"\b(?:[A-Z][a-z]+|Dr\.?|Prof\.?|Professor|Mr\.?|Ms\.?|Mrs\.?)\s+(?:[A-Z]\.\s+)?{re.escape(name)}\b", whole
        )
        or re.search(rf"\b{re.escape(name)},\s+(?:an?|the|who|\d\d|director|professor|head|chief|from)\b", whole)
    )
