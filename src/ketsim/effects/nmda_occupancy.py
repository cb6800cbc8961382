"""Which share of NMDA channels is taken? Predicted from unbound drug and norketamine; never measured in man."""

from __future__ import annotations

from typing import ClassVar, final

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen


@final
class NmdaOccupancy(Effect):
    """Competitive occupancy by ketamine and norketamine.

    ``x = fu C / ic50 + fu_nk C_nk / ic50_nk`` and ``E = 100 x / (1 + x)``, ic50 as unbound concentrations.
    """

    label = "NMDA channel occupancy (predicted)"
    unit = "%"
    parameters: ClassVar = {
        "ic50": "concentration",
        "ic50_nk": "concentration",
        "fu": "fraction",
        "fu_nk": "fraction",
    }
    low, high, direction, level = 0, 100, 1, 10
    analyte_of: ClassVar = {"ic50_nk": 1}

    def baseline(self, p: Parameters) -> float:
        """Nothing without drug."""
        return 0.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """Percent of channels."""
        drug, norketamine = seen.concentrations
        x = p["fu"] * drug / p["ic50"] + p["fu_nk"] * norketamine / p["ic50_nk"]
        return np.asarray(100.0 * x / (1.0 + x))
