"""What does an official workbook of the National Directory say? A sheet of facilities and a sheet that explains codes.

Read without formulas. The workbook's own sheet explains its codes; where it means something else than the shipped list,
or has codes that the list lacks, its words hold for this file. Descriptions are not read: their rows have slipped.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import islice
from typing import Any, Final

from ketsim.care.codes import codes, plain_name
from ketsim.care.importers.archive import open_archive, read_part
from ketsim.care.importers.batch import MOST_ROWS, Batch, Entry, cell, check_header, digest, refused, sort_codes
from ketsim.care.importers.samhsa_csv import basics, gather, national, phones
from ketsim.care.model import Code
from ketsim.care.refusal import Refusal
from ketsim.errors import MissingExtraError

COLUMNS: Final = (
    "name1", "name2", "street1", "street2", "city", "state", "zip", "phone", "intake1", "intake2", "service_code_info"
)  # fmt: skip

_MOST_COLUMNS: Final = 60
_REFERENCE: Final = ("category_code", "category_name", "service_code", "service_name")
_YEAR: Final = re.compile(r"20[0-9]{2}")


def read(content: bytes, *, name: str, as_of: str | None = None) -> tuple[Batch, ...]:
    """The batch of a workbook; its day is that of its last change, unless one is given."""
    archive = open_archive(content, name)
    for part in archive.namelist():
        if part.endswith((".xml", ".rels")) and b"<!DOCTYPE" in read_part(archive, part, name)[:2_000]:
            raise refused(f"{part} in {name} declares a document type, which no workbook does.", "import_format")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return (_read(content, name, as_of),)
    except (Refusal, MissingExtraError):
        raise
    except Exception as error:  # a damaged workbook fails in many ways inside the library, and each means the same
        raise refused(
            f"{name} is no workbook that can be read: {type(error).__name__.lower()}.", "import_format"
        ) from None


def _read(content: bytes, name: str, as_of: str | None) -> Batch:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise MissingExtraError("reading a workbook", extra="care") from None
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheets = {title: _table(sheet, name) for title, sheet in zip(book.sheetnames, book.worksheets, strict=False)}
    listed = next((title for title in sheets if "facilit" in title.casefold()), book.sheetnames[0])
    header, rows = sheets[listed]
    check_header(f'the sheet "{listed[:40]}" of {name}', header, COLUMNS)
    kind = "mh" if listed.casefold().startswith("mh") or "_mh_" in name.casefold() else "su"
    day = as_of or book.properties.modified.date().isoformat()
    year = (_YEAR.findall(name) or [day[:4]])[0]
    explained = _explained(sheets, listed, year)
    tally: Counter[str] = Counter()
    values = 0

    def entry_of(number: int, row: Mapping[str, str]) -> Entry:
        nonlocal values
        said = row["service_code_info"].replace("*", " ").split()
        values += len(said)
        known, strange = sort_codes(said, tally, [code.code for code in explained])
        return Entry(row=number, kind=kind, **basics(row), phones=phones(row), codes=known, unknown=strange)

    entries, rejects, count = gather(rows, entry_of)
    about = national(f"samhsa-{kind}", kind, day, digest(content), year)
    return Batch(
        **about, rows_in=count, entries=entries, rejects=rejects, values=values, unknown=tally, codes=explained
    )


def _table(sheet: Any, name: str) -> tuple[list[str], Iterator[tuple[int, Mapping[str, str]]]]:
    """Header and rows of a sheet, read as they are asked for."""
    lines = sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS)
    header = [cell(value).casefold() for value in next(lines, ())]

    def rows() -> Iterator[tuple[int, Mapping[str, str]]]:
        for number, values in enumerate(islice(lines, MOST_ROWS + 1), start=1):
            if number > MOST_ROWS:
                raise refused(f"{name} has more than {MOST_ROWS:,} rows; such files are not read.", "import_size")
            if any(value is not None for value in values):
                yield number, {key: cell(value) for key, value in zip(header, values, strict=False)}

    return header, rows()


def _explained(sheets: Mapping[str, Any], listed: str, year: str) -> tuple[Code, ...]:
    """The codes of the reference sheet that the shipped list lacks or names otherwise."""
    known = codes()
    found = {}
    for title, (header, rows) in sheets.items():
        if title == listed or not set(_REFERENCE) <= set(header):
            continue
        for _, row in rows:
            code, name = row["service_code"], row["service_name"]
            ours = known.get(code)
            if code and name and (ours is None or plain_name(ours.name) != plain_name(name)):
                found[code] = Code(code, row["category_code"], row["category_name"], name, f"{year} workbook")
    return tuple(found.values())
