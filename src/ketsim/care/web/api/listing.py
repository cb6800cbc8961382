"""One listing with everything it reported."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from ketsim.care.face import listing_body
from ketsim.care.web.api.place import ListingBody
from ketsim.care.web.api.reply import Reply, reply
from ketsim.care.web.listed import found_listing
from ketsim.care.web.site import Site

_ID = Path(
    description="The id of a listing, as a search gives it.",
    max_length=64,
    json_schema_extra={"format": "uuid"},
)


class OneListing(Reply):
    """One listing; it has no distance, since nobody asked from anywhere."""

    listing: ListingBody


def router(site: Site) -> APIRouter:
    """``/api/care/listing/{id}``."""
    routes = APIRouter()

    @routes.get("/listing/{id}", response_model=OneListing, summary="One listing")
    def one(id: Annotated[str, _ID]) -> Response:  # noqa: A002  (the name that the address shows)
        return reply("listing", {"listing": listing_body(found_listing(site, id), site.today())})

    return routes
