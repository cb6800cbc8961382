"""How is a source cited elsewhere? As a BibTeX entry with the same key.

Writes only what the source file states; what is not known (a journal, a year) is left out, never filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from ketsim.evidence import Reference, Source

_TYPES: Final[Mapping[str, str]] = {
    "article": "article",
    "review": "article",
    "thesis": "phdthesis",
    "report": "techreport",
}
_PUBLISHER_FIELD: Final[Mapping[str, str]] = {"phdthesis": "school", "techreport": "institution"}
_PERSON: Final = re.compile(r"(?P<family>.+?) (?P<initials>[^\W\d_]{1,4})(?: (?P<suffix>Jr|Sr))?")
_ESCAPES: Final = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        "\n": " ",
        "\r": " ",
        "\t": " ",
    }
)


def to_bibtex(sources: Source | Iterable[Source]) -> str:
    """BibTeX entries of one source or of several, in their order, each ending in a line break.

    Letters with accents stay as they are (UTF-8); what has a meaning in TeX is escaped. An article without a journal, a
    label, a data set or code becomes ``@misc``.
    """
    several = [sources] if isinstance(sources, Source) else list(sources)
    return "\n".join(_entry(source.reference) for source in several)


def _entry(reference: Reference) -> str:
    kind = _type_of(reference)
    fields = [
        ("author", _authors(reference)),
        ("title", f"{{{_escaped(reference.title)}}}"),
        ("year", None if reference.year is None else str(reference.year)),
        ("journal", _optional(reference.journal)),
        ("volume", _optional(reference.volume)),
        ("number", _optional(reference.issue)),
        ("pages", _pages(reference.pages)),
        (_PUBLISHER_FIELD.get(kind, "publisher"), _optional(reference.publisher)),
        ("doi", _verbatim(reference.doi)),
        ("pmid", reference.pmid),
        ("pmcid", reference.pmcid),
        ("url", _verbatim(reference.url)),
        ("note", _note(reference)),
    ]
    lines = [f"  {name} = {{{content}}}," for name, content in fields if content]
    return "\n".join([f"@{kind}{{{reference.key},", *lines, "}"]) + "\n"


def _type_of(reference: Reference) -> str:
    """The entry type whose required fields the source has; ``misc`` requires none."""
    kind = _TYPES.get(reference.kind, "misc")
    needed = reference.journal if kind == "article" else reference.publisher
    return kind if needed and reference.authors and reference.year is not None else "misc"


def _authors(reference: Reference) -> str | None:
    return " and ".join(_author(name) for name in reference.authors) or None


def _author(name: str) -> str:
    """Family name, suffix and initials of "Olofsen E" or "Zarate CA Jr"; any other shape is a group, kept whole."""
    match = _PERSON.fullmatch(name)
    if match is None or not match["initials"].isupper():
        return f"{{{_escaped(name)}}}"
    given = " ".join(f"{letter}." for letter in match["initials"])
    return ", ".join(part for part in (_escaped(match["family"]), match["suffix"], given) if part)


def _pages(pages: str | None) -> str | None:
    return None if pages is None else _escaped(pages).replace("–", "-").replace("--", "-").replace("-", "--")


def _note(reference: Reference) -> str | None:
    parts = [text for text in (reference.authors_note, reference.year_note, reference.note) if text]
    return _escaped("; ".join(parts)) or None


def _optional(text: str | None) -> str | None:
    return None if text is None else _escaped(text)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _verbatim(address: str | None) -> str | None:
    """A DOI or address, with only what would break the entry itself encoded."""
    if address is None:
        return None
    return address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
