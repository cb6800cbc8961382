"""Centers near a place, by distance only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from ketsim.care import search as directory
from ketsim.care.face import answer_body
from ketsim.care.search import find, read_miles
from ketsim.care.web.api.place import ListingBody
from ketsim.care.web.api.reply import Described, Reply, reply
from ketsim.care.web.asked import A_PAGE, read_cursor
from ketsim.care.web.site import Site

_MOST = 100  # results of one reply
_MILES = r"^(?:(?:[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9])(?:\.[0-9]{1,6})?|250(?:\.0{1,6})?)\s*(?:mi|mile|miles)?$"

Word = Annotated[str, Field(max_length=80)]
Words = Annotated[list[Word], Field(max_length=30)]


class SearchParameters(BaseModel):
    """Within one parameter any of the values will do; between parameters all must fit, in one service."""

    model_config = ConfigDict(extra="forbid")

    near: Annotated[
        str, Field(max_length=80, description='ZIP code, "City, ST" or "lat,lon".', examples=["90210", "Toledo, OH"])
    ]
    within: Annotated[
        str,
        Field(
            max_length=20,
            description="Straight-line distance in miles, 1 to 250.",
            examples=["25"],
            json_schema_extra={"pattern": _MILES},  # not enforced here: the room behind says it in a better sentence
        ),
    ] = f"{directory.USUAL:g}"
    offers: Annotated[Words, Field(description="Codes or words such as detox.")] = []
    setting: Annotated[Words, Field(description="Codes or words such as residential.")] = []
    payment: Annotated[Words, Field(description="Codes or words such as medicaid.")] = []
    people: Annotated[Words, Field(description="Codes or words such as veterans.")] = []
    language: Annotated[Words, Field(description="Codes or words such as spanish.")] = []
    limit: Annotated[int, Field(ge=1, le=_MOST)] = A_PAGE
    cursor: Annotated[str, Field(pattern=r"^[0-9]{0,6}$", description="`next_cursor` of the reply before.")] = ""


class PlaceBody(Described):
    """Where the search stood. kind: zip, city or point."""

    label: str
    kind: str
    lat: float
    lon: float


class NoteBody(Described):
    """Something to be said beside the results."""

    code: str
    text: str


class SourceBody(Described):
    """Where listings come from."""

    key: str
    name: str
    url: str
    licence: str
    citation: str
    as_of: str
    rows_in: int
    rows_rejected: int


class SearchReply(Reply):
    """What was found. stale: then lead with the public lines and `locator`. next_cursor: null on the last page."""

    near: str
    place: PlaceBody | None
    within_miles: float
    asked: dict[str, list[str]]
    as_of: str
    age_days: int | None
    stale: bool
    stale_after_days: int
    locator: str
    total: int
    offset: int
    results: list[ListingBody]
    possibly_within: list[ListingBody]
    nearest_beyond: list[ListingBody]
    notes: list[NoteBody]
    sources: list[SourceBody]
    next_cursor: str | None


def router(site: Site) -> APIRouter:
    """``/api/care/search``."""
    routes = APIRouter()

    @routes.get("/search", response_model=SearchReply, summary="Centers near a place")
    def search(request: Request, asked: Annotated[SearchParameters, Query()]) -> Response:
        site.turnstile.pass_through(request)
        query = directory.Query(
            near=asked.near,
            within=read_miles(asked.within),
            offers=tuple(asked.offers),
            setting=tuple(asked.setting),
            payment=tuple(asked.payment),
            people=tuple(asked.people),
            language=tuple(asked.language),
            limit=asked.limit,
            offset=read_cursor(asked.cursor),
        )
        answer = find(site.store, query, today=site.today())
        end = query.offset + asked.limit
        return reply("search", {**answer_body(answer), "next_cursor": str(end) if end < answer.total else None})

    return routes
