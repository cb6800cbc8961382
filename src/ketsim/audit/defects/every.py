"""Every defect of a page, in the order of its places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ketsim.audit.defects import (
    advertising,
    authority,
    emergency,
    furnishing,
    medicines,
    repetition,
    sale,
    speakers,
    splice,
    structure,
)
from ketsim.audit.defects.defect import Defect, subject
from ketsim.audit.passage import Page
from ketsim.audit.verdict import Judgement

_KINDS: Final = (
    sale, advertising, emergency, medicines, authority, speakers, splice, repetition, structure, furnishing,
)  # fmt: skip
_MOST: Final = 2_000  # defects of one page


def defects(page: Page, judged: Sequence[Judgement]) -> tuple[Defect, ...]:
    """The defects of a page."""
    looked_at = subject(page, judged)
    found = dict.fromkeys(defect for kind in _KINDS for defect in kind.find(looked_at))
    return tuple(sorted(found, key=lambda defect: (defect.start, defect.end, defect.type)))[:_MOST]
