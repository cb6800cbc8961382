"""What is known of clinical courses for depression, from ``clinical.yaml``: settings, backgrounds, schedules by name.

It also says whether doses are such as trials of depression gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from ketsim.course.structure import value_named
from ketsim.dosing import DoseEvent, Drug, Route, parse_sentence
from ketsim.errors import InputError, did_you_mean
from ketsim.evidence import Value, constant, fact
from ketsim.evidence.field import Frozen, Identifier, Text
from ketsim.rule_file import read_rules
from ketsim.wording import listed

_FILE: Final = Path(__file__).with_name("clinical.yaml")
_DAY, _WEEK = 24, 168
#: Relative: how far a computed amount may exceed the end that it was meant to be.
_SLACK: Final = 1e-6

_T = TypeVar("_T")


class Setting(Frozen):
    """How people are kept in the dark about what they are given. control: None where there is nothing to compare with.
    screened: people of a trial, let in by their first score.
    """

    name: Text
    expectancy: str
    control: str | None = None
    belief: str
    drug_acts: str
    screened: bool = False
    says: Text

    @property
    def values(self) -> Mapping[str, Value]:
        """Parameter -> number."""
        return {
            "expectancy": value_named(self.expectancy),
            "expectancy_of_control": value_named(self.control or self.expectancy),
            "belief": value_named(self.belief),
            "drug_acts": value_named(self.drug_acts),
        }


class Background(Frozen):
    """What else goes on."""

    name: Text
    drift: str
    says: Text

    @property
    def values(self) -> Mapping[str, Value]:
        """Parameter -> number. Raises `InputError` where no size was found."""
        value = value_named(self.drift)
        if value.number is None:
            raise InputError(f"background {self.name} cannot be run: {value.note}.")
        return {"drift": value}


class Visit(Frozen):
    """A visit beside the sessions. after: days after each session; negative is before it."""

    what: Text
    after: int


class ClinicalCourse(Frozen):
    """A schedule by name. facts: what says that it is given so."""

    key: str
    label: Text
    dose: Text
    facts: tuple[Identifier, ...]
    background: str | None = None
    visits: tuple[Visit, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What goes with the doses: each kind of visit with its days."""
        said: dict[str, list[str]] = {}
        for what, hour in self.visit_times():
            said.setdefault(what, []).append(f"{hour / _DAY + 1:g}")
        return tuple(
            f"Beside the sessions: {what} on days {listed(days)}; what it adds to the score is not known and not "
            "modelled."
            for what, days in said.items()
        )

    def visit_times(self) -> tuple[tuple[str, float], ...]:
        """What and when [h], in order."""
        starts = sessions(parse_sentence(self.dose).events(None))
        found = [(visit.what, start + _DAY * visit.after) for visit in self.visits for start in starts]
        return tuple(sorted(found, key=lambda pair: pair[1]))


class _AsInTrials(Frozen):
    drug: Drug
    route: Route
    most_a_day: Identifier
    most_a_week: Identifier


class _Book(Frozen):
    settings: tuple[Setting, ...]
    backgrounds: tuple[Background, ...]
    as_in_trials: tuple[_AsInTrials, ...]
    courses: tuple[ClinicalCourse, ...]


@cache
def _book() -> _Book:
    return _Book.model_validate(read_rules(_FILE))


def settings() -> tuple[Setting, ...]:
    """Every setting; the first is meant where none is said."""
    return _book().settings


def backgrounds() -> tuple[Background, ...]:
    """Every background; the first is meant where none is said."""
    return _book().backgrounds


def clinical_courses() -> tuple[ClinicalCourse, ...]:
    """Every schedule that has a name."""
    return _book().courses


def clinical_course(key: str | None) -> ClinicalCourse | None:
    """The schedule of that name; None where there is none."""
    return next((course for course in clinical_courses() if course.key == key), None)


def setting(name: str | None) -> Setting:
    """The setting of that name. Raises `InputError` with the names there are."""
    return settings()[0] if name is None else _named("setting", name, {s.name: s for s in settings()})


def background(name: str | None) -> Background:
    """The background of that name. Raises `InputError` with the names there are."""
    return backgrounds()[0] if name is None else _named("background", name, {b.name: b for b in backgrounds()})


def _named(field: str, name: str, known: Mapping[str, _T]) -> _T:
    plain = " ".join(name.lower().split())
    if plain not in known:
        hint = did_you_mean(plain, known, otherwise=f"it is one of {', '.join(known)}.")
        raise InputError(f"{field} {name[:60]!r} is not known; {hint}", field=field)
    return known[plain]


def sessions(events: Iterable[DoseEvent]) -> tuple[float, ...]:
    """Starts [h] of the sessions: doses within half a day of one another belong to one."""
    starts: list[float] = []
    for event in sorted((e for e in events if e.amount > 0.0), key=lambda e: e.time):
        if not starts or event.time - starts[-1] >= _DAY / 2:
            starts.append(event.time)
    return tuple(starts)


def as_in_trials(events: Sequence[DoseEvent], weight: float | None) -> bool:
    """Whether every dose is of a size, spacing and route that trials of depression gave.

    weight [kg]; a dose in mg where the rule is per kilogram counts for the reference adult if none was said.
    """
    given = [e for e in events if e.amount > 0.0]
    rule = next((r for r in _book().as_in_trials if all(e.drug is r.drug and e.route is r.route for e in given)), None)
    if rule is None:
        return False
    most = fact(rule.most_a_day)
    assert most.number is not None
    per_kg = most.kind == "amount_per_weight"
    kg = constant("weight_ref") if weight is None else weight
    amounts = [(e.time, e.amount if e.per_kg is per_kg else e.amount / kg if per_kg else e.amount * kg) for e in given]
    starts = sessions(given)
    often = fact(rule.most_a_week).number
    assert often is not None
    day = max(sum(amount for time, amount in amounts if start <= time < start + _DAY) for start in starts)
    week = max(sum(start <= other < start + _WEEK for other in starts) for start in starts)
    return day <= most.number * (1.0 + _SLACK) and week <= often
