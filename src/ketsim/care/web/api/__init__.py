"""One noun, one file: what a program sees. Each has a `router` over the `Site`; every reply has public lines."""

from __future__ import annotations

from fastapi import APIRouter

from ketsim.care.web.api import call_back, codes, listing, public_lines, search, stats
from ketsim.care.web.api.reply import REFUSALS
from ketsim.care.web.site import Site


def router(site: Site) -> APIRouter:
    """Every address of the API."""
    every = APIRouter(prefix="/api/care", responses=REFUSALS)
    for noun in (search, listing, codes, public_lines, call_back, stats):
        every.include_router(noun.router(site))
    return every
