"""The form that asks for a call: who may call, when, on which number, and what a person agrees to.

One page, so that nothing is asked for twice. What is agreed to says "each provider that I ticked above"; the receipt
repeats it with their names. Somebody whose form is not taken gets the reason, the form again with what was typed, and
numbers to dial now; nobody is dropped in silence.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ketsim.care import disclosure
from ketsim.care.phone import read_phone
from ketsim.care.refusal import Refusal
from ketsim.care.web import form
from ketsim.care.web.consent import shown_consent
from ketsim.care.web.origin import from_elsewhere
from ketsim.care.web.problems import Problem, problem
from ketsim.care.web.providers import offered
from ketsim.care.web.rendering import page
from ketsim.care.web.site import Desk, Site
from ketsim.care.web.turned_away import TurnedAway
from ketsim.care.web.turnstile import client_of
from ketsim.care.web.words import Words, language_of


def router(site: Site) -> APIRouter:
    """``/care/call-back``."""
    routes = APIRouter()

    @routes.get("/care/call-back")
    def blank(request: Request) -> Response:
        return _show(site, request)

    @routes.post("/care/call-back")
    async def send(request: Request) -> Response:
        fields = await form.sent(request)
        return await run_in_threadpool(_take, site, request, fields)

    return routes


def _show(
    site: Site,
    request: Request,
    *,
    fields: form.Fields | None = None,
    refused: Refusal | None = None,
) -> Response:
    words = Words(language_of(request))
    problems: tuple[Problem, ...] = ()
    if refused is not None:
        problems = (problem(words, refused),)
    typed = fields or {}
    return page(
        request,
        "call_back.html",
        status=200 if refused is None else refused.status,
        headers={"retry-after": "3600"} if refused is not None and refused.status == 429 else None,
        problems=problems,
        dial=refused.dial if refused is not None else None,
        open=site.desk is not None,
        token=site.desk.guard.issue() if site.desk is not None else None,
        providers=offered(site, words),
        chosen=typed.get("providers", ()),
        windows=[(key, disclosure.window_words(key, words.language)) for key in disclosure.windows()],
        window=(typed.get("window") or ("anytime",))[0],
        phone=(typed.get("phone") or ("",))[0][:40],
        consent=shown_consent(words),
        not_911=disclosure.disclosure("form", (), language=words.language).sentences[-1],
        version=disclosure.version(),
    )


def _take(site: Site, request: Request, fields: form.Fields) -> Response:
    if site.desk is None:
        return _show(site, request, refused=_off())
    try:
        if from_elsewhere(request):
            raise Refusal("this form was sent from another site, so it was not taken; send it from here.",
                code="other_site", status=403)  # fmt: skip
        return _accept(site, site.desk, request, fields)
    except Refusal as refused:
        return _show(site, request, fields=fields, refused=refused)
    except TurnedAway as away:
        said = Refusal(away.sentence, code=away.code, status=away.status, field=away.field)
        return _show(site, request, fields=fields, refused=said)


def _accept(site: Site, desk: Desk, request: Request, fields: form.Fields) -> Response:
    words = Words(language_of(request))
    phone = form.one(fields, "phone")
    read_phone(phone)  # first, because who types 911 must be told to dial it, whatever else is wrong
    checked = desk.guard.check(form.one(fields, "token"), form.one(fields, "reference"))
    if checked.granted is None:
        raise Refusal(checked.sentence, code=checked.code, status=checked.status)
    open_to = {one.id: one for one in offered(site, words)}
    chosen = form.many(fields, "providers")
    window = form.one(fields, "window")
    receipt = desk.requests.submit(
        phone=phone,
        providers=chosen,
        available=set(open_to),
        consents=form.one(fields, "consent") == "yes",
        version=form.one(fields, "version"),
        window=window,
        language=words.language,
        names=[open_to[key].name for key in chosen if key in open_to],
        client=client_of(request),
        form=checked.granted,
    )
    return page(
        request,
        "thanks.html",
        resend=True,
        receipt=receipt,
        version=disclosure.version(),
        window=disclosure.window_words(window, words.language),
        deadline=receipt.until.strftime("%Y-%m-%d %H:%M"),
        providers=[open_to[key] for key in chosen],
    )


def _off() -> Refusal:
    return Refusal("requests to be called back are off on this server; call a number on this page.",
        code="form_off", status=409)  # fmt: skip
