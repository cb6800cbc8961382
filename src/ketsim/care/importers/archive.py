"""What lies in a zipped file? Read with caps: a small file may unpack to more than a machine holds."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from ketsim.care.importers.batch import refused

MOST_PARTS: Final = 500
MOST_UNPACKED: Final = 600_000_000  # bytes; the larger national directory unpacks to 8 million
_PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that workbooks use; others may ask for much memory
#: What a damaged archive raises, in its directory and in its parts.
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


def open_archive(content: bytes, name: str) -> zipfile.ZipFile:
    """The archive, its sizes checked against what it says of itself. Raises `Refusal`."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
    except _DAMAGED as error:
        raise refused(
            f"{name} is no archive that can be opened: {str(error)[:80].lower().rstrip('.')}.", "import_format"
        ) from None
    if len(parts) > MOST_PARTS:
        raise refused(f"{name} holds {len(parts):,} files; at most {MOST_PARTS} are read.", "import_size")
    total = sum(part.file_size for part in parts)
    if total > MOST_UNPACKED:
        raise refused(
            f"{name} unpacks to {total // 1_000_000:,} MB; at most {MOST_UNPACKED // 1_000_000} MB are read.",
            "import_size",
        )
    if any(part.flag_bits & 0x1 for part in parts):
        raise refused(f"{name} is locked with a password; save it without one.", "import_format")
    if any(part.compress_type not in _PACKED for part in parts):
        raise refused(f"{name} is packed in a way that is not read; pack it as a usual zip file.", "import_format")
    return archive


def read_part(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    """One file of an archive; it may not be larger than it says. Raises `Refusal`."""
    try:
        size = archive.getinfo(part).file_size
        with archive.open(part) as stream:
            found = stream.read(size + 1)
    except KeyError:
        raise refused(f"{name} holds no {part}.", "import_header") from None
    except _DAMAGED as error:
        raise refused(f"{part} in {name} is damaged: {type(error).__name__.lower()}.", "import_format") from None
    if len(found) > size:
        raise refused(f"{part} in {name} is larger than it says.", "import_size")
    return found
