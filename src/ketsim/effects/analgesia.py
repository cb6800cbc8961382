"""How much of the largest measured pain relief? It depends on the test of pain: each assay is an entry of its own."""

from __future__ import annotations

from typing import final

from ketsim.effects.shapes import ShareOfScale


@final
class Analgesia(ShareOfScale):
    """Share of the largest antinociceptive effect in one assay.

    ``E = 100 C^gamma / (c50^gamma + C^gamma)``, C at the effect site.
    """

    label = "analgesia"
