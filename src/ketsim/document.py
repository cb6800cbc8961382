"""What does this YAML text say, and on which line? Plain data with a line for every entry, or one teaching sentence.

Reads a small, safe part of YAML 1.2: mappings, lists, text, numbers, true/false, null. Anchors, aliases and tags are
refused, so no text can grow or run anything. It does not know what the data mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketsim.errors import InputError
from ketsim.files import cannot_read

Place = tuple[str | int, ...]

_LARGEST = 2_000_000
_DEEPEST = 30
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS: Mapping[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data of one YAML text, and the line of every entry by its path."""

    name: str
    data: Any
    lines: Mapping[Place, int]

    def where(self, path: Place) -> str:
        """``File.yaml:LINE`` of the entry, or of the closest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}:{self.lines.get(path, 1)}"


def read_document(source: Path | bytes | str, *, name: str | None = None) -> Document:
    """The plain data of a file, of bytes or of a text; `InputError` with file and line for anything unreadable."""
    if isinstance(source, Path):
        name = name or source.name
        try:
            size = source.stat().st_size
            content: bytes | str = source.read_bytes() if size <= _LARGEST else b""
        except OSError as error:
            raise cannot_read(source, error) from None
    else:
        content, size = source, len(source)
    name = name or "text"
    if size > _LARGEST:
        raise InputError(f"the file has {size} bytes; at most {_LARGEST} are read.", where=name)
    return _read(_decoded(content, name), name)


def _decoded(content: bytes | str, name: str) -> str:
    if isinstance(content, str):
        return content
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError("this line is not UTF-8 text; save the file as UTF-8.", where=f"{name}:{line}") from None


def _read(text: str, name: str) -> Document:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    tab = re.search(r"^ *\t", text, re.MULTILINE)
    if tab is not None:
        line = text.count("\n", 0, tab.end()) + 1
        raise InputError("a tab stands at the start of the line; YAML is indented with spaces.", where=f"{name}:{line}")
    builder = _Builder(name)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        what = " ".join(str(error.problem or error.context or "it cannot be read").split())
        raise InputError(f"this is not valid YAML: {what}.", where=f"{name}:{line}") from None
    except YAMLError as error:
        strange = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
        line = text.count("\n", 0, strange.start()) + 1 if strange else 1
        what = " ".join(str(error).split())[:120]
        raise InputError(f"this is not valid YAML: {what}.", where=f"{name}:{line}") from None
    return Document(name, builder.data, builder.lines)


class _Builder:
    """Turns parser events into plain data; holds the open collections, never recurses."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.data: Any = None
        self.lines: dict[Place, int] = {}
        self._open: list[tuple[Any, Place]] = []
        self._key: list[str | None] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        what = type(event).__name__
        line = event.start_mark.line + 1
        if what == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                raise self._slip("a second document starts here; one file holds one.", line)
        if what == "AliasEvent" or getattr(event, "anchor", None):
            raise self._slip("anchors (&) and aliases (*) are not read; write the entry out.", line)
        if what in ("MappingStartEvent", "SequenceStartEvent", "ScalarEvent") and event.tag is not None:
            raise self._slip(
                f"the tag {str(event.tag)[:40]!r} is not read; write plain text, numbers, lists and mappings.", line
            )
        if what == "ScalarEvent":
            self._scalar(event, line)
        elif what == "MappingStartEvent":
            self._start({}, line)
        elif what == "SequenceStartEvent":
            self._start([], line)
        elif what in ("MappingEndEvent", "SequenceEndEvent"):
            self._open.pop()
            self._key.pop()

    def _start(self, collection: dict[str, Any] | list[Any], line: int) -> None:
        if len(self._open) >= _DEEPEST:
            raise self._slip(f"entries are nested more than {_DEEPEST} deep.", line)
        path = self._put(collection, line)
        self._open.append((collection, path))
        self._key.append(None)

    def _scalar(self, event: Any, line: int) -> None:
        plain = event.implicit[0]
        if self._open and isinstance(self._open[-1][0], dict) and self._key[-1] is None:
            self._take_key(str(event.value), line)
            return
        self._put(self._plain(event.value, line) if plain else event.value, line)

    def _take_key(self, key: str, line: int) -> None:
        mapping, path = self._open[-1]
        if key in mapping:
            first = self.lines[(*path, key)]
            raise self._slip(f"{key[:60]!r} stands here again; it was written in line {first} already.", line)
        self.lines[(*path, key)] = line
        self._key[-1] = key

    def _put(self, item: Any, line: int) -> Place:
        if not self._open:
            self.data = item
            self.lines[()] = line
            return ()
        parent, path = self._open[-1]
        if isinstance(parent, list):
            here: Place = (*path, len(parent))
            parent.append(item)
            self.lines[here] = line
            return here
        key = self._key[-1]
        if key is None:
            raise self._slip("a list or mapping cannot be a key; keys are words.", line)
        parent[key] = item
        self._key[-1] = None
        return (*path, key)

    def _plain(self, value: str, line: int) -> Any:
        if value in _CONSTANTS:
            return _CONSTANTS[value]
        if _INTEGER.fullmatch(value):
            if len(value) > 300:
                raise self._slip("a number of more than 300 digits is not read.", line)
            return int(value)
        return float(value) if _FLOAT.fullmatch(value) else value

    def _slip(self, sentence: str, line: int) -> InputError:
        return InputError(sentence, where=f"{self.name}:{line}")
