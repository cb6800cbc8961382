"""What does a search ask for? From the fields of a form or an address to a `Query`."""

from __future__ import annotations

from ketsim.care.codes import GROUPS
from ketsim.care.place import FORMS
from ketsim.care.refusal import Refusal
from ketsim.care.search import USUAL, Query, read_miles
from ketsim.care.web import form
from ketsim.care.web.choices import Asked

A_PAGE = 20  # results
_LONGEST_PLACE = 80
_LONGEST_CODE = 80


def read_asked(fields: form.Fields) -> Asked:
    """What was typed and ticked, to be shown again whether it can be answered or not. Raises `TurnedAway`."""
    codes = {group: form.many(fields, group, longest=_LONGEST_CODE) for group in GROUPS}
    return Asked(
        near=form.one(fields, "near", longest=_LONGEST_PLACE),
        within=form.one(fields, "within") or f"{USUAL:g}",
        codes={group: values for group, values in codes.items() if values},
        cursor=form.one(fields, "cursor", longest=10),
    )


def query_of(asked: Asked, *, limit: int = A_PAGE) -> Query:
    """The search. Raises `Refusal` for a distance or a page that cannot be."""
    if not asked.near:
        raise Refusal(f"a place is needed: {FORMS}.", code="place_format", field="near")
    return Query(
        near=asked.near,
        within=read_miles(asked.within),
        limit=limit,
        offset=read_cursor(asked.cursor),
        offers=tuple(asked.chosen("offers")),
        setting=tuple(asked.chosen("setting")),
        payment=tuple(asked.chosen("payment")),
        people=tuple(asked.chosen("people")),
        language=tuple(asked.chosen("language")),
    )


def read_cursor(cursor: str) -> int:
    """Where the next results begin. Raises `Refusal` for what no reply has given."""
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 6):
        raise Refusal("this cursor was given by no reply; search again without one.", code="cursor", field="cursor")
    return int(cursor)
