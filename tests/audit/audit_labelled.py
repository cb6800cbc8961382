"""Pages that this repository wrote and labelled, for measuring the audit: the text, and what should be found in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).with_name("pages")
_MARK = re.compile(r"\[\[([\w.-]+) (affirm|deny) ([\w-]+)(?: #(\w+))?::(.*?)\]\]", re.S)


@dataclass(frozen=True)
class Label:
    """A claim: its place in the text, the observable, what it says of it and the verdict it deserves."""

    start: int
    end: int
    observable: str
    polarity: str
    verdict: str
    key: str | None


@dataclass(frozen=True)
class LabelledPage:
    """A page without its marks, and its labels. clashes: pairs of keys; defects: types that have to be found."""

    name: str
    kind: str
    text: str
    labels: tuple[Label, ...]
    clashes: tuple[tuple[str, str, str], ...]
    defects: tuple[str, ...]
    sales: int
    clean: bool
    held: bool


def read(path: Path) -> LabelledPage:
    """The page in a file: lines `name: value`, three dashes, the text with ``[[observable says verdict::...]]``."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    fields: dict[str, list[str]] = {}
    for line in head.splitlines():
        name, _, value = line.partition(": ")
        fields.setdefault(name, []).append(value)
    text, labels, last = "", [], 0
    for mark in _MARK.finditer(body):
        text += body[last : mark.start()]
        start = len(text)
        text += mark[5]
        labels.append(Label(start, len(text), mark[1], mark[2], mark[3], mark[4]))
        last = mark.end()
    text += body[last:]
    return LabelledPage(
        name=path.stem,
        kind=fields["kind"][0],
        text=text,
        labels=tuple(labels),
        clashes=tuple(tuple(value.split()) for value in fields.get("contradiction", [])),  # type: ignore[misc]
        defects=tuple(fields.get("defect", [])),
        sales=int(fields.get("sale", ["0"])[0]),
        clean=fields.get("clean", ["false"])[0] == "true",
        held=fields.get("held", ["false"])[0] == "true",
    )


def pages() -> tuple[LabelledPage, ...]:
    """Every labelled page, by name."""
    return tuple(read(path) for path in sorted(PAGES.glob("*.txt")))
