"""The one sheet of style that every page has."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import Response

from ketsim.care.web.site import Site


def router(site: Site) -> APIRouter:
    """``/care/style.css``."""
    routes = APIRouter()
    sheet = (Path(__file__).parents[1] / "style.css").read_text(encoding="utf-8")

    @routes.get("/care/style.css")
    def style() -> Response:
        return Response(sheet, media_type="text/css")

    return routes
