"""How strongly does a person feel drugged? Percent of a rating scale; more sensitive than dissociation."""

from __future__ import annotations

from typing import final

from ketsim.effects.shapes import ShareOfScale


@final
class DrugHigh(ShareOfScale):
    """Feeling high as percent of the scale.

    ``E = 100 C^gamma / (c50^gamma + C^gamma)``, C at the effect site.
    """

    label = "drug high"
