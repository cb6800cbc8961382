"""The first page: whom to call now, then the search."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ketsim.care.web.choices import Asked, groups
from ketsim.care.web.rendering import page
from ketsim.care.web.site import Site
from ketsim.care.web.stale import stale
from ketsim.care.web.words import Words, language_of


def router(site: Site) -> APIRouter:
    """``/``."""
    routes = APIRouter()

    @routes.get("/")
    def home(request: Request) -> Response:
        search = Asked()
        return page(
            request,
            "home.html",
            search=search,
            groups=groups(Words(language_of(request)), search),
            stale=stale((source.as_of for source in site.store.sources()), site.today()),
        )

    return routes
