"""What does any file of facilities come down to? Entries with their row, what was rejected and why, what nobody knows.

An importer turns a file into a batch; it writes nothing. The checks that hold for every file stand here.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from ketsim.care.codes import codes
from ketsim.care.model import Code, PhoneKind, Precision
from ketsim.care.refusal import Refusal
from ketsim.files import cannot_read

LARGEST: Final = 400_000_000  # bytes of a file; the largest public export is a quarter of it
MOST_ROWS: Final = 500_000
MOST_CELL: Final = 20_000  # characters of a cell; the longest in the directories has about 1,200

#: Shares above which a file is not what it says, or the list of codes is of another year: nothing is written.
UNKNOWN_CODES: Final = 0.01
#: Names are prose that the source rewords at will (1.1 % within three years); codes are not.
UNKNOWN_NAMES: Final = 0.05
REJECTED_ROWS: Final = 0.05

_ZIP: Final = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of a file: a service somewhere. lat, lon [degrees]. phones: text and kind, as the source wrote them.

    precision: how the point was come by; zip_centroid with no point lets the table of ZIP centres fill it.
    location_id, service_id, organization_id: given where the source has stable ids of the same kind (HSDS).
    """

    row: int
    kind: str
    name1: str
    name2: str = ""
    street1: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    lat: float | None = None
    lon: float | None = None
    precision: Precision = "zip_centroid"
    phones: tuple[tuple[str, PhoneKind], ...] = ()
    codes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    status: str = "active"
    assured_on: str | None = None
    expires_on: str | None = None
    website: str = ""
    external_id: str = ""
    organization_id: str | None = None
    location_id: str | None = None
    service_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A file, read: who made it, its day and rights, its entries, and what could not be taken over.

    values: how many code values were read, of which `unknown` (value -> count) are in no list. most_unknown: the share
    of unknown values above which the file is refused. codes: those that the file itself explains, where the shipped
    list does not have them or means something else by them.
    """

    key: str
    name: str
    url: str
    licence: str
    citation: str
    as_of: str
    sha256: str
    rows_in: int
    entries: Sequence[Entry]
    rejects: Sequence[tuple[int, str]] = ()
    values: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)
    most_unknown: float = UNKNOWN_CODES
    codes: tuple[Code, ...] = ()


def read_bytes(path: Path) -> bytes:
    """What stands in a file. Raises `InputError` where it cannot be read, `Refusal` where it is too large."""
    try:
        if path.stat().st_size > LARGEST:
            raise refused(
                f"{path.name} is larger than {LARGEST // 1_000_000} MB; such files are not read.", "import_size"
            )
        return path.read_bytes()
    except OSError as error:
        raise cannot_read(path, error) from None


def digest(content: bytes) -> str:
    """SHA-256 of a file, by which it is known again."""
    return hashlib.sha256(content).hexdigest()


def check_header(name: str, header: Sequence[str], needed: Iterable[str]) -> None:
    """Refuse a table that lacks a column, with those that it has."""
    lacking = [column for column in needed if column not in header]
    if lacking:
        has = ", ".join(header[:12])[:200]
        raise refused(
            f"{name} lacks the column {lacking[0]!r}"
            + (f" and {len(lacking) - 1} more" if lacking[1:] else "")
            + f"; its first line has: {has}.",
            "import_header",
        )


def check_as_of(text: str) -> str:
    """A day as YYYY-MM-DD. Raises `Refusal`."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise refused(
            f"{text[:20]!r} is no day; write --as-of YYYY-MM-DD, such as 2026-09-06.", "import_as_of"
        ) from None


def zip5(text: str) -> str:
    """The five digits of a ZIP or ZIP+4. Raises `ValueError` with the reason."""
    said = text.strip()
    if not said:
        return ""
    found = _ZIP.fullmatch(said) if said.isascii() else None
    if found is None:
        raise ValueError(f"the ZIP code {said[:12]!r} has not five digits")
    return found[1]


def coordinates(lat: object, lon: object) -> tuple[float, float] | None:
    """A point from texts or numbers, None where both are empty. Raises `ValueError` with the reason."""
    texts = str(lat if lat is not None else "").strip(), str(lon if lon is not None else "").strip()
    if texts == ("", ""):
        return None
    try:
        found = float(texts[0]), float(texts[1])
    except ValueError:
        raise ValueError(f"the point {texts[0][:20]!r}, {texts[1][:20]!r} is not two numbers") from None
    if not (abs(found[0]) <= 90 and abs(found[1]) <= 180):
        raise ValueError(f"the point {texts[0][:20]}, {texts[1][:20]} is not on the globe")
    return None if found == (0.0, 0.0) else found


def sort_codes(
    said: Iterable[str], tally: Counter[str], explained: Iterable[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Known codes and unknown ones, each once; unknown ones are counted in `tally`."""
    known = {*codes(), *explained} if explained else codes()
    fitting: dict[str, None] = {}
    strange: dict[str, None] = {}
    for code in said:
        (fitting if code in known else strange)[code] = None
    tally.update(list(strange))
    return tuple(fitting), tuple(strange)


def cell(value: object) -> str:
    """The text of a cell without surrounding or doubled spaces, control signs gone. Raises `ValueError` if too long."""
    text = "" if value is None else str(value)
    if len(text) > MOST_CELL:
        raise ValueError(f"a cell has {len(text):,} characters; at most {MOST_CELL:,} are read")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def reason_against(entry: Entry) -> str | None:
    """Why a row cannot be a listing, or None."""
    if not entry.name1:
        return "it has no name"
    if not (entry.zip or entry.city or entry.lat is not None or entry.phones):
        return "it has neither a place (ZIP code, city or coordinates) nor a phone number"
    return None


def refused(sentence: str, code: str) -> Refusal:
    """A file that is not taken over; nothing was written."""
    return Refusal(sentence, code=code, field="file")
