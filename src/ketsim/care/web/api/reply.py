"""What does every reply hold, and how is that described? A schema name, the public lines, then the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from ketsim.care.face import public_lines
from ketsim.strict_json import dumps
from ketsim.version import __version__


class Described(BaseModel):
    """What stands in a reply; replies are written by hand and checked against this in tests."""

    model_config = ConfigDict(extra="forbid")


class PublicLine(Described):
    """A free public line."""

    who: str
    number: str
    link: str
    purpose: str


class Reply(Described):
    """What every reply holds. public_lines: most urgent first; show them before anything else."""

    schema_: Annotated[str, Field(alias="schema")]
    version: str
    public_lines: list[PublicLine]


class Fault(Described):
    """Why nothing else is in the reply. code: a fixed word; choices: what may have been meant; dial: a tel: link."""

    code: str
    sentence: str
    field: str | None
    choices: list[str]
    dial: str | None


class Refused(Reply):
    """A request that could not be answered as asked."""

    error: Fault


def reply(name: str, body: Mapping[str, Any], *, status: int = 200) -> Response:
    """A reply as JSON; the public lines come before the answer."""
    said = {"schema": f"ketsim.care.{name}/1", "version": __version__, "public_lines": public_lines(), **body}
    return Response(dumps(said), status, media_type="application/json")


_WHEN: Final = {
    300: "The place is ambiguous; `error.choices` holds what may have been meant.",
    400: "The body cannot be read at all.",
    403: "A browser says that another site sent this.",
    404: "There is no such place, listing or request.",
    405: "The address does not answer this method.",
    408: "The request did not arrive in time.",
    409: "It cannot be done as things stand.",
    413: "The request is too large.",
    414: "The address is too long.",
    415: "The body is not JSON.",
    422: "Something in the request is not as described; the sentence says what.",
    429: "Too many requests.",
    500: "A fault of ours.",
    503: "Too busy.",
}
REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Refused, "description": when} for status, when in _WHEN.items()
}
