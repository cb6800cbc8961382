"""Is a controlled drug offered for sale? Who sells, ships or prices it to the reader, and what belongs to the offer.

Warnings about sellers, reports of arrests and a clinic's own treatment prices are no offers.
"""

from __future__ import annotations

from collections.abc import Iterator

from ketsim.audit.defects.defect import Defect, Subject

_OFFER = ("sale.offer", "sale.discreet_shipping", "sale.price")
_GOES_WITH = ("sale.purity", "sale.origin_india", *_OFFER)


def find(subject: Subject) -> Iterator[Defect]:
    """Each sentence of an offer, and the whole of it where it goes on."""
    by_sentence: dict[int, set[str]] = {}
    for one in subject.judged:
        if one.claim.observable in _GOES_WITH:
            by_sentence.setdefault(one.claim.start, set()).add(one.claim.observable)
    spans: list[tuple[int, int, bool]] = []
    for sentence in subject.sentences:
        start, end = sentence.span
        kinds = {kind for place, named in by_sentence.items() if start <= place < end for kind in named}
        if kinds and (kinds & set(_OFFER) or (spans and start - spans[-1][1] <= 3)):
            spans.append((start, end, bool(kinds & set(_OFFER))))
    for start, end, offer in spans:
        reason = (
            "It offers a controlled drug to the reader." if offer else "It praises the goods of the offer beside it."
        )
        yield Defect(start, end, "sale-solicitation", "critical", reason)
    yield from _whole(spans)
    if spans and subject.touches("stop", "withdrawal", "therapy", "doctor"):
        start, end = subject.span
        yield Defect(
            start,
            end,
            "missing-disclosure",
            "critical",
            "The page advises readers and does not say that it sells the drug.",
        )


def _whole(spans: list[tuple[int, int, bool]]) -> Iterator[Defect]:
    """Sentences of an offer that follow each other, as one."""
    run: list[tuple[int, int, bool]] = []
    for span in [*spans, (10**12, 10**12, False)]:
        if run and span[0] - run[-1][1] > 3:
            if len(run) > 1:
                reason = "An offer to sell a controlled drug stands in the page."
                yield Defect(run[0][0], run[-1][1], "sale-solicitation", "critical", reason)
            run = []
        run.append(span)
