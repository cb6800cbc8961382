"""``ketsim effects``: which effects there are, and for one of them the equation and every number behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ketsim.cli import terminal
from ketsim.cli.jsonout import envelope, print_json
from ketsim.cli.numbers import citation, number_body, response_words, show_numbers
from ketsim.wording import number

if TYPE_CHECKING:
    from ketsim.effects.effect import Effect
    from ketsim.evidence import EffectSpec, Gap, Response


def effects(name: str | None = None, /, *, json: bool = False) -> int:
    """List the effects, or show one with its equation and every number it runs on.

    Parameters
    ----------
    name:
        An effect, such as dissociation, or one entry of it, such as Olofsen2022-perception.
    json:
        Print one JSON object instead of tables.
    """
    from ketsim.effects.in_words import specs

    if name is None:
        if json:
            print_json(envelope("effects", effects=[_brief(spec) for spec in specs()]))
        else:
            _list(specs())
        return 0
    chosen = _chosen(name)
    if json:
        print_json(envelope("effects", effect=chosen[0].effect, entries=[_body(spec) for spec in chosen]))
    else:
        _show(chosen)
    return 0


def _chosen(name: str) -> tuple[EffectSpec, ...]:
    """The entries of that effect, or the one of that key. Raises `InputError` with the nearest names."""
    from ketsim.effects.in_words import specs
    from ketsim.errors import InputError, did_you_mean

    known = specs()
    found = tuple(spec for spec in known if name in (spec.effect, spec.key))
    if not found:
        names = {spec.effect for spec in known} | {spec.key for spec in known}
        hint = did_you_mean(name, names, most=3, otherwise="ketsim effects lists them.")
        raise InputError(f"there is no effect {name[:60]!r}; {hint}")
    return found


def _equation_of(spec: EffectSpec) -> Effect | None:
    """The effect's class; none where a record names what nobody could put in numbers."""
    from ketsim.effects.effect import named, names

    return named(spec.effect) if spec.effect in names() else None


def _list(known: tuple[EffectSpec, ...]) -> None:
    from ketsim.effects.in_words import driven_by

    roomy = terminal.width() >= terminal.ROOMY
    rows = []
    for spec in known:
        effect = _equation_of(spec)
        unit, level = ("-", "-") if effect is None else (effect.unit, number(effect.level))
        row = [spec.effect, spec.key, spec.status, _certainty(spec), unit, level]
        rows.append([*row, driven_by(spec), spec.label, spec.because or ""] if roomy else row)
    more = ["driven by", "what", "because"] if roomy else []
    terminal.table(["effect", "entry", "status", "certainty", "unit", "level", *more], rows, right=(5,))
    terminal.paragraph()
    terminal.paragraph(
        "Certainty is that of the least certain number; the concentration that drives it can only lower it. "
        "Level is the change from baseline that counts for onset and duration."
    )
    terminal.paragraph(
        "Shipped effects are shown unasked. Optional ones and hypotheses are shown when they are named: "
        "ketsim simulate ... --effects default,dopamine_release. A record is never run: its numbers were not found."
    )
    terminal.paragraph("Equation, numbers and measurements of one: ketsim effects NAME")


def _show(chosen: tuple[EffectSpec, ...]) -> None:
    from ketsim.effects.in_words import bounds_in_words, equation, question

    effect = _equation_of(chosen[0])
    if effect is None:
        terminal.heading(f"{chosen[0].effect}: no equation, since no numbers were found")
    else:
        terminal.heading(f"{chosen[0].effect}: {effect.label}")
        terminal.paragraph(question(effect))
        terminal.paragraph(equation(effect))
        facts = {
            "unit": f"{effect.unit}, {bounds_in_words(effect)}",
            "level": f"{number(effect.level)} {effect.unit} of change count for onset and duration (a definition)",
        }
        terminal.facts(facts.items())
    for spec in chosen:
        _show_entry(spec)
    measured = _measured(chosen[0].effect)
    terminal.points("Measured", [response_words(row) for row in measured])
    if effect is not None and not measured:
        terminal.points("Measured", ["nothing was found to hold it against"])
    terminal.points("Open", [gap.text for gap in _gaps(chosen)])


