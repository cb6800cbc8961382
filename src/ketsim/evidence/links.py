"""Do sources fit together? What one of them names in another is there, and no key is taken twice.

Works on typed sources and reports (path, sentence) pairs, as `checks` does for one source alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ketsim.errors import nearest
from ketsim.evidence.dimension import Problem
from ketsim.evidence.effect_spec import EffectSpec
from ketsim.evidence.model_spec import ModelSpec
from ketsim.evidence.source import Source


def library_problems(
    sources: Mapping[str, Source], *, also_keyed: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Problem]]:
    """Everything in a set of sources that points nowhere, as (key of the source, problem).

    `also_keyed`: keys of sources that exist but could not be read; what points to them is let pass.
    """
    models: dict[str, str] = {}
    specs: dict[str, ModelSpec] = {}
    ids: dict[str, str] = {}
    facts: dict[str, str] = {}
    for key, source in sources.items():
        for i, spec in enumerate(source.models):
            if spec.key in models:
                yield (
                    key,
                    (
                        ("models", i, "key"),
                        f"the model key {spec.key} is taken by {models[spec.key]}; keys are unique.",
                    ),
                )
            models.setdefault(spec.key, key)
            specs.setdefault(spec.key, spec)
        for i, effect in enumerate(source.effects):
            if effect.key in models:
                sentence = f"the key {effect.key} is taken by {models[effect.key]}; keys are unique."
                yield key, (("effects", i, "key"), sentence)
            models.setdefault(effect.key, key)
        for i, response in enumerate(source.responses):
            if response.id in ids:
                sentence = f"the id {response.id} is taken by {ids[response.id]}; ids are unique."
                yield key, (("responses", i, "id"), sentence)
            ids.setdefault(response.id, key)
        for i, row in enumerate(source.observed):
            if row.id in ids:
                yield key, (("observed", i, "id"), f"the id {row.id} is taken by {ids[row.id]}; ids are unique.")
            ids.setdefault(row.id, key)
        for i, stated in enumerate(source.facts):
            if stated.id in facts:
                yield key, (("facts", i, "id"), f"the id {stated.id} is taken by {facts[stated.id]}; ids are unique.")
            facts.setdefault(stated.id, key)
    for key, source in sources.items():
        for path, sentence, target in _links(source, sources, specs):
            if target not in also_keyed:
                yield key, (path, sentence)


def _links(
    source: Source, sources: Mapping[str, Source], specs: Mapping[str, ModelSpec]
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """(path, sentence, key pointed to) of every link of one source that leads nowhere."""
    pairings = {pairing.id for other in sources.values() for pairing in other.pairings}
    for i, spec in enumerate(source.models):
        for drug, stand in spec.stands_for.items():
            if stand.source not in sources:
                path: tuple[str | int, ...] = ("models", i, "stands_for", drug, "source")
                yield path, _no_source(stand.source, sources), stand.source
        for name, (there, value) in spec.borrowed.items():
            path = ("models", i, "uses", name)
            if there not in sources:
                yield path, _no_source(there, sources), there
            elif value not in sources[there].values:
                yield path, f"{there} has no value {value!r}.{nearest(value, sources[there].values)}", there
            elif sources[there].values[value].number is None and spec.status != "record":
                yield path, f"{there}.{value} is blank (null), so {spec.key} can only be a record.", there
    effects = {effect.key for other in sources.values() for effect in other.effects}
    for i, effect in enumerate(source.effects):
        yield from _effect_links(i, effect, sources, specs)
    rows = {row.id: other.key for other in sources.values() for row in other.responses}
    for i, response in enumerate(source.responses):
        if response.relative_to is not None and response.relative_to not in rows:
            sentence = (
                f"{response.relative_to!r} is no measured effect of the library.{nearest(response.relative_to, rows)}"
            )
            yield ("responses", i, "relative_to"), sentence, response.relative_to
        for j, key in enumerate(response.fitted_by):
            if key not in effects:
                sentence = f"{key!r} is no effect of the library.{nearest(key, effects)}"
                yield ("responses", i, "fitted_by", j), sentence, key
    for i, row in enumerate(source.observed):
        for j, key in enumerate(row.fitted_by):
            if key not in specs:
                yield ("observed", i, "fitted_by", j), _no_model(key, specs), key
    for i, gap in enumerate(source.gaps):
        for j, key in enumerate(gap.about):
            if key not in {*specs, *sources, *pairings, *effects}:
                known = {*specs, *sources, *pairings, *effects}
                sentence = f"{key!r} is no model, source or pairing of the library.{nearest(key, known)}"
                yield ("gaps", i, "about", j), sentence, key
    for i, pairing in enumerate(source.pairings):
        target = specs.get(pairing.model)
        if target is None:
            yield ("pairings", i, "model"), _no_model(pairing.model, specs), pairing.model
        elif pairing.route in target.routes:
            sentence = f"{pairing.model} has its own {pairing.route} route; a pairing may not replace it."
            yield ("pairings", i, "route"), sentence, pairing.model
        elif target.status == "record" or "iv" not in target.routes:
            sentence = f"{pairing.model} is a record or has no iv route; an absorption joins where iv doses enter."
            yield ("pairings", i, "model"), sentence, pairing.model
        elif pairing.rest is not None and pairing.rest not in target.routes:
            sentence = f"{pairing.model} has no {pairing.rest} route by which the rest could go on."
            yield ("pairings", i, "rest"), sentence, pairing.model


def _effect_links(
    i: int, effect: EffectSpec, sources: Mapping[str, Source], specs: Mapping[str, ModelSpec]
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    for parameter in effect.numbers:
        there, name = effect.home(parameter)
        path: tuple[str | int, ...] = ("effects", i, "numbers", parameter)
        if there not in sources:
            yield path, _no_source(there, sources), there
        elif name not in sources[there].values:
            yield path, f"{there} has no value {name!r}.{nearest(name, sources[there].values)}", there
        elif sources[there].values[name].number is None and effect.status != "record":
            yield path, f"{there}.{name} is blank (null), so {effect.key} can only be a record.", there
    for route, key in (effect.drive.kinetics if effect.drive is not None else {}).items():
        path = ("effects", i, "drive", "kinetics", route)
        if key not in specs:
            yield path, _no_model(key, specs), key
        elif specs[key].status == "record":
            yield path, f"{key} is a record and never runs.", key


def _no_source(key: str, sources: Mapping[str, Source]) -> str:
    return f"{key!r} is no source of the library.{nearest(key, sources)}"


def _no_model(key: str, specs: Mapping[str, ModelSpec]) -> str:
    return f"{key!r} is no model of the library.{nearest(key, specs)}"
