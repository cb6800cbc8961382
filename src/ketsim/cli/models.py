"""``ketsim models``: which models there are, and for one of them every number with its table and page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ketsim.cli import terminal
from ketsim.cli.jsonout import envelope, print_json
from ketsim.cli.numbers import citation, number_body, show_numbers
from ketsim.report.structure import structure
from ketsim.wording import listed

if TYPE_CHECKING:
    from ketsim.evidence import ModelBrief, ModelSpec, Source, Value


def models(key: str | None = None, /, *, json: bool = False) -> int:
    """List the models, or show one with every number it runs on.

    Parameters
    ----------
    key:
        A model, such as Kamp2020: its structure, and every number with unit, table or page, and certainty.
    json:
        Print one JSON object instead of tables.
    """
    from ketsim.evidence import catalog, load_source

    known = catalog().models
    if key is None:
        if json:
            print_json(envelope("models", models=[_brief(m) for m in known]))
        else:
            _list(known)
        return 0
    found = catalog().model(key)
    source = load_source(found.source)
    spec = source.model(key)
    if json:
        print_json(envelope("models", model=_body(found, source, spec)))
    else:
        _show(found, source, spec)
    return 0


def _list(known: tuple[ModelBrief, ...]) -> None:
    roomy = terminal.width() >= terminal.ROOMY
    rows = []
    for m in known:
        row = [m.key, listed(list(m.drugs)), ", ".join(m.routes), m.sampling, _certainty(m), m.status]
        rows.append([*row, m.label, m.limits.text or ""] if roomy else row)
    more = ["what", "built on"] if roomy else []
    terminal.table(["model", "drug", "routes", "sampling", "certainty", "status", *more], rows)
    terminal.paragraph()
    terminal.paragraph(
        "Certainty is that of the least certain number. A flagged model runs when it is named; a record never runs."
    )
    terminal.paragraph("Every number of a model: ketsim models KEY")


def _show(brief: ModelBrief, source: Source, spec: ModelSpec) -> None:
    terminal.heading(f"{spec.key}: {spec.label}")
    status = f"{spec.status}: {spec.flag}" if spec.flag else spec.status
    facts = {
        "status": status,
        "drug": listed(list(spec.drugs)),
        "sampling": f"{spec.sampling} {spec.matrix}",
        "doses": f"as {spec.dose_basis}" if spec.dose_basis != "unstated" else "base or salt is not stated",
        "built on": spec.limits.text or (source.study.text if source.study is not None else "not stated"),
        "certainty": f"{_certainty(brief)} (the least certain number)",
        "source": citation(source.reference),
        "read": source.reference.read,
    }
    terminal.facts(facts.items())
    for drug, reason in spec.stands_for.items():
        terminal.paragraph(f"Stands for {drug} too: {reason.because} ({reason.source}, {reason.certainty} certainty)")
    for title, lines in structure(spec).items():
        terminal.points(title, lines)
    terminal.paragraph()
    terminal.heading("Numbers")
    show_numbers(_numbers(source, spec))
    terminal.points("What it cannot say", [source.limits] if source.limits else [])
    terminal.points("Open", [gap.text for gap in source.gaps])


def _numbers(source: Source, spec: ModelSpec) -> list[Value]:
    """Its own numbers, then those that it borrows from other sources."""
    from ketsim.evidence import load_source

    borrowed = [load_source(other).values[name] for other, name in spec.borrowed.values()]
    return [*source.values_of(spec).values(), *borrowed]


def _certainty(brief: ModelBrief) -> str:
    return "not rated" if brief.certainty is None else str(brief.certainty)


def _brief(model: ModelBrief) -> dict[str, Any]:
    return model.model_dump(mode="json", exclude_none=True)


def _body(brief: ModelBrief, source: Source, spec: ModelSpec) -> dict[str, Any]:
    return {
        **_brief(brief),
        "structure": structure(spec),
        "parameters": [number_body(value) for value in _numbers(source, spec)],
        "reference": {**source.reference.model_dump(mode="json", exclude_none=True), "link": source.reference.link},
        "says_nothing_about": source.limits,
        "gaps": [gap.model_dump(mode="json", exclude_none=True) for gap in source.gaps],
    }
