"""``ketsim sources``: the papers behind the numbers, what was really read of them, and BibTeX to cite them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ketsim.cli import terminal
from ketsim.cli.jsonout import envelope, print_json
from ketsim.cli.numbers import citation, response_words, show_numbers
from ketsim.wording import hours, listed, number

if TYPE_CHECKING:
    from ketsim.evidence import Arm, Observation, Source, SourceBrief


def sources(key: str | None = None, /, *, bibtex: bool = False, json: bool = False) -> int:
    """List the sources, or show one with everything that was read in it.

    Parameters
    ----------
    key:
        A source, such as Kamp2020.
    bibtex:
        Print BibTeX entries instead, of one source or of all.
    json:
        Print one JSON object instead of tables.
    """
    from ketsim.evidence import catalog, load_library, load_source

    if bibtex:
        from ketsim.formats.bibtex import to_bibtex

        chosen = list(load_library().values()) if key is None else [load_source(key)]
        text = to_bibtex(chosen)
        if json:
            print_json(envelope("sources", bibtex=text))
        else:
            sys.stdout.write(text)
    elif key is None:
        known = catalog().sources
        if json:
            print_json(envelope("sources", sources=[s.model_dump(mode="json", exclude_none=True) for s in known]))
        else:
            _list(known)
    else:
        source = load_source(key)
        if json:
            print_json(envelope("sources", source=source.model_dump(mode="json", by_alias=True, exclude_none=True)))
        else:
            _show(source)
    return 0


def _list(known: tuple[SourceBrief, ...]) -> None:
    rows = [
        [s.key, s.kind, str(s.year or "-"), str(s.values), str(s.observed), str(s.gaps + s.blanks), s.title]
        for s in known
    ]
    terminal.table(["source", "kind", "year", "numbers", "observed", "open", "title"], rows, right=(3, 4, 5))
    terminal.paragraph()
    terminal.paragraph("Everything read in one: ketsim sources KEY. To cite: ketsim sources KEY --bibtex")


def _show(source: Source) -> None:
    terminal.heading(f"{source.key}: {citation(source.reference)}")
    terminal.paragraph(f"Read: {source.reference.read}")
    terminal.paragraph(f"Taken from it: {_taken(source)}")
    if source.study is not None:
        terminal.paragraph(f"People: {source.study.text}")
    if source.values:
        terminal.paragraph()
        terminal.heading("Numbers")
        show_numbers(source.values.values())
    terminal.points("Models", [f"{spec.key}: {spec.label} ({spec.status})" for spec in source.models])
    terminal.points("Effects", [f"{spec.key}: {spec.label} ({spec.status})" for spec in source.effects])
    terminal.points("Observed", [_observation(row) for row in source.observed])
    terminal.points("Measured effects", [response_words(row) for row in source.responses])
    terminal.points("Arms of trials", [_arm(arm) for arm in source.arms])
    terminal.points("Facts", [f"{fact.text} ({fact.where.at}, {fact.certainty} certainty)" for fact in source.facts])
    terminal.points("Interactions", [f"{row.factor}: {row.text or number(row.ratio)}" for row in source.interactions])
    terminal.points("Declared assumptions", [f"{pair.id}: {pair.because}" for pair in source.pairings])
    terminal.points("Open", [gap.text for gap in source.gaps])
    terminal.points("What it cannot say", [source.limits] if source.limits else [])


def _taken(source: Source) -> str:
    """How many of each, what there is none of left out."""
    counts = {
        "number": len(source.values),
        "model": len(source.models),
        "effect": len(source.effects),
        "measured concentration": len(source.observed),
        "measured effect": len(source.responses),
        "trial arm": len(source.arms),
        "fact": len(source.facts),
    }
    said = [f"{count} {what}{'s' if count > 1 else ''}" for what, count in counts.items() if count]
    return listed(said) or "nothing yet"


def _arm(arm: Arm) -> str:
    """What a trial reports of one arm, in one line."""
    people = f", {arm.n} people" if arm.n is not None else ""
    said = [
        f"{one.outcome.replace('_', ' ')} {number(one.number)} {one.unit} ({one.scale}"
        + (f", {hours(one.time.canonical)}" if one.time is not None else "")
        + ")"
        for one in arm.results
    ]
    return f"{arm.label} ({arm.treatment}{people}): {', '.join(said)} ({arm.where.at}, {arm.certainty} certainty)"


def _observation(row: Observation) -> str:
    when = f" at {row.time}" if row.time is not None else ""
    return (
        f"{row.analyte} {row.metric}{when}: {row.number:g} {row.unit} after {row.dose or row.dose_text} "
        f"({row.sampling}, {row.where.at}, {row.certainty} certainty)"
    )
