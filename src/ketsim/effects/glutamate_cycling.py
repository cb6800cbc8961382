"""Hypothesis: does glutamate cycling rise in the prefrontal cortex? One small study."""

from __future__ import annotations

from typing import final

from ketsim.effects.shapes import OneChange


@final
class GlutamateCycling(OneChange):
    """``E = 100 change min(C, reference) / reference``: the one change measured, in proportion below, held above."""

    label = "prefrontal glutamine cycling, rise (hypothesis)"
