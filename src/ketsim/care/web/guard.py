"""What stands before every door: caps on size, time and number, the headers of every reply, and one line of log.

The line of log holds the method, the pattern of the path (never the path itself), the status and the time taken: no
query, no address, nothing that was typed. A fault is logged by its kind and place without its message, since a message
may repeat what somebody sent. It does not know what the doors do.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable
from pathlib import Path
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ketsim.care.web.headers import secured
from ketsim.care.web.rendering import refused
from ketsim.care.web.turned_away import TurnedAway, plain

T = TypeVar("T")

LOGGER: Final = logging.getLogger("ketsim.care.web")

LARGEST_BODY: Final = 16_384  # bytes; the longest form that our pages can send is below 4,000
LONGEST_QUERY: Final = 4_096  # bytes
BODY_WITHIN: Final = 10.0  # s
ANSWER_WITHIN: Final = 20.0  # s; a search takes milliseconds
_AT_ONCE: Final = 200  # requests


class Guard:
    """Middleware: caps before the doors, headers after them, and a page even where something broke."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        method = scope["method"]
        scope = {**scope, "method": "GET"} if method == "HEAD" else scope
        reply = _Reply(send, bodiless=method == "HEAD")
        self._open += 1
        try:
            await self._answer(scope, receive, reply)
        finally:
            self._open -= 1
            route = getattr(scope.get("route"), "path", "unmatched")
            took = (time.perf_counter() - started) * 1000
            LOGGER.info("%s %s %s %.0f ms", _METHODS.get(method, "other"), route, reply.status, took)

    async def _answer(self, scope: Scope, receive: Receive, reply: _Reply) -> None:
        try:
            if self._open > _AT_ONCE:
                raise plain(503, {"retry-after": "60"})
            if len(scope.get("query_string", b"")) > LONGEST_QUERY:
                raise plain(414)
            body = await _in_time(_whole(scope, receive), BODY_WITHIN, 408)
            if body is not None:
                await _in_time(self._app(scope, _again(body, receive), reply), ANSWER_WITHIN, 503)
        except TurnedAway as away:
            await _refuse(scope, receive, reply, away)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            LOGGER.error("fault %s at %s:%s.", type(error).__name__, Path(place.filename).name, place.lineno)
            await _refuse(scope, receive, reply, plain(500))


_METHODS: Final = {name: name for name in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")}


class _Reply:
    """Passes a reply on with our headers, and remembers whether it has begun."""

    def __init__(self, send: Send, *, bodiless: bool) -> None:
        self._send = send
        self._bodiless = bodiless
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": secured(list(message.get("headers", [])))}
        elif self._bodiless:
            message = {**message, "body": b""}
        await self._send(message)


async def _in_time(work: Awaitable[T], within: float, status: int) -> T:
    try:
        return await asyncio.wait_for(work, within)
    except TimeoutError:
        raise plain(status, {"connection": "close"}) from None


async def _whole(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body, or None where the caller hung up; raises `TurnedAway` as soon as it is too large."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not length.isdigit() or int(length[:20]) > LARGEST_BODY:
        raise plain(413, {"connection": "close"})
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise plain(413, {"connection": "close"})
        if not message.get("more_body", False):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read already, once; after it, whatever the server has to say."""
    pending = [body]

    async def next_message() -> Message:
        if pending:
            return {"type": "http.request", "body": pending.pop(), "more_body": False}
        return await receive()

    return next_message


async def _refuse(scope: Scope, receive: Receive, reply: _Reply, away: TurnedAway) -> None:
    if not reply.status:
        await refused(Request(scope), away)(scope, receive, reply)
