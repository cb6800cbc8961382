"""An audit as one self-contained page without scripts: what was found in short, the text with its verdicts, tables.

Nothing of an audited document is executed: its words are escaped and shown as words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Final

from ketsim.audit import SEVERITIES, VERDICTS, Audit, AuditedDocument, Judgement
from ketsim.audit.interval import unit_words
from ketsim.audit_run import DocumentRuns
from ketsim.evidence import load_source
from ketsim.report.alarm import alarm_block
from ketsim.report.audit_runs import run_tables
from ketsim.report.audit_text import annotated, verdict_badge
from ketsim.report.document import compose
from ketsim.report.markup import Child, Markup, anchor, join, table, tag
from ketsim.report.tables import certainty_badge, reference_list
from ketsim.wording import count_words, number

_LONGEST: Final = 240  # characters of an excerpt


def audit_page(found: Audit, runs: Sequence[DocumentRuns] = ()) -> str:
    """The page as HTML. runs: of each document, where its numbers were run."""
    found = _named_briefly(found)
    sections: list[tuple[str, str, Sequence[Child]]] = [("short", "In short", _in_short(found))]
    for place, document in enumerate(found.documents, start=1):
        key = f"d{place}"
        name = _brief(document.page.name)
        sections.append((key, f"{name}: the text", annotated(document, key)))
        sections.append((f"{key}-claims", f"{name}: claims", _claims(document, key)))
        if document.contradictions:
            sections.append((f"{key}-clashes", f"{name}: contradictions", [_clashes(document, key)]))
        if document.defects:
            sections.append((f"{key}-defects", f"{name}: defects", [_defects(document)]))
        if runs:
            sections.append((f"{key}-runs", f"{name}: its numbers in a run", run_tables(runs[place - 1], key)))
    if found.across:
        sections.append(("across", "Contradictions between the documents", [_across(found)]))
    sources = sorted({source for document in found.documents for one in document.claims for source in one.sources})
    if sources:
        sections.append(("references", "References", [reference_list([load_source(key) for key in sources])]))
    return compose(
        title="Audit" if len(found.documents) > 1 else f"Audit of {_brief(found.documents[0].page.name)}",
        lead="Each factual claim beside the evidence. A claim is a sentence or a clause, not a page or its author.",
        sections=sections,
        live=False,
        alarm=alarm_block(tuple(dict.fromkeys(alarm for made in runs for alarm in made.alarms))),
    )


def _named_briefly(found: Audit) -> Audit:
    """The audit with each document named by its file, and by its path only where two files have the same name."""
    files = Counter(PurePath(document.page.name).name for document in found.documents)
    documents = []
    for document in found.documents:
        file = PurePath(document.page.name).name
        name = file if file and files[file] == 1 else document.page.name
        documents.append(replace(document, page=replace(document.page, name=name)))
    return replace(found, documents=tuple(documents))


def _in_short(found: Audit) -> list[Child]:
    rows: list[list[Child]] = []
    for document in found.documents:
        counts = document.verdicts
        severe = document.severities
        rows.append(
            [
                _brief(document.page.name),
                *(str(counts[verdict]) for verdict in VERDICTS),
                str(len(document.contradictions)),
                ", ".join(f"{severe[s]} {s}" for s in SEVERITIES if severe[s]) or "none",
            ]
        )
    columns = ["Document", *VERDICTS, "contradictions", "defects"]
    legend = tag("p", "Verdicts: ", join([verdict_badge(verdict) for verdict in VERDICTS], " "), class_="small")
    said: list[Child] = [table("Findings by document", columns, rows, numbers=range(1, len(VERDICTS) + 2)), legend]
    notes = [f"{_brief(d.page.name)}: {note}" for d in found.documents for note in d.page.notes]
    if notes:
        said.append(tag("ul", *(tag("li", f"{note}.") for note in notes), class_="small"))
    said += _by_topic(found)
    return said


def _by_topic(found: Audit) -> list[Child]:
    """A score by kind of claim: how many of each topic got which verdict."""
    counted: dict[str, Counter[str]] = {}
    for document in found.documents:
        for one in document.claims:
            topic = one.claim.observable.removeprefix("general.").partition(".")[0]
            counted.setdefault(topic, Counter())[one.verdict] += 1
    rows = [
        [topic, *(str(verdicts[verdict]) if verdicts[verdict] else "" for verdict in VERDICTS), _share(verdicts)]
        for topic, verdicts in sorted(counted.items(), key=lambda item: (-item[1].total(), item[0]))
    ]
    if not rows:
        return [tag("p", "No claim was found.")]
    columns = ["Topic", *VERDICTS, "borne out"]
    return [table("Verdicts by topic", columns, rows, numbers=range(1, len(VERDICTS) + 2))]


def _share(verdicts: Counter[str]) -> str:
    """Which part of the claims that can be checked the evidence bears out."""
    checkable = verdicts.total() - verdicts["not-checkable"]
    return f"{verdicts['supported']} of {checkable}" if checkable else "none to check"


def _claims(document: AuditedDocument, key: str) -> list[Child]:
    if not document.claims:
        return [tag("p", "No claim was found.")]
    rows = [_row(index, one, key) for index, one in enumerate(document.claims, start=1)]
    found = len(rows)
    said = f"{count_words(found).capitalize()} {'claim' if found == 1 else 'claims'}"
    caption = f"{said} of {_brief(document.page.name)}, in the order of the text"
    return [table(caption, ["No.", "Claim", "Verdict", "Evidence", "Sources"], rows)]


def _row(index: int, one: Judgement, key: str) -> list[Child]:
    numbered = tag("a", str(index), href=f"#{key}-text-{index}", id=f"{key}-claim-{index}")
    about = tag("span", _about(one), class_="detail")
    claim = join([_brief(one.claim.text, _LONGEST), about], " ")
    keys = join([tag("a", source, href=f"#{anchor('source', source)}") for source in one.sources], ", ")
    certainty = certainty_badge(one.certainty) if one.certainty is not None else None
    signed = join([keys, tag("span", "certainty ", certainty, class_="detail") if certainty else None], " ")
    return [numbered, claim, verdict_badge(one.verdict), one.reason, signed or "none"]


def _about(one: Judgement) -> str:
    said = f"{one.claim.observable}, {'denied' if one.claim.polarity == 'deny' else 'affirmed'}"
    if one.kind == "numeric-range":
        ends = " to ".join(dict.fromkeys(number(end) if end is not None else "open" for end in (one.low, one.high)))
        said += f": {ends} {unit_words(one.unit, one.high or one.low)}".rstrip()
    return said


def _clashes(document: AuditedDocument, key: str) -> Markup:
    rows: list[list[Child]] = []
    for clash in document.contradictions:
        both = [_linked(document, place, key) for place in (clash.a, clash.b)]
        rows.append([clash.nature, *both, clash.reason])
    caption = f"Claims of {_brief(document.page.name)} that cannot both be true as they stand"
    return table(caption, ["Nature", "One", "Other", "Why"], rows)


def _linked(document: AuditedDocument, place: int, key: str) -> Markup:
    text = _brief(document.claims[place].claim.text)
    return join([tag("a", str(place + 1), href=f"#{key}-claim-{place + 1}"), text], " ")


def _across(found: Audit) -> Markup:
    rows: list[list[Child]] = []
    for clash in found.across:
        cells: list[Child] = []
        for document, claim in (clash.a, clash.b):
            owner = found.documents[document]
            said = tag("span", _brief(owner.page.name), class_="detail")
            cells.append(join([_linked(owner, claim, f"d{document + 1}"), said], " "))
        rows.append([clash.nature, *cells, clash.reason])
    return table("Claims of different documents", ["Nature", "One", "Other", "Why"], rows)


def _defects(document: AuditedDocument) -> Markup:
    rows: list[list[Child]] = [
        [
            defect.severity,
            defect.type.replace("-", " "),
            defect.reason,
            _brief(_excerpt(document, defect.start, defect.end)),
        ]
        for defect in sorted(document.defects, key=lambda d: (SEVERITIES.index(d.severity), d.start))
    ]
    caption = f"What should not stand on {_brief(document.page.name)}, or is missing"
    return table(caption, ["Severity", "Type", "Why", "Where"], rows)


def _excerpt(document: AuditedDocument, start: int, end: int) -> str:
    return "the whole page" if end - start >= len(document.page.text) else document.page.text[start:end]


def _brief(text: str, most: int = 110) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"
