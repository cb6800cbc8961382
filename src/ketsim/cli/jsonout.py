"""The JSON that ``--json`` prints: one object, `schema` first, `version` last."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ketsim.strict_json import dumps
from ketsim.version import __version__


def envelope(verb: str, /, **body: object) -> dict[str, Any]:
    """The object of a verb: ``{"schema": "ketsim.<verb>/1", ..., "version"}``; `body` in the order given."""
    return {"schema": f"ketsim.{verb}/1", **body, "version": __version__}


def print_json(body: Mapping[str, Any]) -> None:
    """Print one JSON object on stdout."""
    sys.stdout.write(dumps(body))
