"""How far does the mean arterial pressure rise? A share of the baseline, driven by S-ketamine without delay."""

from __future__ import annotations

from typing import ClassVar, final

from ketsim.effects.shapes import RiseOfBaseline


@final
class MeanArterialPressure(RiseOfBaseline):
    """``E = e0 (1 + emax C / (ec50 + C))``."""

    label = "mean arterial pressure"
    unit = "mmHg"
    parameters: ClassVar = {"e0": "pressure", "emax": "fraction", "ec50": "concentration"}
