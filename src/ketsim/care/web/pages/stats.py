"""How long people waited for a person: measured, with the number of calls behind it, or not said at all."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ketsim.care.metrics import ENOUGH, FORMULA, LINE, Measure
from ketsim.care.web.providers import providers_today
from ketsim.care.web.rendering import page
from ketsim.care.web.site import Site
from ketsim.care.web.words import Words, language_of


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; hidden: why there is nothing but n."""

    who: str
    n: str
    share: str
    median: str
    p90: str
    hidden: str | None


def router(site: Site) -> APIRouter:
    """``/care/stats``."""
    routes = APIRouter()

    @routes.get("/care/stats")
    def stats(request: Request) -> Response:
        words = Words(language_of(request))
        names = {one.id: one.name for one in providers_today(site)}
        measured = site.measurer.measured()
        rows = [_row(one, names, words) for one in measured.measures]
        return page(request, "stats.html", rows=rows, since=measured.since, until=measured.until, formula=FORMULA)

    return routes


def _row(one: Measure, names: dict[str, str], words: Words) -> Row:
    who = words("stats.line") if one.provider == LINE else names.get(one.provider, one.provider)
    n, answered = one.answered.n, one.answered
    if one.is_hidden or answered.share is None or answered.low is None or answered.high is None:
        return Row(who, f"{n:,}", "", "", "", words("stats.hidden", count=n, enough=ENOUGH))
    share = words("stats.percent", **{key: f"{100 * getattr(answered, key):.0f}" for key in ("share", "low", "high")})
    return Row(who, f"{n:,}", share, _seconds(one.median, words), _seconds(one.p90, words), None)


def _seconds(seconds: int | None, words: Words) -> str:
    return words("stats.never") if seconds is None else words("stats.seconds", seconds=seconds)
