"""Which published model answers when the asker names none: a rule written down before any comparison with data.

The rule looks only at what was asked (form of the drug, route, how fast, sampling site, age) and at what each model was
built on (a child finds no adult model). It never looks at how well a model fits. First matching line wins;
``docs/default-models.md`` is made from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ketsim.dosing import DoseEvent, Drug, Route
from ketsim.errors import InputError
from ketsim.evidence import Pairing, catalog, constant, load_source
from ketsim.kinetics.model import Model

Site = Literal["venous", "arterial"]

_ANY_DRUG = frozenset(Drug)
_S_OR_RACEMATE = frozenset({Drug.ketamine, Drug.esketamine})


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the rule: when it applies, which model it names, and why."""

    model: str
    because: str
    route: Route
    site: Site
    drugs: frozenset[Drug] = _ANY_DRUG
    rapid: bool | None = None  # True: only when the drug is pushed in, not infused; None: either way


RULES: tuple[Rule, ...] = (
    Rule(
        "Kamp2020",
        "pooled over 14 data sets, arterial, clearance close to the meta-analysis",
        Route.iv,
        "arterial",
    ),
    Rule(
        "Simons2022",
        "arterial blood with the metabolites, after an infusion of esketamine",
        Route.iv,
        "arterial",
        drugs=_S_OR_RACEMATE,
    ),
    Rule(
        "Simons2022SR",
        "arterial blood with S and R apart: a construct, since no model with both could be read",
        Route.iv,
        "arterial",
        drugs=frozenset({Drug.ketamine}),
    ),
    Rule(
        "Ashraf2018",
        "venous blood after an injection of two minutes: the venous model with a small, quickly mixing central volume",
        Route.iv,
        "venous",
        drugs=_S_OR_RACEMATE,
        rapid=True,
    ),
    Rule(
        "Otto2021",
        "built on infusions and venous blood, with norketamine and between-person spread",
        Route.iv,
        "venous",
        drugs=_S_OR_RACEMATE,
    ),
    Rule(
        "PerezRuixo2021",
        "820 people, the nasal device itself, venous blood",
        Route.nasal,
        "venous",
        drugs=frozenset({Drug.esketamine}),
    ),
    Rule(
        "Ashraf2018",
        "swallowed drug passes gut wall and liver: the model with both",
        Route.oral,
        "venous",
        drugs=_S_OR_RACEMATE,
    ),
    Rule(
        "Simons2022",
        "the only model of a film held in the mouth; arterial blood",
        Route.buccal,
        "arterial",
        drugs=frozenset({Drug.esketamine}),
    ),
    Rule(
        "Simons2022",
        "the only model of a film held under the tongue; arterial blood",
        Route.sublingual,
        "arterial",
        drugs=frozenset({Drug.esketamine}),
    ),
    Rule(
        "Herd2007",
        "children given an injection for a procedure; the best-documented child model",
        Route.iv,
        "venous",
        drugs=frozenset({Drug.ketamine}),
    ),
    Rule(
        "Flint2017",
        "ventilated children on a long infusion of esketamine",
        Route.iv,
        "venous",
        drugs=frozenset({Drug.esketamine}),
    ),
)


