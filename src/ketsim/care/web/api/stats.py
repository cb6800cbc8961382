"""Measured answer times, with n, window and formula."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from ketsim.care.metrics import ENOUGH, FORMULA
from ketsim.care.web.api.reply import Described, Reply, reply
from ketsim.care.web.site import Site


class ShareBody(Described):
    """A share of n with its Wilson interval; null while n is below `enough`."""

    n: int
    share: float | None
    low: float | None
    high: float | None


class MeasureBody(Described):
    """One provider or the general line. median_s, p90_s: seconds to a person; null: never, or hidden."""

    provider: str
    mode: str
    hidden: bool
    answered: ShareBody
    callbacks_kept: ShareBody
    median_s: int | None
    p90_s: int | None
    diverted: int


class Stats(Reply):
    """What was measured in the window (days, both included)."""

    since: str
    until: str
    enough: int
    formula: str
    measures: list[MeasureBody]


def router(site: Site) -> APIRouter:
    """``/api/care/stats``."""
    routes = APIRouter()

    @routes.get("/stats", response_model=Stats, summary="Measured answer times")
    def stats() -> Response:
        measured = site.measurer.measured()
        body = {
            "since": measured.since.isoformat(),
            "until": measured.until.isoformat(),
            "enough": ENOUGH,
            "formula": FORMULA,
            "measures": [one.to_dict() for one in measured.measures],
        }
        return reply("stats", body)

    return routes
