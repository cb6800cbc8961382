"""How far is it, and which boxes hold everything within that distance? A sphere, exact to rounding.

Straight lines over the ground, not roads. The sphere is fixed (mean radius), so that every store gives the same answer.
"""

from __future__ import annotations

import math
from typing import Final

RADIUS: Final = 3958.7613  # mean radius of the Earth [mi]
#: A ZIP centre lies within this of the door for nine sites in ten [mi] (measured on 2,253 Californian sites).
ZIP_ERROR: Final = 4.9
#: Farther than this from its ZIP centre [mi], a site's ZIP or its point is probably a slip (10 of 2,253 sites).
ZIP_FAR: Final = 30.0

_SLACK: Final = 1e-5  # degrees; the box may only err outwards, and the arc sine is blunt near 90 degrees
_UNITED_STATES: Final = (  # lat and lon [degrees]: contiguous, Alaska, Aleutians over 180, Hawaii, Caribbean, Pacific
    (24.3, 49.5, -125.0, -66.8),
    (51.0, 71.6, -180.0, -129.9),
    (51.0, 53.5, 172.0, 180.0),
    (18.8, 28.6, -178.5, -154.6),
    (17.6, 18.6, -68.0, -64.5),
    (0.0, 21.0, 130.0, 172.0),
    (-15.0, -10.9, -171.9, -168.0),
)

Box = tuple[float, float, float, float]


def miles(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Great-circle distance [mi] between two points [degrees], by the haversine.

    >>> round(miles(34.0522, -118.2437, 40.7128, -74.0060), 1)
    2445.6
    """
    phi, to_phi = math.radians(lat), math.radians(to_lat)
    across = math.sin((to_phi - phi) / 2)
    along = math.sin(math.radians(to_lon - lon) / 2)
    h = across * across + math.cos(phi) * math.cos(to_phi) * along * along
    return 2 * RADIUS * math.asin(min(1.0, math.sqrt(h)))


def boxes(lat: float, lon: float, radius: float) -> tuple[Box, ...]:
    """Boxes (south, north, west, east) [degrees] that hold every point within `radius` [mi].

    Two where the circle crosses 180 degrees, one around the globe where it holds a pole.
    """
    angle = radius / RADIUS
    reach = math.degrees(angle) + _SLACK
    south, north = max(lat - reach, -90.0), min(lat + reach, 90.0)
    if lat - reach <= -90.0 or lat + reach >= 90.0:
        return ((south, north, -180.0, 180.0),)
    spread = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(lat))))) + _SLACK
    west, east = lon - spread, lon + spread
    if spread >= 180.0:
        return ((south, north, -180.0, 180.0),)
    if west < -180.0:
        return ((south, north, west + 360.0, 180.0), (south, north, -180.0, east))
    if east > 180.0:
        return ((south, north, west, 180.0), (south, north, -180.0, east - 360.0))
    return ((south, north, west, east),)


def in_united_states(lat: float, lon: float) -> bool:
    """Whether a point [degrees] lies in a box around the states and territories; a coarse check for swapped numbers."""
    return any(south <= lat <= north and west <= lon <= east for south, north, west, east in _UNITED_STATES)
