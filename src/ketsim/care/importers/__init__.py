"""Which kind of file is this, and what does it hold? Told by its content, never by its name alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from ketsim.care.importers.batch import Batch, check_as_of, read_bytes, refused

KINDS: Final = ("samhsa-xlsx", "samhsa-csv", "findtreatment-json", "hsds", "ca-dhcs")


def read_file(path: str | Path, *, as_of: str | None = None, kind: str | None = None) -> tuple[Batch, ...]:
    """The batches of a file. as_of: the day it speaks of (YYYY-MM-DD), where the file does not say.

    Raises `Refusal` with what is wrong with the file, `InputError` where it cannot be read.
    """
    source = Path(path)
    return read_content(read_bytes(source), name=source.name, as_of=as_of, kind=kind)


def read_content(content: bytes, *, name: str, as_of: str | None = None, kind: str | None = None) -> tuple[Batch, ...]:
    """The batches of what stood in a file called `name`."""
    kind = kind or _kind(content, name)
    if kind not in KINDS:
        raise refused(f"{kind[:40]!r} is no kind of file; use {', '.join(KINDS)}.", "import_kind")
    day = check_as_of(as_of) if as_of is not None else None
    if day is not None and day > date.today().isoformat():
        raise refused(f"{day} has not come yet; --as-of is the day the file speaks of.", "import_as_of")
    if kind == "samhsa-xlsx":
        from ketsim.care.importers import samhsa_xlsx

        return samhsa_xlsx.read(content, name=name, as_of=day)
    if kind == "hsds":
        from ketsim.care.importers import hsds

        return hsds.read(content, name=name, as_of=day)
    if day is None:
        raise refused(
            f"{name} does not say of which day it is; add --as-of YYYY-MM-DD, the day it was exported.", "import_as_of"
        )
    if kind == "findtreatment-json":
        from ketsim.care.importers import findtreatment_json

        return findtreatment_json.read(content, name=name, as_of=day)
    if kind == "ca-dhcs":
        from ketsim.care.importers import ca_dhcs

        return ca_dhcs.read(content, name=name, as_of=day)
    from ketsim.care.importers import samhsa_csv

    return samhsa_csv.read(content, name=name, as_of=day)


def _kind(content: bytes, name: str) -> str:
    if content.startswith(b"PK\x03\x04"):
        return "hsds" if b"datapackage.json" in content[:65_536] or b"organizations.csv" in content else "samhsa-xlsx"
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"[", b"{"):
        from ketsim.care.importers import hsds

        return "hsds" if hsds.looks_like(content) else "findtreatment-json"
    from ketsim.care.importers import ca_dhcs, samhsa_csv

    header, _ = samhsa_csv.read_table(content, name)
    if ca_dhcs.looks_like(header):
        return "ca-dhcs"
    if samhsa_csv.looks_like(header):
        return "samhsa-csv"
    raise refused(
        f"{name} is none of the files that are read ({', '.join(KINDS)}); its columns are {', '.join(header)[:160]}.",
        "import_header",
    )
