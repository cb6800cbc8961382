"""A person takes a request back: the number is erased at once."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ketsim.care.refusal import Refusal
from ketsim.care.web import form
from ketsim.care.web.problems import problem
from ketsim.care.web.rendering import page
from ketsim.care.web.site import Site
from ketsim.care.web.words import Words, language_of


def router(site: Site) -> APIRouter:
    """``/care/take-back``."""
    routes = APIRouter()

    @routes.get("/care/take-back")
    def blank(request: Request) -> Response:
        return page(request, "take_back.html", problems=(), done=False, code="")

    @routes.post("/care/take-back")
    async def send(request: Request) -> Response:
        fields = await form.sent(request)
        return await run_in_threadpool(_take, site, request, form.one(fields, "code"))

    return routes


def _take(site: Site, request: Request, code: str) -> Response:
    site.turnstile.pass_through(request)
    try:
        if site.desk is None:
            raise Refusal("requests to be called back are off on this server, so none waits.",
                code="request_unknown", status=404, field="code")  # fmt: skip
        site.desk.requests.withdraw(code)
    except Refusal as refused:
        words = Words(language_of(request))
        wrong = problem(words, refused)
        return page(request, "take_back.html", status=refused.status, problems=(wrong,), done=False, code=code[:40])
    return page(request, "take_back.html", problems=(), done=True, code="")
