"""A request to be called back, for programs: the same token, consent, limits and silence about health as the form."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from ketsim.care import disclosure
from ketsim.care.event import Language
from ketsim.care.phone import read_phone
from ketsim.care.refusal import Refusal
from ketsim.care.web.api.reply import Described, Reply, reply
from ketsim.care.web.consent import shown_consent
from ketsim.care.web.origin import from_elsewhere
from ketsim.care.web.providers import offered, providers_today
from ketsim.care.web.site import Desk, Site
from ketsim.care.web.turnstile import client_of
from ketsim.care.web.words import Words

Short = Annotated[str, Field(max_length=200)]


class ProviderBody(Described):
    """One who may be asked. about: who pays, and whether calls are recorded; show it before anybody agrees."""

    id: str
    name: str
    phone: str
    link: str
    about: list[str]


class WindowBody(Described):
    """A time of day."""

    key: str
    words: str


class Terms(Reply):
    """Whether requests are taken, of whom, and what has to be agreed to. token, honeypot: send both back unchanged."""

    open: bool
    providers: list[ProviderBody]
    windows: list[WindowBody]
    consent: str
    consent_version: str
    token: str | None
    honeypot: str | None


class CallBack(BaseModel):
    """A request to be called back by named providers."""

    model_config = ConfigDict(extra="forbid")

    phone: Annotated[str, Field(max_length=40, examples=["(###) ###-####"])]
    providers: Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=5)]
    window: Annotated[str, Field(max_length=20, description="A key of `windows`.")] = "anytime"
    consent: Annotated[bool, Field(description="Whether the person agreed to the text of that version.", strict=True)]
    consent_version: Short
    token: Short
    honeypot: Short
    language: Language = "en"


class Taken(Reply):
    """The receipt. code: takes the request back; given only now. until: when the number is erased at the latest."""

    code: str
    until: str
    consent: str
    consent_version: str


class Number(BaseModel):
    """What takes a request back."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(max_length=40)]


class TakenBack(Reply):
    """The number is erased; nobody will call."""

    erased: bool


def router(site: Site) -> APIRouter:
    """``/api/care/call-back`` and ``/api/care/take-back``."""
    routes = APIRouter()

    @routes.get("/call-back", response_model=Terms, summary="Who may be asked, and what has to be agreed to")
    def terms(language: Language = "en") -> Response:
        words = Words(language)
        token = site.desk.guard.issue() if site.desk is not None else None
        body = {
            "open": site.desk is not None,
            "providers": [
                {"id": one.id, "name": one.name, "phone": one.said, "link": one.link, "about": list(one.about)}
                for one in offered(site, words)
            ],
            "windows": [{"key": key, "words": disclosure.window_words(key, language)} for key in disclosure.windows()],
            "consent": shown_consent(words),
            "consent_version": disclosure.version(),
            "token": token.token if token is not None else None,
            "honeypot": token.honeypot if token is not None else None,
        }
        return reply("call-back-terms", body)

    @routes.post("/call-back", response_model=Taken, status_code=201, summary="Ask for a call")
    def ask(request: Request, asked: CallBack) -> Response:
        desk = _desk(site, request)
        read_phone(asked.phone)  # first, because who gives 911 must be told to dial it, whatever else is wrong
        checked = desk.guard.check(asked.token, asked.honeypot)
        if checked.granted is None:
            raise Refusal(checked.sentence, code=checked.code, status=checked.status, field="token")
        known = {one.id: one.name for one in providers_today(site)}
        receipt = desk.requests.submit(
            phone=asked.phone,
            providers=asked.providers,
            available=set(known),
            consents=asked.consent,
            version=asked.consent_version,
            window=asked.window,
            language=asked.language,
            names=[known[key] for key in asked.providers if key in known],
            client=client_of(request),
            form=checked.granted,
        )
        body = {
            "code": receipt.code,
            "until": receipt.until.strftime("%Y-%m-%dT%H:%MZ"),
            "consent": receipt.consent,
            "consent_version": disclosure.version(),
        }
        return reply("call-back", body, status=201)

    @routes.post("/take-back", response_model=TakenBack, summary="Take a request back and erase the number")
    def take_back(request: Request, asked: Number) -> Response:
        site.turnstile.pass_through(request)
        _desk(site, request).requests.withdraw(asked.code)
        return reply("take-back", {"erased": True})

    return routes


def _desk(site: Site, request: Request) -> Desk:
    if from_elsewhere(request):
        raise Refusal("a browser says that another site sent this, so it was not taken.", code="other_site", status=403)
    if site.desk is None:
        raise Refusal("requests to be called back are off on this server; call a number directly.",
            code="form_off", status=409)  # fmt: skip
    return site.desk
