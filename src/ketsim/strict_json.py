"""What does an answer look like as JSON? Strict text: a number that is not finite is null, characters as they are."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any


def dumps(body: Mapping[str, Any]) -> str:
    """One object as strict JSON text, keys in the order given, ending in a line break."""
    return json.dumps(_strict(body), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


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
