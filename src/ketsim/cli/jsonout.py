"""The JSON that ``--json`` prints: one object, `schema` first, `version` last."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ketsim.strict_json import dumps
from ketsim.version import __version__

if TYPE_CHECKING:
    from ketsim.beside import Beside
    from ketsim.result import Result


def envelope(verb: str, /, **body: object) -> dict[str, Any]:
    """The object of a verb: ``{"schema": "ketsim.<verb>/1", ..., "version"}``; `body` in the order given."""
    return {"schema": f"ketsim.{verb}/1", **body, "version": __version__}


def with_beside(result: Result, found: Beside) -> dict[str, Any]:
    """The object of a result, with what other models give and what studies measured after such doses."""
    body = result.to_dict()
    version = body.pop("version")
    body["other_models"] = [o.to_dict() for o in found.models]
    body["measured"] = [m.to_dict() for m in found.measured]
    return {**body, "version": version}


def print_json(body: Mapping[str, Any]) -> None:
    """Print one JSON object on stdout."""
    sys.stdout.write(dumps(body))
