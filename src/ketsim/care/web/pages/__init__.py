"""One page, one file: what a person sees. Each has a `router` that is given the `Site`."""

from __future__ import annotations

from fastapi import APIRouter

from ketsim.care.web.pages import call_back, codes, home, how, listing, search, stats, style, take_back
from ketsim.care.web.site import Site


def router(site: Site) -> APIRouter:
    """Every page."""
    every = APIRouter(include_in_schema=False)
    for page in (home, search, listing, call_back, take_back, stats, how, codes, style):
        every.include_router(page.router(site))
    return every
