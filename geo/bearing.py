"""In which direction a place lies, in eight words of the compass."""

import math

from geo.crs import LonLat

POINTS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


def bearing_deg(a: LonLat, b: LonLat) -> float:
    """Degrees from north, clockwise, 0 to 360, of the great circle from a to b (longitude, latitude)."""
    lon_a, lat_a, lon_b, lat_b = (math.radians(value) for value in (*a, *b))
    east = math.sin(lon_b - lon_a) * math.cos(lat_b)
    north = math.cos(lat_a) * math.sin(lat_b) - math.sin(lat_a) * math.cos(lat_b) * math.cos(lon_b - lon_a)
    return math.degrees(math.atan2(east, north)) % 360.0


def compass(a: LonLat, b: LonLat) -> str:
    """The direction from a to b: one of n, ne, e, se, s, sw, w, nw; each is 45 degrees wide."""
    return POINTS[int((bearing_deg(a, b) + 22.5) // 45) % 8]
