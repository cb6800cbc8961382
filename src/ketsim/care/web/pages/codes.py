"""What the codes of the directory mean, which are mixed up, and why none says ketamine use disorder."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ketsim.care.codes import codes as every_code
from ketsim.care.codes import groups, ketamine_use
from ketsim.care.model import Code
from ketsim.care.web.rendering import page
from ketsim.care.web.site import Site


@dataclass(frozen=True, slots=True)
class Category:
    """The codes of one category, and the parameters of a search that take them."""

    key: str
    name: str
    parameters: tuple[str, ...]
    codes: tuple[Code, ...]


def router(site: Site) -> APIRouter:
    """``/care/codes``."""
    routes = APIRouter()

    @routes.get("/care/codes")
    def codes(request: Request) -> Response:
        return page(request, "codes.html", categories=_categories(), to_ask=ketamine_use()[0])

    return routes


def _categories() -> tuple[Category, ...]:
    held: dict[str, list[Code]] = {}
    for code in every_code().values():
        held.setdefault(code.category, []).append(code)
    return tuple(
        Category(
            key,
            found[0].category_name,
            tuple(name for name, group in groups().items() if group.holds(found[0])),
            tuple(sorted(found, key=lambda code: code.name)),
        )
        for key, found in held.items()
    )
