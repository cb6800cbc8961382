"""How strong craving is, from 0 to 100, as on a visual scale.

100 (1 - exp(-v (k_L L + k_W Z))) (1 - rho_c E) c(t): it grows with the load L and with withdrawal Z, drug in the body
stills part of it, treatment takes part of it away. v is how vulnerable a person is; a typical one has 1.
"""

from __future__ import annotations

from typing import Any, ClassVar, final

from ketsim.course.process import SIZE_AND_TIME, Process, Reading, See
from ketsim.engine.arithmetic import exp


@final
class Craving(Process):
    """Read off, without a state of its own."""

    parameters: ClassVar = {
        "vulnerability": "dimensionless",
        "craving_from_load": "dimensionless",
        "craving_from_withdrawal": "dimensionless",
        "craving_stilled_by_drug": "fraction",
    }
    readings: ClassVar = {
        "craving": Reading("craving", "of 100", 0.0, 100.0, 10.0, direction=1, known_by=SIZE_AND_TIME)
    }

    def read(self, name: str, see: See) -> Any:
        """0 to 100."""
        p = see.p
        wanted = p["craving_from_load"] * see["load"] + p["craving_from_withdrawal"] * see["withdrawal_drive"]
        stilled = 1.0 - p["craving_stilled_by_drug"] * see["effect_now"]
        return 100.0 * (1.0 - exp(-p["vulnerability"] * wanted)) * stilled * see["relief_craving"]
