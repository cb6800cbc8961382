"""Ketamine with another substance: what is known, how sure, what to do, and what is not known.

Nothing here is read as an antidote, and no combination is called harmless: a substance that is not in the list gets an
answer that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ketsim.errors import InputError
from ketsim.safety.alarm import Alarm, alarm
from ketsim.safety.answer import SafetyAnswer, Section, Statement, Unknown, quoted
from ketsim.safety.spiked_drink import is_spiked_drink, spiked_drink
from ketsim.safety.substances import Substance, checked_name, is_ketamine, recognised, rules, substance
from ketsim.wording import listed, number, sentence_case

__all__ = ["alarms_for", "combination", "recognised"]


def combination(names: Sequence[str]) -> SafetyAnswer:
    """What is known of ketamine together with these substances; "spiked drink" asks what to do after being drugged.

    Raises `InputError` for an empty list and for what can be no name.
    """
    said = [checked_name(name) for name in names]
    others = [name for name in said if not is_ketamine(name)]
    if any(map(is_spiked_drink, others)):
        return spiked_drink(alarms=alarms_for(others))
    if not others:
        raise InputError("name what is taken together with ketamine, such as alcohol or methadone.")
    known, strange = _sorted(others)
    alarms = alarms_for(others)
    sections = [*_about(known)]
    if alarms:
        sections.append(Section(heading="Deaths in which ketamine was found", statements=_told(rules().deaths)))
    if strange:
        sections.append(_about_strange(strange))
    return SafetyAnswer(
        question="combine",
        title=f"Ketamine with {listed([*(one.name for one in known), *strange])}",
        headline=" ".join([*_reasons(known), *(_strange(name) for name in strange)]),
        alarms=alarms,
        sections=tuple(section for section in sections if section.statements),
        not_known=tuple(_unknown(known, strange, deaths=bool(alarms))),
        data=_data(known, strange),
    )


def alarms_for(names: Sequence[str]) -> tuple[Alarm, ...]:
    """What must come before every result with these substances: one alarm for all that is dangerous, or none.

    Names that are not in the list, or no names at all, raise none: they are the business of `combination`.
    """
    dangerous = [one for one in _sorted(names)[0] if one.dangerous]
    if not dangerous:
        return ()
    raised = alarm("combination", " ".join(_reasons(dangerous)))
    facts = dict.fromkeys([*(name for one in dangerous for name in one.all_known), *raised.facts])
    return (replace(raised, facts=tuple(facts)),)


def _sorted(names: Iterable[str]) -> tuple[list[Substance], list[str]]:
    """Substances of the list, the dangerous first, and the names that are not in it."""
    known: dict[str, Substance] = {}
    strange: dict[str, None] = {}
    for name in names:
        found = recognised(name)
        if found is not None:
            known[found] = substance(found)
        elif not is_ketamine(name):
            strange[name] = None
    return sorted(known.values(), key=lambda one: not one.dangerous), list(strange)


def _reasons(known: Iterable[Substance]) -> list[str]:
    """One sentence for each reason, with all substances that share it."""
    shared: dict[str, list[str]] = {}
    for one in known:
        shared.setdefault(one.why, []).append(one.name)
    return [f"Ketamine with {listed(names)}: {why}." for why, names in shared.items()]


def _strange(name: str) -> str:
    return (
        f"{sentence_case(name)} is not in the list of ketsim: that says nothing in favour of taking it with ketamine."
    )


def _about(known: Iterable[Substance]) -> Iterable[Section]:
    """What is known of each, and what to do; what several share is told with the first."""
    told: set[str] = set()
    done: set[str] = set()
    for one in known:
        name = sentence_case(one.name)
        warned = tuple(told.said() for told in one.warned)
        facts = [fact_id for fact_id in one.all_known if fact_id not in told]
        steps = [step for step in one.all_do if step not in done]
        told.update(facts)
        done.update(steps)
        yield Section(heading=f"{name}: what is known", statements=(*_told(facts), *_exposure(one), *warned))
        yield Section(heading=f"{name}: what to do", statements=tuple(Statement(text=step) for step in steps))


def _about_strange(names: Sequence[str]) -> Section:
    said = (
        f"Ask a pharmacist, the clinic or Poison Help about {listed(list(names))} before, and not after.",
        "Who has taken both must not be left alone: somebody who cannot be woken or breathes badly needs an ambulance.",
    )
    return Section(heading="Not in the list", statements=tuple(Statement(text=text) for text in said))


def _told(names: Iterable[str]) -> tuple[Statement, ...]:
    return tuple(quoted(name) for name in dict.fromkeys(names))


def _exposure(one: Substance) -> Iterable[Statement]:
    """Published ratios of exposure to ketamine, by route."""
    if not one.factors:
        return
    from ketsim.kinetics.interactions import known_interactions  # here, so that an alarm alone stays light

    for row in known_interactions():
        if row.factor not in one.factors or "norketamine" in row.analyte:
            continue
        size = "" if row.ratio is None else f" x{number(row.ratio)}"
        about = f" ({row.text})" if row.text else ""
        yield Statement(
            text=f"{sentence_case(row.factor)} with {row.substrate} by the {row.route} route: "
            f"{_METRICS.get(row.metric, row.metric)}{size}{about}.",
            certainty=str(row.certainty),
            sources=(row.source,),
            facts=(row.id,),
        )


_METRICS = {
    "auc": "exposure (area under the curve)",
    "auc_inf": "exposure (area under the curve)",
    "cmax": "highest concentration",
    "css": "steady concentration",
    "cl": "clearance",
    "half_life": "half-life",
}


def _unknown(known: Sequence[Substance], strange: Sequence[str], *, deaths: bool) -> Iterable[Unknown]:
    blanks = [blank for one in known for blank in one.not_known]
    for blank in [*blanks, *(rules().not_known if deaths else ())]:
        yield blank.said()
    for name in strange:
        yield Unknown(
            what=f"What {name} and ketamine do together",
            looked_for="the name and its synonyms in ketsim's list of rules",
        )


def _data(known: Sequence[Substance], strange: Sequence[str]) -> dict[str, Any]:
    return {
        "substances": [
            {"name": one.name, "dangerous": one.dangerous, "because": one.why, "do": list(one.all_do)} for one in known
        ],
        "not_in_the_list": list(strange),
        "dangerous": any(one.dangerous for one in known),
    }
