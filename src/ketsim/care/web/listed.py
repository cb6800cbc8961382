"""Which listing has this id? One that is nobody's is not looked for further."""

from __future__ import annotations

import uuid

from ketsim.care.model import Listing
from ketsim.care.web.site import Site
from ketsim.care.web.turned_away import TurnedAway


def found_listing(site: Site, key: str) -> Listing:
    """The listing. Raises `TurnedAway` (404) where no listing has this id."""
    try:
        well_formed = str(uuid.UUID(key)) == key
    except ValueError:
        well_formed = False
    found: Listing | None = site.store.listing(key) if well_formed else None
    if found is None:
        sentence = "no listing has this id; it may have left the directory with a newer file."
        raise TurnedAway(404, "listing_unknown", sentence, field="id")
    return found
