"""Was this form filled in by a person? A signed token and a field that must come back untouched, and no puzzle.

Software that fills in forms for people can touch the field, and a page can lie open for a night. So a form that fails
is never dropped in silence: the `Outcome` carries a sentence and the advice to show the numbers to dial now.
Nothing about a person is in a token, and a token is spent with the request that it came with.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ketsim.notice import HelpLine, public_help

#: Nobody reads the consent and types a number faster [s].
FASTEST: Final = 2
#: A page older than this is asked for anew [s].
OLDEST: Final = 2 * 3600

_TOKEN: Final = re.compile(r"([0-9]{9,11})\.([0-9a-f]{32})\.([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormToken:
    """What goes into a form: the token, hidden; and the honeypot's value, in a labelled field off the screen."""

    token: str
    honeypot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPass:
    """A token that was found good. nonce: spent with the request. until: when it is too old anyway [s since 1970]."""

    nonce: str
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the check says. status: 200, 422 or 409. show_numbers: show a page with numbers to dial and a fresh form."""

    granted: FormPass | None
    status: int
    code: str
    sentence: str

    @property
    def show_numbers(self) -> bool:
        """Whether the person must be shown direct numbers: always when the form was not taken."""
        return self.granted is None

    @property
    def lines(self) -> tuple[HelpLine, ...]:
        """The public lines, which stand in every reply."""
        return public_help().lines


class FormGuard:
    """Issues and checks tokens under a key (`Vault.derive("form")`). clock: the time, with its zone."""

    def __init__(self, key: bytes, *, clock: Callable[[], datetime] | None = None) -> None:
        self._key = key
        self._clock = clock or (lambda: datetime.now(UTC))

    def issue(self) -> FormToken:
        """A fresh token for a form that is shown now."""
        nonce = secrets.token_hex(16)
        issued = f"{int(self._clock().timestamp())}.{nonce}"
        return FormToken(token=f"{issued}.{self._signed('token', issued)}", honeypot=self._honeypot(nonce))

    def check(self, token: str, honeypot: str) -> Outcome:
        """Whether a form that came back may be taken; whether it came twice is seen when the request is stored."""
        read = _TOKEN.fullmatch(token) if len(token) < 200 else None
        if read is None or not hmac.compare_digest(read[3], self._signed("token", f"{read[1]}.{read[2]}")):
            return _refused(
                "form_token", "the form came back without its own token, so it was not sent; send the new one."
            )
        age = int(self._clock().timestamp()) - int(read[1])
        if age < 0 or age > OLDEST:
            return _refused(
                "form_too_old", "the form lay open for more than two hours, so it was not sent; send it again."
            )
        if age < FASTEST:
            return _refused(
                "form_too_fast", "the form came back faster than it can be read, so it was not sent; send it again."
            )
        if not hmac.compare_digest(honeypot.encode(), self._honeypot(read[2]).encode()):
            return _refused(
                "form_field_changed",
                "a hidden field of the form was changed, perhaps by software that fills in forms, so it was not sent; "
                "send it again without that software, or call a number on this page.",
            )
        return Outcome(
            granted=FormPass(nonce=read[2], until=int(read[1]) + OLDEST), status=200, code="form_taken", sentence=""
        )

    def _signed(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, f"{purpose} {text}".encode(), hashlib.sha256).hexdigest()

    def _honeypot(self, nonce: str) -> str:
        return self._signed("honeypot", nonce)[:12]


def _refused(code: str, sentence: str) -> Outcome:
    return Outcome(granted=None, status=422, code=code, sentence=sentence)
