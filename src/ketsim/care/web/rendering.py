"""How does an answer become a page? Templates, escaped throughout, and what all have: language, help, a switch."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from ketsim.care.event import Language
from ketsim.care.face import public_lines
from ketsim.care.web.lines import lines_in
from ketsim.care.web.turned_away import TurnedAway
from ketsim.care.web.words import LANGUAGES, Words, language_of
from ketsim.version import __version__
from ketsim.wording import sentence_case

ERROR_SCHEMA: Final = "ketsim.care.error/1"


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("ketsim.care.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["sentence"] = sentence_case
    return templates


def page(
    request: Request,
    name: str,
    *,
    status: int = 200,
    resend: bool = False,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """A page from a template, in the language of the request.

    resend: the page answers a form, so that a change of language must send the form again (the template offers that).
    """
    words = Words(language_of(request))

    def link(path: str, **query: str) -> str:
        said = {**query, "lang": words.language}
        return f"{path}?{urlencode(said)}"

    content = (
        _templates()
        .get_template(name)
        .render(
            t=words,
            here=request.url.path,
            link=link,
            lines=lines_in(words),
            switch=_switch(request, words.language, resend=resend),
            **context,
        )
    )
    return HTMLResponse(content, status, {"content-language": words.language, **(headers or {})})


def _switch(request: Request, language: Language, *, resend: bool) -> dict[str, str]:
    other: Language = "en" if language == "es" else "es"
    # What was asked in the address stays there; a page that answers a form has nothing there to keep.
    kept = [] if resend else [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    query = urlencode([*kept, ("lang", other)])
    path = request.url.path if request.method in ("GET", "HEAD") else "/"
    return {"language": other, "name": LANGUAGES[other], "address": f"{_rooted(path)}?{query}", "path": _rooted(path)}


def _rooted(path: str) -> str:
    """The path so that no browser reads it as the address of another site (`//example.org`)."""
    from urllib.parse import quote

    return "/" + quote(path.lstrip("/\\"), safe="/-._~")


def refused(request: Request, away: TurnedAway) -> Response:
    """A refusal as JSON for a program and as a page for a person."""
    if request.url.path == "/openapi.json" or request.url.path.startswith("/api/"):
        said: dict[str, Any] = {"code": away.code, "sentence": away.sentence, "field": away.field}
        said |= {"choices": list(away.choices), "dial": away.dial}
        body = {"schema": ERROR_SCHEMA, "version": __version__, "public_lines": public_lines(), "error": said}
        return JSONResponse(body, away.status, away.headers)
    return page(request, "refused.html", status=away.status, headers=away.headers, away=away)
