"""How far does the pulse quicken? A share of the baseline, driven by S-ketamine without delay."""

from __future__ import annotations

from typing import ClassVar, final

from ketsim.effects.shapes import RiseOfBaseline


@final
class HeartRate(RiseOfBaseline):
    """``E = e0 (1 + emax C / (ec50 + C))``."""

    label = "heart rate"
    unit = "beats/min"
    parameters: ClassVar = {"e0": "pulse", "emax": "fraction", "ec50": "concentration"}
