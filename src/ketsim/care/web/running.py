"""How does the site run as a process? One uvicorn, without its log of addresses; our own line of log on stderr.

Reading headers slowly, or many connections at once, is what a web server before this one has to stop.
"""

from __future__ import annotations

import logging
import socket
import sys
from pathlib import Path

import uvicorn

from ketsim.care.log import Log, default_path
from ketsim.care.registry import Registry, read_providers
from ketsim.care.shipped import default_store
from ketsim.care.store import Store
from ketsim.care.vault import form_is_on
from ketsim.care.web.app import create_app
from ketsim.care.web.guard import LOGGER
from ketsim.errors import InputError

_HEADERS = 16_384  # bytes of a request's headers
_KEEP_ALIVE = 5  # s


def run(*, host: str, port: int, db: Path | None, providers: Path | None, log: Path | None) -> int:
    """Serve until stopped; returns the exit status. Raises `InputError` for a file that cannot be used."""
    listening = _listen(host, port)
    store = Store.open(db, read_only=True) if db is not None else default_store(progress=_say)
    calls = Log(log if log is not None else default_path())
    registry = Registry(calls.path.with_name(f"{calls.path.stem}-providers.sqlite"))
    if providers is not None:
        registry.take(read_providers(providers))
    state = form_is_on()
    if not state:
        _say(state.reason)
    app = create_app(store, registry, calls)
    _log_to_stderr()
    _say(f"Serving at http://{f'[{host}]' if ':' in host else host}:{port}/ until Ctrl-C.")
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            access_log=False,  # it would hold addresses and queries
            log_level="warning",
            server_header=False,
            ws="none",
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=_KEEP_ALIVE,
            h11_max_incomplete_event_size=_HEADERS,
        )
    )
    server.run(sockets=[listening])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """A socket at that address. Raises `InputError` where there is none to be had."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
    except OSError as error:
        said = (error.strerror or "it cannot be opened").lower()
        raise InputError(f"nothing can listen at {host} port {port}: {said}; choose another.", field="port") from None
    return listening


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%Y-%m-%dT%H:%MZ"))
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