def rules_in_words() -> tuple[tuple[str, ...], ...]:
    """The rule as rows of text: route, blood, drug, given as, model, why; in the order in which they are tried."""
    given = {True: "push", False: "infusion", None: "either"}
    return tuple(
        (
            str(rule.route),
            rule.site,
            ", ".join(sorted(str(d) for d in rule.drugs)),
            given[rule.rapid],
            rule.model,
            rule.because,
        )
        for rule in RULES
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """The model that will run, why it was taken, what to warn of, and which outputs to show (None: all it has)."""

    model: Model
    because: str
    warnings: tuple[str, ...] = ()
    outputs: tuple[str, ...] | None = None


def choose_model(
    events: Sequence[DoseEvent], *, site: Site | None, age: float | None, output: str | None = None
) -> Choice:
    """The default model for these doses.

    site: None is venous blood where a model allows it, else what there is, with a warning. output: name of an output
    that the model must give (such as ``s_norketamine``); None asks for the parent only. Raises `InputError` that says
    which models could answer another question.
    """
    drug, routes = _asked(events)
    for wanted in ("venous", "arterial") if site is None else (site,):
        for model, because in _candidates(events, routes, drug, wanted, age):
            if output is not None and output not in model.output_names(drug):
                continue
            warnings: tuple[str, ...] = ()
            if site is None and wanted == "arterial":
                warnings = (
                    f"No venous model covers this route; {model.key} predicts arterial blood, which runs higher early "
                    "on.",
                )
            return Choice(model, because, warnings)
    raise InputError(_nothing(routes, drug, site, age, output))


def metabolite_model(events: Sequence[DoseEvent], chosen: Choice, *, age: float | None) -> Choice | None:
    """A second default model for metabolites that the chosen one lacks, in the same blood; None when it lacks none.

    Only outputs that the chosen model does not give are shown of it. A flagged model runs when it is named, never so.
    """
    drug, routes = _asked(events)
    if chosen.model.pairings:
        return None  # a declared absorption was derived for the parent alone
    has = chosen.model.output_names(drug)
    for model, because in _by_rule(events, routes, drug, chosen.model.spec.sampling, age):
        more = tuple(name for name in model.output_names(drug) if name not in has)
        if more and model.spec.status == "shipped" and not model.pairings:
            return Choice(model, f"for {', '.join(more)}, which {chosen.model.key} lacks: {because}", outputs=more)
    return None


def named_model(key: str, events: Sequence[DoseEvent], *, site: Site | None) -> Choice:
    """The model that was asked for, joined to a declared absorption if it lacks the route and one exists for it."""
    model = Model.load(key)
    if site is not None and model.spec.sampling not in (site, "unknown"):
        raise InputError(
            f"{key} predicts {model.spec.sampling} blood and {site} was asked for; the two differ up to twofold early "
            f"on. Ask for --sampling {model.spec.sampling} or name a model of {site} blood."
        )
    return Choice(_with_missing_routes(model, events, also_alternatives=True) or model, "asked for by name")


def _asked(events: Sequence[DoseEvent]) -> tuple[Drug, set[Route]]:
    """The drug and the routes of the doses that give something; `Model.check` refuses two drugs at once."""
    given = [e for e in events if e.amount > 0.0]
    return given[0].drug, {e.route for e in given}


def _candidates(
    events: Sequence[DoseEvent], routes: set[Route], drug: Drug, site: str, age: float | None
) -> Iterator[tuple[Model, str]]:
    """Models by the rule, then by declared absorptions; each source is opened only when it is asked for."""
    yield from _by_rule(events, routes, drug, site, age)
    yield from _by_pairing(events, routes, drug, site, age)


def _by_rule(
    events: Sequence[DoseEvent], routes: set[Route], drug: Drug, site: str, age: float | None
) -> Iterator[tuple[Model, str]]:
    rapid = any(e.route is Route.iv and e.duration <= constant("push_longest") for e in events if e.amount > 0.0)
    for rule in RULES:
        fits = rule.route in routes and rule.site == site and drug in rule.drugs
        if fits and rule.rapid in (None, rapid):
            model = _with_missing_routes(Model.load(rule.model), events)
            if model is not None and model.admits_age(age):
                yield model, rule.because


def _by_pairing(
    events: Sequence[DoseEvent], routes: set[Route], drug: Drug, site: str, age: float | None
) -> Iterator[tuple[Model, str]]:
    for pairing in _pairings(routes, drug):
        if not pairing.default:
            continue
        model = Model.load(pairing.model)
        right_site = model.spec.sampling == site or (site == "venous" and model.spec.sampling == "unknown")
        joined = _with_missing_routes(model, events) if right_site else None
        if joined is not None and joined.admits_age(age):
            yield joined, f"no verified model has this route; {pairing.id} is a declared assumption"


def _with_missing_routes(model: Model, events: Sequence[DoseEvent], *, also_alternatives: bool = False) -> Model | None:
    """The model with every route of the doses, or None when one is missing and nothing was declared for it.

    also_alternatives: take a pairing that is declared, but not as the one to use unless asked.
    """
    drug, routes = _asked(events)
    for route in sorted(routes - model.spec.routes.keys()):
        for pairing in _pairings({route}, drug):
            if pairing.model == model.key and (pairing.default or also_alternatives):
                model = model.with_pairing(pairing, load_source(pairing.source))
                break
        else:
            return None
    return model


def _pairings(routes: set[Route], drug: Drug) -> list[Pairing]:
    keys = [entry.key for entry in catalog().sources if entry.pairings]
    rows = [p for key in keys for p in load_source(key).pairings if p.route in routes and drug in p.drugs]
    return sorted(rows, key=lambda p: not p.default)


def _nothing(routes: set[Route], drug: Drug, site: Site | None, age: float | None, output: str | None) -> str:
    who = "an adult" if age is None else f"a person of {age:g} years"
    words = " and ".join(sorted(str(r) for r in routes))
    blood = f" in {site} blood" if site else ""
    able = {
        entry.key
        for entry in catalog().models
        if entry.status != "record"
        and routes <= set(entry.routes)
        and all(Model.load(entry.key).accepts(drug, route) for route in routes)
        and Model.load(entry.key).admits_age(age)
    }
    if len(routes) == 1:
        joined = (Model.load(p.model).with_pairing(p, load_source(p.source)) for p in _pairings(routes, drug))
        able |= {model.key for model in joined if model.admits_age(age)}
    hint = (
        f"Ask for another answer by name: {', '.join(sorted(able))}."
        if able
        else "No absorption is declared for it either; see ketsim gaps for what was looked for."
    )
    what = f" ({output})" if output is not None else ""
    return f"no model answers {drug}{what} by the {words} route for {who}{blood}. {hint}"
