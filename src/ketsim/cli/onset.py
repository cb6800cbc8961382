"""``ketsim onset``: how soon and for how long, by the way it is given; published beside simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ketsim.cli import terminal
from ketsim.cli.jsonout import envelope, print_json
from ketsim.cli.safety.show import show_alarms
from ketsim.notice import NOTICE
from ketsim.wording import hours, number, sentence_case, span

if TYPE_CHECKING:
    from ketsim.evidence import Fact
    from ketsim.onset import Anaesthesia, Measured, Onset, Simulated, Way

_NEVER: Final = "not reached"


def onset(route: str | None = None, /, *, json: bool = False) -> int:
    """Set published onset and duration beside a simulation of the same dose.

    Parameters
    ----------
    route:
        One route, such as iv, im or nasal; all of them if left out.
    json:
        Print one JSON object instead of text.
    """
    from ketsim.onset import by_route

    found = by_route(route)
    if json:
        print_json(envelope("onset", **found.to_dict(), notice=NOTICE))
    else:
        _show(found)
    return 0


def _show(found: Onset) -> None:
    show_alarms(found.alarms)
    terminal.heading("Onset and duration by the way it is given: published, and simulated for the same dose.")
    terminal.paragraph(
        "Simulated: a typical adult of 70 kg. Onset and lasts count from a stated change of the effect "
        "(ketsim effects NAME says which), so they need not mean what a study meant by the word."
    )
    for way in found.ways:
        _show_way(way)
    for dose in found.anaesthesia:
        _show_anaesthesia(dose)
    terminal.paragraph()
    terminal.paragraph(NOTICE)


def _show_way(way: Way) -> None:
    terminal.paragraph()
    terminal.heading(sentence_case(way.name) + (f" ({way.route})" if way.route not in (None, way.name) else ""))
    terminal.points("Measured, and simulated for the same dose", [_measured(row) for row in way.measured])
    terminal.points("Published", [_stated(fact) for fact in way.stated])
    if way.simulated:
        terminal.paragraph()
        terminal.heading("Simulated")
        terminal.table(
            ["dose", "effect", "entry", "driven by", "onset", "peak after", "lasts", "certainty"],
            [[s.dose, s.effect, s.entry, s.driver, *_times(s), s.certainty] for s in way.simulated],
            right=(4, 5, 6),
        )
    terminal.points("Not known", way.not_known)
    title = "Open" if way.simulated else "What was looked for"
    terminal.points(title, [f"{gap.text} ({gap.source})" for gap in way.looked_for])


def _show_anaesthesia(dose: Anaesthesia) -> None:
    terminal.paragraph()
    terminal.heading(f"Anaesthesia: {dose.dose}")
    terminal.points("Published", [_stated(fact) for fact in dose.stated])
    terminal.paragraph()
    terminal.table(
        ["model", "blood", "entry", "asleep after", "surgical for", "waking after", "certainty"],
        [
            [
                f"{s.driver}{' (taken unasked)' if s.default else ''}",
                "not stated" if s.sampling == "unknown" else s.sampling,
                s.entry,
                *_times(s),
                s.certainty,
            ]
            for s in dose.by_model
        ],
        right=(3, 4, 5),
    )


def _times(simulated: Simulated) -> list[str]:
    return [_NEVER if value is None else hours(value) for value in simulated.measures.values()]


def _measured(found: Measured) -> str:
    row, (low, high) = found.row, found.ends
    share = row.metric == "share_of_peak"
    published = span(low, high) if share else hours(low) if low == high else f"{hours(low)} to {hours(high)}"
    published = number(low) if share and low == high else published
    at = f" at {row.time}" if row.time is not None else ""
    what = f"{row.effect.replace('_', ' ')}, {row.metric.replace('_', ' ')}{at}"
    said = f"{what}: {published} after {row.dose or row.dose_text} ({row.source}, {row.data_type}, "
    said += f"{row.certainty} certainty). "
    if found.reason is not None:
        return f"{said}Simulated: not known, {found.reason}"
    return f"{said}Simulated: {'; '.join(_one(s, share=share) for s in found.simulated)}."


def _one(simulated: Simulated, *, share: bool) -> str:
    (value,) = simulated.measures.values()
    words = _NEVER if value is None else number(value) if share else hours(value)
    return f"{words} ({simulated.entry} driven by {simulated.driver}, {simulated.certainty} certainty)"


def _stated(fact: Fact) -> str:
    return f"{fact.text.rstrip('.')} ({fact.source}, {fact.where.at}, {fact.certainty} certainty)"
