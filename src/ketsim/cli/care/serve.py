"""``ketsim care serve``: the pages and the JSON API of care, on this machine unless told otherwise."""

from __future__ import annotations

import ipaddress
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from ketsim.errors import MissingExtraError


def serve(
    *,
    host: str = "127.0.0.1",
    port: Annotated[int, Parameter(validator=Number(gte=1, lte=65535))] = 8000,
    db: Path | None = None,
    providers: Path | None = None,
    log: Path | None = None,
) -> int:
    """Serve the search, the form and the JSON API until Ctrl-C.

    Parameters
    ----------
    host:
        The address to listen at; anything but this machine itself brings a warning.
    port:
        The port to listen at.
    db:
        The directory to serve; by default the one that comes with ketsim.
    providers:
        The YAML file of the providers who answer; none by default.
    log:
        The log of calls; requests to be called back wait beside it.
    """
    try:
        import fastapi  # noqa: F401
        import jinja2  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        raise MissingExtraError("serving pages", extra="web") from None
    from ketsim.care.web.running import run

    if not _is_loopback(host):
        print(
            f"Warning: {host} can be reached from other machines. Put a web server with TLS before this one, and read "
            "the note for operators at /care/how (42 CFR Part 2) first.",
            file=sys.stderr,
        )
    return run(host=host, port=port, db=db, providers=providers, log=log)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
