"""Which treatment places does California license or certify? The file of its Department of Health Care Services.

What is ours: its words are also set as codes of the national list, so that one search finds both (RES as residential,
NON as outpatient, detoxification, men, women, youth). A licence that has run out is marked, never hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from ketsim.care.importers.batch import Batch, Entry, cell, check_header, coordinates, digest, zip5
from ketsim.care.importers.samhsa_csv import gather, read_table

COLUMNS: Final = (
    "license_number", "facility_name", "address_line1", "city", "state", "zip", "phone", "setting_code", "offers_detox",
    "license_expiration", "target_population", "latitude", "longitude",
)  # fmt: skip
_SETTINGS: Final = {"RES": "RES", "NON": "OP"}
_PEOPLE: Final = {
    "CO-ED": ("FEM", "MALE"),
    "MEN ONLY": ("MALE",),
    "WOMEN ONLY": ("FEM",),
    "WOMEN/CHILDREN": ("FEM", "CHLD"),
    "YOUTH/ADOLESCENT": ("CHLD",),
    "DUAL DIAGNOSIS": ("SUMH",),
}


def looks_like(header: list[str]) -> bool:
    """Whether a CSV with this header is the Californian file."""
    return "license_number" in header and "setting_code" in header


def read(content: bytes, *, name: str, as_of: str) -> tuple[Batch, ...]:
    """The batch of a file of the California DHCS."""
    header, rows = read_table(content, name)
    check_header(name, header, COLUMNS)
    entries, rejects, count = gather(rows, _entry)
    about = "licensed residential and certified treatment facilities for substance use disorder"
    return (
        Batch(
            key="ca-dhcs", name=f"California DHCS {about}", url="https://data.chhs.ca.gov", licence="CC BY 4.0",
            citation=(
                f"California Department of Health Care Services, {about}, retrieved {as_of}. CC BY 4.0. Changed: "
                "settings, detoxification and people served are also given as codes of the SAMHSA list."
            ),
            as_of=as_of, sha256=digest(content), rows_in=count, entries=entries, rejects=rejects,
        ),
    )  # fmt: skip


def _entry(number: int, row: Mapping[str, str]) -> Entry:
    point = coordinates(row["latitude"], row["longitude"])
    expires = cell(row["license_expiration"])
    if expires:
        try:
            date.fromisoformat(expires)
        except ValueError:
            raise ValueError(f"the licence expires on {expires[:20]!r}, which is no day") from None
    said = cell(row["target_population"]).upper()
    setting = cell(row["setting_code"]).upper()
    codes = ["SA", *([_SETTINGS[setting]] if setting in _SETTINGS else []), *_PEOPLE.get(said, ())]
    if cell(row["offers_detox"]).casefold() == "true":
        codes.append("DT")
    phone = cell(row["phone"])
    return Entry(
        row=number, kind="su", name1=cell(row["facility_name"]), street1=cell(row["address_line1"]),
        street2=cell(row.get("address_line2")), city=cell(row["city"]), state="CA",  # the file is the state's own
        zip=zip5(row["zip"]), lat=point and point[0], lon=point and point[1],
        precision="rooftop" if point else "zip_centroid", phones=((phone, "main"),) if phone else (),
        codes=tuple(codes), unknown=(said,) if said and said not in _PEOPLE else (), expires_on=expires or None,
        external_id=cell(row["license_number"]),
    )  # fmt: skip
