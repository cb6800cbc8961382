"""How many requests to be called back are too many? Counted without knowing whose they are.

A number and a network are remembered as an HMAC under a random key that is replaced every day and itself lies sealed:
ten thousand million numbers make a bare hash as good as the number. Keys and marks go when no limit needs them.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ketsim.care.refusal import Refusal
from ketsim.care.vault import Vault

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS day_key (day TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS mark (kind TEXT NOT NULL, digest BLOB NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS mark_of ON mark (kind, digest, at);
"""
_HOUR: Final = 3600  # [s]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """number_hours: one request per number in so many hours [h]; network, all: requests an hour. deadline [h]."""

    number_hours: int = 24
    network: int = 5
    all: int = 120
    deadline: int = 24


def network_of(address: str) -> str:
    """The network of a client's address, /24 or /48; all that cannot be read share one."""
    try:
        read = ipaddress.ip_address(address.strip().split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(read, ipaddress.IPv6Address) and read.ipv4_mapped is not None:
        read = read.ipv4_mapped
    return str(ipaddress.ip_network(f"{read}/{24 if read.version == 4 else 48}", strict=False))


def count(
    db: sqlite3.Connection, vault: Vault, limits: Limits, now: datetime, *, phone: str, client: str | None
) -> None:
    """Count a request, in the caller's transaction. Raises `Refusal` (429) where it is one too many."""
    forget(db, limits, now)
    keys = _day_keys(db, vault, now)
    at = int(now.timestamp())
    if _seen(db, "all", [b"all"], at - _HOUR) >= limits.all:
        raise _too_many(
            "everybody", "more requests came in this hour than can be kept; call a number on this page now."
        )
    if client is not None:
        network = [_digest(key, "network", network_of(client)) for key in keys]
        if _seen(db, "network", network, at - _HOUR) >= limits.network:
            raise _too_many(
                "network",
                f"{limits.network} requests came from this network in an hour; call a number on this page now.",
            )
        _mark(db, "network", network[0], at)
    number = [_digest(key, "number", phone) for key in keys]
    if _seen(db, "number", number, at - limits.number_hours * _HOUR):
        raise _too_many(
            "number",
            f"a call to this number was asked for within {limits.number_hours} hours; call a number on this page now.",
        )
    _mark(db, "number", number[0], at)
    _mark(db, "all", b"all", at)


def uncount(db: sqlite3.Connection, vault: Vault, now: datetime, *, phone: str) -> None:
    """Forget that a call to this number was asked for, in the caller's transaction: it could not be taken after all."""
    for key in _day_keys(db, vault, now):
        db.execute("DELETE FROM mark WHERE kind = 'number' AND digest = ?", (_digest(key, "number", phone),))


def forget(db: sqlite3.Connection, limits: Limits, now: datetime) -> None:
    """Remove the marks and keys that no limit needs any more, in the caller's transaction."""
    at = int(now.timestamp())
    db.execute("DELETE FROM mark WHERE kind <> 'number' AND at <= ?", (at - _HOUR,))
    db.execute("DELETE FROM mark WHERE kind = 'number' AND at <= ?", (at - limits.number_hours * _HOUR,))
    oldest = now.astimezone(UTC) - timedelta(days=-(-limits.number_hours // 24))  # a day whose marks may still count
    db.execute("DELETE FROM day_key WHERE day < ?", (oldest.date().isoformat(),))


def _day_keys(db: sqlite3.Connection, vault: Vault, now: datetime) -> list[bytes]:
    """The keys that may still have marks, today's first."""
    today = now.astimezone(UTC).date().isoformat()
    if db.execute("SELECT count(*) FROM day_key WHERE day = ?", (today,)).fetchone()[0] == 0:
        sealed = vault.seal(secrets.token_hex(32), f"day {today}")
        db.execute("INSERT INTO day_key VALUES (?, ?)", (today, sealed))
    rows = db.execute("SELECT day, sealed FROM day_key WHERE day <= ? ORDER BY day DESC", (today,)).fetchall()
    return [bytes.fromhex(vault.unseal(sealed, f"day {day}")) for day, sealed in rows]


def _seen(db: sqlite3.Connection, kind: str, digests: list[bytes], since: int) -> int:
    counted = "SELECT count(*) FROM mark WHERE kind = ? AND digest = ? AND at > ?"
    return sum(db.execute(counted, (kind, one, since)).fetchone()[0] for one in digests)


def _mark(db: sqlite3.Connection, kind: str, digest: bytes, at: int) -> None:
    db.execute("INSERT INTO mark VALUES (?, ?, ?)", (kind, digest, at))


def _digest(key: bytes, kind: str, text: str) -> bytes:
    return hmac.new(key, f"{kind} {text}".encode(), hashlib.sha256).digest()


def _too_many(whose: str, sentence: str) -> Refusal:
    return Refusal(sentence, code=f"too_many_{whose}", status=429)
