"""The JSON that ``--json`` prints: one object, `schema` first, strict JSON (a number that is not finite is null)."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from typing import Any

from ketsim.version import __version__


def envelope(verb: str, /, **body: object) -> dict[str, Any]:
    """The object of a verb: ``{"schema": "ketsim.<verb>/1", ..., "version"}``; `body` in the order given."""
    return {"schema": f"ketsim.{verb}/1", **body, "version": __version__}


def dumps(body: Mapping[str, Any]) -> str:
    """`body` as strict JSON text; keys in the order given, characters as they are."""
    return json.dumps(_strict(body), ensure_ascii=False, allow_nan=False, indent=1)


def print_json(body: Mapping[str, Any]) -> None:
    """Print one JSON object on stdout."""
    sys.stdout.write(dumps(body) + "\n")


def _strict(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {str(key): _strict(item) for key, item in value.items()}
        case list() | tuple():
            return [_strict(item) for item in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no place in JSON")
