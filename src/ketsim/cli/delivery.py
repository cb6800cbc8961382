"""Files that a command writes: all of them whole, or none.

Each file is written beside its place under a hidden name and moved there when everything has succeeded.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from ketsim.errors import InputError
from ketsim.files import cannot_write


class Delivery:
    """A set of files to be written together; leaving the ``with`` block without a fault puts them in their places."""

    def __init__(self) -> None:
        self._staged: list[tuple[Path, Path]] = []
        self._folders: list[Path] = []

    def stage(self, target: Path) -> Path:
        """Where to write what shall stand at `target` (same name and ending). Raises `InputError` where it cannot."""
        try:
            if target.is_dir():
                raise InputError(f"{target} is a folder; give the name of a file in it.")
            folder = target.absolute().parent
            while not folder.exists():
                folder = folder.parent
            work = Path(tempfile.mkdtemp(prefix=".ketsim-", dir=folder))
        except OSError as error:
            raise cannot_write(target, error) from None
        self._folders.append(work)
        place = work / target.name
        self._staged.append((place, target))
        return place

    def text(self, target: Path, content: str) -> None:
        """Stage a text file, UTF-8."""
        place = self.stage(target)
        try:
            place.write_text(content, encoding="utf-8")
        except OSError as error:
            raise cannot_write(target, error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                for place, target in self._staged:
                    _move(place, target)
        finally:
            for folder in self._folders:
                shutil.rmtree(folder, ignore_errors=True)


def _move(place: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        place.replace(target)
    except OSError as error:
        raise cannot_write(target, error) from None
