"""How many signs of a use disorder are there, what band is that, and what comes next? A questionnaire, no diagnosis.

Nothing is stored. What was not answered is not a no: the band is then a range. What cannot wait comes before counting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ketsim.errors import InputError, did_you_mean
from ketsim.safety.alarm import Alarm, alarm
from ketsim.safety.answer import SafetyAnswer, Section, Statement, statement
from ketsim.safety.level_of_care import ASSUMED, RED_FLAG, placed
from ketsim.safety.level_of_care import names as names_of_care
from ketsim.safety.level_of_care import not_known as not_known_of_care
from ketsim.safety.level_of_care import questions as questions_of_care
from ketsim.safety.names import plain, shown
from ketsim.safety.triage import triage
from ketsim.safety.use_disorder_book import Band, Sign, use_disorder_book
from ketsim.wording import count_words, listed

_FEATURES: Final = {
    "control": "control over use is impaired",
    "priority": "use comes before the rest of life",
    "body": "the body shows it",
}
_ENOUGH: Final = "Icd11-features"  # the fact with how many features make dependence


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """Signs that are there, and those not answered; what does not count under medical care is in neither."""

    there: tuple[Sign, ...]
    open: tuple[Sign, ...]

    @property
    def bands(self) -> tuple[Band, Band]:
        """The band of what is there, and the one if all that was not answered were there too."""
        book = use_disorder_book()
        return book.band(len(self.there)), book.band(len(self.there) + len(self.open))


def questions() -> tuple[tuple[str, str], ...]:
    """Every question as (id, question): what cannot wait, the signs, and what decides where treatment may begin."""
    return (*use_disorder_book().questions, *questions_of_care())


def use_disorder(answers: Mapping[str, str]) -> SafetyAnswer:
    """The band of what was answered, what it means, where treatment may begin and what to do next.

    answers: name of a question -> "yes" or "no". Raises `InputError` for another name or answer.

    >>> use_disorder({"craving": "yes", "tolerance": "yes", "time": "yes"}).data["band"]
    'mild'
    """
    known = _known(answers)
    count = _counted(known)
    low, high = count.bands
    flags = tuple(_red_flags(known))
    there = {name for name in dict(questions_of_care()) if known.get(name) == "yes"} | ({RED_FLAG} if flags else set())
    level, care = placed(low.id, frozenset(there))
    icd11 = _icd11(known, count)
    return SafetyAnswer(
        question="use-disorder",
        title="Signs of a use disorder with ketamine",
        headline=_headline(count, low, high),
        alarms=(*flags, *_alarms(low)),
        sections=(_next(low), _signs(count), icd11, *care),
        not_known=(*(blank.said() for blank in use_disorder_book().not_known), *not_known_of_care()),
        assumptions=tuple(_assumptions(known)),
        data={
            "band": low.id,
            "band_if_all_open_were_yes": high.id,
            "signs": len(count.there),
            "of": len(use_disorder_book().signs),
            "not_answered": [sign.id for sign in count.open],
            "items": [{"id": name, "question": asks, "answer": known.get(name)} for name, asks in questions()],
            "icd11_features": _features(count),
            "level": level,
        },
    )


def _known(answers: Mapping[str, str]) -> dict[str, str]:
    names = {**names_of_care(), **use_disorder_book().names()}
    known: dict[str, str] = {}
    for name, given in answers.items():
        if plain(name) not in names:
            hint = did_you_mean(plain(name), names, otherwise="--list shows every question with its name.")
            raise InputError(f"answers name {shown(name)!r}, which is no question; {hint}", field="answers")
        answer = given.strip().casefold()
        if answer not in ("yes", "no"):
            raise InputError(f"{shown(name)} was answered {shown(given)!r}; the answer is yes or no.", field="answers")
        question = names[plain(name)]
        if known.get(question, answer) != answer:
            raise InputError(f"{question} was answered both yes and no; give one answer.", field="answers")
        known[question] = answer
    return known


def _counted(known: Mapping[str, str]) -> _Count:
    book = use_disorder_book()
    left_out = set(book.supervised.signs) if known.get(book.supervised.id) == "yes" else set()
    asked = [sign for sign in book.signs if sign.id not in left_out]
    return _Count(
        there=tuple(sign for sign in asked if known.get(sign.id) == "yes"),
        open=tuple(sign for sign in asked if sign.id not in known),
    )


def _headline(count: _Count, low: Band, high: Band) -> str:
    said = f"{len(count.there)} of {len(use_disorder_book().signs)} signs"
    if not count.open:
        return f"{said}: {_band_words(low)}. {low.means} This is a band, not a diagnosis."
    if low is high:
        return f"At least {said}: {_band_words(low)}. {low.means} This is a band, not a diagnosis."
    return (
        f"At least {said}, and {count_words(len(count.open))} not answered: {_band_words(low)} to {_band_words(high)}. "
        f"{low.means} This is a band, not a diagnosis."
    )


def _band_words(band: Band) -> str:
    return "below a use disorder" if band.id == "none" else band.id


def _alarms(band: Band) -> Iterator[Alarm]:
    """With a severe band the signs of harm and the free lines come first."""
    if band.id == "severe":
        yield alarm("long_use", "So many signs mean that ketamine has taken over much of a life, and help is free.")


def _red_flags(known: Mapping[str, str]) -> Iterator[Alarm]:
    for flag in use_disorder_book().red_flags:
        if known.get(flag.id) == "yes":
            yield from triage(flag.symptom).alarms


def _next(band: Band) -> Section:
    return Section(heading="What to do next", statements=tuple(statement(text) for text in band.do))


def _signs(count: _Count) -> Section:
    said = [Statement(text=f"There: {sign.asks}") for sign in count.there]
    said += [Statement(text=f"Not answered: {sign.asks}") for sign in count.open]
    bands = [band for band in use_disorder_book().bands if band.fact is not None]
    said += [statement(f"{band.id}: from {band.least} signs on (DSM-5)", *band.facts) for band in bands]
    return Section(heading="Signs, and how they are counted", statements=tuple(said))


def _features(count: _Count) -> list[str]:
    return [feature for feature in _FEATURES if any(sign.icd11 == feature for sign in count.there)]


def _icd11(known: Mapping[str, str], count: _Count) -> Section:
    from ketsim.evidence import fact

    book = use_disorder_book()
    found = _features(count)
    least = fact(_ENOUGH).low
    assert least is not None
    long = known.get(book.long.id)
    words = listed([_FEATURES[feature] for feature in found]) or "none of its features"
    if len(found) < least:
        said = f"ICD-11: {words}; it takes two of three features for dependence."
    elif long == "yes":
        said = f"ICD-11: {words}, for long enough: what it describes as dependence, if a clinician agreed."
    elif long == "no":
        said = f"ICD-11: {words}, but not for as long as it asks for dependence."
    else:
        said = f"ICD-11: {words}; whether it has gone on long enough was not answered."
    return Section(
        heading="In the words of ICD-11",
        statements=(
            statement(said, _ENOUGH, *book.long.facts),
            statement(fact("D03-dependence").text, "D03-dependence"),
        ),
    )


def _assumptions(known: Mapping[str, str]) -> Iterator[str]:
    book = use_disorder_book()
    yield "Answers count for the last twelve months. Nothing is stored, here or anywhere else."
    yield "The questions are in words of our own; the diagnosis is made by a clinician who knows the person."
    yield "What was not answered is not a no."
    if known.get(book.supervised.id) == "yes":
        yield f"Only given under medical care: {listed([*book.supervised.signs])} are not counted (Dsm5Criteria)."
    elif book.supervised.id not in known:
        yield "It was not said that ketamine is only given under medical care, so tolerance and withdrawal count."
    yield from ASSUMED
