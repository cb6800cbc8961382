"""What is in this file? HTML, PDF, docx, Markdown or text, told by its first bytes and its name, read within bounds.

Offsets count characters of `Page.text`: the decoded text of a text file, the source of an HTML page, the extracted
text of a PDF or docx.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from ketsim.audit.decoding import decoded
from ketsim.audit.docx_reader import docx_paragraphs
from ketsim.audit.furniture import labelled
from ketsim.audit.html_reader import read_html
from ketsim.audit.passage import Page, Passage, PassageBuilder
from ketsim.audit.pdf_reader import pdf_text
from ketsim.audit.plain_reader import looks_like_markdown, read_plain
from ketsim.errors import InputError
from ketsim.files import cannot_read

#: Bytes of the largest file that is read, and characters of the longest text: far beyond any page.
LARGEST: Final = 20_000_000
LONGEST: Final = 1_500_000

_HTML: Final = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|div|p|article|main|h[1-6])\b", re.I | re.S
)
_TAGS: Final = re.compile(r"</(?:p|div|li|h[1-6]|body|html|article|section|ul|td)>", re.I)


def read_file(path: Path) -> Page:
    """The page in a file. Raises `InputError` for what cannot be read."""
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder; give the files in it.")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise cannot_read(path, error) from None
    return read_bytes(content, str(path))


def read_bytes(content: bytes, name: str) -> Page:
    """The page in these bytes; `name` says what it is where the bytes do not. Raises `InputError`."""
    if len(content) > LARGEST:
        raise InputError(f"the file has more than {LARGEST} bytes; give the page itself or split it.", where=name)
    if not content.strip():
        raise InputError("the file is empty; expected a page or a text.", where=name)
    start = content[:1024].lstrip()
    if start.startswith(b"%PDF") or (name.lower().endswith(".pdf") and b"%PDF" in content[:1024]):
        text, notes = pdf_text(content, name)
        return _bounded(Page(name, text, (), "pdf", notes=notes))
    if content.startswith(b"PK\x03\x04"):
        return _bounded(_docx(content, name))
    if name.lower().endswith((".pdf", ".docx")):
        ending = name.rpartition(".")[2]
        raise InputError(f"the name says {ending}, the content does not begin as a {ending} does.", where=name)
    text, notes = decoded(content, name)
    return read_text(text, name, notes=notes)


def read_text(text: str, name: str, *, notes: tuple[str, ...] = ()) -> Page:
    """The page in a decoded text: HTML, Markdown or plain. Raises `InputError` where it is empty or too long."""
    if not text.strip():
        raise InputError("the text is empty; expected a page or a text.", where=name)
    lower = name.lower()
    if lower.endswith((".html", ".htm", ".xhtml")) or _HTML.match(text) or len(_TAGS.findall(text[:50_000])) >= 5:
        form = "html"
    elif lower.endswith((".md", ".markdown")) or (not lower.endswith(".txt") and looks_like_markdown(text)):
        form = "markdown"
    else:
        form = "text"
    return _bounded(Page(name, text, (), form, linked=form != "text", notes=notes))


def _bounded(page: Page) -> Page:
    if len(page.text) > LONGEST:
        raise InputError(f"the text has more than {LONGEST} characters; split it into parts.", where=page.name)
    passages = page.passages
    if not passages:
        if page.form == "html":
            passages = read_html(page.text)
        else:
            passages = read_plain(page.text, markdown=page.form == "markdown")
    if not passages:
        raise InputError("the page shows no text; expected words that a reader sees.", where=page.name)
    return replace(page, passages=labelled(passages))


def _docx(content: bytes, name: str) -> Page:
    paragraphs = docx_paragraphs(content, name)
    passages: list[Passage] = []
    place = 0
    for text, kind, level in paragraphs:
        building = PassageBuilder()
        building.add(text, place)
        made = building.take(kind, level=level)
        if made is not None:
            passages.append(made)
        place += len(text) + 1
    return Page(name, "\n".join(text for text, _, _ in paragraphs), tuple(passages), "docx")
