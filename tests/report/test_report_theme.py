from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from ketsim.report import theme

# Simulated vision (Machado, Oliveira and Fernandes 2009, full severity), on linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def lab(colour: str, vision: np.ndarray) -> np.ndarray:
    rgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(vision @ linear, 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("half", ["light", "dark"])
def test_text_is_readable_on_every_surface(half: str) -> None:
    for text in (theme.INK, theme.MUTED, theme.LINK):
        for surface in (theme.SURFACE, theme.RAISED, theme.CAUTION_SURFACE, theme.ALARM_SURFACE):
            assert theme.contrast(getattr(text, half), getattr(surface, half)) >= 4.5, (text, surface)
    assert theme.contrast(getattr(theme.ALARM, half), getattr(theme.ALARM_SURFACE, half)) >= 4.5
    assert theme.contrast(getattr(theme.CAUTION, half), getattr(theme.CAUTION_SURFACE, half)) >= 4.5


@pytest.mark.parametrize("half", ["light", "dark"])
def test_lines_stand_out_from_the_surface(half: str) -> None:
    for series in theme.SERIES:
        assert theme.contrast(getattr(series.tone, half), getattr(theme.SURFACE, half)) >= 3.0, series


@pytest.mark.parametrize("half", ["light", "dark"])
@pytest.mark.parametrize("vision", list(VISION))
def test_lines_stay_apart_for_every_kind_of_colour_vision(half: str, vision: str) -> None:
    colours = [getattr(series.tone, half) for series in theme.SERIES]
    for first, second in combinations(colours, 2):
        assert np.linalg.norm(lab(first, VISION[vision]) - lab(second, VISION[vision])) >= 20, (first, second)


def test_lines_differ_without_any_colour() -> None:
    assert len({series.dash for series in theme.SERIES}) == len(theme.SERIES)
    assert len({series.shape for series in theme.SERIES}) == len(theme.SERIES)


def test_each_light_colour_turns_into_one_dark_colour() -> None:
    tones = [*theme.PAGE, *(series.tone for series in theme.SERIES)]
    assert len({tone.light for tone in tones}) == len(tones)
    for tone in tones:
        assert f'[stroke="{tone.light}"]{{stroke:{tone.dark}}}' in theme.css()
