"""The relation between concentration and effect that most sources fit: ``c^g / (c50^g + c^g)``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sigmoid(c: Array, c50: Any, gamma: Any = 1.0) -> Array:
    """Share of the largest effect, 0 to 1, at concentration c; c50 in the unit of c, (subject, 1) or one number.

    >>> float(sigmoid(np.array(2.0), 2.0, 3.7))
    0.5
    """
    ratio = (np.maximum(c, 0.0) / c50) ** gamma
    return np.asarray(ratio / (1.0 + ratio), dtype=np.float64)
