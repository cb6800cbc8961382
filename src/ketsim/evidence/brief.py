"""Which sources and models are there? The brief facts that lists and choices need, without opening every source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

from ketsim.errors import InputError, did_you_mean
from ketsim.evidence.field import Frozen
from ketsim.evidence.limits import Limits
from ketsim.evidence.model_spec import DrugName, ModelSpec, RouteName, Sampling
from ketsim.evidence.source import Source
from ketsim.evidence.value import Certainty


class ModelBrief(Frozen):
    """One model in a list: what it answers, for whom, and how sure the numbers that act unasked are at the weakest."""

    key: str
    source: str
    label: str
    status: Literal["shipped", "flagged", "record"]
    flag: str | None = None
    drugs: tuple[DrugName, ...]
    stands_for: tuple[DrugName, ...] = ()
    routes: tuple[RouteName, ...] = ()
    analytes: tuple[str, ...] = ()
    sampling: Sampling
    matrix: str
    dose_basis: str
    limits: Limits
    varies: bool
    certainty: Certainty | None = None


class EffectBrief(Frozen):
    """One effect in a list."""

    key: str
    source: str
    effect: str
    label: str
    status: Literal["shipped", "optional", "hypothesis", "record"]
    because: str | None = None


class SourceBrief(Frozen):
    """One source in a list: what it is, how much was taken from it, and how sure those numbers are."""

    key: str
    kind: str
    title: str
    year: int | None = None
    doi: str | None = None
    models: tuple[str, ...] = ()
    values: int = 0
    blanks: int = 0
    effects: tuple[EffectBrief, ...] = ()
    observed: int = 0
    responses: int = 0
    facts: int = 0
    fact_ids: tuple[str, ...] = ()
    interactions: int = 0
    pairings: int = 0
    gaps: int = 0
    certainty: Mapping[str, int] = {}
    sha256: str


class Catalog(Frozen):
    """Every source and every model, in brief, sorted by key."""

    sources: tuple[SourceBrief, ...]
    models: tuple[ModelBrief, ...]

    @classmethod
    def of(cls, entries: Iterable[tuple[SourceBrief, tuple[ModelBrief, ...]]]) -> Catalog:
        """The catalog of these entries, whatever their order."""
        pairs = list(entries)
        return cls(
            sources=tuple(sorted((source for source, _ in pairs), key=lambda s: s.key)),
            models=tuple(sorted((model for _, models in pairs for model in models), key=lambda m: m.key)),
        )

    def model(self, key: str) -> ModelBrief:
        """The model of that key. Raises `InputError` with the nearest keys if there is none."""
        found = {model.key: model for model in self.models}
        if key not in found:
            hint = did_you_mean(key, found, most=3, otherwise="ketsim models lists them.")
            raise InputError(f"there is no model {key[:60]!r}; {hint}")
        return found[key]

    @property
    def effects(self) -> tuple[EffectBrief, ...]:
        """Every effect, sorted by source."""
        return tuple(effect for source in self.sources for effect in source.effects)

    def effect(self, key: str) -> EffectBrief:
        """The effect of that key. Raises `InputError` with the nearest keys if there is none."""
        found = {effect.key: effect for effect in self.effects}
        if key not in found:
            hint = did_you_mean(key, found, most=3, otherwise="ketsim effects lists them.")
            raise InputError(f"there is no effect {key[:60]!r}; {hint}")
        return found[key]

    def source_of_fact(self, fact: str) -> str:
        """The key of the source that states the fact of that id. Raises `InputError` with the nearest ids if none."""
        homes = {name: source.key for source in self.sources for name in source.fact_ids}
        if fact not in homes:
            raise InputError(
                f"there is no fact {fact[:60]!r}; {did_you_mean(fact, homes, otherwise='see ketsim sources.')}"
            )
        return homes[fact]


def entry_of(source: Source, sha256: str) -> tuple[SourceBrief, tuple[ModelBrief, ...]]:
    """What the catalog says of a source; `sha256` is the digest of its YAML bytes."""
    rated = [value.certainty for value in source.values.values()]
    rated += [row.certainty for row in source.observed] + [fact.certainty for fact in source.facts]
    rated += [row.certainty for row in source.responses]
    counts = Counter(str(certainty) for certainty in rated)
    brief = SourceBrief(
        key=source.key,
        kind=source.reference.kind,
        title=source.reference.title,
        year=source.reference.year,
        doi=source.reference.doi,
        models=tuple(spec.key for spec in source.models),
        values=len(source.values),
        blanks=sum(value.number is None for value in source.values.values()),
        effects=tuple(
            EffectBrief(
                key=e.key, source=source.key, effect=e.effect, label=e.label, status=e.status, because=e.because
            )
            for e in source.effects
        ),
        observed=len(source.observed),
        responses=len(source.responses),
        facts=len(source.facts),
        fact_ids=tuple(fact.id for fact in source.facts),
        interactions=len(source.interactions),
        pairings=len(source.pairings),
        gaps=len(source.gaps),
        certainty={str(c): counts[str(c)] for c in reversed(Certainty) if counts[str(c)]},
        sha256=sha256,
    )
    return brief, tuple(_model_brief(source, spec) for spec in source.models)


def _model_brief(source: Source, spec: ModelSpec) -> ModelBrief:
    # only numbers that act unasked: a covariate effect that is off by default must not colour the model in the lists
    unasked = tuple(effect for effect in spec.covariates if effect.default == "on")
    named = source.values_of(spec.model_copy(update={"covariates": unasked}))
    numbers = [value for value in named.values() if value.number is not None]
    return ModelBrief(
        key=spec.key,
        source=source.key,
        label=spec.label,
        status=spec.status,
        flag=spec.flag,
        drugs=spec.drugs,
        stands_for=tuple(spec.stands_for),
        routes=tuple(spec.routes),
        analytes=tuple(role for role, _ in spec.readouts),
        sampling=spec.sampling,
        matrix=spec.matrix,
        dose_basis=spec.dose_basis,
        limits=spec.limits,
        varies=any(value.iiv is not None for value in numbers),
        certainty=Certainty.weakest(value.certainty for value in numbers) if numbers else None,
    )
