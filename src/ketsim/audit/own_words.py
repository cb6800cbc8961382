"""What does a page's own disclosure say of its promises? "Our specialists answer" beside "paid advertisers answer".

A promise that nobody outside can check is contradicted where the page itself says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ketsim.audit.verdict import Judgement

#: The promise, what takes it back, and why.
_TAKEN_BACK: Final = (
    (
        "advert.specialist_staff",
        ("advert.routing_general", "advert.advertiser_list"),
        "The page itself says that calls go to treatment providers who pay for them.",
    ),
)


def held_to_their_words(found: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """The judgements, promises that the page takes back itself contradicted."""
    said = {one.claim.observable for one in found if one.claim.polarity == "affirm"}
    made: list[Judgement] = []
    for one in found:
        for promise, disclosures, reason in _TAKEN_BACK:
            if one.claim.observable == promise and one.claim.polarity == "affirm" and not said.isdisjoint(disclosures):
                one = replace(one, verdict="contradicted", reason=reason)
        made.append(one)
    return tuple(made)
