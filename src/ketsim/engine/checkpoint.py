"""How does a long run survive being killed, and go on where it stopped to the very same result?

A run is cut into numbered blocks; each finished one lies in the run's folder as one file, written whole or not at all,
with a digest inside. Started again, a run does only what is missing. A block is arrays by name; what they mean is
decided elsewhere. One block is in memory at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ketsim.errors import InputError
from ketsim.files import cannot_read, cannot_write, write_whole

# What a block holds.
Arrays: TypeAlias = Mapping[str, NDArray[Any]]
# The name under which a sum says how many blocks it holds.
_SUMMED = "blocks summed"
# The first bytes of a block's file; another layout has another number.
MARK = b"ketsim block 1\n"
RUN = "run.json"
PART = ".*.part"
BLOCKS = "block-*.bin"
SUM = "sum.bin"


def identity_of(*parts: bytes | str) -> str:
    """The content hash of what makes a run: equal parts in equal order, equal hash.

    >>> identity_of("scenario", b"1") == identity_of("scenario", "1"), identity_of("a", "b") == identity_of("ab")
    (True, False)
    """
    digest = blake2b(digest_size=16)
    for part in parts:
        body = part.encode() if isinstance(part, str) else part
        digest.update(len(body).to_bytes(8, "little") + body)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run: `identity` says which, `blocks` how many it has; the first may lie there as their sum."""

    folder: Path
    identity: str
    blocks: int

    @classmethod
    def open(cls, folder: Path, *, identity: str, blocks: int) -> RunFolder:
        """Begin a run in a new folder, or go on with the same run in its own. One process opens; workers are handed it.

        Errors: `InputError` where the folder belongs to another run, holds other things, or cannot be written.
        """
        run = cls(folder, identity, blocks)
        mine = {"identity": identity, "blocks": blocks}
        place = folder / RUN
        try:
            folder.mkdir(parents=True, exist_ok=True)
            known = place.read_text(encoding="utf-8") if place.exists() else None
            others = [] if known is not None else [p for p in folder.iterdir() if not p.match(PART)]
        except OSError as error:
            raise cannot_write(folder, error) from None
        if known is None:
            if others:
                raise InputError(
                    f"{folder} holds {others[0].name} and no run; choose an empty folder for the results of a run."
                )
            write_whole(place, json.dumps(mine) + "\n")
            return run
        try:
            found = json.loads(known)
        except json.JSONDecodeError:
            found = None
        if found != mine:
            raise InputError(
                f"{folder} belongs to another run than the one asked for; "
                "choose a new folder, or delete this one to start it over."
            )
        for part in folder.glob(PART):  # what a killed run left half-written
            _gone(part)
        return run

    def place(self, block: int) -> Path:
        """Where a block lies."""
        return self.folder / f"block-{block:06d}.bin"

    def store(self, block: int, arrays: Arrays) -> Path:
        """Write a finished block: whole or not at all."""
        return write_whole(self.place(block), _packed(self._stamp(block), arrays))

    def load(self, block: int) -> dict[str, NDArray[Any]] | None:
        """A finished block; None where it is missing or damaged."""
        try:
            body = self.place(block).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise cannot_read(self.place(block), error) from None
        return _unpacked(self._stamp(block), body)

    def missing(self, first: int = 0) -> list[int]:
        """The blocks from `first` on that are still to do, in order. Each finished one is read once, one at a time."""
        return [block for block in range(first, self.blocks) if self.load(block) is None]

    def store_sum(self, blocks: int, arrays: Arrays) -> None:
        """Put by what the first `blocks` blocks come to, and remove them, so that a long run needs no more room."""
        write_whole(self._sum, _packed(f"{self.identity}/sum", {**arrays, _SUMMED: np.array(blocks)}))
        for place in self.folder.glob(BLOCKS):
            if int(place.stem.partition("-")[2]) < blocks:
                _gone(place)

    def load_sum(self) -> tuple[int, dict[str, NDArray[Any]]]:
        """How many blocks were put by as a sum, and what they come to; none where it is missing or damaged."""
        try:
            arrays = _unpacked(f"{self.identity}/sum", self._sum.read_bytes())
        except FileNotFoundError:
            arrays = None
        except OSError as error:
            raise cannot_read(self._sum, error) from None
        return (0, {}) if arrays is None else (int(arrays.pop(_SUMMED)), arrays)

    @classmethod
    def forget(cls, folder: Path) -> None:
        """Delete what a run wrote into its folder, and the folder: it has given what it should."""
        if (folder / RUN).exists():
            for pattern in (BLOCKS, SUM, PART, RUN):
                for place in folder.glob(pattern):
                    _gone(place)
            with suppress(OSError):
                folder.rmdir()

    @property
    def _sum(self) -> Path:
        return self.folder / SUM

    def finish(self, work: Callable[[int], Arrays]) -> Iterator[tuple[int, dict[str, NDArray[Any]]]]:
        """All blocks in order, one at a time; `work` makes those that are missing.

        To spread the work over processes, let them `store` what `missing` names first; then nothing is left to make.
        """
        for block in range(self.blocks):
            arrays = self.load(block)
            if arrays is None:
                self.store(block, work(block))
                arrays = self.load(block)
                assert arrays is not None
            yield block, arrays

    def _stamp(self, block: int) -> str:
        """A block of another run, or another block of this one, is not taken for this one."""
        return f"{self.identity}/{block}"


def _gone(place: Path) -> None:
    """Delete a file, if it is there and may be deleted."""
    with suppress(OSError):
        place.unlink()


def _packed(stamp: str, arrays: Arrays) -> bytes:
    """Mark, digest of what follows, length of the header, header, the bytes of each array."""
    bodies = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    for name, array in bodies.items():
        if array.dtype.hasobject:
            raise InputError(f"the array {name} of a block holds objects; expected plain numbers or bytes.")
    layout = [[name, array.dtype.str, list(np.shape(arrays[name]))] for name, array in bodies.items()]
    header = json.dumps({"stamp": stamp, "arrays": layout}).encode()
    rest = b"".join([len(header).to_bytes(8, "little"), header, *(array.tobytes() for array in bodies.values())])
    return MARK + blake2b(rest, digest_size=32).digest() + rest


def _unpacked(stamp: str, body: bytes) -> dict[str, NDArray[Any]] | None:
    """What was packed; None where a bit is not as it was written, or the stamp is another one."""
    begin = len(MARK) + 32
    rest = memoryview(body)[begin:]
    if not body.startswith(MARK) or blake2b(rest, digest_size=32).digest() != body[len(MARK) : begin]:
        return None
    size = int.from_bytes(rest[:8], "little")
    header = json.loads(bytes(rest[8 : 8 + size]))
    if header["stamp"] != stamp:
        return None
    arrays: dict[str, NDArray[Any]] = {}
    at = 8 + size
    for name, kind, shape in header["arrays"]:
        dtype = np.dtype(kind)
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(rest, dtype=dtype, count=count, offset=at).reshape(shape)
        at += count * dtype.itemsize
    return arrays
