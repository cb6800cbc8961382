"""What do all doors share? The directory, the providers, the measures, the requests, the clock and the turnstile."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from ketsim.care.honeypot import FormGuard
from ketsim.care.registry import Registry
from ketsim.care.requests import Requests
from ketsim.care.store import Store
from ketsim.care.web.measured import Measurer
from ketsim.care.web.turnstile import Turnstile


def now() -> datetime.datetime:
    """This moment, in UTC."""
    return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where requests to be called back are taken; there is none without a key."""

    requests: Requests
    guard: FormGuard


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One running site. desk: None where the form is off."""

    store: Store
    registry: Registry
    measurer: Measurer
    desk: Desk | None
    clock: Callable[[], datetime.datetime]
    turnstile: Turnstile
    lock: Lock = field(default_factory=Lock)  # the registry is one connection, the doors are many threads

    def today(self) -> datetime.date:
        """The day by the clock of this site (UTC)."""
        return self.clock().date()
