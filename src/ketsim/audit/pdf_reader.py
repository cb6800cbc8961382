"""Which text does a PDF hold? Its pages one after the other, read with pypdf within bounds of size and time.

A PDF without text (scanned pictures) gives a sentence that says so. Nothing in the file is run.
"""

from __future__ import annotations

import io
import logging
import time
from typing import Final

from ketsim.errors import InputError, MissingExtraError

_MOST_PAGES: Final = 500
_MOST_CHARACTERS: Final = 1_500_000
_LONGEST: Final = 20.0  # [s]


def pdf_text(content: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The text of a PDF and notes on what was left out. Raises `InputError` for a broken, locked or empty file."""
    try:
        import pypdf
    except ModuleNotFoundError:
        raise MissingExtraError("reading a PDF", extra="audit") from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks are about the file, and say nothing to a reader
    started = time.monotonic()
    pages: list[str] = []
    notes: list[str] = []
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("the PDF is locked with a password; give an unlocked copy.", where=name)
        for number, page in enumerate(reader.pages, start=1):
            if number > _MOST_PAGES or time.monotonic() - started > _LONGEST or sum(map(len, pages)) > _MOST_CHARACTERS:
                notes.append(f"only the first {number - 1} pages of the PDF were read")
                break
            pages.append(page.extract_text())
    except InputError:
        raise
    except (Exception, RecursionError) as error:
        # pypdf raises whatever a damaged file leads it to (KeyError, struct.error, RecursionError, ...).
        if not any(page.strip() for page in pages):
            raise InputError(
                f"the PDF cannot be read ({type(error).__name__}); save it anew or give its text.", where=name
            ) from None
        notes.append(f"the PDF is damaged behind page {len(pages)}")
    text = "\n\n".join(pages)
    if not text.strip():
        raise InputError(
            "the PDF holds no text (scanned pictures?); give a PDF with text or the text itself.", where=name
        )
    return text, tuple(notes)
