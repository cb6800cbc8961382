"""The site as one ASGI application: pages for people, JSON for programs, the same guard before both."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastapi
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from ketsim.care.honeypot import FormGuard
from ketsim.care.log import Log
from ketsim.care.registry import Registry
from ketsim.care.requests import Requests
from ketsim.care.shipped import default_store
from ketsim.care.store import Store
from ketsim.care.vault import KEY, form_is_on, open_vault
from ketsim.care.web import api, pages
from ketsim.care.web.guard import Guard
from ketsim.care.web.measured import Measurer
from ketsim.care.web.rendering import refused
from ketsim.care.web.site import Desk, Site, now
from ketsim.care.web.sweep import sweeping
from ketsim.care.web.turned_away import TurnedAway, of_input, plain
from ketsim.care.web.turnstile import SEARCHES_A_MINUTE, Turnstile
from ketsim.errors import InputError
from ketsim.notice import public_help
from ketsim.version import __version__


def create_app(
    store: Store | None = None,
    registry: Registry | None = None,
    log: Log | None = None,
    key: str | None = None,
    *,
    clock: Callable[[], datetime.datetime] = now,
    requests: Path | None = None,
    searches_a_minute: int = SEARCHES_A_MINUTE,
) -> fastapi.FastAPI:
    """The site over a directory, a registry of providers and a log of calls.

    store: by default the directory that comes with ketsim. registry: by default without providers. log: without one
    nothing is measured, and the form is off. key: for the numbers of people who ask for a call, by default that of the
    environment; without one the form is off. requests: the file in which they wait, by default beside the log.
    """
    providers = registry if registry is not None else Registry(Path(":memory:"), clock=clock)
    site = Site(
        store=store if store is not None else default_store(),
        registry=providers,
        measurer=Measurer(log, clock),
        desk=_desk(log, key, requests, clock),
        clock=clock,
        turnstile=Turnstile(clock, most=searches_a_minute),
    )
    return assemble(site)


def _desk(log: Log | None, key: str | None, path: Path | None, clock: Callable[[], datetime.datetime]) -> Desk | None:
    environment = None if key is None else {KEY: key}
    if log is None or not form_is_on(environment):
        return None
    vault = open_vault(environment)
    waiting = path if path is not None else log.path.with_name(f"{log.path.stem}-requests.sqlite")
    requests = Requests(waiting, vault=vault, log=log, clock=clock)
    return Desk(requests, FormGuard(vault.derive("form"), clock=clock))


def assemble(site: Site) -> fastapi.FastAPI:
    """The application over one site."""
    app = fastapi.FastAPI(
        lifespan=lambda _: sweeping(site.desk),
        title="ketsim care",
        version=__version__,
        description=_about(),
        docs_url=None,  # the documentation pages of FastAPI load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # a redirect would repeat what was asked in one more address
    )
    app.add_middleware(Guard)
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)
    app.include_router(pages.router(site))
    app.include_router(api.router(site))
    return app


def _about() -> str:
    lines = "; ".join(line.sentence for line in public_help().lines)
    return (
        "Treatment centers by place, and requests to be called back by named providers. Every reply, errors too, "
        f"carries public_lines: show them first ({lines}). Results are ordered by distance only."
    )


async def _away(request: Request, error: Exception) -> Response:
    assert isinstance(error, TurnedAway)
    return refused(request, error)


async def _input(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)
    return refused(request, of_input(error))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["allow"] = ", ".join(_allowed(request))
    return refused(request, plain(error.status_code, headers))


def _allowed(request: Request) -> list[str]:
    """Every method that the address answers; one route alone knows only its own."""
    found = {method for method in _METHODS if _matches(request, method)}
    return sorted(found | {"HEAD"} if "GET" in found else found)


def _matches(request: Request, method: str) -> bool:
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


async def _parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = dict(error.errors()[0])
    place = [str(part)[:40] for part in first["loc"][1:]]
    field = place[0] if place else None
    what = str(first["msg"])[:200]
    where = f"{'.'.join(place)!r}" if place else "the request"
    sentence = f"the request is not as described at /openapi.json; {where}: {what[:1].lower()}{what[1:]}.".replace(
        "..", "."
    )
    return refused(request, TurnedAway(422, _CODES.get(field or "", "parameter"), sentence, field=field))


_METHODS = ("GET", "POST")
_CODES = {"near": "place_format", "within": "radius_range", "limit": "page_range", "cursor": "cursor"}
_HANDLERS: dict[type[Exception], Callable[[Request, Exception], Any]] = {
    TurnedAway: _away,
    InputError: _input,
    HTTPException: _http,
    RequestValidationError: _parameters,
}
