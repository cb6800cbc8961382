"""Where does a dose stand among medical uses, and what must come first when it lies beyond them?

Rules are data (``medical_use.yaml``), the numbers facts. It names no amount as harmless or as fatal and recommends
none; what it does not know stands in the answer. The sentences about one placement are those of `context_words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ketsim.dosing import Basis, Drug, Regimen, Route
from ketsim.safety.alarm import Alarm, alarm
from ketsim.safety.answer import SafetyAnswer, Section, Statement, Unknown, quoted, statement
from ketsim.safety.context_words import about_use, headline
from ketsim.safety.every_route import by_every_route
from ketsim.safety.medical_use import ROUTE_WORDS, rules, strength
from ketsim.safety.placement import Level, Placement, heavy_adult, light_adult, placements
from ketsim.safety.worst_hour import HOUR
from ketsim.wording import count_words, number

_ALARMS: Final = {Level.BEYOND: "overdose", Level.ANAESTHESIA: "anaesthesia", Level.SEDATION: "sedation"}
_DIGITS: Final = 12
"""Significant digits of numbers for machines: what rounding left behind them is no news."""


def dose_context(
    regimen: Regimen, *, weight: float | None, clinician: bool = False, until: float | None = None
) -> SafetyAnswer:
    """Where the worst hour of a regimen stands among the medical uses by its route.

    weight [kg]; None counts for the lightest adults. clinician: with published concentrations. until [h]: how far the
    regimen is followed; None follows all of it.
    """
    worst = placements(regimen, weight=weight, until=until)[0]
    return _answer(worst, {worst.route: (regimen, worst)}, str(regimen), weight=weight, clinician=clinician)


def dose_context_of(text: str, *, weight: float | None, clinician: bool = False) -> SafetyAnswer:
    """The same of a sentence, which need not say the route: then the worst over all routes counts.

    Raises `InputError` for what cannot be read.
    """
    regimens = by_every_route(text)
    if len(regimens) == 1:
        return dose_context(next(iter(regimens.values())), weight=weight, clinician=clinician)
    found = {route: (regimen, placements(regimen, weight=weight)[0]) for route, regimen in regimens.items()}
    worst = max((one for _, one in found.values()), key=_telling)
    return _answer(worst, found, text.strip(), weight=weight, clinician=clinician)


def alarms_for(regimen: Regimen, *, weight: float | None, until: float | None = None) -> tuple[Alarm, ...]:
    """What must come before every result of this regimen: nothing, or the alarm of its worst hour."""
    worst = placements(regimen, weight=weight, until=until)[0]
    return _alarms(worst, headline(worst, weight))


def _telling(one: Placement) -> tuple[int, bool, float]:
    """What the worst route is chosen by: among those beyond all uses, one with anaesthesia says most."""
    highest = one.highest
    deep = highest is not None and highest.purpose == "anaesthetic"
    return one.level, deep, -1.0 if one.times is None else one.times


def _alarms(worst: Placement, because: str) -> tuple[Alarm, ...]:
    kind = _ALARMS.get(worst.level)
    return () if kind is None else (alarm(kind, because),)


def _answer(
    worst: Placement,
    found: Mapping[Route, tuple[Regimen, Placement]],
    said: str,
    *,
    weight: float | None,
    clinician: bool,
) -> SafetyAnswer:
    """found: one regimen for each route that may be meant, with its placement."""
    routeless = len(found) > 1
    because = headline(worst, weight, routeless=routeless)
    person = "weight not said" if weight is None else f"{number(weight)} kg"
    among = _by_route(found, weight) if routeless else _among(worst)
    sections = (among, *_sections(worst, clinician=clinician))
    return SafetyAnswer(
        question="context",
        title=f"Dose context: {said}, {person}",
        headline=because,
        alarms=_alarms(worst, because),
        sections=tuple(section for section in sections if section.statements),
        not_known=tuple(_unknown(worst)),
        assumptions=tuple(dict.fromkeys(_assumptions(worst, [r for r, _ in found.values()], weight))),
        data=_data(worst, said, weight, routeless=routeless),
    )


def _by_route(found: Mapping[Route, tuple[Regimen, Placement]], weight: float | None) -> Section:
    said = []
    for _, one in sorted(found.values(), key=lambda pair: _telling(pair[1]), reverse=True):
        facts = one.highest.facts if one.highest is not None else ()
        said.append(statement(headline(one, weight), *facts))
    return Section(heading="By each route it may have gone", statements=tuple(said))


def _among(worst: Placement) -> Section:
    way = ROUTE_WORDS[worst.route]
    said = tuple(statement(about_use(worst, use), *use.facts) for use in worst.uses)
    none = Statement(text=f"No dose of a medical use {way} was found in a source.")
    return Section(heading=f"Medical uses {way}", statements=said or (none,))


def _sections(worst: Placement, *, clinician: bool) -> Iterable[Section]:
    yield Section(heading="What is told with it", statements=tuple(map(quoted, dict.fromkeys(_beside(worst)))))
    if worst.level is Level.BEYOND:
        yield Section(heading="What is known of too much", statements=tuple(told.said() for told in rules().overdose))
    if clinician:
        said = tuple(map(quoted, rules().concentrations))
        yield Section(
            heading="Published concentrations, for clinicians: they overlap and decide nothing", statements=said
        )


def _beside(worst: Placement) -> Iterable[str]:
    events = worst.load.events
    repeated = len(events) > 1 or any(event.duration >= HOUR for event in events)
    push = any(event.duration == 0.0 for event in events)
    for entry in rules().beside:
        if entry.route is worst.route and (push or not entry.push) and (repeated or not entry.repeated):
            yield from entry.facts


def _unknown(worst: Placement) -> Iterable[Unknown]:
    yield from (blank.said() for blank in rules().not_known)
    if not worst.uses:
        yield Unknown(
            what=f"A medical dose {ROUTE_WORDS[worst.route]}",
            looked_for="labels, guidelines and trials among the sources; none states one for adults",
        )


def _assumptions(worst: Placement, regimens: Sequence[Regimen], weight: float | None) -> Iterable[str]:
    if len(regimens) > 1:
        yield f"No route was said: the worst over {count_words(len(regimens))} routes counts."
    else:
        yield from regimens[0].assumptions()
    events = worst.load.events
    in_mg = not all(event.per_kg for event in events)
    if weight is None and in_mg:
        light = number(light_adult())
        yield f"No weight was said: an amount in mg counts for a light adult ({light} kg, 5th percentile, Fryar2025)."
    elif weight is None and any(not use.per_kg for use in worst.uses):
        heavy = number(heavy_adult())
        yield f"No weight was said: an amount per kilogram counts for a heavy adult ({heavy} kg, Fryar2025)."
    elif weight is not None and weight < light_adult():
        yield "The uses are those of adults; for a lighter person one that is stated in mg counts per kilogram."
    if any(event.basis is Basis.salt for event in events):
        yield "Doses of the hydrochloride are turned into base; the uses are as base."
    yield from _form_assumptions(worst)
    if len({event.route for event in events}) > 1:
        yield "Doses by several routes within an hour count together, as if all had gone by each of them."
    if len(events) > 1:
        yield "Doses within an hour count together; of an infusion counts what enters within the hour."


def _form_assumptions(worst: Placement) -> Iterable[str]:
    drugs = {event.drug for event in worst.load.events}
    factor = number(strength(Drug.esketamine))
    if worst.borrowed and worst.drug is Drug.esketamine:
        yield (
            f"Esketamine has no sourced use of its own by this route: a mg counts as {factor} mg of the racemate, "
            "since half of it relieved pain as well and its anaesthesia wore off as soon (Pfenninger1994)."
        )
    elif len(drugs) > 1 and Drug.esketamine in drugs:
        yield f"Forms are added as the racemate: a mg of esketamine as {factor} mg of it."
    if Drug.arketamine in drugs:
        yield "Arketamine is approved for no medical use; its dose is placed among those of the racemate, mg for mg."


def _data(worst: Placement, said: str, weight: float | None, *, routeless: bool) -> dict[str, Any]:
    in_mg = not all(event.per_kg for event in worst.load.events)
    light = light_adult() if weight is None and in_mg else weight
    return {
        "dose": said,
        "mg_per_kg": _plain(worst.mg_per_kg),
        "mg": None if light is None else _plain(worst.mg_per_kg * light),
        "weight_kg": weight,
        "drug": str(worst.drug),
        "route": "unknown" if routeless else str(worst.route),
        "worst_route": str(worst.route),
        "place": worst.place,
        "times_highest": None if worst.times is None else _plain(worst.times),
        "purposes": [{**use.to_dict(), "contains": worst.contains(use)} for use in worst.uses],
    }


def _plain(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
