"""How is it said where a dose lies among medical uses? One sentence, which never speaks for a dose."""

from __future__ import annotations

from typing import Final

from ketsim.dosing import Basis, Drug, Route
from ketsim.safety.medical_use import ROUTE_WORDS, MedicalUse, medical_uses
from ketsim.safety.placement import Level, Placement, light_adult
from ketsim.safety.worst_hour import HOUR
from ketsim.wording import count_words, hours, listed, number, sentence_case

_FAR: Final = 2.0
"""From this many times the highest use on a sentence says "far beyond"; a matter of words, nothing else hangs on it."""
_NOUNS: Final = {
    "analgesic": "pain relief",
    "antidepressant": "treatment of depression",
    "procedural sedation": "sedation for procedures",
    "anaesthetic": "anaesthesia",
}
_WAYS: Final = {Route.iv: "intravenous", Route.im: "intramuscular", Route.sc: "subcutaneous"}
_NOTHING_SAID: Final = "That says nothing of use outside of care."


def headline(worst: Placement, weight: float | None, *, routeless: bool = False) -> str:
    """Where the worst hour lies, for whom; routeless: nobody said how it went in."""
    what, measured = _amount(worst, weight, routeless=routeless)
    way = ROUTE_WORDS[worst.route]
    highest = worst.highest
    if highest is None or worst.times is None:
        known = f"no medical use {way} is known"
        if routeless:
            none = [words for route, words in ROUTE_WORDS.items() if not medical_uses(worst.drug, route)]
            known = f"it may have gone a way for which no medical use is known ({listed(none)})"
        return f"{what}: {known}, so nothing here speaks for it."
    start = f"{what}, " if measured else f"{what} lies "
    if worst.level is Level.BEYOND:
        far = "far " if worst.times >= _FAR else ""
        tail = "" if highest.purpose == "anaesthetic" else f", the highest medical use {way} with a sourced dose"
        return f"{start}{far}beyond {use_words(highest)}{tail}."
    inside = [use_words(use) for use in worst.uses if worst.contains(use)]
    where = f"within {listed(inside)}" if inside else _between(worst)
    if worst.level is Level.ANAESTHESIA:
        return f"{start}{where}: this is anaesthesia, done with airway care in a hospital."
    if worst.level is Level.SEDATION:
        return f"{start}{where}: this sedates, and is done with staff who watch the breathing."
    return f"{start}{where}. {_NOTHING_SAID}"


def about_use(worst: Placement, use: MedicalUse) -> str:
    """Where the worst hour lies beside one use."""
    amount = worst.amount(use)
    where = "within" if worst.contains(use) else ("above" if amount > use.high else "below")
    unit = f"mg/kg{' an hour' if use.hourly else ''}" if use.per_kg else "mg"
    return f"{sentence_case(use_words(use))}: {number(amount)} {unit} lies {where} it."


def use_words(use: MedicalUse) -> str:
    """A use with its range: "intravenous anaesthesia (1 to 4.5 mg/kg)"."""
    return f"{_WAYS.get(use.route, str(use.route))} {_NOUNS[use.purpose]} ({use.words})"


def _between(worst: Placement) -> str:
    below = [use for use in worst.uses if worst.amount(use) > use.high]
    above = [use for use in worst.uses if worst.amount(use) < use.low]
    if not below:
        return f"below {use_words(min(above, key=lambda use: use.low))}, the lowest medical use by this route"
    lower = max(below, key=lambda use: use.high)
    return f"between {use_words(lower)} and {use_words(min(above, key=lambda use: use.low))}"


def _amount(worst: Placement, weight: float | None, *, routeless: bool) -> tuple[str, bool]:
    """What is taken, for whom, how much that is in the units that decide; and whether the latter was told."""
    events = worst.load.events
    single = len(events) == 1 and events[0].duration <= HOUR
    per_kg = single and events[0].per_kg
    parts = _measures(worst, weight, said_per_kg=per_kg, salt=any(e.basis is Basis.salt for e in events))
    if weight is not None:
        whom = f" for {number(weight)} kg"
    else:
        whom = "" if all(e.per_kg for e in events) else f" for a light adult ({number(light_adult())} kg)"
    what = f"{_dose(worst, routeless=routeless) if single else _doses(worst, routeless=routeless)}{whom}"
    return sentence_case(f"{what} is {', '.join(parts)}" if parts else what), bool(parts)


def _measures(worst: Placement, weight: float | None, *, said_per_kg: bool, salt: bool) -> list[str]:
    parts = [f"{number(worst.mg_per_kg)} mg/kg{' as base' if salt else ''}"] if salt or not said_per_kg else []
    if worst.counted > worst.mg_per_kg:
        parts.append(f"counted as {number(worst.counted)} mg/kg of the racemate")
    if any(not use.per_kg for use in worst.uses):
        if weight is None and said_per_kg:
            parts.append(f"{number(worst.for_adult)} mg for a heavy adult")
        elif weight is not None and weight < light_adult():
            parts.append(f"as much as {number(worst.for_adult)} mg for an adult")
        elif said_per_kg:
            parts.append(f"{number(worst.for_adult)} mg")
    return parts


def _dose(worst: Placement, *, routeless: bool) -> str:
    (event,) = worst.load.events
    drug = "" if event.drug is Drug.ketamine else f" {event.drug}"
    salt = " hydrochloride" if event.basis is Basis.salt else ""
    over = f" over {hours(event.duration)}" if event.duration > 0.0 else ""
    way = "by an unknown route" if routeless else event.route
    return f"{number(event.amount)} {'mg/kg' if event.per_kg else 'mg'}{drug}{salt} {way}{over}"


def _doses(worst: Placement, *, routeless: bool) -> str:
    events = worst.load.events
    what = f"{count_words(len(events))} doses" if len(events) > 1 else "of an infusion"
    drugs = listed([str(drug) for drug in dict.fromkeys(event.drug for event in events)])
    form = "" if drugs == str(Drug.ketamine) else f" of {drugs}"
    way = "by an unknown route" if routeless else listed([str(r) for r in dict.fromkeys(e.route for e in events)])
    return f"the worst hour ({what}{form}, {way})"
