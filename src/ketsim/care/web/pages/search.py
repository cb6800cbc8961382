"""The results of a search: by distance, each with its day and origin, and a way on where there are none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ketsim.care.emergency import heard
from ketsim.care.model import Listing
from ketsim.care.refusal import Refusal
from ketsim.care.search import Answer, find
from ketsim.care.web import form
from ketsim.care.web.asked import A_PAGE, query_of, read_asked
from ketsim.care.web.cards import Card, card
from ketsim.care.web.choices import Asked, groups
from ketsim.care.web.problems import problem
from ketsim.care.web.rendering import page
from ketsim.care.web.site import Site
from ketsim.care.web.stale import stale
from ketsim.care.web.words import Words, language_of

_TOLD_ELSEWHERE = ("stale", "empty", "straight_lines")  # each has a place of its own on the page


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note beside the results; foreign: in English on a page that is not."""

    text: str
    foreign: bool


def router(site: Site) -> APIRouter:
    """``/care/search``, asked by address or by form."""
    routes = APIRouter()

    @routes.get("/care/search")
    def by_address(request: Request) -> Response:
        return _search(site, request, form.asked(request), posted=False)

    @routes.post("/care/search")
    async def by_form(request: Request) -> Response:
        fields = await form.sent(request)
        return await run_in_threadpool(_search, site, request, fields, posted=True)

    return routes


def _search(site: Site, request: Request, fields: form.Fields, *, posted: bool) -> Response:
    site.turnstile.pass_through(request)
    words = Words(language_of(request))
    asked = read_asked(fields)
    shown: dict[str, Any] = {
        "search": asked,
        "groups": groups(words, asked),
        "pairs": asked.pairs(),
        "posted": posted,
        "problems": (),
        "choices": (),
        "emergency": None,
        "answered": False,
        "heading": words("home.title"),
    }
    status = 200
    try:
        answer = find(site.store, query_of(asked), today=site.today())
        shown |= _found(answer, asked, words)
    except Refusal as refused:
        status = refused.status
        shown |= _refused(refused, asked, words)
    return page(request, "results.html", status=status, resend=posted, **shown)


def _refused(refused: Refusal, asked: Asked, words: Words) -> dict[str, Any]:
    danger = heard(asked.near)  # somebody may type what has happened where a place is asked for
    told = problem(words, refused)
    return {
        "problems": () if refused.status == 300 else (told,),  # several places of one name are no mistake
        "choices": refused.choices if refused.field == "near" else (),
        "emergency": danger.sentence(words.language) if danger is not None else None,
        "heading": words("form.problem" if refused.status != 300 else "choices.title"),
    }


def _found(answer: Answer, asked: Asked, words: Words) -> dict[str, Any]:
    sources = {source.key: source for source in answer.sources}
    start, shown = answer.query.offset, len(answer.results)
    last = start + shown >= answer.total

    def cards(listings: Iterable[Listing], *, beyond: bool = False) -> tuple[Card, ...]:
        return tuple(card(one, words, today=answer.today, sources=sources, beyond=beyond) for one in listings)

    return {
        "answered": True,
        "heading": words("results.title", place=answer.place.label if answer.place is not None else asked.near),
        "count": _count(answer, words),
        "first": start + 1,
        "cards": cards(answer.results),
        "possibly": cards(answer.possibly_within) if last else (),
        "nearest": cards(answer.beyond, beyond=True),
        "more": None if last else str(start + A_PAGE),
        "notes": _notes(answer, words),
        "stale": stale([answer.as_of], answer.today),
        "shared": "/care/search?" + urlencode([*asked.pairs(), ("lang", words.language)]),
    }


def _count(answer: Answer, words: Words) -> str:
    miles, start = f"{answer.query.within:g}", answer.query.offset
    if answer.total == 0:
        return words("results.count.none", miles=miles)
    if answer.total == 1:
        return words("results.count.one", miles=miles)
    return words(
        "results.count.many", total=f"{answer.total:,}", miles=miles, first=start + 1, last=start + len(answer.results)
    )


def _notes(answer: Answer, words: Words) -> tuple[ShownNote, ...]:
    told = [note for note in answer.notes if note.code not in _TOLD_ELSEWHERE]
    if words.language == "en":
        return tuple(ShownNote(note.text, False) for note in told)
    return tuple(
        ShownNote(words(f"note.{note.code}"), False) if words.knows(f"note.{note.code}") else ShownNote(note.text, True)
        for note in told
    )
