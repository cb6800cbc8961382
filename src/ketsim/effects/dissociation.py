"""How strongly is the world outside perceived otherwise? Percent of a rating scale, driven by S-ketamine."""

from __future__ import annotations

from typing import final

from ketsim.effects.shapes import ShareOfScale


@final
class Dissociation(ShareOfScale):
    """Altered external perception as percent of the scale; a rating, not a diagnosis.

    ``E = 100 C^gamma / (c50^gamma + C^gamma)``, C at the effect site.
    """

    label = "dissociation (altered external perception)"
