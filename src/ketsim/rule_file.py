"""What does a rule file of another room say? Its plain data, read as fast as can be.

Rules (of safety, of help lines) are YAML beside the code that applies them. `index/rules/NAME.json` holds the plain
data with the digest of the YAML that it was made from, and is used only while the two agree; no run needs YAML then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ketsim.document import read_document

_ROOMS: Final = Path(__file__).parent
_COMPILED: Final = _ROOMS / "evidence" / "index" / "rules"


def read_rules(path: Path) -> Any:
    """The plain data of a rule file. Raises `InputError` with file and line for anything unreadable."""
    compiled = _COMPILED / f"{path.stem}.json"
    if compiled.is_file():
        found = json.loads(compiled.read_bytes())
        if found["sha256"] == _digest(path):
            return found["data"]
    return read_document(path).data


def rule_files() -> Mapping[str, bytes]:
    """The compiled form of every rule file of the package: file name -> bytes."""
    paths = [path for path in sorted(_ROOMS.rglob("*.yaml")) if _ROOMS / "evidence" not in path.parents]
    return {f"{path.stem}.json": _dump(path) for path in paths}


def build_rules() -> tuple[Path, ...]:
    """Write the compiled rule files anew and remove what is left of those that are gone. Returns what changed."""
    from ketsim.files import write_whole

    wanted = rule_files()
    _COMPILED.mkdir(parents=True, exist_ok=True)
    changed = [name for name, content in wanted.items() if _lies(name) != content]
    for name in changed:
        write_whole(_COMPILED / name, wanted[name])
    orphans = [path for path in sorted(_COMPILED.glob("*.json")) if path.name not in wanted]
    for path in orphans:
        path.unlink()
    return (*(_COMPILED / name for name in changed), *orphans)


def stale_rules() -> tuple[str, ...]:
    """Names of compiled rule files that a build would write or remove."""
    wanted = rule_files()
    orphans = [path.name for path in sorted(_COMPILED.glob("*.json")) if path.name not in wanted]
    return (*(name for name, content in wanted.items() if _lies(name) != content), *orphans)


def _lies(name: str) -> bytes | None:
    path = _COMPILED / name
    return path.read_bytes() if path.is_file() else None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _dump(path: Path) -> bytes:
    body = {"sha256": _digest(path), "data": read_document(path).data}
    return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"
