"""Hypothesis: is dopamine released? Imaging studies contradict each other; each is an entry of its own."""

from __future__ import annotations

from typing import final

from ketsim.effects.shapes import OneChange


@final
class DopamineRelease(OneChange):
    """``E = 100 change min(C, reference) / reference``: the one change measured, in proportion below, held above."""

    label = "dopamine release, as fall of raclopride binding (hypothesis)"
