"""The free public lines alone."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from ketsim.care.web.api.reply import Reply, reply
from ketsim.care.web.site import Site
from ketsim.notice import public_help


class Lines(Reply):
    """The lines, whom they serve, and what to do elsewhere."""

    country: str
    elsewhere: str


def router(site: Site) -> APIRouter:
    """``/api/care/public-lines``."""
    routes = APIRouter()

    @routes.get("/public-lines", response_model=Lines, summary="The free public lines")
    def lines() -> Response:
        help_ = public_help()
        return reply("public-lines", {"country": help_.country, "elsewhere": help_.elsewhere})

    return routes
