"""Which states and territories are there? Their names, and the two letters of each."""

from __future__ import annotations

from typing import Final


def state_code(name: str) -> str | None:
    """The two letters of a state or territory, from them or from its name."""
    key = " ".join(name.replace(".", "").casefold().split())
    return key.upper() if key.upper() in STATES else _BY_NAME.get(key)


_BY_NAME: Final = {
    "alabama": "AL", "alaska": "AK", "american samoa": "AS", "arizona": "AZ", "arkansas": "AR", "california": "CA",
    "colorado": "CO", "connecticut": "CT", "delaware": "DE", "district of columbia": "DC", "florida": "FL",
    "georgia": "GA", "guam": "GU", "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA",
    "kansas": "KS", "kentucky": "KY", "louisiana": "LA", "maine": "ME", "marshall islands": "MH", "maryland": "MD",
    "massachusetts": "MA", "michigan": "MI", "micronesia": "FM", "minnesota": "MN", "mississippi": "MS",
    "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV", "new hampshire": "NH", "new jersey": "NJ",
    "new mexico": "NM", "new york": "NY", "north carolina": "NC", "north dakota": "ND",
    "northern mariana islands": "MP", "ohio": "OH", "oklahoma": "OK", "oregon": "OR", "palau": "PW",
    "pennsylvania": "PA", "puerto rico": "PR", "rhode island": "RI", "south carolina": "SC", "south dakota": "SD",
    "tennessee": "TN", "texas": "TX", "us virgin islands": "VI", "utah": "UT", "vermont": "VT", "virginia": "VA",
    "virgin islands": "VI", "washington": "WA", "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
}  # fmt: skip

#: The two letters of every state and territory, in their order.
STATES: Final = tuple(sorted(set(_BY_NAME.values())))
