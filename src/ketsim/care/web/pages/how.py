"""Who answers, who pays, in which order, where the listings come from, and what an operator has to know."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ketsim.care.choice import order
from ketsim.care.disclosure import disclosure, version
from ketsim.care.web.providers import offered, providers_today
from ketsim.care.web.rendering import page
from ketsim.care.web.site import Site
from ketsim.care.web.words import Words, language_of


def router(site: Site) -> APIRouter:
    """``/care/how``."""
    routes = APIRouter()

    @routes.get("/care/how")
    def how(request: Request) -> Response:
        words = Words(language_of(request))
        known = {one.id: one for one in providers_today(site)}
        today = order((one.desk for one in known.values()), now=site.clock())
        asked = [known[key] for key in today.ids]
        told = disclosure("general", [one.told(site.today()) for one in asked], language=words.language)
        return page(
            request,
            "how.html",
            providers=offered(site, words),
            order=today,
            asked=[one.name for one in asked],
            left_out=[(known[key].name, reason) for key, reason in today.left_out],
            told=told.sentences if known else (),
            version=version(),
            sources=site.store.sources(),
        )

    return routes
