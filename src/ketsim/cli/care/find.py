"""``ketsim care find``: places that help near a place, nearest first, each with its day and its origin."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from ketsim.cli import terminal
from ketsim.cli.care.helping import show_lines
from ketsim.cli.jsonout import envelope, print_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ketsim.care.model import Listing, Service
    from ketsim.care.refusal import Refusal
    from ketsim.care.search import Answer

_USUAL = 20  # listings in a terminal, unless told


def find(
    *,
    near: str,
    within: str = "25mi",
    offers: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    setting: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    payment: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    people: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    language: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    name: str = "",
    limit: int | None = None,
    db: Path | None = None,
    json: bool = False,
) -> int:
    """Find places that help near a place; by distance only, each with the day for which its source vouches.

    Parameters
    ----------
    near:
        A ZIP code, "City, ST" or "lat,lon".
    within:
        Straight-line distance, 1mi to 250mi.
    offers:
        What is done there: codes such as SA or DT, or words such as detox; any of them will do.
    setting:
        RES, OP, HI or words such as residential.
    payment:
        MD or medicaid, MC or medicare, SF or self-payment, SS or "sliding fee", NP or free.
    people:
        Whom it serves: women, veterans, adolescents, or codes.
    language:
        SP or spanish, AH or "sign language".
    name:
        Words in its name.
    limit:
        How many listings (20 in a terminal, all of them as JSON, unless said).
    db:
        The directory to search; else KETSIM_CARE_DB, else the one you imported, else the one that comes with ketsim.
    json:
        Print one JSON object instead of text.
    """
    from ketsim.care.refusal import Refusal

    asked = {"offers": offers, "setting": setting, "payment": payment, "people": people, "language": language}
    try:
        found = _answer(near, within, asked, name, limit if limit is not None or json else _USUAL, db)
    except Refusal as refusal:
        _refuse(refusal, json=json)
        raise
    if json:
        from ketsim.care.face import answer_body

        print_json(envelope("care", command="find", **answer_body(found)))
    else:
        _show(found)
    return 0


def _answer(
    near: str, within: str, asked: Mapping[str, tuple[str, ...]], name: str, limit: int | None, db: Path | None
) -> Answer:
    from ketsim.care.search import Query, find, read_miles
    from ketsim.care.shipped import default_store
    from ketsim.care.store import Store

    query = Query(
        near=near, within=read_miles(within), name=name, limit=limit, offers=asked["offers"], setting=asked["setting"],
        payment=asked["payment"], people=asked["people"], language=asked["language"],
    )  # fmt: skip
    store = default_store(progress=_say) if db is None else Store.open(db, read_only=True)
    return find(store, query, today=date.today())


def _refuse(refusal: Refusal, *, json: bool) -> None:
    """Who helps now stands in a refusal too; the sentence itself goes to stderr, where every door's does."""
    if json:
        from ketsim.care.face import public_lines

        error = {"code": refusal.code, "sentence": str(refusal), "choices": list(refusal.choices)}
        print_json(envelope("care", command="find", error=error, public_lines=public_lines()))
    else:
        show_lines()


def _say(what: str) -> None:
    if sys.stderr.isatty():
        print(what, file=sys.stderr)


def _show(found: Answer) -> None:
    lead = found.stale or not found.total
    if lead:
        show_lines()
    for note in found.notes:
        if note.code in ("stale", "no_data", "empty"):
            terminal.paragraph(note.text)
    if lead:
        terminal.paragraph()
    where = found.place.label if found.place is not None else found.query.near
    shown = f", the nearest {len(found.results)} shown" if len(found.results) < found.total else ""
    listings = "listing" if found.total == 1 else "listings"
    terminal.heading(f"{found.total:,} {listings} within {found.query.within:g} miles of {where}{shown}")
    _listings(found.results, found)
    _section("Possibly within, since only their ZIP is known", found.possibly_within, found)
    _section("The nearest beyond", found.beyond, found)
    terminal.points("To know", (n.text for n in found.notes if n.code not in ("stale", "no_data", "empty")))
    terminal.points("Where this was read", (f"{s.key}: {s.citation} As of {s.as_of}." for s in found.sources))
    if not lead:
        terminal.paragraph()
        show_lines()


def _section(title: str, listings: tuple[Listing, ...], found: Answer) -> None:
    if listings:
        terminal.paragraph()
        terminal.heading(title)
        _listings(listings, found)


def _listings(listings: Iterable[Listing], found: Answer) -> None:
    for listing in listings:
        terminal.paragraph()
        terminal.heading(listing.name)
        terminal.facts(_facts(listing, found))


def _facts(listing: Listing, found: Answer) -> Iterable[tuple[str, str]]:
    from ketsim.care.face import service_status
    from ketsim.care.model import KINDS

    phones = [phone.shown + ("" if phone.valid else " (no such number can exist)") for phone in listing.phones]
    yield "call", "; ".join(phones) or "no number in the file"
    yield "address", listing.location.address
    yield (
        "distance",
        listing.distance
        + (", possibly farther than asked" if listing.within == "possible" and listing.miles is not None else ""),
    )
    asked = {code for group in found.asked.values() for code in group}
    for service in listing.services:
        status = service_status(service, found.today)
        doubt = "" if status == "active" else f"; {status} ({service.expires_on})"
        yield KINDS.get(service.kind, service.kind), f"{_offers(service, asked)}{doubt}"
        yield "read in", f"{service.source}, of {service.assured_on}"
    if listing.location.flags:
        yield "doubt", ", ".join(flag.replace("_", " ") for flag in listing.location.flags)


def _offers(service: Service, asked: set[str]) -> str:
    """The codes asked for and those of care, setting and payment; the JSON has all of them."""
    told = {"TC", "SET", "PAY", "PYAS"}
    names = [f"{c.name} ({c.code})" for c in service.codes if c.code in asked or (not asked and c.category in told)]
    start = f"{service.programme}: " if service.programme else ""
    return start + ("; ".join(names) or "none of the codes asked for")
