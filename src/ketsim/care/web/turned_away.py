"""How is somebody turned away? With one sentence that teaches, a way on and the public lines; no details of us."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ketsim.care.refusal import Refusal
from ketsim.errors import InputError


class TurnedAway(Exception):  # noqa: N818  (a reply, not a fault)
    """A reply that is not what was asked for: its status, a code for programs and a sentence for people.

    field: the field of a form or a request that is wrong. choices: what may have been meant. dial: the link of a number
    to be dialled now instead.
    """

    def __init__(
        self,
        status: int,
        code: str,
        sentence: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
        choices: tuple[str, ...] = (),
        dial: str | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence
        self.field = field
        self.headers = dict(headers or {})
        self.choices = choices
        self.dial = dial


_SAID: Final[Mapping[int, tuple[str, str]]] = {
    400: ("unreadable", "what was sent cannot be read; send UTF-8 text as described at /openapi.json."),
    404: ("not_found", "there is nothing at this address."),
    405: ("method_not_allowed", "this address does not answer that kind of request."),
    408: ("too_slow", "the request did not arrive whole in time; send it again."),
    413: ("too_large", "the request is larger than any form here can be."),
    414: ("address_too_long", "the address is longer than any search here can be."),
    415: ("media_type", "send a form as application/x-www-form-urlencoded, and JSON as application/json."),
    429: ("too_many", "too many requests came from your network in this minute; wait a minute."),
    500: ("fault", "a fault of ours, not of what you sent; nothing that you typed was kept."),
    503: ("busy", "too many requests are being answered at once; wait a minute."),
}


def plain(status: int, headers: Mapping[str, str] | None = None) -> TurnedAway:
    """The refusal of a status that needs no more words."""
    code, sentence = _SAID.get(status, ("refused", "this request cannot be answered."))
    return TurnedAway(status, code, sentence, headers=headers)


def of_input(error: InputError) -> TurnedAway:
    """What is wrong with what was sent, as the rooms behind the door say it."""
    if isinstance(error, Refusal):
        return TurnedAway(
            error.status, error.code, error.sentence, field=error.field, choices=error.choices, dial=error.dial
        )
    return TurnedAway(422, "input", error.sentence, field=error.field)
