"""How does a new source file begin? With a commented template that the reader accepts as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from ketsim.errors import InputError

_FILE: Final = Path(__file__).parent / "template.yaml"
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")


def source_template(name: str) -> str:
    """The text of a new source file called NAME.yaml.

    name: first author and year, such as "Simons2022", with a, b where two collide. Raises `InputError` if it cannot be
    a key.
    """
    if not _KEY.fullmatch(name):
        raise InputError(
            f"{name[:60]!r} cannot be the key of a source; expected first author and year, such as Simons2022."
        )
    return _FILE.read_text(encoding="utf-8").replace("NAME", name)
