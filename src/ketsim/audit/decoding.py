"""Which characters do these bytes mean? A byte order mark, a declared charset, UTF-8, and last Windows-1252.

A text is decoded once, without changing line ends, so that offsets count what was given.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from ketsim.errors import InputError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED: Final = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
#: Names that pages use for Windows-1252, as browsers read them.
_AS_WINDOWS: Final = ("latin-1", "latin1", "iso-8859-1", "us-ascii", "ascii", "windows-1252")
_HEAD: Final = 2048


def decoded(content: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The text, and what a reader should know about how it was decoded. Raises `InputError` for what is no text."""
    for mark, codec in _MARKS:
        if content.startswith(mark):
            text = content.decode(codec, errors="replace")
            return text.removeprefix("\ufeff"), _replaced(text, codec)
    if b"\x00" in content[:_HEAD]:
        raise InputError("the file holds binary data; expected HTML, PDF, docx, Markdown or text.", where=name)
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(content[:_HEAD])
    if declared is not None:
        codec = declared[1].decode("ascii").lower()
        codec = "cp1252" if codec in _AS_WINDOWS else codec
        read = _with(content, codec)
        if read is not None:
            return read, (f"read as {codec}, as the page declares",)
    damaged = content.decode("utf-8", errors="replace")
    if damaged.count("\ufffd") * 200 <= len(damaged):
        return damaged, _replaced(damaged, "utf-8")
    return content.decode("cp1252", errors="replace"), ("not UTF-8; read as Windows-1252",)


def _with(content: bytes, codec: str) -> str | None:
    try:
        info = codecs.lookup(codec)
    except LookupError:
        return None
    # Codecs that are no character sets (zlib, rot13, hex, ...) are not followed.
    if not getattr(info, "_is_text_encoding", True):
        return None
    try:
        return content.decode(info.name, errors="replace" if info.name == "cp1252" else "strict")
    except (UnicodeDecodeError, ValueError):
        return None


def _replaced(text: str, codec: str) -> tuple[str, ...]:
    count = text.count("\ufffd")
    return (f"{count} characters are not valid {codec} and were replaced",) if count else ()
