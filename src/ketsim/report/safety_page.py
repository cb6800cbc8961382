"""An answer about safety as one self-contained page without scripts: alarm first, then statements with sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ketsim.evidence import load_source
from ketsim.report.alarm import alarm_block
from ketsim.report.document import compose
from ketsim.report.markup import Child, Markup, anchor, join, tag
from ketsim.report.tables import certainty_badge, reference_list
from ketsim.wording import unbroken

if TYPE_CHECKING:
    from ketsim.safety.answer import SafetyAnswer, Statement


def answer_page(answer: SafetyAnswer) -> str:
    """The page as HTML."""
    sections: list[tuple[str, str, Sequence[Child]]] = [("answer", "In plain words", [tag("p", answer.headline)])]
    sections += [
        (anchor("part", str(i)), section.heading, [tag("ul", *(_item(s) for s in section.statements), class_="said")])
        for i, section in enumerate(answer.sections, start=1)
    ]
    if answer.not_known:
        items = [tag("li", unbroken(unknown.sentence)) for unknown in answer.not_known]
        sections.append(("unknown", "Not known", [tag("ul", *items)]))
    if answer.assumptions:
        sections.append(("assumed", "Assumed", [tag("ul", *(tag("li", text) for text in answer.assumptions))]))
    if answer.sources:
        sections.append(("references", "References", [reference_list([load_source(key) for key in answer.sources])]))
    return compose(
        title=answer.title,
        lead="Rules and facts with their sources; no advice for one person.",
        sections=sections,
        live=False,
        alarm=alarm_block(answer.alarms),
    )


def _item(said: Statement) -> Markup:
    if said.certainty is None:
        return tag("li", unbroken(said.text))
    keys = join([tag("a", key, href=f"#{anchor('source', key)}") for key in said.sources], ", ")
    signed = tag("span", keys, ", certainty ", certainty_badge(said.certainty), class_="signed")
    return tag("li", unbroken(said.text), " ", signed)
