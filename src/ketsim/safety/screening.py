"""What speaks against a treatment, what needs care, what has not been asked? A checklist from labels and guidelines.

What is not answered is never clear, sources that disagree stand side by side, and a clinician decides.
The questions are data, see `screening_book`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from ketsim.errors import InputError, did_you_mean
from ketsim.safety.alarm import Alarm, alarm
from ketsim.safety.answer import SafetyAnswer, Section, Statement, statement
from ketsim.safety.names import expected, plain, shown
from ketsim.safety.screening_book import (
    SETTINGS,
    VERDICTS,
    Pressure,
    Product,
    Says,
    Setting,
    Verdict,
    checklist,
)
from ketsim.safety.triage import triage
from ketsim.wording import sentence_case

_PRESSURE: Final = re.compile(r"\s*(\d{2,3})\s*/\s*(\d{2,3})\s*(?:mm\s*hg)?\s*", re.IGNORECASE)
#: [mmHg] Beyond these a number is a slip, not a reading.
_SYSTOLIC: Final = (40, 350)
_DIASTOLIC: Final = (20, 250)
_SLIP: Final = 0.8  # how alike two names are of which one is a slip of the other
_LISTED: Final = 8  # names of items in a sentence that teaches

_PRODUCT_WORDS: Final[Mapping[Product, tuple[str, ...]]] = {
    "esketamine nasal": ("esketamine", "nasal esketamine", "spravato"),
    "ketamine": ("ketamine injection", "racemic ketamine", "ketamine infusion", "ketalar"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """One line of the answered checklist. said: what sources say to the answer, each with its verdict."""

    id: str
    asks: str
    verdict: Verdict
    answer: str | None = None
    said: tuple[tuple[Verdict, Says], ...] = ()


def screen(answers: Mapping[str, str], *, product: str = "esketamine nasal", setting: str = "care") -> SafetyAnswer:
    """The checklist with its verdicts.

    answers: name of an item -> "yes" or "no"; "blood-pressure" -> "150/95" [mmHg]. A name that is no item, but a
    symptom that cannot wait, raises an alarm. Raises `InputError` for any other name or answer.

    >>> screen({"aneurysm": "yes"}).data["items"][1]["verdict"]
    'contraindicated'
    """
    meant = expected("product", product, _PRODUCT_WORDS)
    where = expected("setting", setting, dict.fromkeys(SETTINGS, ()))
    known, red_flags = _sorted_answers(answers)
    found = tuple(_findings(known, meant, where))
    return SafetyAnswer(
        question="screen",
        title=f"Checklist before {meant}, in {'care' if where == 'care' else 'a trial'}",
        headline=_headline(found, where),
        alarms=(*red_flags, *_alarms(known)),
        sections=tuple(_sections(found)),
        assumptions=(
            "What was not answered is not clear: it has to be asked.",
            "Where sources disagree the worst verdict counts; all are shown.",
            "A checklist finds reasons to stop and to think; the decision is that of a clinician who knows the person.",
        ),
        data={
            "product": meant,
            "setting": where,
            "verdict": max((f.verdict for f in found), key=VERDICTS.index),
            "items": [_row(f) for f in found],
        },
    )


def _row(found: _Finding) -> dict[str, object]:
    return {
        "id": found.id,
        "question": found.asks,
        "answer": found.answer,
        "verdict": found.verdict,
        "says": [{**statement(s.text, *s.facts).to_dict(), "verdict": verdict} for verdict, s in found.said],
    }


def _findings(known: Mapping[str, str], product: Product, setting: Setting) -> Iterator[_Finding]:
    asked = checklist()
    yield _pressure_finding(asked.pressure, known.get(asked.pressure.id), product, setting)
    for item in asked.items:
        answer = known.get(item.id)
        if answer is None:
            yield _Finding(id=item.id, asks=item.asks, verdict="not answered")
        elif answer == "no":
            yield _Finding(id=item.id, asks=item.asks, verdict="clear", answer=answer)
        else:
            yield _judged(item.id, item.asks, answer, item.says, product, setting)


def _judged(name: str, asks: str, answer: str, says: Iterable[Says], product: Product, setting: Setting) -> _Finding:
    said = tuple((verdict, s) for s in says if (verdict := s.of(product, setting)) is not None)
    worst: Verdict = max((verdict for verdict, _ in said), key=VERDICTS.index, default="caution")
    return _Finding(id=name, asks=asks, verdict=worst, answer=answer, said=said)


def _pressure_finding(asked: Pressure, answer: str | None, product: Product, setting: Setting) -> _Finding:
    if answer is None:
        return _Finding(id=asked.id, asks=asked.asks, verdict="not answered")
    systolic, diastolic = read_pressure(answer)
    met = tuple(x for x in asked.limits if systolic > x.systolic or diastolic > x.diastolic)
    reading = f"{systolic}/{diastolic} mmHg"
    if not met:
        return _Finding(id=asked.id, asks=asked.asks, verdict="clear", answer=reading)
    return _judged(asked.id, asked.asks, reading, met, product, setting)


def read_pressure(text: str) -> tuple[int, int]:
    """[mmHg] Systolic and diastolic pressure of "150/95". Raises `InputError` for anything else."""
    found = _PRESSURE.fullmatch(text)
    if found is None:
        raise InputError(f"blood pressure {shown(text)!r} is not a reading; write systolic/diastolic, such as 150/95.")
    systolic, diastolic = int(found[1]), int(found[2])
    inside = _SYSTOLIC[0] <= systolic <= _SYSTOLIC[1] and _DIASTOLIC[0] <= diastolic <= _DIASTOLIC[1]
    if not inside or diastolic >= systolic:
        raise InputError(f"blood pressure {systolic}/{diastolic} is not possible; write systolic/diastolic in mmHg.")
    return systolic, diastolic


def _sorted_answers(answers: Mapping[str, str]) -> tuple[dict[str, str], tuple[Alarm, ...]]:
    """Answers by item, and the alarms of what was named that is no item but a symptom that cannot wait."""
    known: dict[str, str] = {}
    raised: list[Alarm] = []
    names = checklist().names()
    for name, given in answers.items():
        item = names.get(plain(name))
        if item is None:
            if given.strip().casefold() == "no" or _near(name) or not (red_flags := _red_flags(name)):
                raise _no_such_item(name)
            raised += red_flags
            continue
        answer = given if item == checklist().pressure.id else _yes_or_no(name, given)
        if known.get(item, answer) != answer:
            raise InputError(f"{item} was answered both {known[item]} and {answer}; give one answer.")
        known[item] = answer
    return known, tuple(raised)


def _yes_or_no(name: str, given: str) -> str:
    answer = given.strip().casefold()
    if answer not in ("yes", "no"):
        raise InputError(f"{shown(name)} was answered {shown(given)!r}; the answer is yes or no.")
    return answer


def _near(name: str) -> bool:
    """A slip of an item's name is asked back, not taken for a symptom."""
    return bool(get_close_matches(plain(name), checklist().names(), n=1, cutoff=_SLIP))


