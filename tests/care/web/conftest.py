"""A site to ask: the shipped directory, two providers, a log in a folder of its own, a clock that only tests move."""

from __future__ import annotations

import asyncio
import base64
import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from ketsim.care.log import Log
from ketsim.care.registry import Registry, read_providers
from ketsim.care.shipped import shipped_store
from ketsim.care.store import Store
from ketsim.care.web.app import create_app

KEY = base64.b64encode(bytes(range(32))).decode()
PROVIDERS = """
providers:
  - id: harbor-line
    name: Harbor Line
    phone: (415) 867-5309
    serves: [US]
    codes: [SA, DT]
    hours: {time_zone: America/Los_Angeles, always: true}
    recorded: false
    funding:
      - {payer: State of California, kind: service, amount_basis: public, from: "2025-01-01", text: the state budget}
    valid_from: "2025-01-01"
  - id: second-shore
    name: Second Shore
    phone: (510) 867-5310
    serves: [CA]
    hours: {time_zone: America/Los_Angeles, mon: ["08:00-17:30"]}
    funding:
      - {payer: Second Shore, kind: listing, amount_basis: flat_subscription, from: "2025-01-01", text: 50 dollars}
    valid_from: "2025-01-01"
"""


@dataclass
class Clock:
    """The time, which stands still until it is moved."""

    at: datetime.datetime = datetime.datetime(2026, 11, 22, 12, 0, 0, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += datetime.timedelta(seconds=seconds)


@dataclass
class Visitor:
    """Asks a site in this process, from any address."""

    app: FastAPI
    clock: Clock
    folder: Path
    log: Log
    runner: asyncio.Runner

    def ask(self, method: str, path: str, *, address: str = "198.51.100.7", **request: Any) -> httpx.Response:
        return self.runner.run(self._ask(method, path, address, request))

    async def _ask(self, method: str, path: str, address: str, request: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=(address, 40_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, **request)

    def get(self, path: str, **request: Any) -> httpx.Response:
        return self.ask("GET", path, **request)

    def post(self, path: str, **request: Any) -> httpx.Response:
        return self.ask("POST", path, **request)

    def form(self, language: str = "en", **changed: str | list[str]) -> dict[str, Any]:
        """The form of a call back, filled in as a person would, three seconds after it was shown."""
        shown = self.get(f"/care/call-back?lang={language}").text
        self.clock.forward(3)
        hidden = dict(re.findall(r'name="(version|token|reference)"[^>]*value="([^"]*)"', shown))
        typed = {"phone": "(415) 867-5311", "providers": "harbor-line", "window": "anytime", "consent": "yes"}
        return {**hidden, **typed, **changed}


Make = Callable[..., Visitor]


@pytest.fixture(scope="session")
def store() -> Store:
    return shipped_store()


@pytest.fixture(scope="session")
def make_for(store: Store) -> Iterator[Make]:
    """Makes a site whose files lie in a folder."""
    made: list[Visitor] = []
    closing: list[Any] = []

    def site(folder: Path, *, key: str = KEY, providers: str = PROVIDERS, **options: Any) -> Visitor:
        clock = Clock()
        log = Log(folder / "log.sqlite", clock=clock, durable=False)
        registry = Registry(folder / "providers.sqlite", clock=clock)
        if providers:
            registry.take(read_providers(providers))
        app = create_app(store, registry, log, key, clock=clock, **options)
        closing.extend((log, registry))
        made.append(Visitor(app, clock, folder, log, asyncio.Runner()))
        return made[-1]

    yield site
    for visitor in made:
        visitor.runner.close()
    for one in closing:
        one.close()


@pytest.fixture
def make(make_for: Make, tmp_path: Path) -> Make:
    return partial(make_for, tmp_path)


@pytest.fixture
def site(make: Make) -> Visitor:
    return make()
