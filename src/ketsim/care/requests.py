"""Who asked to be called back, by whom, until when? The number sealed, for a day at most, and then erased.

A request has four fields: phone, time of day, the providers who may call, consent. No name, no drug, no diagnosis, no
insurance is asked for, taken or kept: an operator may be a programme under 42 CFR Part 2. The consent lies in the log,
without the number, and stays. Number and time of day lie here, sealed (`ketsim.care.vault`), until the call is
returned, withdrawn or expired.

The log decides: what it says is over has no number here. `record` of the log comes first, then the row goes; after a
kill between the two the number can no longer be read by `waiting`, and the row goes when the file is next opened.

Erased means: the row is deleted with secure_delete, which writes zeros over it, and the write-ahead log is emptied. No
VACUUM is needed, since zeros lie in the freed pages. What a disk or a backup keeps of old blocks is beyond this file;
there only the sealing helps, so keep the key elsewhere, and do not back this file up.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ketsim.care import disclosure, limits
from ketsim.care.database import open_database, writing
from ketsim.care.entry import new_case
from ketsim.care.event import (
    Consented,
    Disclosed,
    EmergencyHeard,
    Event,
    Expired,
    FormSent,
    Language,
    Mode,
    Returned,
    Withdrawn,
)
from ketsim.care.honeypot import FormPass
from ketsim.care.limits import Limits
from ketsim.care.log import Log
from ketsim.care.phone import read_phone
from ketsim.care.refusal import Refusal
from ketsim.care.routing import Case, Refused, State
from ketsim.care.vault import Vault
from ketsim.notice import HelpLine, public_help

_MARK: Final = 0x6B747271  # application_id
_LEFT_BEHIND: Final = 300  # [s] after which a row whose consent never reached the log is what a kill left behind
_MOST_PROVIDERS: Final = 5
_LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that looks like another
_SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS request (
  case_id TEXT PRIMARY KEY, sealed BLOB NOT NULL, code BLOB NOT NULL, made INTEGER NOT NULL, until INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS spent (nonce TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT;
{limits.SCHEMA}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the person keeps. code: takes the request back. until: when the number is erased at the latest."""

    case_id: str
    code: str
    until: datetime
    consent: str

    @property
    def lines(self) -> tuple[HelpLine, ...]:
        """The public lines, which stand in every reply."""
        return public_help().lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A request that a provider may return: the number to dial, the time of day, and until when."""

    case_id: str
    phone: str
    window: str
    until: datetime


class Requests:
    """The requests that wait. clock: the time, with its zone. Raises `InputError` for a file that is something else."""

    def __init__(
        self,
        path: Path,
        *,
        vault: Vault,
        log: Log,
        limits: Limits = Limits(),  # noqa: B008  (frozen)
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.path = path
        self._vault = vault
        self._log = log
        self._limits = limits
        self._clock = clock or (lambda: datetime.now(UTC))
        self._lock = threading.RLock()
        self._db = open_database(path, mark=_MARK, schema=_SCHEMA, what="a file of requests", secure_delete=True)
        self.sweep()

    def submit(
        self,
        *,
        phone: str,
        providers: Sequence[str],
        available: Collection[str],
        consents: bool,
        version: str,
        window: str = "anytime",
        language: Language = "en",
        names: Sequence[str] | None = None,
        client: str | None = None,
        form: FormPass | None = None,
        case_id: str | None = None,
        mode: Mode = "live",
    ) -> Receipt:
        """Take a request to be called back by these providers and keep the number, sealed, until it is over.

        available: ids of those who can be chosen now. version: of the text that was shown (`disclosure.version`).
        names: of the providers, for the receipt. client: address the request came from, kept as a salted mark for an
        hour. form: what `FormGuard.check` granted, spent here. case_id: an unanswered call that goes on as a request.

        Raises `Refusal`: 422 for a phone, time or consent that cannot be taken, 409 for a provider that is not
        available, an old text or a form sent twice, 429 for a limit. Nothing is kept of what was refused.
        """
        number = read_phone(phone)
        self._check(providers, available, consents, version, window)
        now = self._clock()
        case = case_id or new_case()
        code = "".join(secrets.choice(_LETTERS) for _ in range(10))
        until = int(now.timestamp()) + self._limits.deadline * 3600
        sealed = self._vault.seal(f"{number} {window}", case)
        with self._lock, writing(self._db) as db:
            if form is not None:
                self._spend(db, form, now)
            limits.count(db, self._vault, self._limits, now, phone=number, client=client)
            row = (case, sealed, self._code(code), int(now.timestamp()), until)
            if db.execute("INSERT OR IGNORE INTO request VALUES (?, ?, ?, ?, ?)", row).rowcount == 0:
                raise Refusal("this call already waits to be returned.", code="already_waiting", status=409)
        chosen = tuple(providers)
        begins: tuple[Event, ...] = (
            FormSent(candidates=chosen, mode=mode),
            Disclosed(version=version, language=language),
        )
        try:
            for event in (
                *(begins if case_id is None else ()),
                Consented(providers=chosen, version=version, language=language),
            ):
                after = self._log.record(case, event)
                if isinstance(after, Refused):
                    raise Refusal(after.sentence, code="call_not_possible", status=409)
        except BaseException:
            with self._lock, writing(self._db) as db:  # what was not taken does not count
                limits.uncount(db, self._vault, now, phone=number)
            self._erase([case])
            raise
        text = disclosure.consent(names or chosen, window=window, hours=self._limits.deadline, language=language).text
        return Receipt(case_id=case, code=code, until=datetime.fromtimestamp(until, UTC), consent=text)

    def waiting(self, provider: str) -> tuple[Waiting, ...]:
        """The requests that this provider may return now, by deadline; nobody else's number is unsealed."""
        self.sweep()
        with self._lock:
            rows = self._db.execute("SELECT case_id, sealed, until FROM request ORDER BY until, case_id").fetchall()
        found = []
        for case_id, sealed, until in rows:
            case = self._log.case(case_id)
            if case.holds_phone and provider in case.consented:
                phone, window = self._vault.unseal(sealed, case_id).split(" ")
                end = datetime.fromtimestamp(until, UTC)
                found.append(Waiting(case_id=case_id, phone=phone, window=window, until=end))
        return tuple(found)

    def returned(self, case_id: str, provider: str) -> Case | Refused:
        """The provider called back: the number is erased. Refused for one to whom the person did not consent."""
        self.sweep()
        return self._finish(case_id, Returned(provider=provider))

    def withdraw(self, code: str) -> Case:
        """The person takes the request back: the number is erased. Raises `Refusal` (404) for an unknown code."""
        digest = self._code("".join(code.upper().replace("-", " ").split()))
        with self._lock:
            row = self._db.execute("SELECT case_id FROM request WHERE code = ?", (digest,)).fetchone()
        after = self._finish(row[0], Withdrawn()) if row else None
        if after is None or isinstance(after, Refused):
            raise Refusal(
                "no request waits under this code; it was returned, taken back or erased, or the code holds a slip.",
                code="request_unknown",
                status=404,
                field="code",
            )
        return after

    def emergency(self, case_id: str) -> Case | Refused:
        """The person is in danger: the public lines come first, and the number is erased."""
        return self._finish(case_id, EmergencyHeard())

    def sweep(self) -> int:
        """Erase every number whose time is over or whose call is over, and return how many expired. Call it often."""
        now = int(self._clock().timestamp())
        with self._lock:
            rows = self._db.execute("SELECT case_id, made, until FROM request").fetchall()
        expired, gone = 0, []
        for case_id, made, until in rows:
            case = self._log.case(case_id)
            if case.state is State.CALLBACK_PENDING and until <= now:
                expired += not isinstance(self._log.record(case_id, Expired()), Refused)
                gone.append(case_id)
            elif not case.holds_phone and (case.is_over or case.consented or made + _LEFT_BEHIND < now):
                gone.append(case_id)
        self._erase(gone)
        with self._lock, writing(self._db) as db:
            limits.forget(db, self._limits, self._clock())
            db.execute("DELETE FROM spent WHERE until < ?", (now,))
        return expired

    def held(self) -> tuple[str, ...]:
        """Ids of the cases for which a number is kept."""
        with self._lock:
            return tuple(row[0] for row in self._db.execute("SELECT case_id FROM request ORDER BY case_id"))

    def close(self) -> None:
        """Let the file go; the log stays open."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Requests:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check(
        self, providers: Sequence[str], available: Collection[str], consents: bool, version: str, window: str
    ) -> None:
        if not consents:
            raise Refusal("without your consent nobody may call you back; tick it, or call a number on this page.",
                code="consent_missing", field="consent")  # fmt: skip
        if version != disclosure.version():
            raise Refusal("the text you agreed to has changed since; read it again and send the form once more.",
                code="consent_outdated", status=409, field="consent")  # fmt: skip
        if window not in disclosure.windows():
            raise Refusal(
                f"the time of day is one of {', '.join(disclosure.windows())}.", code="window", field="window"
            )
        if not 1 <= len(set(providers)) == len(providers) <= _MOST_PROVIDERS:
            raise Refusal(f"choose one to {_MOST_PROVIDERS} providers, each once.", code="providers", field="providers")
        if not set(providers) <= set(available):
            raise Refusal("a provider you chose is not available any more; choose another one.",
                code="provider_not_available", status=409, field="providers")  # fmt: skip

    def _spend(self, db: sqlite3.Connection, form: FormPass, now: datetime) -> None:
        spent = db.execute("INSERT OR IGNORE INTO spent VALUES (?, ?)", (form.nonce, form.until)).rowcount == 0
        if spent or form.until < int(now.timestamp()):
            raise Refusal("this form was sent already; it is not taken twice.", code="form_reused", status=409)

    def _finish(self, case_id: str, event: Event) -> Case | Refused:
        after = self._log.record(case_id, event)
        if not isinstance(after, Refused):
            self._erase([case_id])
        return after

    def _erase(self, case_ids: Sequence[str]) -> None:
        if not case_ids:
            return
        with self._lock, writing(self._db) as db:
            db.executemany("DELETE FROM request WHERE case_id = ?", [(case_id,) for case_id in case_ids])
        with self._lock:  # the write-ahead log still holds the row as it was
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _code(self, code: str) -> bytes:
        return hmac.new(self._vault.derive("code"), code.encode(), hashlib.sha256).digest()
