"""Where a march has been under one system: what the reading of outputs and the error estimate start from.

Holds numbers only; `march` makes it, and each kind of stepper judges its own roundings by it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ketsim.engine.system import Array


@dataclass(frozen=True, slots=True)
class Trail:
    """The march under one system.

    `modes` and `forcing` (subject, edge, mode) hold after each edge, `spans` [h] (row, edge) lead to the next one and
    `end` (subject, mode) is what they lead to; `peak` (subject, mode) is the largest size of each mode; `memory` [h]
    (subject,) how far back the steady states reach.
    """

    modes: Array
    forcing: Array | None
    spans: Array
    end: Array
    peak: Array
    memory: Array