def _show_entry(spec: EffectSpec) -> None:
    from ketsim.dosing import Drug
    from ketsim.effects.in_words import after, driven_by
    from ketsim.evidence import load_source

    source = load_source(spec.source)
    terminal.paragraph()
    terminal.heading(f"{spec.key}: {spec.label}")
    facts = {
        "status": f"{spec.status}: {spec.because}" if spec.because else spec.status,
        "driven by": driven_by(spec),
    }
    if spec.drive is not None:
        facts["certainty"] = f"{_certainty(spec)} (the least certain number)"
        facts |= {f"after {drug}": after(spec, drug) for drug in Drug}
        if spec.drive.because:
            facts["kinetics"] = spec.drive.because
    facts |= {
        "built on": spec.limits.text or (source.study.text if source.study is not None else "not stated"),
        "source": citation(source.reference),
        "read": source.reference.read,
    }
    terminal.facts(facts.items())
    if spec.numbers:
        terminal.paragraph()
        show_numbers(value.model_copy(update={"name": parameter}) for parameter, value in _numbers(spec).items())
    terminal.points("Assumed", spec.assumed)
    terminal.points("Mind", [spec.note] if spec.note else [])


def _numbers(spec: EffectSpec) -> dict[str, Any]:
    from ketsim.effects.planned import numbers_of

    return dict(numbers_of(spec))


def _certainty(spec: EffectSpec) -> str:
    from ketsim.effects.in_words import certainty_of

    sure = certainty_of(spec)
    return "not rated" if sure is None else str(sure)


def _measured(effect: str) -> list[Response]:
    from ketsim.evidence import responses

    return [row for row in responses() if row.effect == effect]


def _gaps(chosen: tuple[EffectSpec, ...]) -> list[Gap]:
    """What the sources of these entries and of their numbers leave open."""
    from ketsim.evidence import gaps

    sources = {spec.source for spec in chosen} | {value.source for spec in chosen for value in _numbers(spec).values()}
    return [gap for gap in gaps() if gap.source in sources or not sources.isdisjoint(gap.about)]


def _brief(spec: EffectSpec) -> dict[str, Any]:
    import numpy as np

    effect = _equation_of(spec)
    body: dict[str, Any] = {
        "effect": spec.effect,
        "key": spec.key,
        "source": spec.source,
        "label": spec.label,
        "status": spec.status,
        "because": spec.because,
        "certainty": _certainty(spec),
        "driven_by": None if spec.drive is None else spec.drive.model_dump(mode="json", exclude_none=True),
    }
    if effect is not None:
        body |= {
            "what": effect.label,
            "unit": effect.unit,
            "level": effect.level,
            "low": effect.low,
            "high": effect.high if np.isfinite(effect.high) else None,
            "direction": effect.direction,
        }
    return {name: value for name, value in body.items() if value is not None}


def _body(spec: EffectSpec) -> dict[str, Any]:
    from ketsim.dosing import Drug
    from ketsim.effects.in_words import after, equation, question
    from ketsim.evidence import load_source

    effect, source = _equation_of(spec), load_source(spec.source)
    return {
        **_brief(spec),
        **({} if effect is None else {"question": question(effect), "equation": equation(effect)}),
        "after": {str(drug): after(spec, drug) for drug in Drug},
        "parameters": [{"parameter": name, **number_body(value)} for name, value in _numbers(spec).items()],
        "limits": spec.limits.model_dump(mode="json", exclude_none=True),
        "assumed": list(spec.assumed),
        "reference": {**source.reference.model_dump(mode="json", exclude_none=True), "link": source.reference.link},
        "measured": [
            row.model_dump(mode="json", exclude_none=True, exclude={"line"}) for row in _measured(spec.effect)
        ],
        "gaps": [gap.model_dump(mode="json", exclude_none=True) for gap in _gaps((spec,))],
    }
