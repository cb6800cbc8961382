"""One center with everything it reported, and its own number."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ketsim.care.web.cards import card
from ketsim.care.web.listed import found_listing
from ketsim.care.web.rendering import page
from ketsim.care.web.site import Site
from ketsim.care.web.stale import stale
from ketsim.care.web.words import Words, language_of


def router(site: Site) -> APIRouter:
    """``/care/listing/{id}``."""
    routes = APIRouter()

    @routes.get("/care/listing/{key}")
    def listing(request: Request, key: str) -> Response:
        found = found_listing(site, key)
        sources = {source.key: source for source in site.store.sources()}
        today, words = site.today(), Words(language_of(request))
        shown = card(found, words, today=today, sources=sources, searched=False)
        return page(
            request, "listing.html", card=shown, stale=stale((service.assured_on for service in found.services), today)
        )

    return routes
