"""How is a file written so that a reader finds the old one or the new one, never a part? And what if it cannot be?

It knows places, not what stands in a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ketsim.errors import InputError


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Where to write what shall stand at `target`; it is moved there when the block ends well, and gone if not.

    Raises `InputError` if the place cannot be written.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(target)
    except OSError as error:
        raise cannot_write(target, error) from None
    finally:
        with suppress(OSError):
            part.unlink()


def write_whole(target: Path, body: bytes | str) -> Path:
    """Write bytes, or text as UTF-8, to `target`: whole or not at all. Raises `InputError` if it cannot be written."""
    with replacing(target) as part:
        part.write_bytes(body.encode() if isinstance(body, str) else body)
    return target


def cannot_write(target: Path, error: OSError) -> InputError:
    """What to raise where a place cannot be written."""
    return InputError(f"{target} cannot be written: {_reason(error)}; choose another place.")


def cannot_read(source: Path, error: OSError) -> InputError:
    """What to raise where a file cannot be read."""
    return InputError(f"{source} cannot be read: {_reason(error)}.")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
