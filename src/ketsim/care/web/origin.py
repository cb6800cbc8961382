"""Did this form come from our own page? A page of somebody else must not send a stranger's number in his name.

Browsers that send `Sec-Fetch-Site` say it plainly. `Origin` is the second witness, but our own `Referrer-Policy:
no-referrer` makes browsers send `Origin: null` with our own forms: null says nothing either way, and the signed token
of the form decides then. A program that sends neither header is no browser that somebody could mislead.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request


def from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site sent this request."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None or origin == "null":
        return False
    try:
        return urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower()
    except ValueError:
        return True
