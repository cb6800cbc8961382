"""Whose number was dialled? A provider's, that of a listing of the directory, of several, or nobody's here.

A phone number does not identify a place: thousands of listings share one. Where several do, that is said, and one is
chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

from ketsim.care.call import Answering
from ketsim.care.disclosure import Told
from ketsim.care.model import Listing
from ketsim.care.provider import Provider
from ketsim.care.refusal import Refusal
from ketsim.care.store import Store

_SHOWN = 8  # listings that share a number, named in the sentence


def listings_of(store: Store, number: str) -> tuple[Listing, ...]:
    """The listings of the directory on which this number [E.164] stands, by name."""
    rows = store.connection.execute(
        "SELECT DISTINCT a.location FROM phone p JOIN service_at_location a ON a.service = p.service WHERE p.e164 = ?",
        (number,),
    )
    found = store.listings([int(row[0]) for row in rows])
    return tuple(sorted(found, key=lambda listing: (listing.name, listing.id)))


def answering_listing(
    number: str, providers: Sequence[Provider], told: Sequence[Told], store: Store | None, listing: str | None = None
) -> Answering | None:
    """Who answers this number [E.164]; None where it is nobody's. told: what is told of each provider, in their order.

    listing: the id of one listing, where several share the number. Raises `Refusal` (300) where one must be chosen,
    (404) where that listing does not have this number.
    """
    found = [
        Answering(id=one.listing or one.id, phone=number, told=said)
        for one, said in zip(providers, told, strict=True)
        if one.phone == number
    ]
    known = {one.id for one in found}
    if store is not None:
        found += [
            Answering(id=one.id, phone=number, told=Told(name=one.name))
            for one in listings_of(store, number)
            if one.id not in known
        ]
    if listing is not None:
        chosen = next((one for one in found if one.id == listing), None)
        if chosen is None:
            raise Refusal(
                "no listing with this id has this number.", code="listing_unknown", status=404, field="listing"
            )
        return chosen
    if len(found) > 1:
        named = "; ".join(f"{one.told.name} ({one.id})" for one in found[:_SHOWN])
        raise Refusal(
            f"{len(found)} listings share this number, so say which with its id: {named}.",
            code="number_shared",
            status=300,
            field="number",
            choices=tuple(one.id for one in found),
        )
    return found[0] if found else None