def _no_such_item(name: str) -> InputError:
    some = ", ".join(item.id for item in checklist().items[:_LISTED])
    hint = did_you_mean(plain(name), checklist().names(), otherwise=f"it has {some}, ... (--list shows all).")
    return InputError(f"{shown(name)!r} is not on the checklist; {hint}")


def _red_flags(text: str) -> tuple[Alarm, ...]:
    """The alarms of a symptom that cannot wait; none for what is no symptom."""
    if not text.strip():
        return ()
    read = triage(text)
    return read.alarms if read.data["matched"] else ()


def _alarms(known: Mapping[str, str]) -> Iterator[Alarm]:
    for item in checklist().items:
        if known.get(item.id) != "yes" or item.alarm is None:
            continue
        if item.alarm == "symptom":
            yield from triage(item.words[0]).alarms
        else:
            yield alarm(item.alarm, f"Answered with yes: {item.asks} {item.says[0].text}")


def _headline(found: Iterable[_Finding], setting: Setting) -> str:
    count = {verdict: sum(f.verdict == verdict for f in found) for verdict in VERDICTS}
    parts = []
    if count["contraindicated"]:
        parts.append(f"{_many(count['contraindicated'])} forbidden by a label or guideline: not without a specialist")
    if count["exclusion"]:
        parts.append(f"{_many(count['exclusion'])} that would exclude from a trial")
    if count["caution"]:
        parts.append(f"{_many(count['caution'])} to be treated with caution")
    if count["not answered"]:
        parts.append(f"{_many(count['not answered'])} not answered, which is not clear")
    if not parts:
        where = "care" if setting == "care" else "a trial"
        parts.append(f"nothing on this checklist speaks against it in {where}, which does not make it harmless")
    return f"{sentence_case('; '.join(parts))}."


def _many(number: int) -> str:
    return "one item" if number == 1 else f"{number} items"


def _sections(found: tuple[_Finding, ...]) -> Iterator[Section]:
    headings: tuple[tuple[str, tuple[Verdict, ...]], ...] = (
        ("What stops it", ("contraindicated", "exclusion")),
        ("What needs care", ("caution",)),
    )
    for heading, verdicts in headings:
        here = tuple(_told(f, v, s) for f in found if f.verdict in verdicts for v, s in f.said)
        if here:
            yield Section(heading=heading, statements=here)
    for heading, verdict in (("Not answered yet: ask", "not answered"), ("Answered, nothing found", "clear")):
        lines = tuple(Statement(text=_asked(f)) for f in found if f.verdict == verdict)
        if lines:
            yield Section(heading=heading, statements=lines)


def _told(found: _Finding, verdict: Verdict, said: Says) -> Statement:
    answer = "" if found.answer in (None, "yes") else f" {found.answer}"
    return statement(f"{found.id}{answer} ({verdict}): {said.text}", *said.facts)


def _asked(found: _Finding) -> str:
    answer = "" if found.answer is None else f" {found.answer}."
    return f"{found.id}: {found.asks}{answer}"
