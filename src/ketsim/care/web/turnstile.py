"""How often may one network ask? Counted in memory for a minute, under a name that cannot be turned back.

A network is known by an HMAC of its address under a key drawn anew each day: neither the counts nor a copy of the
memory taken tomorrow tell who asked. The counts of a minute go when the next begins.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets
from collections.abc import Callable
from threading import Lock
from typing import Final

from starlette.requests import Request

from ketsim.care.limits import network_of
from ketsim.care.web.turned_away import plain

SEARCHES_A_MINUTE: Final = 60
_ALL_A_MINUTE: Final = 6_000  # what two cores can answer, with room
_MOST_NETWORKS: Final = 50_000  # some 10 MB; a flood from more meets the limit of all together first


class Turnstile:
    """Lets `most` requests a minute of each network through, and `of_all` of all together."""

    def __init__(
        self, clock: Callable[[], datetime.datetime], *, most: int = SEARCHES_A_MINUTE, of_all: int = _ALL_A_MINUTE
    ) -> None:
        self._clock = clock
        self._most = most
        self._of_all = of_all
        self._lock = Lock()
        self._day: datetime.date | None = None
        self._key = b""
        self._minute = -1
        self._counts: dict[bytes, int] = {}
        self._all = 0

    def admits(self, address: str) -> bool:
        """Count one request; False where the network, or all of them, have had their share of this minute."""
        now = self._clock()
        with self._lock:
            self._turn(now)
            name = hmac.digest(self._key, network_of(address).encode(), hashlib.sha256)[:16]
            count = self._counts.get(name, 0) + 1
            new = count == 1 and len(self._counts) >= _MOST_NETWORKS
            if count > self._most or self._all >= self._of_all or new:
                return False
            self._counts[name] = count
            self._all += 1
            return True

    def pass_through(self, request: Request) -> None:
        """Count one request. Raises `TurnedAway` (429) for one too many."""
        if not self.admits(client_of(request)):
            raise plain(429, {"retry-after": str(60 - self._clock().second)})

    def _turn(self, now: datetime.datetime) -> None:
        if now.date() != self._day:
            self._day, self._key = now.date(), secrets.token_bytes(32)
        minute = int(now.timestamp() // 60)
        if minute != self._minute:
            self._minute, self._counts, self._all = minute, {}, 0


def client_of(request: Request) -> str:
    """The address that the request came from; all that have none share one."""
    return request.client.host if request.client is not None else "unknown"
