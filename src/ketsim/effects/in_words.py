"""Every effect and every entry in words, for lists and pages: what it is, what may drive it, how sure its numbers are.

``docs/effects.md`` holds the rows of `effects_in_words` and `entries_in_words`, and a test holds the page to them.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import numpy as np

from ketsim.dosing import Drug
from ketsim.effects.driver import factors_of, is_exact
from ketsim.effects.effect import Effect, named, names
from ketsim.effects.planned import ORDER, numbers_of
from ketsim.evidence import Certainty, EffectSpec, catalog, load_source
from ketsim.kinetics.analytes import label
from ketsim.wording import number

_WAYS = {1: "rises", -1: "falls", 0: "neither"}


def specs() -> tuple[EffectSpec, ...]:
    """Every entry, in the order of the tables; those of one effect together, the ones shown unasked first."""
    statuses = ("shipped", "optional", "hypothesis", "record")
    places = {name: place for place, name in enumerate(dict.fromkeys((*ORDER, *names())))}
    found = [load_source(entry.source).effect(entry.key) for entry in catalog().effects]
    return tuple(
        sorted(found, key=lambda s: (statuses.index(s.status) if s.effect not in ORDER else 0, _place(s, places)))
    )


def _place(spec: EffectSpec, places: dict[str, int]) -> tuple[int, str]:
    return places.get(spec.effect, len(places)), spec.key


def certainty_of(spec: EffectSpec) -> Certainty | None:
    """That of its least certain number, None of a record; the concentration that drives it can only lower it."""
    rated = [value.certainty for value in numbers_of(spec).values()]
    return Certainty.weakest(rated) if rated else None


def question(effect: Effect) -> str:
    """What an effect answers: the first line of its file."""
    return (inspect.getdoc(inspect.getmodule(effect)) or "").split("\n")[0]


def equation(effect: Effect) -> str:
    """What the effect's class says of itself, the equation among it, without marks."""
    return (inspect.getdoc(effect) or "").replace("``", "").replace("`", "")


def bounds_in_words(effect: Effect) -> str:
    """Lowest and highest that it can be."""
    if np.isfinite(effect.high):
        return f"{number(effect.low)} to {number(effect.high)}"
    return f"from {number(effect.low)}"


def driven_by(spec: EffectSpec) -> str:
    """The concentrations that an entry is driven by, where they were drawn, and kinetics that belong to its numbers."""
    if spec.drive is None:
        return "nothing: it is never run"
    substances = [_substance(analyte) for analyte in spec.drive.analytes]
    blood = "blood not stated" if spec.drive.sampling == "unknown" else f"{spec.drive.sampling} blood"
    own = "".join(f"; {route} by {key}" for route, key in spec.drive.kinetics.items())
    return f"{' and '.join(substances)}, {blood}{own}"


def _substance(analyte: str) -> str:
    if analyte == "parent":
        return "the form given"
    return "racemate" if analyte == "ketamine" else label(analyte)


def after(spec: EffectSpec, drug: Drug) -> str:
    """What an entry does with that form of the drug: takes it as it is, times a declared factor, or not at all."""
    if spec.drive is None or (factors := factors_of(spec, drug)) is None:
        return "no"
    if not is_exact(spec, drug):
        own = [s.key for s in specs() if s.effect == spec.effect and s.status == "shipped" and is_exact(s, drug)]
        if own:
            return f"no, {' and '.join(own)} is for it"
    changed = [
        f"as it is where the model gives {label(analyte)}, else times {number(factor)}"
        if drug is Drug.ketamine
        else f"times {number(factor)}"
        for analyte, factor in zip(spec.drive.analytes, factors, strict=True)
        if factor != 1.0
    ]
    return " and ".join(changed) if changed else "as it is"


def effects_in_words() -> Iterator[tuple[str, ...]]:
    """Rows of every effect: name, question, unit, bounds, what more drug does, level, entries.

    level: the change from baseline that counts for onset and duration.
    """
    listed = specs()
    for name in dict.fromkeys(spec.effect for spec in listed if spec.status != "record"):
        effect = named(name)
        keys = [spec.key for spec in listed if spec.effect == name]
        yield (
            name,
            question(effect),
            effect.unit,
            bounds_in_words(effect),
            _WAYS[effect.direction],
            number(effect.level),
            ", ".join(keys),
        )


def entries_in_words() -> Iterator[tuple[str, ...]]:
    """Rows of every entry: key, effect, status, driven by, what it does after each form of the drug, certainty, why."""
    for spec in specs():
        sure = certainty_of(spec)
        yield (
            spec.key,
            spec.effect,
            spec.status,
            driven_by(spec),
            *(after(spec, drug) for drug in Drug),
            "not rated" if sure is None else str(sure),
            spec.because or "",
        )
