"""Does a page that speaks of danger say where help is? Emergency and public lines, and what to do in an overdose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ketsim.audit.defects.defect import Defect, Sentence, Subject
from ketsim.audit.passage import HEADING

_PUBLIC: Final = re.compile(
    r"(?<![\d-])(?:911|999|112|988|000|111)(?![\d-])|116 ?123|222-1222|662-?(?:4357|HELP)|0300 123 6600|"
    r"\b(?:emergency (?:services|number|department|room)|poison (?:control|help|cent)|"
    r"ambulance|crisis (?:line|lifeline)|A&E|samaritans)\b",
    re.I,
)
_DANGER: Final = ("overdose", "coma", "suicide", "psychosis", "seizure", "blood_urine", "death")
_STOPPING: Final = ("withdrawal", "taper", "cut_by")
_URGENT: Final = re.compile(
    r"right away|immediate(?:ly)? help|immediate(?:ly)? (?:medical|see|seek)|urgent|as soon as possible|"
    r"straight away|emergency|severe (?:withdrawal )?(?:symptoms|depression)|life[- ]threatening",
    re.I,
)
_TO_DO: Final = re.compile(
    r"\bcall\b|\bdial\b|recovery position|emergency (?:services|room|department|help)|medical (?:help|"
    r"attention|care)|hospital",
    re.I,
)


def find(subject: Subject) -> Iterator[Defect]:
    """Dangers without help, and a section on overdose that says nothing of what to do."""
    if not subject.touches("ketamine", "esketamine"):
        return
    helped = _PUBLIC.search(subject.page.text) is not None
    worst = _most_urgent(subject)
    if worst is not None and not helped:
        reason = "Danger is named and no emergency number, poison line or public crisis line."
        yield Defect(*worst.span, "missing-emergency-advice", "high", reason)
    about = [sentence for sentence in subject.sentences if "overdose" in sentence.groups]
    if len(about) >= 2 and not any(_TO_DO.search(sentence.text) for sentence in about) and not helped:
        yield Defect(*about[0].span, "overdose-without-advice", "high", "Overdose is described without what to do.")


def _most_urgent(subject: Subject) -> Sentence | None:
    """The sentence that calls for help most."""
    urgent = [sentence for sentence in subject.sentences if _URGENT.search(sentence.text)]
    if urgent:
        return urgent[0]
    for group in _DANGER:
        for sentence in subject.sentences:
            if group in sentence.groups and "first_person" not in sentence.groups:
                return sentence
    about = [sentence for sentence in subject.sentences if not sentence.groups.isdisjoint(_STOPPING)]
    hard = next((sentence for sentence in about if {"withdrawal", "severe"} <= sentence.groups), None)
    # A page about stopping or cutting down is read by people whom stopping may bring into trouble.
    page_about = [sentence for sentence in about if "first_person" not in sentence.groups]
    headed = any(s.passage.kind == HEADING and not s.groups.isdisjoint((*_STOPPING, "stop")) for s in subject.sentences)
    return hard or (page_about[0] if len(page_about) > (0 if headed else 1) else None)
