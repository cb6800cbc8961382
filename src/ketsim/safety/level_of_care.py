"""Where may treatment begin: with visits, in a clinic, in a hospital, in an emergency department?

Rules are data, in ``level_of_care.yaml``, each with the facts that it rests on. No trial compared such levels for
ketamine, and the answer says so; a clinician who sees the person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from ketsim.errors import InputError, did_you_mean
from ketsim.evidence.field import Frozen, Identifier, Text
from ketsim.rule_file import read_rules
from ketsim.safety.alarm import Alarm
from ketsim.safety.answer import SafetyAnswer, Section, Statement, Unknown, statement
from ketsim.safety.names import expected, plain, shown
from ketsim.safety.told import Blank
from ketsim.safety.triage import triage
from ketsim.safety.use_disorder_book import BandName, use_disorder_book
from ketsim.wording import sentence_case

_FILE: Final = Path(__file__).with_name("level_of_care.yaml")
#: The name under which a sign that cannot wait stands among what is there.
RED_FLAG: Final = "red-flag"

Level = Literal["outpatient", "intensive outpatient", "hospital", "emergency"]
#: From the mildest to the most urgent.
LEVELS: Final[tuple[Level, ...]] = get_args(Level)


class _Asked(Frozen):
    id: Identifier
    asks: Text
    words: tuple[Text, ...] = ()


class _Rule(Frozen):
    level: Level
    when: tuple[Identifier, ...] = ()
    bands: tuple[BandName, ...] = ()
    say: Text
    facts: Annotated[tuple[Identifier, ...], Field(min_length=1)]

    def met(self, band: BandName, there: frozenset[str]) -> bool:
        return (not self.when or bool(there & set(self.when))) and (not self.bands or band in self.bands)


class _Book(Frozen):
    levels: Mapping[Level, Text]
    asks: tuple[_Asked, ...]
    rules: tuple[_Rule, ...]
    not_known: tuple[Blank, ...]


def questions() -> tuple[tuple[str, str], ...]:
    """What is asked besides severity, as (id, question)."""
    return tuple((asked.id, asked.asks) for asked in _book().asks)


def names() -> dict[str, str]:
    """Every name of a question, in the form in which names are compared -> its id."""
    return {plain(word): asked.id for asked in _book().asks for word in (asked.id, *asked.words)}


def level_of_care(severity: str, has: Iterable[str] = ()) -> SafetyAnswer:
    """The level of care, why, and what is not known of it.

    severity: none, mild, moderate or severe, as `ketsim.safety.use_disorder` finds it. has: what else is there, by its
    name; a symptom that cannot wait raises an alarm. Raises `InputError` for any other name.

    >>> level_of_care("severe", ["benzodiazepines"]).data["level"]
    'hospital'
    """
    band = expected("severity", severity, dict.fromkeys(get_args(BandName), ()))
    there, alarms = _there(has)
    level, sections = placed(band, there)
    return SafetyAnswer(
        question="level-of-care",
        title="Where treatment may begin",
        headline=_headline(level),
        alarms=alarms,
        sections=sections,
        not_known=not_known(),
        assumptions=ASSUMED,
        data={"severity": band, "has": sorted(there), "level": level, "levels": list(LEVELS)},
    )


ASSUMED: Final = (
    "Which level follows from which answer is a judgement of ours, written as rules; no trial compared levels.",
    "The most urgent level that is met holds. What was not said is taken as not there, and should be asked.",
)


def placed(band: BandName, there: frozenset[str]) -> tuple[Level, tuple[Section, ...]]:
    """The most urgent level that is met, and every rule that is met as statements, the most urgent first."""
    met = sorted((rule for rule in _book().rules if rule.met(band, there)), key=lambda r: -LEVELS.index(r.level))
    level = met[0].level
    return level, tuple(_sections(level, met))


def not_known() -> tuple[Unknown, ...]:
    """What nobody knows of levels of care."""
    return tuple(blank.said() for blank in _book().not_known)


def _sections(level: Level, met: Iterable[_Rule]) -> Iterator[Section]:
    first = Statement(text=_book().levels[level])
    why = tuple(statement(f"{sentence_case(rule.level)}: {rule.say}", *rule.facts) for rule in met)
    yield Section(heading="Level of care", statements=(first, *why))


def _headline(level: Level) -> str:
    return f"{_book().levels[level]} A clinician who sees the person decides."


def _there(has: Iterable[str]) -> tuple[frozenset[str], tuple[Alarm, ...]]:
    known, flags = names(), {plain(flag.id): flag for flag in use_disorder_book().red_flags}
    there: set[str] = set()
    raised: list[Alarm] = []
    for name in has:
        if plain(name) in known:
            there.add(known[plain(name)])
            continue
        flag = flags.get(plain(name))
        read = triage(flag.symptom if flag is not None else name) if name.strip() else None
        if read is None or not read.data["matched"] or not read.alarms:
            hint = did_you_mean(plain(name), [*known, *flags], otherwise=f"it asks for {', '.join(known.values())}.")
            raise InputError(f"has {shown(name)!r} is nothing that is asked for; {hint}", field="has")
        there.add(RED_FLAG)
        raised += read.alarms
    return frozenset(there), tuple(raised)


@cache
def _book() -> _Book:
    return _Book.model_validate(read_rules(_FILE))
