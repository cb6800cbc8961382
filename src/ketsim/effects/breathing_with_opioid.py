"""What does a sub-anaesthetic amount do to the breathing of somebody on an opioid? Laboratory data only.

Never protection: labels warn of coma and death with opioids, and of stopped breath after rapid injection.
"""

from __future__ import annotations

from typing import ClassVar, final

import numpy as np

from ketsim.effects.effect import Array, Effect, Parameters, Seen


@final
class BreathingWithOpioid(Effect):
    """``E = 1 + min(C, highest) / doubling``: factor on the remifentanil concentration that halves the response of
    breathing to carbon dioxide. Held beyond the range that was measured; baseline ventilation does not change.
    """

    label = "factor on the remifentanil concentration that halves the CO2 response (laboratory; no protection)"
    unit = "factor"
    parameters: ClassVar = {"doubling": "concentration", "highest": "concentration"}
    low, high, direction, level = 1, np.inf, 1, 1

    def baseline(self, p: Parameters) -> float:
        """No change."""
        return 1.0

    def response(self, p: Parameters, seen: Seen) -> Array:
        """The factor."""
        return np.asarray(1.0 + np.minimum(seen.parent, p["highest"]) / p["doubling"])
