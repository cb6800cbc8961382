"""Every code that a search takes, the words for it, and what no code says."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from ketsim.care.codes import caveat, codes, groups, ketamine_use
from ketsim.care.web.api.reply import Described, Reply, reply
from ketsim.care.web.site import Site


class CodeBody(Described):
    """A code. parameters: those of a search that take it. caveat: what has to be said where it is shown."""

    code: str
    name: str
    category: str
    category_name: str
    scheme_version: str
    parameters: list[str]
    caveat: str | None


class GroupBody(Described):
    """A parameter of a search. words: word -> codes that it stands for."""

    name: str
    label: str
    words: dict[str, list[str]]


class KetamineUse(Described):
    """Which codes to ask for where ketamine use is the trouble."""

    codes: list[str]
    note: str


class Codes(Reply):
    """Every code."""

    ketamine_use: KetamineUse
    groups: list[GroupBody]
    codes: list[CodeBody]


def router(site: Site) -> APIRouter:
    """``/api/care/codes``."""
    routes = APIRouter()

    @routes.get("/codes", response_model=Codes, summary="What the codes mean")
    def every() -> Response:
        asked, note = ketamine_use()
        body = {
            "ketamine_use": {"codes": list(asked), "note": note},
            "groups": [
                {"name": group.name, "label": group.label, "words": {word: list(c) for word, c in group.words.items()}}
                for group in groups().values()
            ],
            "codes": [
                {
                    "code": code.code,
                    "name": code.name,
                    "category": code.category,
                    "category_name": code.category_name,
                    "scheme_version": code.scheme_version,
                    "parameters": [group.name for group in groups().values() if group.holds(code)],
                    "caveat": caveat(code.code),
                }
                for code in codes().values()
            ],
        }
        return reply("codes", body)

    return routes
