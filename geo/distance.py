"""Great-circle distances on the mean sphere: right to 0.35 % of the geodesic in the service area, fast on arrays."""

import math

import numpy as np

from geo.crs import Floats, LonLat, as_points

# Mean radius of the Earth, IUGG.
EARTH_RADIUS_KM = 6371.0088


def haversine_km(a: LonLat, b: LonLat) -> float:
    """Kilometres between two places (longitude, latitude). Raises NOT_FINITE for nan or inf."""
    return float(haversine_kms([a], [b])[0])


def haversine_kms(a: object, b: object) -> Floats:
    """Kilometres between (n, 2) and (m, 2) places row by row, (n,); one of them may have a single row."""
    first, second = np.radians(as_points(a)), np.radians(as_points(b))
    half = np.sin((second - first) / 2) ** 2
    chord = half[:, 1] + np.cos(first[:, 1]) * np.cos(second[:, 1]) * half[:, 0]
    # Rounding can push antipodes past 1.
    kilometres: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return kilometres


def degrees_around(lat: float, km: float) -> tuple[float, float]:
    """How many degrees of longitude and of latitude surely hold ``km`` kilometres from a latitude, each side."""
    lat_degrees = math.degrees(km / EARTH_RADIUS_KM) * 1.01
    narrowest = math.cos(math.radians(min(89.0, abs(lat) + lat_degrees)))
    return lat_degrees / narrowest, lat_degrees
