"""Distances on the sphere, and boxes that leave nothing out."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketsim.care.geo import RADIUS, boxes, in_united_states, miles

LAT = st.floats(-90, 90)
LON = st.floats(-180, 180)


def inside(box, lat, lon):
    south, north, west, east = box
    return south <= lat <= north and west <= lon <= east


@given(LAT, LON, LAT, LON, st.floats(0.5, 13_000))
def test_boxes_hold_everything_within_the_distance(lat, lon, to_lat, to_lon, radius):
    if miles(lat, lon, to_lat, to_lon) <= radius:
        assert any(inside(box, to_lat, to_lon) for box in boxes(lat, lon, radius))


@pytest.mark.parametrize("lat", [0.0, 52.0, -60.0, 89.9, -89.9, 90.0])
@pytest.mark.parametrize("lon", [0.0, 179.95, -179.95, 180.0, -180.0])
@pytest.mark.parametrize("radius", [1.0, 100.0, 3_000.0])
def test_boxes_hold_the_rim_of_the_circle(lat, lon, radius):
    """Points just inside the circle in every direction, by the formula of the destination."""
    bearing = np.linspace(0, 2 * math.pi, 721)
    angle = radius / RADIUS * (1 - 1e-12)
    phi, lam = math.radians(lat), math.radians(lon)
    to_phi = np.arcsin(
        np.clip(math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * np.cos(bearing), -1, 1)
    )
    along = np.arctan2(
        np.sin(bearing) * math.sin(angle) * math.cos(phi), math.cos(angle) - math.sin(phi) * np.sin(to_phi)
    )
    to_lon = (np.degrees(lam + along) + 180) % 360 - 180
    found = boxes(lat, lon, radius)
    assert all(any(inside(box, a, b) for box in found) for a, b in zip(np.degrees(to_phi), to_lon, strict=True))


def test_two_boxes_over_the_antimeridian_and_one_around_a_pole():
    assert len(boxes(52.0, 179.9, 600.0)) == 2
    assert boxes(89.0, 10.0, 100.0)[0][2:] == (-180.0, 180.0)


def test_distance_is_symmetric_and_known():
    assert miles(0, 0, 0, 180) == pytest.approx(math.pi * RADIUS)
    assert miles(90, 0, -90, 77) == pytest.approx(math.pi * RADIUS)
    assert miles(34.05, -118.25, 40.71, -74.01) == miles(40.71, -74.01, 34.05, -118.25)


def test_states_and_territories_are_known():
    for lat, lon in ((21.3, -157.9), (61.2, -149.9), (18.4, -66.1), (13.4, 144.8), (-14.3, -170.7), (52.8, 173.2)):
        assert in_united_states(lat, lon)
    assert not in_united_states(51.5, -0.1)
