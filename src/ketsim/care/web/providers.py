"""Who may be asked for a call today, and what has to be told of each before anybody agrees to anything?"""

from __future__ import annotations

from dataclasses import dataclass

from ketsim.care.disclosure import disclosure
from ketsim.care.phone import read_listed_phone
from ketsim.care.provider import Provider
from ketsim.care.web.site import Site
from ketsim.care.web.words import Words


@dataclass(frozen=True, slots=True)
class ShownProvider:
    """A provider on a page. said, link: its own number. about: who pays, and whether calls are recorded."""

    id: str
    name: str
    said: str
    link: str
    about: tuple[str, ...]


def providers_today(site: Site) -> tuple[Provider, ...]:
    """Those who may be called today, by id."""
    with site.lock:
        return site.registry.providers(site.today())


def offered(site: Site, words: Words) -> tuple[ShownProvider, ...]:
    """Those who may be called today, as a page shows them, by name; nobody can pay for a place."""
    on = site.today()
    shown = []
    for one in providers_today(site):
        # The first sentence names those who are asked and the last one says what this is not: both stand once a page.
        about = disclosure("form", [one.told(on)], language=words.language).sentences[1:-1]
        phone = read_listed_phone(one.phone)
        shown.append(ShownProvider(one.id, one.name, phone.shown, f"tel:{one.phone}", about))
    return tuple(sorted(shown, key=lambda one: (one.name, one.id)))
