"""Which paragraphs does a Word file (docx) hold? Read with the standard library, within bounds.

A docx is a zip of XML. The main part is unpacked up to a limit that no honest text reaches, and XML that declares
entities is refused, so that neither a zip bomb nor an entity bomb can grow.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final
from xml.parsers import expat

from ketsim.audit.passage import CELL, HEADING, ITEM, PARAGRAPH
from ketsim.errors import InputError

_PART: Final = "word/document.xml"
_LARGEST: Final = 30_000_000  # bytes of the unpacked main part
_MOST_CHARACTERS: Final = 1_500_000
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "


def docx_paragraphs(content: bytes, name: str) -> list[tuple[str, str, int]]:
    """Paragraphs as (text, kind, level of heading). Raises `InputError` for what is no sound docx."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(_PART) as part:
            xml = part.read(_LARGEST + 1)
    except KeyError:
        raise InputError("the zip file holds no Word document; expected a docx.", where=name) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise InputError("the docx is damaged or locked; save it anew or give its text.", where=name) from None
    if len(xml) > _LARGEST:
        raise InputError(f"the docx unpacks to more than {_LARGEST} bytes; no text is that long.", where=name)
    walk = _Walk(name)
    try:
        walk.parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise InputError(f"the docx is damaged ({expat.errors.messages[error.code]}).", where=name) from None
    return walk.paragraphs


class _Walk:
    """Collects paragraphs from the events of the parser."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.paragraphs: list[tuple[str, str, int]] = []
        self._characters = 0
        self._text: list[str] = []
        self._style, self._listed, self._cells, self._reading = "", False, 0, False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.EntityDeclHandler = self._entity

    def _entity(self, *_: object) -> None:
        raise InputError("the docx declares XML entities, which no Word file does; it was not read.", where=self.name)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.removeprefix(_W):
            case "p":
                self._text, self._style, self._listed = [], "", False
            case "pStyle":
                self._style = attributes.get(f"{_W}val", "")
            case "numPr":
                self._listed = True
            case "t":
                self._reading = True
            case "tab" | "br" | "cr":
                self._text.append(" ")
            case "tc":
                self._cells += 1

    def _data(self, data: str) -> None:
        if self._reading:
            self._text.append(data)
            self._characters += len(data)
            if self._characters > _MOST_CHARACTERS:
                raise InputError(
                    f"the docx holds more than {_MOST_CHARACTERS} characters; split it into parts.", where=self.name
                )

    def _end(self, tag: str) -> None:
        match tag.removeprefix(_W):
            case "t":
                self._reading = False
            case "tc":
                self._cells = max(self._cells - 1, 0)
            case "p":
                self._finish()

    def _finish(self) -> None:
        text = "".join(self._text)
        if not text.strip():
            return
        style = self._style.lower()
        if style.startswith(("heading", "title")):
            digits = "".join(character for character in style if character.isdigit())
            self.paragraphs.append((text, HEADING, min(int(digits or 1), 6)))
        elif self._listed or "list" in style:
            self.paragraphs.append((text, ITEM, 0))
        else:
            self.paragraphs.append((text, CELL if self._cells else PARAGRAPH, 0))
